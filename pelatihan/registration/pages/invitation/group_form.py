"""The form in which an ormas names its people together: a row for each free seat, and further ones for reserves.

Empty rows are passed over. A row that is right folds when another is wrong, so that only what is to be mended is open.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.forms.boundfield import BoundField

from ormas import phones
from ormas.models import Gender
from pelatihan import numbers
from pelatihan.models import Invitation, Registration
from pelatihan.registration import seats
from pelatihan.registration.application import Application, Person, token_of
from pelatihan.registration.eligibility import MOST_RESERVES
from pelatihan.registration.fields import CarriedField
from pelatihan.registration.nik_form import FIELDS as NIK_FIELDS
from pelatihan.registration.nik_form import OF_OTHERS
from pelatihan.registration.pages.somebody_form import ABOUT, CONSENT_OWED, SomebodyForm
from pelatihan.web.robots import PeopleForm
from pelatihan.web.tags import first_input

FIRST_ROWS = 10  # drawn at first, however many seats there are
SPARE_ROWS = 10  # read beyond what may be named, so that nothing typed is lost when others were named meanwhile
NOBODY = "Belum ada yang ditulis. Isi sedikitnya satu utusan, lalu kirim."
TOO_MANY_ROWS = "Kiriman ini memuat lebih dari %(num)d baris, jadi belum ada yang disimpan. Kosongkan baris selebihnya."
UNREAD = "Isian ini tidak terbaca. Muat ulang halaman ini, lalu isi lagi."
SAME_PERSON = "Nama dan nomor HP ini sama dengan {}. Kosongkan salah satunya."
SAME_PHONE = "Nomor HP sama dengan {}. Boleh, bila memang dipakai bersama."
KNOWN = (
    "Orang ini sudah terdaftar dari ormas Anda: nama dan nomor HP-nya sama. Kosongkan baris ini;"
    " keadaannya tampil di halaman undangan."
)


@dataclass(frozen=True)
class Room:
    """What the ormas has, and what it may still name: ``free`` with a seat, ``left`` in all."""

    seats: int
    held: int
    reserves: int
    is_full: bool

    @classmethod
    def of(cls, invitation: Invitation) -> "Room":
        angkatan, ormas = invitation.angkatan, invitation.ormas
        held = angkatan.registrations.holding_seat().aggregate(
            all=Count("pk"), ormas=Count("pk", filter=Q(ormas=ormas))
        )
        named = angkatan.registrations.active().filter(ormas=ormas).count()
        own = seats.seats_of(angkatan, invitation)
        return cls(own, held["ormas"], named - held["ormas"], is_full=held["all"] >= angkatan.capacity)

    @property
    def free(self) -> int:
        return 0 if self.is_full else max(self.seats - self.held, 0)

    @property
    def left(self) -> int:
        return max(self.seats + MOST_RESERVES - self.held - self.reserves, 0)


class PeopleRows(forms.BaseFormSet):  # type: ignore[type-arg]  # generic in the stubs alone
    """The rows; none of them stands for somebody who is there already."""

    form = SomebodyForm
    min_num, can_order, can_delete, can_delete_extra = 0, False, False, False
    validate_max = validate_min = edit_only = False
    default_error_messages = {"too_many_forms": TOO_MANY_ROWS}
    renderer: Any = None

    def __init__(
        self, room: Room, data: Any = None, typed: list[dict[str, str]] | None = None, *, asks_nik: bool = False
    ) -> None:
        self.room, self.asks_nik = room, asks_nik
        self.absolute_max = self.max_num = room.seats + MOST_RESERVES + SPARE_ROWS
        self.extra = max(len(typed), 1) if typed is not None else max(min(room.free, FIRST_ROWS), 1)
        super().__init__(data, initial=typed or None)

    @classmethod
    def get_default_prefix(cls) -> str:
        return "utusan"

    def _construct_form(self, i: int, **kwargs: Any) -> SomebodyForm:
        form: SomebodyForm = super()._construct_form(i, **kwargs)  # type: ignore[misc]  # private; before it is judged
        if self.asks_nik:
            form.ask_nik(required=False, help_text=OF_OTHERS)
        return form

    def initial_form_count(self) -> int:
        return 0  # what is shown again was never saved

    def total_form_count(self) -> int:
        return super().total_form_count() if self.is_bound else self.extra

    def clean(self) -> None:
        """The same person twice: the second row is told."""
        known: dict[tuple[str, str], int] = {}
        for number, form in enumerate(self.forms):
            name, phone = (form.cleaned_data.get(field) for field in ("name", "phone"))
            if name and phone and (earlier := known.setdefault((name.lower(), phone), number)) != number:
                form.add_error("name", SAME_PERSON.format(self.word(earlier)))
        if not self.management_form.is_valid():
            raise ValidationError(UNREAD)
        if not any(form.has_changed() for form in self.forms):
            raise ValidationError(NOBODY)

    def word(self, number: int) -> str:
        """``Utusan 2``, ``Cadangan 1``: counted on from who is named already."""
        if number < self.room.free:
            return f"Utusan {self.room.held + number + 1}"
        return f"Cadangan {self.room.reserves + number - self.room.free + 1}"


class GroupConsent(forms.Form):
    """What stands below the rows. ``token``: made when the page was shown; ``kursi``: how many rows had a seat then."""

    agreed = forms.BooleanField(
        label="Para utusan tahu bahwa datanya saya kirim, dan mereka bersedia ikut",
        error_messages={"required": CONSENT_OWED},
    )
    token = CarriedField()
    kursi = CarriedField()


@dataclass(frozen=True)
class Row:
    """One row as it is drawn: ``wrong``, ``whole``, ``empty``, or ``open`` on a page that was not judged yet."""

    number: int
    form: SomebodyForm
    word: str
    is_reserve: bool
    state: str
    note: str

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Of each field that is wrong where it stands, its name within a sentence, and what to do."""
        if self.state != "wrong":
            return []
        wrong = [field for field in self.form if field.errors]
        return [(first_input(field), _within(str(field.label)), str(field.errors[0])) for field in wrong]

    @property
    def title(self) -> str:
        """The name of a row that is folded."""
        return self._person.full_name

    @property
    def facts(self) -> str:
        return f"{self._person.position}, {Gender(self._person.gender).label.lower()},"

    @property
    def phone(self) -> str:
        return phones.display(self._person.phone)

    @property
    def _person(self) -> Person:
        return self.form.person()


