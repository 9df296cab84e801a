"""Finding somebody at the desk by a few letters of the name or the organisation."""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Lower

from ormas.search import search_words
from pelatihan import codes
from pelatihan.lifecycle import Status
from pelatihan.models import Attendance, Registration, Session

LEAST_LETTERS = 2
MOST_MATCHES = 6  # what a small phone shows at once


@dataclass(frozen=True)
class Match:
    """One person to pick: how they stand, and what counts in this session ("" for nobody yet)."""

    person: Registration
    state: str

    @property
    def is_accepted(self) -> bool:
        return self.person.status == Status.ACCEPTED


@dataclass(frozen=True)
class Matches:
    """Whom the letters fit: the first few, and how many more there are."""

    words: str
    people: list[Match]
    more: int

    @property
    def is_too_short(self) -> bool:
        return len(self.words) < LEAST_LETTERS


def looks_like_code(text: str) -> bool:
    """Whether somebody meant a code rather than a name: it is one, or has its length and a digit in it."""
    code = codes.normalise(text)
    return codes.is_valid(code) or (len(code) == codes.LENGTH and any(sign.isdigit() for sign in text))


def find(session: Session, text: str) -> Matches:
    """Those of the batch whose name, organisation or its abbreviation holds every word, accepted ones first."""
    words = " ".join(search_words(text))
    if len(words) < LEAST_LETTERS:
        return Matches(words, [], 0)
    found = Registration.objects.filter(_holding(words), angkatan=session.angkatan_id).select_related("ormas")
    state = Attendance.objects.filter(session=session, registration=OuterRef("pk")).values("state")
    in_order = found.annotate(attendance=Subquery(state)).order_by(Lower("name"), "pk")
    people = sorted(in_order, key=lambda person: person.status != Status.ACCEPTED)
    first = [Match(person, vars(person)["attendance"] or "") for person in people[:MOST_MATCHES]]
    return Matches(words, first, len(people) - len(first))


def _holding(words: str) -> Q:
    columns = ("name", "front_title", "back_title", "ormas__name", "ormas__abbreviation", "ormas_text")
    return Q(*(Q(*((f"{column}__icontains", word) for column in columns), _connector=Q.OR) for word in words.split()))
