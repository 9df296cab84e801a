"""Inviting many organisations at once: ticked in a search, or pasted one a line from a letter or a sheet."""

from dataclasses import dataclass, field

from django.db.models.functions import Upper

from ormas import names
from ormas.models import Ormas
from pelatihan.models import Angkatan, Invitation

MOST_LINES = 500
MOST_LETTERS = 200  # as long as an organisation's name


@dataclass
class Pasted:
    """What the lines named, and those that named nothing or more than one."""

    ormas: list[Ormas] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)


def read_lines(text: str) -> Pasted:
    """Each line is a name or an abbreviation, whatever the case. One query for all."""
    lines = [line for line in (names.tidy(line)[:MOST_LETTERS] for line in text.splitlines()[:MOST_LINES]) if line]
    wanted = {line.upper() for line in lines}
    named = Ormas.objects.annotate(upper_name=Upper("name")).filter(upper_name__in=wanted).order_by()
    short = Ormas.objects.annotate(upper_short=Upper("abbreviation")).filter(upper_short__in=wanted).order_by()
    known: dict[str, dict[int, Ormas]] = {}
    for ormas in [*named, *short]:
        for key in {ormas.name.upper(), ormas.abbreviation.upper()} & wanted:
            known.setdefault(key, {})[ormas.pk] = ormas
    answer = Pasted()
    for line in dict.fromkeys(lines):
        candidates = list(known.get(line.upper(), {}).values())
        if len(candidates) == 1:
            answer.ormas.append(candidates[0])
        else:
            (answer.ambiguous if candidates else answer.unknown).append(line)
    return answer


def invite(angkatan: Angkatan, ormas: list[Ormas]) -> int:
    """Invite those not yet invited; how many were added."""
    before = angkatan.invitations.count()
    Invitation.objects.bulk_create((Invitation(angkatan=angkatan, ormas=each) for each in ormas), ignore_conflicts=True)
    return angkatan.invitations.count() - before
