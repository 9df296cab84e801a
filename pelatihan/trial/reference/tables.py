"""The tables beside this file, read into rows."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class OrganisationRow:
    """A public name, and what was invented for it."""

    name: str
    abbreviation: str
    level: str
    legal_form: str
    field: str
    city: str


@dataclass(frozen=True)
class SessionRow:
    """A line of a rundown: ``day`` counts from 0, times as ``08.00``, ``attendance`` is ``ya`` or empty."""

    day: str
    start: str
    end: str
    title: str
    kind: str
    attendance: str
    speaker: str
    room: str


@dataclass(frozen=True)
class GuestRow:
    """An invented guest; ``speaks_of`` is a word in the title of the session that they fill."""

    category: str
    name: str
    nickname: str
    gender: str
    position: str
    institution: str
    speaks_of: str


@dataclass(frozen=True)
class DelegateRow:
    """An invented person and what became of the registration: a key of ``story.FATES``."""

    ormas: str
    gender: str
    front_title: str
    name: str
    back_title: str
    nickname: str
    position: str
    fate: str


def organisations() -> list[OrganisationRow]:
    return [OrganisationRow(**line) for line in _lines("organisations")]


def rundown(batch: str) -> list[SessionRow]:
    return [SessionRow(**line) for line in _lines(f"rundown_{batch}")]


def guests() -> list[GuestRow]:
    return [GuestRow(**line) for line in _lines("guests")]


def delegates(batch: str) -> list[DelegateRow]:
    return [DelegateRow(**line) for line in _lines(f"delegates_{batch}")]


def _lines(table: str) -> Iterator[dict[str, str]]:
    with (HERE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
