"""What delegates and contact persons ask for, as staff read it before they decide: before and after, field by field."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from ormas import names
from ormas.models import Gender
from pelatihan.models import Angkatan, ChangeRequest, Correction, Registration
from pelatihan.registration import requests
from pelatihan.registration.application import Person

Kind, State = ChangeRequest.Kind, ChangeRequest.State
ASKED_WAITING = "menunggu"


class RequestFilter(SimpleListFilter):
    """Those of whom something waits to be decided, whatever their status."""

    title = "permintaan perubahan"
    parameter_name = "permintaan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(ASKED_WAITING, "Menunggu keputusan")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(_asks()) if self.value() == ASKED_WAITING else queryset


def _asks() -> Exists:
    return Exists(ChangeRequest.objects.filter(registration=OuterRef("pk"), state=State.WAITING))


def waiting_in(angkatan: Angkatan) -> QuerySet[ChangeRequest]:
    """The batch's requests that wait, the oldest first."""
    waiting = ChangeRequest.objects.filter(registration__angkatan=angkatan, state=State.WAITING)
    return waiting.order_by("asked_at", "pk")


# ---- Listed for a whole batch ------------------------------------------------------------------------

MOST_LISTED = 30


@dataclass(frozen=True)
class Asked:
    """One line of the list: what is asked for, of whom, by whom, when."""

    what: str
    registration: Registration
    wanted: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Listed:
    """The oldest that wait, and how many wait in all."""

    rows: list[Asked]
    count: int


def listed(angkatan: Angkatan) -> Listed:
    """Two queries, or one where nothing waits."""
    waiting = waiting_in(angkatan)
    found = list(waiting.select_related("registration__ormas", "reserve")[:MOST_LISTED])
    count = len(found) if len(found) < MOST_LISTED else waiting.count()
    return Listed([_asked(request) for request in found], count)


def _asked(request: ChangeRequest) -> Asked:
    what, wanted = str(request.get_kind_display()), ""
    if request.kind == Kind.REPLACE:
        wanted = f" menjadi {_who_comes(request)}"
    elif request.kind == Kind.CORRECT:
        wanted = f" ({', '.join(str(Correction.Field(field).label) for field in request.changes)})"
    return Asked(what, request.registration, wanted, str(request.get_role_display()), request.asked_at)


def _who_comes(request: ChangeRequest) -> str:
    if request.reserve:
        return request.reserve.full_name
    person = Person(**request.person)
    return names.with_titles(person.front_title, person.name, person.back_title)


# ---- Shown on the page of the person ---------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One field: what stands now, what stood when it was asked for (where that differs), what is wished."""

    field: str
    label: str
    now: str
    old: str
    wanted: str

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody changed it to something else meanwhile."""
        return self.now not in (self.old, self.wanted)


@dataclass(frozen=True)
class Wish:
    """One waiting request, with what becomes of it when granted."""

    request: ChangeRequest
    title: str
    lines: list[Line]
    effects: list[str]

    @property
    def mark(self) -> str:
        return requests.mark_of(self.request)


def waiting(registration: Registration) -> list[Wish]:
    """What waits to be decided about this person."""
    return [_wish(registration, request) for request in registration.requests.all() if request.state == State.WAITING]


def _wish(registration: Registration, request: ChangeRequest) -> Wish:
    name = registration.full_name
    if request.kind == Kind.CORRECT:
        count = len(request.changes)
        title = f"{count} perubahan menunggu keputusan Anda"
        effects = ["Status dan kursi tetap.", "Lembar yang sudah dicetak dengan data lama perlu dicetak ulang."]
        return Wish(request, title, _lines(registration, request), effects)
    if request.kind == Kind.CANCEL:
        return Wish(request, "Minta dibatalkan", [], [f"{name} menjadi Dibatalkan, dan kursinya kosong."])
    comes = _who_comes(request)
    effects = [f"{name} menjadi Digantikan; kodenya tidak berlaku lagi.", f"{comes} langsung diterima."]
    return Wish(request, f"Minta diganti oleh {comes}", _person_lines(request), effects)


def _lines(registration: Registration, request: ChangeRequest) -> list[Line]:
    stands = vars(Person.of(registration)) | {"ormas": registration.ormas_name}
    return [
        Line(field, str(Correction.Field(field).label), *(_word(field, each) for each in (stands[field], old, new)))
        for field, (old, new) in request.changes.items()
    ]


SHOWN_OF_A_NEW_PERSON = ("front_title", "name", "back_title", "position", "gender")


def _person_lines(request: ChangeRequest) -> list[Line]:
    """Who is to come, as far as papers print it."""
    return [
        Line(field, str(Correction.Field(field).label), "", "", _word(field, request.person[field]))
        for field in SHOWN_OF_A_NEW_PERSON
        if request.person.get(field)
    ]


def _word(field: str, value: str) -> str:
    return str(Gender(value).label) if field == "gender" and value in Gender.values else value
