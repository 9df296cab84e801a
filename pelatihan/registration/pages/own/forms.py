"""What a delegate fills in on the own page: put data right, answer a fix, withdraw, agree."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from crispy_forms.bootstrap import FormActions, InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout, LayoutObject
from django import forms
from django.urls import reverse

from ormas.models import Ormas
from pelatihan.models import ChangeRequest, Invitation, Registration
from pelatihan.registration import nik
from pelatihan.registration.application import Person
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, KeyField, text_input
from pelatihan.registration.pages.forms import (
    LONG_LIST,
    SPECIAL_NEEDS,
    TITLES,
    Agreements,
    OwnPersonForm,
    open_invitations,
)
from pelatihan.registration.person_form import MendingForm, typed

MOST_LETTERS = ChangeRequest._meta.get_field("reason").max_length or 0
NOTICE_OWED = "Baca Pemberitahuan Privasi, lalu beri centang di sini."


def why_field(label: str = "Alasan", help_text: str = "") -> forms.CharField:
    """Why, in own words; for staff alone."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=MOST_LETTERS,
        help_text=help_text,
        widget=text_input(autocomplete="off"),
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
    )


class CorrectForm(MendingForm, OwnPersonForm):
    """What a delegate may put right: at once, or what ``waits`` as a request.

    The organisation can be chosen anew where few are invited: a long list is a matter for the office.
    """

    ormas = forms.ChoiceField(
        label="Ormas",
        help_text="Pindah hanya bila ormas itu masih punya kursi.",
        error_messages={"invalid_choice": "Ormas ini tidak ada di daftar undangan. Pilih ormas dari daftar."},
    )
    reason = why_field("Alasan perubahan", "Dibaca panitia saja, misalnya “sesuai KTP”.")
    key = KeyField()

    def __init__(self, registration: Registration, waits: Collection[str], data: Any = None) -> None:
        self.registration, self.waits = registration, waits
        self.invited = _choosable(registration)
        standing = {"ormas": str(registration.ormas_id), "reason": "", "key": uuid.uuid4()}
        super().__init__(data, initial=typed(registration) | standing)
        self.fields["ormas"].choices = [(key, str(row.ormas)) for key, row in self.invited.items()]  # type: ignore[attr-defined]
        for name, is_asked in (("ormas", bool(self.invited)), ("reason", bool(waits))):
            if not is_asked:
                del self.fields[name]
        self.helper.layout.insert(0, HTML("{% include 'registration/includes/as_seen.html' %}"))

    def ask_more(self) -> None:
        if self.registration.angkatan.asks_nik:
            self.ask_nik_anew(nik.masked(self.registration))

    def _comparable(self) -> Iterable[tuple[str, forms.Field, Any]]:
        return (each for each in super()._comparable() if each[0] != "reason")  # of the wish, not of the person

    def groups(self) -> list[LayoutObject]:
        ormas = ["ormas"] if self.invited else [HTML("{% include 'registration/includes/ormas_stays.html' %}")]
        agreements = ["agrees_photo", "agrees_group", "agrees_invite"]
        send = [FormActions(HTML("{% include 'registration/includes/save.html' %}")), "key"]
        if not self.waits:
            return [
                Fieldset("A. Ormas", *ormas, "position"),
                Fieldset("B. Data diri", *self.about_oneself()),
                Fieldset("C. Persetujuan", *agreements, *send),
            ]
        note = HTML("{% include 'registration/includes/waits.html' %}")
        about_nik, sure = self.about_nik()
        at_once = ["phone", "email", "nickname", *about_nik]
        printed = ["name", TITLES, "position", InlineRadios("gender"), *ormas, "reason", *sure]
        return [
            Fieldset("A. Berlaku begitu disimpan", *at_once, SPECIAL_NEEDS, *agreements),
            Fieldset("B. Menunggu persetujuan panitia", note, *printed, *send),
        ]

    def chosen_ormas(self) -> Ormas | None:
        """The other organisation, if one was chosen. Call after ``is_valid()``."""
        if "ormas" not in self.changed_data:
            return None
        return self.invited[self.cleaned_data["ormas"]].ormas


def _choosable(registration: Registration) -> dict[str, Invitation]:
    """The organisations to choose from, by number; none where the list is long, or one's own is not in it."""
    if registration.ormas_id is None:
        return {}
    invited = {str(row.ormas_id): row for row in open_invitations(registration.angkatan)}
    return invited if str(registration.ormas_id) in invited and 1 < len(invited) <= LONG_LIST else {}


class FixForm(MendingForm, OwnPersonForm):
    """Exactly what staff asked to be mended, on the own page itself."""

    def __init__(self, registration: Registration, asked: Collection[str], data: Any = None) -> None:
        self.asked = [name for name in ORDER if name in asked]
        self.registration = registration
        super().__init__(data, initial=typed(registration))
        if "nik" in self.asked:
            self.ask_nik_anew(nik.masked(registration))
            self.fields["nik"].required = True
            self.asked.append("nik_sure")
        for name in [name for name in self.fields if name not in self.asked]:
            del self.fields[name]
        self.helper.layout = Layout(
            HTML("{% include 'registration/includes/as_seen.html' %}"),
            *[InlineRadios(name) if name == "gender" else name for name in self.asked],
            FormActions(HTML("{% include 'registration/includes/send_fix.html' %}")),
        )
        self.helper.form_action = reverse("fix", args=[registration.shown_code])

    def groups(self) -> list[LayoutObject]:
        return []


# What can be asked for, in the order of the form.
ORDER = ("position", "name", "front_title", "back_title", "nickname", "gender", "nik", "phone", "email")


class WithdrawForm(forms.Form):
    """Why one does not come; ``key`` so that asking twice is asking once."""

    reason = why_field("Alasan", "Dibaca panitia saja. Rincian penyakit tidak perlu ditulis.")
    key = KeyField()


class AgreeForm(Agreements):
    """What one agrees to, alone: to be changed at any time. Who was registered by somebody else reads the notice here
    first.
    """

    privacy = forms.BooleanField(
        label="Saya sudah membaca Pemberitahuan Privasi", error_messages={"required": NOTICE_OWED}
    )
    field_order = ("privacy",)

    def __init__(self, registration: Registration, data: Any = None) -> None:
        super().__init__(data, initial=vars(Person.of(registration)))
        if registration.delegate.privacy_version:
            del self.fields["privacy"]  # read once, when registering
        if registration.special_needs:
            told = f"Tertulis: “{registration.special_needs}”. Tanpa centang, keterangan ini kami hapus."
            self.fields["agrees_special_needs"].help_text = told
        else:
            del self.fields["agrees_special_needs"]  # nothing is noted, so there is nothing to agree to
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        send = FormActions(HTML("{% include 'registration/includes/save_agreements.html' %}"))
        notice = [HTML("{% include 'registration/includes/notice.html' %}")] if "privacy" in self.fields else []
        group = Fieldset("Yang Anda setujui", *notice, *self.fields, send)
        self.helper.layout = Layout(Div(group, css_class="card card-flush"))

    def agreed(self) -> dict[str, bool]:
        """What is agreed to, the notice aside. Call after ``is_valid()``."""
        return {name: given for name, given in self.cleaned_data.items() if name != "privacy"}
