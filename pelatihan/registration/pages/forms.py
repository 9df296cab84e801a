"""What a delegate fills in. Every refusal is a sentence; nothing is cut silently, so no input carries maxlength."""

import uuid
from typing import Any

from crispy_forms.bootstrap import FormActions, InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout, LayoutObject
from django import forms
from django.core.exceptions import ValidationError

from ormas import names
from ormas.models import Ormas
from pelatihan import codes
from pelatihan.models import Angkatan, Invitation, Registration
from pelatihan.registration.application import Application, token_of
from pelatihan.registration.fields import UNREADABLE, PhoneField, text_input
from pelatihan.registration.person_form import PersonForm
from pelatihan.retention import PRIVACY_VERSION

NOT_FOUND = "Kami belum menemukan ormas ini. Pilih salah satu dari daftar, atau perbaiki ejaannya."


CONSENT_OWED = "Beri centang di sini, atau kosongkan kebutuhan khusus."


class OwnPersonForm(PersonForm):
    """What a delegate is asked, and what each may agree to. Order and groups: ``groups()``."""

    agrees_photo = forms.BooleanField(label="Foto kegiatan boleh memuat saya", required=False)
    agrees_group = forms.BooleanField(label="Masukkan saya ke grup WhatsApp peserta", required=False)
    agrees_invite = forms.BooleanField(label="Undang saya ke pelatihan berikutnya", required=False)
    agrees_special_needs = forms.BooleanField(
        label="Kebutuhan khusus saya boleh dicatat dan dibaca petugas",
        required=False,
        help_text="Hanya bila Anda mengisinya: keterangan kesehatan memerlukan persetujuan Anda sendiri.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        self.helper.layout = Layout(Div(*self.groups(), css_class="card card-flush"))

    def groups(self) -> list[LayoutObject]:
        """The lettered groups of the page."""
        raise NotImplementedError

    def about_oneself(self) -> list[Any]:
        return [
            "name",
            HTML("{% include 'registration/includes/titles.html' %}"),
            "nickname",
            InlineRadios("gender"),
            "phone",
            "email",
            HTML("{% include 'registration/includes/special_needs.html' %}"),
        ]

    def clean(self) -> dict[str, Any] | None:
        """Health data take a consent of their own (UU 27/2022, art. 4); without them there is nothing to agree to."""
        data = super().clean()
        if not self.cleaned_data.get("special_needs"):
            self.cleaned_data["agrees_special_needs"] = False
        elif not self.cleaned_data.get("agrees_special_needs"):
            self.add_error("agrees_special_needs", CONSENT_OWED)
        return data


class RegisterForm(OwnPersonForm):
    """One person of an invited organisation. ``token`` is made when the form is shown."""

    ormas = forms.ChoiceField(
        label="Nama ormas",
        help_text="Pilih dari daftar ormas yang diundang.",
        widget=forms.Select(attrs={"data-search": "Ketik nama atau singkatannya, lalu pilih."}),
        error_messages={
            "required": "Pilih ormas Anda dari daftar.",
            "invalid_choice": "Ormas ini tidak ada di daftar undangan. Pilih ormas dari daftar, atau hubungi panitia.",
        },
    )
    privacy = forms.BooleanField(
        label="Saya sudah membaca Pemberitahuan Privasi",
        error_messages={"required": "Baca Pemberitahuan Privasi, lalu beri centang di sini."},
    )
    token = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("ormas",)

    def __init__(self, angkatan: Angkatan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.angkatan = angkatan
        self.invited = {str(row.ormas_id): row for row in _open_invitations(angkatan)}
        options = [(key, _option(row)) for key, row in self.invited.items()]
        self.fields["ormas"].choices = [("", "Pilih ormas Anda"), *options]  # type: ignore[attr-defined]
        self.initial["token"] = str(uuid.uuid4())
        self.typed = names.tidy(str(self.data.get("ormas_typed", "")))  # what the script's search held
        self.fields["ormas"].widget.attrs["data-typed"] = self.typed

    def groups(self) -> list[LayoutObject]:
        note = HTML("{% include 'registration/includes/not_listed.html' %}")
        notice = HTML("{% include 'registration/includes/notice.html' %}")
        agreements = ["privacy", "agrees_photo", "agrees_group", "agrees_invite"]
        send = Div(HTML("{% include 'registration/includes/send.html' %}"), css_class="form-end")
        return [
            Fieldset("A. Ormas", "ormas", note, "position"),
            Fieldset("B. Data diri", *self.about_oneself()),
            Fieldset("C. Persetujuan", notice, *agreements, "token", send),
        ]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.typed and self.has_error("ormas", "required"):
            del self.errors["ormas"]
            self.add_error("ormas", NOT_FOUND)
        return data

    def application(self, network: str) -> Application:
        """The wish to take part, sent from that network. Call after ``is_valid()``."""
        ormas: Ormas = self.invited[self.cleaned_data["ormas"]].ormas
        person = self.person(PRIVACY_VERSION)
        token = token_of(self._shown_token(), self.angkatan, ormas, person)
        return Application(person, Registration.Source.WEB, ormas=ormas, token=token, network=network)

    def _shown_token(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["token"])
        except ValueError:
            return uuid.uuid4()


def _open_invitations(angkatan: Angkatan) -> list[Invitation]:
    """The organisations one may choose, A to Z. Disputed ones wait for the office's decision."""
    invited = angkatan.invitations.exclude(ormas__verification=Ormas.Verification.DISPUTED)
    return list(invited.with_seats_held().select_related("ormas").order_by("ormas__name", "ormas__pk"))


def _option(invitation: Invitation) -> str:
    full = " · kursi terisi, jadi cadangan" if invitation.held >= invitation.seats else ""
    return f"{invitation.ormas}{full}"


class CorrectForm(OwnPersonForm):
    """What a delegate may put right before the decision."""

    def groups(self) -> list[LayoutObject]:
        send = FormActions(HTML("{% include 'registration/includes/save.html' %}"))
        return [
            Fieldset("A. Jabatan", "position"),
            Fieldset("B. Data diri", *self.about_oneself()),
            Fieldset("C. Persetujuan", "agrees_photo", "agrees_group", "agrees_invite", send),
        ]


class CodeForm(forms.Form):
    """A code as people write it: any case, with spaces, O for 0."""

    code = forms.CharField(
        label="Kode pendaftaran",
        help_text="Delapan huruf dan angka, misalnya K7MP-Q4XR.",
        widget=text_input(
            "code-input", autocomplete="off", autocapitalize="characters", spellcheck="false", inputmode="text"
        ),
        error_messages={"required": "Tulis kode pendaftaran Anda.", "null_characters_not_allowed": UNREADABLE},
    )

    def clean_code(self) -> str:
        code = codes.normalise(self.cleaned_data["code"])
        if not codes.is_valid(code):
            raise ValidationError(
                "Kode ini tidak dikenal. Periksa lagi delapan huruf dan angkanya, satu per satu.", code="code"
            )
        return code


class PhoneForm(forms.Form):
    """The number that opens one's own page on another phone."""

    phone = PhoneField(
        label="Nomor HP yang dipakai saat mendaftar",
        help_text="Contoh: 0812-3456-7890.",
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "width-phone"}
        ),
        error_messages={
            "required": "Tulis nomor HP yang dipakai saat mendaftar.",
            "null_characters_not_allowed": UNREADABLE,
        },
    )
