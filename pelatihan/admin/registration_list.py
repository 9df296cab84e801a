"""How staff find registrations: filters, and a search that reads codes, phone numbers, people and organisations."""

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
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration

SHOWN_BATCHES = 15
COMMON = 2_000  # hits from which on a word counts as common
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
        return queryset if self.value() == ALL else queryset.filter(angkatan__slug=self.value())


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
    found = queryset
    for word in search_words(term):
        named = Registration.objects.filter(name__icontains=word).order_by().values("pk")
        found = _narrowed(found, [named, *_of_ormas(word)], Q(name__icontains=word) | _ormas_holds(word))
    return _or_near(found, queryset, term)


def by_ormas(queryset: QuerySet[Registration], words: str) -> QuerySet[Registration]:
    """Those of the organisations, listed or written, whose name or abbreviation holds every word."""
    found = queryset
    for word in search_words(words):
        found = _narrowed(found, _of_ormas(word), _ormas_holds(word))
    return _or_near(found, queryset, words)


def _or_near(found: QuerySet[Registration], queryset: QuerySet[Registration], words: str) -> QuerySet[Registration]:
    """What was found; where it is nothing, those of the organisations whose name is nearly so."""
    return found if found.exists() else queryset.filter(ormas__in=Ormas.objects.near(words).order_by())


def _ormas_holds(word: str) -> Q:
    listed = [Q(ormas__plain__contains=each) for each in plain_words(word)]
    return Q(*listed) | Q(ormas_text__icontains=word) if listed else Q(ormas_text__icontains=word)


def _of_ormas(word: str) -> list[Any]:
    """Ids of registrations of listed and of written organisations, each part by an index of its own."""
    ids = Registration.objects.order_by().values("pk")
    return [ids.filter(ormas__in=Ormas.objects.matching(word).order_by()), ids.filter(ormas_text__icontains=word)]


def _narrowed(queryset: Any, parts: list[Any], holds: Q) -> Any:
    """A rare word is looked up by the indexes, part by part; a common one is met by just reading the newest rows."""
    found = parts[0].union(*parts[1:], all=True).order_by()
    is_common = found[:COMMON].count() == COMMON
    return queryset.filter(holds) if is_common else queryset.filter(pk__in=found)


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