def _within(label: str) -> str:
    return label[:1].lower() + label[1:]


class GroupForm:
    """Rows, consent, and what tells people from programs: judged together."""

    def __init__(self, invitation: Invitation, room: Room, data: Any = None) -> None:
        self.invitation, self.room, self.is_bound = invitation, room, data is not None
        self.refused: list[str] = []
        self.rows = PeopleRows(room, data, asks_nik=invitation.angkatan.asks_nik)
        self.people = PeopleForm(data)
        shown = {"token": str(uuid.uuid4()), "kursi": str(room.free)}
        self.consent = GroupConsent(data, initial=shown)
        self._people_asked = False

    @classmethod
    def typed(cls, invitation: Invitation, room: Room, data: Any) -> "GroupForm":
        """The same rows with a further one, or with one emptied: nothing is judged, nothing saved."""
        group, rows = cls(invitation, room), _rows_in(data, room)
        emptied = numbers.read(data.get("kosongkan", "")) if "kosongkan" in data else None
        if emptied is not None and emptied < len(rows):
            rows[emptied] = {}
            if emptied >= room.free and len(rows) > 1:
                del rows[emptied]
        elif "tambah" in data and len(rows) < room.left:
            rows.append({})
        group.rows = PeopleRows(room, typed=rows, asks_nik=invitation.angkatan.asks_nik)
        if emptied is None:
            group.rows.forms[-1].fields["name"].widget.attrs["autofocus"] = True
        told = {name: data.get(name, "") for name in ("agreed", "token", "kursi")}
        group.consent = GroupConsent(initial=told)
        group.people = PeopleForm(data)
        return group

    def is_valid(self) -> bool:
        is_right = all([self.rows.is_valid(), self.consent.is_valid()])
        if is_right:
            self._people_asked = True
            is_right = self.people.is_valid()
        return is_right

    def applications(self) -> tuple[list[Application], list[int]]:
        """Who is to be registered, and in which row each stands. Call after ``is_valid()``."""
        angkatan, ormas = self.invitation.angkatan, self.invitation.ormas
        shown, filled = self._shown_token(), [n for n, form in enumerate(self.rows.forms) if form.has_changed()]
        people = [(form.person(), form.typed_nik) for form in (self.rows.forms[number] for number in filled)]
        wishes = [
            Application(
                person, Registration.Source.GROUP, ormas=ormas, nik=nik,
                token=token_of(shown, angkatan, ormas, person),
            )
            for person, nik in people
        ]  # fmt: skip
        return wishes, filled

    def _shown_token(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.consent.cleaned_data["token"])
        except ValueError:
            return uuid.uuid4()

    @property
    def seats_shown(self) -> int:
        """How many rows had a seat when the page was shown."""
        return numbers.read(self.consent.cleaned_data["kursi"]) or 0

    def refuse(self, sentence: str) -> None:
        """What is wrong with all of it."""
        self.refused.append(sentence)

    def refuse_row(self, number: int, sentence: str) -> None:
        self.rows.forms[number].add_error("name", sentence)

    # ---- How it is drawn -------------------------------------------------------------------------

    def drawn(self) -> list[Row]:
        is_judged = self.is_bound and any(form.has_changed() for form in self.rows.forms) and bool(self.rows.errors)
        first_with: dict[str, str] = {}
        return [self._row(number, form, first_with, is_judged) for number, form in enumerate(self.rows.forms)]

    def _row(self, number: int, form: SomebodyForm, first_with: dict[str, str], is_judged: bool) -> Row:
        word, state, note = self.rows.word(number), "open", ""
        if is_judged:
            state = "wrong" if form.errors else "whole" if form.has_changed() else "empty"
            phone = form.cleaned_data.get("phone", "")
            if phone and (other := first_with.setdefault(phone, word)) != word:
                note = SAME_PHONE.format(other)
        return Row(number, form, word, number >= self.room.free, state, note)

    @property
    def others(self) -> list[str]:
        """What is wrong beside the rows' own fields."""
        said = [*self.refused, *map(str, self.rows.non_form_errors() if self.is_bound else [])]
        return [*said, *map(str, self.people.non_field_errors() if self._people_asked else [])]

    @property
    def behind(self) -> list[BoundField]:
        """Fields behind the rows that are wrong."""
        spare = [self.people["situs"]] if self._people_asked else []
        return [field for field in (self.consent["agreed"], *spare) if field.errors]

    @property
    def can_add(self) -> bool:
        return len(self.rows.forms) < self.room.left

    @property
    def adds_reserve(self) -> bool:
        return len(self.rows.forms) >= self.room.free


def _rows_in(data: Mapping[str, str], room: Room) -> list[dict[str, str]]:
    """What was typed, row by row, as it stands there."""
    prefix = PeopleRows.get_default_prefix()
    most = room.seats + MOST_RESERVES + SPARE_ROWS
    count = min(numbers.read(data.get(f"{prefix}-TOTAL_FORMS", "")) or 1, most)
    return [
        {name: value for name in (*ABOUT, *NIK_FIELDS) if (value := data.get(f"{prefix}-{number}-{name}", ""))}
        for number in range(count)
    ]
