"""Finding somebody at the desk by a few letters of the name or the organisation."""

from collections import Counter
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When, Window

from ormas import likeness
from ormas.name_words import TITLES
from ormas.search import plain_words, search_words
from pelatihan import codes
from pelatihan.lifecycle import Status
from pelatihan.models import Attendance, Registration, Session

LEAST_LETTERS = 2
MOST_MATCHES = 6  # what a small phone shows at once
MOST_ALIKE = 3
ALIKE = 0.6  # of trigrams, as where one asks whether two are one (merging.pairs)
LEAST_BEGINNING = 7  # letters of a name that another one goes on from
CODE_END = 2  # signs of the code that tell namesakes apart: nobody's page opens by them


@dataclass(frozen=True)
class Match:
    """One person to pick: how they stand, and what counts in this session ("" for nobody yet)."""

    person: Registration
    state: str
    has_namesake: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.person.status == Status.ACCEPTED

    @property
    def code_end(self) -> str:
        """The last signs of the code, for who has a namesake in the same organisation."""
        return self.person.code[-CODE_END:] if self.has_namesake else ""


@dataclass(frozen=True)
class Matches:
    """Whom the letters fit: the first few, and how many more there are."""

    words: str
    people: list[Match]
    more: int
    is_too_short: bool = False


def looks_like_code(text: str) -> bool:
    """Whether somebody meant a code rather than a name: it is one, or has its length and a digit in it."""
    code = codes.normalise(text)
    return codes.is_valid(code) or (len(code) == codes.LENGTH and any(sign.isdigit() for sign in text))


def find(session: Session, text: str) -> Matches:
    """Those of the batch whose name or organisation holds every word.

    Accepted people stand first, then those in whom the most words begin a word: of the name, else of the organisation.
    """
    typed, words = " ".join(search_words(text)), sought(text)
    if sum(map(len, words)) < LEAST_LETTERS:
        return Matches(typed, [], 0, is_too_short=True)
    holding = Registration.objects.filter(*map(_holds, words), angkatan=session.angkatan_id)
    is_accepted = Case(When(status=Status.ACCEPTED, then=0), default=1, output_field=IntegerField())
    in_order = holding.order_by(is_accepted, reduce(add, map(_begun, words)).desc(), "plain", "pk")
    first = list(in_order.annotate(number=Window(Count("pk"))).values_list("pk", "number")[:MOST_MATCHES])
    people = _people(session, [pk for pk, _ in first])
    return Matches(typed, people, first[0][1] - len(people) if first else 0)


def alike(session: Session, name: str) -> list[Match]:
    """Those of the batch who may be somebody of this name, wherever they stand, the likeliest first: all its words
    begin words of theirs, or the names are nearly one (ormas.likeness), or the one is the beginning of the other.
    """
    words, key = sought(name), likeness.key(" ".join(search_words(name)))
    if sum(map(len, words)) < LEAST_LETTERS:
        return []
    compared = Registration.objects.filter(angkatan=session.angkatan_id, counts_for=None).annotate(
        near=TrigramSimilarity("delegate__likeness", key), key=Value(key, output_field=CharField())
    )
    shorter = Q(key__startswith=F("delegate__likeness"), delegate__likeness__length__gte=LEAST_BEGINNING)
    holding = Q(*(_begins("plain", word) for word in words))
    found = compared.filter(holding | Q(near__gte=ALIKE) | shorter).order_by("-near", "pk")
    return _people(session, list(found.values_list("pk", flat=True)[:MOST_ALIKE]))


def sought(text: str) -> list[str]:
    """The words that count, as names are compared: titles only when there is nothing else."""
    words = plain_words(text)
    return [word for word in words if word not in TITLES] or words


def _holds(word: str) -> Q:
    return Q(plain__contains=word) | Q(ormas__plain__contains=word)


def _begun(word: str) -> Any:
    """2 for a word that begins one of the name, 1 for the organisation."""
    return Case(
        When(_begins("plain", word), then=Value(2)),
        When(_begins("ormas__plain", word), then=Value(1)),
        default=Value(0),
    )


def _begins(column: str, word: str) -> Q:
    return Q((f"{column}__startswith", word)) | Q((f"{column}__contains", f" {word}"))


def _people(session: Session, ids: list[int]) -> list[Match]:
    """Those people, in that order."""
    state = Attendance.objects.filter(session=session, registration=OuterRef("pk")).values("state")
    found = Registration.objects.select_related("ormas").annotate(attendance=Subquery(state)).in_bulk(ids)
    people = [found[pk] for pk in ids]
    namesakes = Counter(map(_name, people))
    return [Match(one, vars(one)["attendance"] or "", namesakes[_name(one)] > 1) for one in people]


def _name(person: Registration) -> tuple[str, int | None]:
    return person.plain, person.ormas_id
