"""Inviting many organisations at once: ticked in a search, or pasted one a line from a letter or a sheet."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Lower

from ormas.models import Ormas
from ormas.recognising import Line, recognise, tidied
from pelatihan.models import Angkatan, Invitation
from pelatihan.phases import shut_sentence
from pelatihan.registration import rows

MOST_LINES = 500
MOST_OFFERED = 6
MOST_LETTERS = 400  # a row of a sheet: number, name, abbreviation, city


@dataclass(frozen=True)
class PastedLine:
    """One line of the box, by its number there."""

    number: int
    line: Line

    @property
    def written(self) -> str:
        return " ".join(self.line.written.split())


@dataclass
class Pasted:
    """What the lines mean, each line in one of the lists."""

    invited_ids: set[int]
    left_off: int  # lines beyond the most that are read
    known: list[PastedLine] = field(default_factory=list)
    to_choose: list[PastedLine] = field(default_factory=list)
    unknown: list[PastedLine] = field(default_factory=list)
    invited: list[PastedLine] = field(default_factory=list)
    twice: list[PastedLine] = field(default_factory=list)

    @property
    def ormas(self) -> list[Ormas]:
        """Those recognised and not yet invited."""
        return [one.line.ormas for one in self.known if one.line.ormas]

    @property
    def no_more(self) -> int:
        """How many lines name who is invited, by an earlier line or already."""
        return len(self.invited) + len(self.twice)

    @property
    def is_settled(self) -> bool:
        """Nothing is left to be chosen or mended."""
        return not (self.known or self.to_choose or self.unknown)


def read_lines(text: str) -> list[PastedLine]:
    """Each line that holds something, with what it may mean. Empty ones, and a number alone, are no lines."""
    lines = [(number, line[:MOST_LETTERS]) for number, line in enumerate(text.splitlines(), start=1) if tidied(line)]
    lines = lines[:MOST_LINES]
    return [
        PastedLine(number, line)
        for (number, _), line in zip(lines, recognise(line for _, line in lines), strict=True)
    ]  # fmt: skip


def read_pasted(angkatan: Angkatan, text: str) -> Pasted:
    """The lines sorted by what is to be done with them in this batch."""
    invited = set(angkatan.invitations.values_list("ormas_id", flat=True))
    left_off = max(sum(1 for line in text.splitlines() if tidied(line)) - MOST_LINES, 0)
    pasted, seen = Pasted(invited, left_off), set[int]()
    for one in read_lines(text):
        sure = one.line.ormas
        open_ones = [ormas for ormas in one.line.offered if ormas.pk not in invited]
        if one.line.offered and not open_ones:
            sure = one.line.offered[0]
        if sure is None:
            (pasted.to_choose if open_ones else pasted.unknown).append(one)
        elif sure.pk in invited:
            pasted.invited.append(one)
        else:
            (pasted.twice if sure.pk in seen else pasted.known).append(one)
            seen.add(sure.pk)
    return pasted


def known_as(text: str) -> Ormas | None:
    """The one organisation that a single name means beyond doubt."""
    lines = read_lines(text)
    return lines[0].line.ormas if len(lines) == 1 else None


def offered(angkatan: Angkatan, text: str) -> list[Ormas]:
    """Organisations that the words fit, those invited first; where none does, those that nearly do."""
    invited = Invitation.objects.filter(angkatan=angkatan, ormas=OuterRef("pk"))
    known = Ormas.objects.exclude(verification=Ormas.Verification.DISPUTED).annotate(is_invited=Exists(invited))
    fitting = list(known.matching(text).order_by("-is_invited", Lower("name"), "pk")[:MOST_OFFERED])
    return fitting or list(known.near(text).nearest_first(text)[:MOST_OFFERED])


class InvitingRefused(Exception):
    """Nobody was invited; the text is a sentence that says what to do."""


@transaction.atomic
def invite(angkatan: Angkatan, ormas: list[Ormas]) -> int:
    """Invite those not yet invited; how many were added.

    :raises InvitingRefused: the batch is closed
    """
    now = rows.locked(angkatan)
    if sentence := shut_sentence(now.closed_at, now.name, "undangannya"):
        raise InvitingRefused(sentence)
    before = angkatan.invitations.count()
    Invitation.objects.bulk_create((Invitation(angkatan=angkatan, ormas=each) for each in ormas), ignore_conflicts=True)
    adopt(angkatan)
    return angkatan.invitations.count() - before


@transaction.atomic
def adopt(angkatan: Angkatan) -> None:
    """Who was recorded before the organisation was invited is of its invitation from now on: one number of seats holds
    for all of them.
    """
    rows.locked(angkatan)
    theirs = Invitation.objects.filter(angkatan=angkatan, ormas=OuterRef("ormas"))
    alone = angkatan.registrations.filter(Exists(theirs), invitation=None)
    alone.update(invitation=Subquery(theirs.values("pk")))
