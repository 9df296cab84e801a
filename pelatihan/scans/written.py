"""Blank rows of a leaf that somebody filled in by hand: who they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError

from ormas import names
from ormas.models import Ormas
from ormas.recognising import recognise
from ormas.search import plain
from pelatihan import numbers
from pelatihan.registration import walk_ins
from pelatihan.scans import fields
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Mark, WrittenIn

NAME_OWED = "Tulis nama yang ada di baris ini, atau kosongkan semua isiannya."
ORMAS_OWED = "Tulis nama atau singkatan ormasnya."
SESSION_OWED = "Tandai sedikitnya satu sesi yang ditandatanganinya."


@dataclass(frozen=True)
class _Written:
    """What stands in the fields of one row, as it was typed. ``is_open``: nothing was said of any session."""

    row: int
    name: str
    ormas: str
    phone: str
    signed: tuple[int, ...]
    is_open: bool

    @property
    def is_blank(self) -> bool:
        return not (self.name or self.ormas or self.phone or self.signed)


def read(sent: Mapping[str, str], leaf: Leaf, faults: dict[str, str]) -> tuple[WrittenIn, ...]:
    """Who was written in. What cannot be taken is left out, and ``faults`` says why, by name of field.

    An organisation that was picked, or that the text means beyond doubt, is named by its number.
    """
    rows = [_typed(sent, leaf, row.number) for row in leaf.blanks]
    found = [one for row in rows if not row.is_blank and (one := _checked(row, leaf, faults))]
    return tuple(_with_organisations(found, sent))


def _typed(sent: Mapping[str, str], leaf: Leaf, number: int) -> _Written:
    said = {session: sent.get(fields.mark(number, session), "") for session in fields.sessions_of(leaf)}
    signed = tuple(session for session, mark in said.items() if mark == Mark.PRESENT)
    name, ormas, phone = (names.tidy(sent.get(of(number), "")) for of in (fields.name, fields.ormas, fields.phone))
    return _Written(number, name, ormas, phone, signed, not any(said.values()))


def _checked(row: _Written, leaf: Leaf, faults: dict[str, str]) -> WrittenIn | None:
    sessions = fields.sessions_of(leaf)
    signed = sessions if row.is_open and len(sessions) == 1 else row.signed  # who wrote their name came
    owed = {} if row.name else {fields.name(row.row): NAME_OWED}
    owed |= {} if row.ormas else {fields.ormas(row.row): ORMAS_OWED}
    owed |= {} if signed or not sessions else {fields.mark(row.row, sessions[0]): SESSION_OWED}
    if row.name and (sentence := _name_fault(row.name)):
        owed[fields.name(row.row)] = sentence
    faults.update(owed)
    if owed:
        return None
    try:
        taken = walk_ins.read(row.name, None, row.ormas, row.phone)
    except ValidationError as refusal:
        faults[fields.ormas(row.row)] = refusal.messages[0]
        return None
    return WrittenIn(row.row, taken.name, None, taken.ormas_text, taken.phone, signed)


def _name_fault(name: str) -> str:
    try:
        names.check_name(name)
    except ValidationError as refusal:
        return str(refusal.messages[0])
    return ""


def _with_organisations(rows: Iterable[WrittenIn], sent: Mapping[str, str]) -> list[WrittenIn]:
    """Three queries, however many rows; none without any."""
    rows = list(rows)
    picked = {row.row: numbers.read(sent.get(fields.ormas_id(row.row), "")) for row in rows}
    ids = [number for number in picked.values() if number]
    known = Ormas.objects.in_bulk(ids) if ids else {}
    meant = [line.ormas for line in recognise(row.ormas_text for row in rows)] if rows else []
    found = []
    for row, read in zip(rows, meant, strict=True):
        own = known.get(picked[row.row] or 0)
        ormas = own if own and plain(own.name) == plain(row.ormas_text) else read
        found.append(replace(row, ormas=ormas.pk if ormas else None))
    return found
