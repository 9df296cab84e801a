"""How staff find registrations: filters, and a search that reads codes, phone numbers, people and organisations."""

import re
from itertools import product
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localdate

from ormas import phones
from ormas.models import Delegate, Ormas
from ormas.search import plain_words, search_words
from pelatihan import codes, dates
from pelatihan.accounts import access
from pelatihan.admin.filters import CityFilter, WordsFilter
from pelatihan.admin.lists import CappedPaginator, counted
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration

SHOWN_BATCHES = 15
MOST = CappedPaginator.LIMIT + 1  # that are looked up, for so many are counted
COMMON = 1_000  # hits from which on it takes longer to go by their numbers than to read the newest rows
MOST_TOGETHER = 3  # words that are looked up together: of four each would stand here or there in 31 ways
LETTERS, LETTERS_OF_AN_INDEX = re.compile(r"[^\W_]+"), 3
ALL = "semua"


class AngkatanFilter(SimpleListFilter):
    """One batch at a time: unless staff choose or search, the newest that is not over."""

    title = "angkatan"
    parameter_name = "angkatan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.batches = self._batches(request.GET.get("angkatan", ""))
        self.implied = self._implied(request)
        return [(batch.slug, batch.name) for batch in self.batches]

    def _batches(self, chosen: str) -> list[Angkatan]:
        newest = list(Angkatan.objects.newest_first()[:SHOWN_BATCHES])
        if chosen not in {ALL, "", *(batch.slug for batch in newest)}:
            newest += Angkatan.objects.filter(slug=chosen)
        return newest

    def _implied(self, request: HttpRequest) -> str:
        if request.GET.get("q"):
            return ALL
        today = localdate(timezone.now())
        current = (batch for batch in self.batches if batch.ends_on >= today and not batch.cancelled_at)
        return next((batch.slug for batch in current), ALL)

    def value(self) -> str:
        return super().value() or self.implied

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: ChangeList) -> Any:
        for slug, name in [(ALL, "Semua angkatan"), *self.lookup_choices]:
            yield {
                "selected": self.value() == str(slug),
                "query_string": changelist.get_query_string({"angkatan": slug}),
                "display": name,
            }

    @property
    def chosen(self) -> Angkatan | None:
        return next((batch for batch in self.batches if batch.slug == self.value()), None)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By its number: with the address alone PostgreSQL takes it for a batch of the usual size."""
        if self.value() == ALL:
            return queryset
        return queryset.filter(angkatan=self.chosen.pk) if self.chosen else queryset.none()


class StatusFilter(SimpleListFilter):
    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(status.value, str(status.label)) for status in Status]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(status=self.value()) if self.value() else queryset


class OrmasFilter(WordsFilter):
    title = "ormas"
    parameter_name = "ormas"
    label = "Nama atau singkatan ormas"

    def matching(self, queryset: Any, words: str) -> Any:
        return by_ormas(queryset, words)


class OrmasCityFilter(CityFilter):
    path = "ormas__city"


def search(queryset: QuerySet[Registration], term: str, *, user: access.Person) -> QuerySet[Registration]:
    """A code or a phone number in any spelling; else every word in the name or in the organisation's.

    Phone numbers and codes are read only for those who may see them.
    """
    if (number := phones.read(term)) and access.has(user, access.CONTACT):
        return queryset.filter(delegate__in=Delegate.objects.filter(phone=number).order_by())
    code = codes.normalise(term)
    if access.has(user, access.CODES) and codes.is_valid(code) and Registration.objects.filter(code=code).exists():
        return queryset.filter(code=code)
    found = _found(queryset, search_words(term), in_names=True)
    return _near(queryset, term) if found is None else found


def by_ormas(queryset: QuerySet[Registration], words: str) -> QuerySet[Registration]:
    """Those of the organisations, listed or written, whose name or abbreviation holds every word."""
    found = _found(queryset, search_words(words), in_names=False)
    return _near(queryset, words) if found is None else found


def _near(queryset: QuerySet[Registration], words: str) -> QuerySet[Registration]:
    """Those of the organisations whose name is nearly so; looked up first, or each row would look for them anew."""
    return queryset.filter(ormas__in=list(Ormas.objects.near(words).order_by().values_list("pk", flat=True)))


# Words are looked up by indexes: of names, of listed and of written organisations, part by part. What is rare is then
# known by its numbers; what many hold is met by just reading the newest rows.


def _found(queryset: Any, words: list[str], *, in_names: bool) -> Any:
    """Those that hold every word; None when there are none."""
    counting = [word for word in words if plain_words(word)]
    if not counting:
        return queryset.none() if words else queryset
    longest = sorted(counting, key=len, reverse=True)
    looked_up, rest = longest[:MOST_TOGETHER], longest[MOST_TOGETHER:]
    ids = _looked_up(queryset, looked_up, in_names=in_names)
    is_common = len(ids) >= (MOST if rest else COMMON)  # each word more is another condition on every row that is read
    found = queryset if is_common else queryset.filter(pk__in=ids)
    for word in longest if is_common else rest:
        found = found.filter(_holds(word, in_names=in_names))
    if rest:
        return found if found.exists() else None
    return counted(found, len(ids)) if ids else None


def _looked_up(queryset: Any, words: list[str], *, in_names: bool) -> set[int]:
    """The numbers of those that hold every word, as many as are counted. One query, of parts that share no row."""
    ids = queryset.order_by().select_related(None).values("pk")
    parts = []
    for places in product([True, False], repeat=len(words)) if in_names else [[False] * len(words)]:
        these, others = ids, []
        for word, is_in_name in zip(words, places, strict=True):
            these = these.filter(_name_holds(word) if is_in_name else ~_name_holds(word)) if in_names else these
            others += [] if is_in_name else [word]
        if others:
            parts.append(these.filter(ormas__in=_listed(others, are_few=others == words)))
            parts.append(these.filter(*(Q(ormas_text__icontains=word) for word in others)))
        else:
            parts.append(these)
    return {pk for (pk,) in parts[0].union(*parts[1:], all=True).order_by().values_list("pk")[:MOST]}


def _listed(words: list[str], *, are_few: bool) -> Any:
    """The organisations whose name holds every word; of few the numbers, so that PostgreSQL knows how many."""
    found = Ormas.objects.matching(" ".join(words)).order_by()
    if are_few and len(ids := list(found.values_list("pk", flat=True)[:MOST])) < MOST:
        return ids
    return found


def _holds(word: str, *, in_names: bool) -> Q:
    written = Q(ormas_text__icontains=word)
    listed = [Q(ormas__plain__contains=each) for each in plain_words(word)]
    of_ormas = Q(*listed) | written if listed else written
    return _name_holds(word) | of_ormas if in_names else of_ormas


def _name_holds(word: str) -> Q:
    """One or two letters begin a word: no index finds them inside of one."""
    if max(map(len, LETTERS.findall(word)), default=0) < LETTERS_OF_AN_INDEX:
        return Q(name__istartswith=word) | Q(name__icontains=f" {word}")
    return Q(name__icontains=word)


def seats_sentence(angkatan: Angkatan) -> str:
    """``98 dari 98 kursi terisi · 2 cadangan · 1 menunggu verifikasi``."""
    figures = angkatan.registrations.figures()
    parts = [f"{dates.thousands(figures['held'])} dari {dates.thousands(angkatan.capacity)} kursi terisi"]
    parts += [
        f"{dates.thousands(figures[status])} {status.label.lower()}"
        for status in (Status.WAITLISTED, Status.SUBMITTED, Status.NEEDS_FIX)
        if figures[status]
    ]
    return " · ".join(parts)
