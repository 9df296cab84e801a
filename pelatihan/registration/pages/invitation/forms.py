"""What the contact person writes to put somebody right, to send somebody else, or to let somebody go."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from ormas import mails, phones
from pelatihan.lifecycle import Status
from pelatihan.models import Registration
from pelatihan.registration.application import Application, Person, token_of
from pelatihan.registration.eligibility import asked_fields, fields_that_wait
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, CarriedField, KeyField, text_input
from pelatihan.registration.pages.invitation.page import SENT_BY_THEMSELVES
from pelatihan.registration.pages.somebody_form import ABOUT, SomebodyForm
from pelatihan.registration.person_form import Mending
from pelatihan.web.robots import PeopleForm

UNSHOWN = ("phone", "email")  # links are forwarded: what stands there is never shown, only written anew
MASKS = {"phone": phones.masked, "email": mails.masked}
NEW = {"phone": "Nomor HP baru (WhatsApp)", "email": "Surel (email) baru"}
SOMEBODY_ELSE = "baru"
OTHER = "lain"
MOST_WORDS = 200
REASONS = (("tugas", "Ada tugas lain"), ("sakit", "Sakit"), ("pengurus", "Tidak lagi menjadi pengurus"))


class MendForm(Mending, SomebodyForm, PeopleForm):
    """What may be put right of somebody: at once, or (``later``) once staff agree; only what staff asked for, if they
    asked. Number and mail of who registered alone, or has read the notice on the own page since, are theirs: they open
    that page, where special needs stand.
    ``key``: of the request that may come of it.
    """

    key = KeyField()

    def __init__(self, registration: Registration, at: datetime, data: Any = None) -> None:
        self.stands = Person.of(registration)
        shown = {name: getattr(self.stands, name) for name in ABOUT if name not in UNSHOWN}
        super().__init__(data, initial=shown | {"key": str(uuid.uuid4())})
        asked = asked_fields(registration) if registration.status == Status.NEEDS_FIX else frozenset()
        self.speaks_alone = registration.source in SENT_BY_THEMSELVES or bool(self.stands.privacy_version)
        theirs = set(UNSHOWN) if self.speaks_alone else set()
        self.asked_elsewhere = bool(asked) and not asked & (set(ABOUT) - theirs)  # what only the person answers
        for name in ABOUT:
            if name in theirs or (asked and name not in asked):
                del self.fields[name]
        waits = fields_that_wait(registration, at)
        self.later = [name for name in self.offered if name in waits]
        for name in UNSHOWN:
            if name in self.fields:
                self._hide(name)

    def _hide(self, name: str) -> None:
        field, stands = self.fields[name], getattr(self.stands, name)
        field.required, field.label = False, NEW[name]
        told = f"Tercatat {MASKS[name](stands)}. Biarkan kosong bila tidak berganti." if stands else "Belum tercatat."
        field.help_text = told

    @property
    def offered(self) -> list[str]:
        return [name for name in ABOUT if name in self.fields]

    @property
    def at_once(self) -> list[str]:
        return [name for name in self.offered if name not in self.later]

    @property
    def key_shown(self) -> uuid.UUID:
        return self.cleaned_data.get("key") or uuid.uuid4()

    def _stored_value(self, name: str) -> Any:
        return getattr(self.stands, name) if name in UNSHOWN else super()._stored_value(name)

    def shown(self, name: str, value: Any) -> str:
        return MASKS[name](value) or "(kosong)" if name in UNSHOWN else super().shown(name, value)

    def clean_phone(self) -> str:
        return self.cleaned_data["phone"] or self.stands.phone

    def clean_email(self) -> str:
        return self.cleaned_data["email"] or self.stands.email


class ReasonForm(PeopleForm):
    """Why. ``asks``: whether the page said that this would be a request."""

    why = forms.ChoiceField(
        label="Alasan",
        choices=[("", "Pilih alasan"), *REASONS, (OTHER, "Lainnya")],
        help_text="Dibaca panitia. Rincian penyakit tidak perlu ditulis.",
        widget=forms.Select(attrs={"class": "width-medium"}),
        error_messages={"required": "Pilih alasannya.", "invalid_choice": "Pilih alasan dari daftar."},
    )
    own_words = forms.CharField(
        label="Keterangan",
        required=False,
        max_length=MOST_WORDS,
        help_text="Perlu diisi bila Anda memilih “Lainnya”.",
        widget=text_input(autocomplete="off"),
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
    )
    key = KeyField()
    asks = CarriedField()

    def __init__(self, data: Any = None, *, asks: bool, **options: Any) -> None:
        initial = {"key": str(uuid.uuid4()), "asks": "ya" if asks else ""}
        super().__init__(data, initial=initial, **options)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.cleaned_data.get("why") == OTHER and not self.cleaned_data.get("own_words"):
            self.add_error("own_words", "Tulis alasannya dengan kata Anda sendiri.")
        return data

    @property
    def reason(self) -> str:
        """In one line. Call after ``is_valid()``."""
        said = dict(REASONS).get(self.cleaned_data["why"], "")
        return ". ".join(part for part in (said, self.cleaned_data["own_words"].rstrip(".")) if part)

    @property
    def said_that_it_asks(self) -> bool:
        return bool(self.cleaned_data.get("asks"))

    @property
    def key_shown(self) -> uuid.UUID:
        return self.cleaned_data.get("key") or uuid.uuid4()


class ReplaceForm(ReasonForm, SomebodyForm):
    """Who comes instead: a reserve of the ormas, or somebody who is written down here."""

    comes = forms.ChoiceField(
        label="Siapa yang datang",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Pilih penggantinya.",
            "invalid_choice": "Ia bukan cadangan lagi. Pilih orang lain.",
        },
    )
    agreed = forms.BooleanField(
        label="Keduanya tahu dan bersedia",
        error_messages={
            "required": "Beri centang di sini bila keduanya tahu. Bila belum, tanyakan dulu kepada mereka."
        },
    )
    field_order = ("why", "own_words", "comes", *ABOUT, "agreed")

    def __init__(self, data: Any = None, *, asks: bool, reserves: Sequence[Registration]) -> None:
        self.reserves = {str(one.ref): one for one in reserves}
        super().__init__(data, asks=asks)
        choices = [(ref, one.full_name) for ref, one in self.reserves.items()]
        self.fields["comes"].choices = [*choices, (SOMEBODY_ELSE, "Orang lain")]  # type: ignore[attr-defined]
        if not reserves:
            self.fields["comes"].required = False

    def clean(self) -> dict[str, Any] | None:
        """Who is a reserve is written down already: whatever stands in the fields below is passed over. It is not
        asked for either while nobody was chosen and nothing written."""
        data = super().clean()
        is_written = any(str(self[name].data or "").strip() for name in ABOUT)
        if self.cleaned_data.get("comes") in self.reserves or (self.has_error("comes") and not is_written):
            for name in (*ABOUT, "nik"):
                self.errors.pop(name, None)
        return data

    @property
    def reserve(self) -> Registration | None:
        return self.reserves.get(self.cleaned_data["comes"])

    def application(self, goes: Registration) -> Application:
        """Somebody who is not a reserve. Call after ``is_valid()``."""
        person = self.person()
        token = token_of(self.key_shown, goes.angkatan, goes.ormas or goes.ormas_text, person)
        return Application(person, Registration.Source.GROUP, ormas=goes.ormas, nik=self.typed_nik, token=token)
