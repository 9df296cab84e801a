"""How the people of a reference batch came to their status: each step by the one writer, at a plausible time."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from django.contrib.auth.models import User
from django.utils.timezone import make_aware

from ormas.models import Ormas
from pelatihan import codes
from pelatihan.accounts.actor import DELEGATE, staff
from pelatihan.lifecycle import Action, Role
from pelatihan.models import Angkatan, Correction, Registration
from pelatihan.registration import application, changes, writer
from pelatihan.trial.reference.tables import DelegateRow

FIXES = (
    ("Tulis nama lengkap sesuai KTP.", Correction.Field.NAME),
    ("Jabatan di ormas belum jelas. Tulis jabatan sesuai surat keputusan pengurus.", Correction.Field.POSITION),
    ("Nomor HP tidak dapat dihubungi. Tulis nomor WhatsApp yang aktif.", Correction.Field.PHONE),
)
NEEDS = ("Makanan vegetarian", "Memakai kursi roda", "Kamar di lantai dasar", "Tidak makan kacang")


class Step(NamedTuple):
    """What is done to a registration, and at which of the moments of its person."""

    when: str
    action: Action
    role: Role = Role.STAFF
    reason: str = ""


ACCEPTED = Step("review", Action.ACCEPT)
FATES: dict[str, tuple[Step, ...]] = {
    "": (ACCEPTED,),
    "fixed": (
        Step("review", Action.ASK_FIX),
        Step("evening", Action.FIX, Role.DELEGATE),
        Step("second_review", Action.ACCEPT),
    ),
    "needs_fix": (Step("review", Action.ASK_FIX),),
    "waitlisted": (Step("review", Action.WAITLIST, reason="Menunggu surat tugas dari ormas."),),
    "rejected": (Step("review", Action.REJECT, reason="Bukan pengurus atau anggota ormas yang diundang."),),
    "withdrew": (Step("evening", Action.WITHDRAW, Role.DELEGATE),),
    "cancelled": (ACCEPTED, Step("cancelling", Action.CANCEL, reason="Sakit; disampaikan narahubung ormas.")),
    "promoted": (Step("promoted_review", Action.ACCEPT),),
    "replaced": (ACCEPTED, Step("replacing", Action.REPLACE, reason="Berhalangan; ormas mengirim penggantinya.")),
    "replacement": (),
    "queued": (),
    "pending": (),
}
STAGE = {"rejected": 0, "withdrew": 0, "waitlisted": 0, "pending": 2, "promoted": 3, "queued": 4}  # others 1


@dataclass(frozen=True)
class Calendar:
    """The days of a story. Nothing in it happens after ``until``."""

    first: date
    last: date
    cancelling: datetime
    replacing: datetime
    until: datetime


class Story:
    """Plays the rows of one batch in order of time."""

    def __init__(self, angkatan: Angkatan, calendar: Calendar, *, clerk: User, first_phone: int) -> None:
        self.angkatan, self.calendar, self.first_phone = angkatan, calendar, first_phone
        self.staff = staff(clerk)
        self.dice = random.Random(f"{angkatan.slug} {first_phone}")
        self.registrations: dict[int, Registration] = {}
        self.acts: list[tuple[datetime, Callable[[datetime], object]]] = []

    def tell(self, rows: list[DelegateRow], organisations: dict[str, Ormas]) -> None:
        """Register and decide everybody, then give out codes that are the same on every loading."""
        order = [place for place, row in enumerate(rows) if row.fate != "replacement"]
        order.sort(key=lambda place: (STAGE.get(rows[place].fate, 1), self.dice.random()))
        wishes = [self._wish(place, row, organisations[row.ormas]) for place, row in enumerate(rows)]
        for turn, place in enumerate(order):
            moments = self._moments(turn, len(order))
            self._plan(moments["register"], partial(self._register, place, wishes[place]))
            for step in FATES[rows[place].fate]:
                self._plan(moments[step.when], partial(self._take, place, step, wishes))
        for at, act in sorted(self.acts, key=lambda planned: planned[0]):
            act(at)
        number([self.registrations[place] for place in sorted(self.registrations)], self.dice)

    def also(self, at: datetime, act: Callable[[datetime], object]) -> None:
        """Something else that happens in between."""
        self._plan(at, act)

    def _plan(self, at: datetime, act: Callable[[datetime], object]) -> None:
        self.acts.append((min(at, self.calendar.until), act))

    def _moments(self, turn: int, count: int) -> dict[str, datetime]:
        """When this person registers, evenly over the days between 7 and 21 o'clock, and what follows."""
        days = (self.calendar.last - self.calendar.first).days + 1
        whole, part = divmod(turn * days / count, 1)
        registered = at_clock(self.calendar.first + timedelta(days=int(whole)), 7) + timedelta(minutes=int(part * 840))
        review = self._office_hour(registered)
        evening = at_clock(review.date(), 20) + timedelta(minutes=turn % 50)
        return {
            "register": registered,
            "review": review,
            "evening": evening,
            "second_review": self._office_hour(evening),
            "cancelling": self.calendar.cancelling,
            "promoted_review": self._office_hour(self.calendar.cancelling),
            "replacing": self.calendar.replacing,
        }

    def _office_hour(self, after: datetime) -> datetime:
        """The morning of the next working day."""
        day = after.date() + timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return at_clock(day, 9) + timedelta(minutes=self.dice.randrange(150))

    def _wish(self, place: int, row: DelegateRow, ormas: Ormas) -> application.Application:
        by_phone_call = place % 26 == 25
        number = self.first_phone + place - (place % 40 == 39)  # now and then two share one telephone
        needs = NEEDS[place % len(NEEDS)] if place % 17 == 7 and self.angkatan.year > 2019 else ""
        person = application.Person(
            name=row.name,
            front_title=row.front_title,
            back_title=row.back_title,
            nickname=row.nickname,
            gender=row.gender,
            position=row.position,
            phone="" if by_phone_call else f"+62812000{number:05d}",
            email=f"peserta{number:04d}@ormas.example" if place % 5 == 0 else "",
            special_needs=needs,
            agrees_special_needs=bool(needs),
            privacy_version=f"{self.angkatan.year}-01",
            agrees_photo=self.dice.random() < 0.7,
            agrees_group=self.dice.random() < 0.8,
            agrees_invite=self.dice.random() < 0.6,
        )
        source = Registration.Source.STAFF if by_phone_call else Registration.Source.WEB
        return application.Application(person, source, ormas=ormas)

    def _register(self, place: int, wish: application.Application, at: datetime) -> None:
        actor = self.staff if wish.source == Registration.Source.STAFF else DELEGATE
        self.registrations[place] = writer.register(self.angkatan, wish, actor=actor, at=at)

    def _take(self, place: int, step: Step, wishes: list[application.Application], at: datetime) -> None:
        registration = self.registrations[place]
        if step.action == Action.REPLACE:
            successor = changes.replace(registration, wishes[place + 1], actor=self.staff, at=at, reason=step.reason)
            self.registrations[place + 1] = successor
            return
        actor = DELEGATE if step.role == Role.DELEGATE else self.staff
        reason, fields = step.reason, list[str]()
        if step.action == Action.ASK_FIX:
            reason, field = self._what_to_fix(registration)
            fields = [field.value]
        writer.move(registration, step.action, actor=actor, at=at, reason=reason, fields=fields)

    def _what_to_fix(self, registration: Registration) -> tuple[str, Correction.Field]:
        is_short = len(registration.name) < 10
        return FIXES[0] if is_short else self.dice.choice(FIXES[1:])


def number(people: list[Registration], dice: random.Random) -> None:
    """Codes and references by seed: pictures in the docs stay the same; they open nothing without the phone."""
    for registration in people:
        registration.code = codes.new_code(dice.choice)
        registration.ref = uuid.UUID(int=dice.getrandbits(128), version=4)
    Registration.objects.bulk_update(people, ["code", "ref"])


def at_clock(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour of that day where the office is."""
    return make_aware(datetime.combine(day, time(hour, minute)))
