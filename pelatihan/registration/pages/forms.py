"""What a delegate fills in. Every refusal is a sentence; nothing is cut silently, so no input carries maxlength."""

import uuid
from typing import Any

from crispy_forms.bootstrap import FormActions, InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout, LayoutObject
from django import forms
from django.core.exceptions import ValidationError

from ormas import names, phones
from ormas.models import Gender, Ormas
from pelatihan import codes
from pelatihan.models import Angkatan, Invitation, Registration
from pelatihan.registration.application import Person, Request
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, LetterField, PhoneField, letters, text_input
from pelatihan.retention import PRIVACY_VERSION

NOT_FOUND = "Kami belum menemukan ormas ini. Pilih salah satu dari daftar, atau perbaiki ejaannya."


class PersonForm(forms.Form):
    """What is asked about a person, and the three things each may agree to. Order and groups: ``groups()``."""

    position = letters(
        "position",
        "Jabatan Anda di ormas",
        help_text="Misalnya Ketua, Sekretaris, Anggota.",
        widget=text_input("width-medium", autocomplete="organization-title"),
        error_messages={"required": "Tulis jabatan Anda di ormas, misalnya Anggota."},
    )
    name = LetterField(
        label="Nama lengkap",
        help_text="Sesuai KTP, tanpa gelar.",
        widget=text_input(autocomplete="name"),
        validators=[names.check_name],
        error_messages={"required": "Tulis nama lengkap Anda."},
    )
    front_title = letters(
        "front_title", "Gelar depan", required=False, widget=text_input(autocomplete="honorific-prefix")
    )
    back_title = letters(
        "back_title", "Gelar belakang", required=False, widget=text_input(autocomplete="honorific-suffix")
    )
    nickname = letters(
        "nickname",
        "Nama panggilan",
        required=False,
        help_text="Dicetak besar di kartu peserta.",
        widget=text_input("width-medium", autocomplete="nickname"),
    )
    gender = forms.ChoiceField(
        label="Jenis kelamin",
        choices=Gender.choices,
        widget=forms.RadioSelect,
        help_text="Untuk pembagian kamar.",
        error_messages={
            "required": "Pilih laki-laki atau perempuan.",
            "invalid_choice": "Pilih laki-laki atau perempuan.",
        },
    )
    phone = PhoneField(
        label="Nomor HP (WhatsApp)",
        help_text="Contoh: 0812-3456-7890.",
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "width-phone"}
        ),
        error_messages={"required": "Tulis nomor HP Anda.", "null_characters_not_allowed": UNREADABLE},
    )
    email = forms.EmailField(
        label="Surel",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "width-medium"}),
        error_messages={
            "invalid": "Tulis alamat surel seperti ini: nama@contoh.id.",
            "max_length": TOO_LONG,
            "null_characters_not_allowed": UNREADABLE,
        },
    )
    special_needs = forms.CharField(
        label="Kebutuhan khusus",
        required=False,
        max_length=300,
        help_text="Misalnya alergi makanan atau kursi roda. Dihapus setelah kegiatan.",
        widget=text_input(autocomplete="off"),
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
    )
    agrees_photo = forms.BooleanField(label="Foto kegiatan boleh memuat saya", required=False)
    agrees_group = forms.BooleanField(label="Masukkan saya ke grup WhatsApp peserta", required=False)
    agrees_invite = forms.BooleanField(label="Undang saya ke pelatihan berikutnya", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)
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
            "special_needs",
        ]

    def person(self, privacy_version: str) -> Person:
        """The person as typed. Call after ``is_valid()``."""
        wanted = {name: self.cleaned_data[name] for name in PersonForm.base_fields}
        return Person(privacy_version=privacy_version, **wanted)


class RegisterForm(PersonForm):
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

    def clean(self) -> None:
        if self.typed and self.has_error("ormas", "required"):
            del self.errors["ormas"]
            self.add_error("ormas", NOT_FOUND)

    def request(self) -> Request:
        """The wish to take part. Call after ``is_valid()``."""
        ormas: Ormas = self.invited[self.cleaned_data["ormas"]].ormas
        person = self.person(PRIVACY_VERSION)
        return Request(person, Registration.Source.WEB, ormas=ormas, token=self._token(person, ormas))

    def _token(self, person: Person, ormas: Ormas) -> uuid.UUID:
        """The same form sent twice is one registration; sent again for a colleague (back, new name) it is another."""
        try:
            shown = uuid.UUID(self.cleaned_data["token"])
        except ValueError:
            shown = uuid.uuid4()
        return uuid.uuid5(shown, f"{self.angkatan.pk} {ormas.pk} {person.phone} {person.name.lower()}")


def _open_invitations(angkatan: Angkatan) -> list[Invitation]:
    """The organisations one may choose, A to Z. Disputed ones wait for the office's decision."""
    invited = angkatan.invitations.exclude(ormas__verification=Ormas.Verification.DISPUTED)
    return list(invited.with_seats_held().select_related("ormas").order_by("ormas__name", "ormas__pk"))


def _option(invitation: Invitation) -> str:
    seats = invitation.angkatan.seats_per_ormas if invitation.own_seats is None else invitation.own_seats
    full = " · kursi terisi, jadi cadangan" if getattr(invitation, "held", 0) >= seats else ""
    return f"{invitation.ormas}{full}"


class CorrectForm(PersonForm):
    """What a delegate may put right before the decision."""

    def groups(self) -> list[LayoutObject]:
        send = FormActions(HTML("{% include 'registration/includes/save.html' %}"))
        return [
            Fieldset("A. Jabatan", "position"),
            Fieldset("B. Data diri", *self.about_oneself()),
            Fieldset("C. Persetujuan", "agrees_photo", "agrees_group", "agrees_invite", send),
        ]


def as_typed(registration: Registration) -> dict[str, Any]:
    """What the form shows at first when somebody corrects a registration."""
    shown = {name: getattr(registration.delegate, name) for name in PersonForm.base_fields if name != "special_needs"}
    printed = ("front_title", "name", "back_title", "nickname", "position", "special_needs")
    shown |= {name: getattr(registration, name) for name in printed}
    return shown | {"phone": phones.display(registration.delegate.phone)}


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
