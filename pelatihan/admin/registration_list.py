"""How staff find registrations: filters, and a search that reads codes, phone numbers, people and organisations."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localdate

from ormas import names, phones
from ormas.filters import CityFilter, WordsFilter
from ormas.models import Delegate, Ormas
from pelatihan import access, codes, dates
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration

SHOWN_BATCHES = 15
MOST_WORDS = 6
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
        return queryset.filter(pk__in=_of_ormas(words))


class OrmasCityFilter(CityFilter):
    path = "ormas__city"


def _of_ormas(words: str) -> Any:
    """Ids of registrations of the organisations that the words name, listed or written."""
    listed = Registration.objects.filter(ormas__in=Ormas.objects.matching(words).order_by()).order_by().values("pk")
    written = Registration.objects.order_by().values("pk")
    for word in names.tidy(words).split()[:MOST_WORDS]:
        written = written.filter(ormas_text__icontains=word)
    return listed.union(written, all=True)


def search(queryset: QuerySet[Registration], term: str, *, user: access.Person) -> QuerySet[Registration]:
    """A code or a phone number in any spelling; else every word in the name or in the organisation's.

    Phone numbers are read only for those who may see them. Each arm has an index of its own and the arms are
    united, so that a search stays quick among a million registrations.
    """
    if (number := phones.read(term)) and access.has(user, access.CONTACT):
        return queryset.filter(delegate__in=Delegate.objects.filter(phone=number).order_by())
    code = codes.normalise(term)
    if codes.is_valid(code) and Registration.objects.filter(code=code).exists():
        return queryset.filter(code=code)
    for word in names.tidy(term).split()[:MOST_WORDS]:
        named = Registration.objects.filter(name__icontains=word).order_by().values("pk")
        queryset = queryset.filter(pk__in=named.union(_of_ormas(word), all=True))
    return queryset


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
