"""What a delegate fills in. Every refusal is a sentence; nothing is cut silently, so no input carries maxlength."""

import uuid
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout, LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from ormas import names
from ormas.models import Ormas
from ormas.search import plain
from pelatihan import codes
from pelatihan.models import Angkatan, Invitation, Registration
from pelatihan.models.compiled import Compiled
from pelatihan.registration.application import Application, token_of
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, CarriedField, PhoneField, text_input
from pelatihan.registration.person_form import PersonForm
from pelatihan.retention import PRIVACY_VERSION
from pelatihan.web.robots import PeopleForm

ELSE = " Memang belum ada? Pilih “Ormas saya belum tercantum”."
NOT_FOUND = f"Kami belum menemukan ormas ini. Pilih salah satu dari daftar, atau perbaiki ejaannya.{ELSE}"
NEARLY = f"Kami belum menemukan “%(typed)s”. Mungkin maksud Anda salah satu yang kami tunjukkan di bawah.{ELSE}"
TWO = "Anda memilih dua ormas. Pilih satu saja dari daftar."
FULL = "kursi terisi, jadi cadangan"
MOST_NEAR = 6
LONGEST_TYPED = Ormas._meta.get_field("name").max_length or 0
LONG_LIST = 60  # invited organisations; beyond, a name may be typed without JavaScript too

CONSENT_OWED = "Beri centang di sini, atau kosongkan kebutuhan khusus."


class Agreements(forms.Form):
    """What each may agree to, or not: nothing depends on it."""

    agrees_photo = forms.BooleanField(label="Foto kegiatan boleh memuat saya", required=False)
    agrees_group = forms.BooleanField(label="Masukkan saya ke grup WhatsApp peserta", required=False)
    agrees_invite = forms.BooleanField(label="Undang saya ke pelatihan berikutnya", required=False)
    agrees_special_needs = forms.BooleanField(
        label="Kebutuhan khusus saya boleh dicatat dan dibaca petugas",
        required=False,
        help_text="Hanya bila Anda mengisinya: keterangan kesehatan memerlukan persetujuan Anda sendiri.",
    )


TITLES = HTML("{% include 'registration/includes/titles.html' %}")
SPECIAL_NEEDS = HTML("{% include 'registration/includes/special_needs.html' %}")


class OwnPersonForm(Agreements, PersonForm):
    """What a delegate is asked, and what each may agree to. Order and groups: ``groups()``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_more()
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        known = HTML("{% include 'registration/includes/own_pages.html' %}")
        self.helper.layout = Layout(known, Div(*self.groups(), css_class="card card-flush"))

    def ask_more(self) -> None:
        """What only some batches ask."""

    def groups(self) -> list[LayoutObject]:
        """The lettered groups of the page."""
        raise NotImplementedError

    def about_oneself(self) -> list[Any]:
        nik, sure = self.about_nik()
        return ["name", TITLES, "nickname", InlineRadios("gender"), *nik, "phone", "email", SPECIAL_NEEDS, *sure]

    def about_nik(self) -> tuple[list[str], list[str]]:
        """The question, where it is asked; and what it carries unseen, to stand behind all questions."""
        return (["nik"], ["nik_sure"]) if self.asks_nik else ([], [])

    def clean(self) -> dict[str, Any] | None:
        """Health data take a consent of their own (UU 27/2022, art. 4); without them there is nothing to agree to."""
        data = super().clean()
        if "special_needs" not in self.fields:
            return data
        if not self.cleaned_data.get("special_needs"):
            self.cleaned_data["agrees_special_needs"] = False
        elif not self.cleaned_data.get("agrees_special_needs"):
            self.add_error("agrees_special_needs", CONSENT_OWED)
        return data


class OrmasSelect(forms.Select):
    """Says of each organisation without a free seat that whoever is sent by it waits."""

    full: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.full:
            option["attrs"]["data-full"] = FULL
        return option


class RegisterForm(PeopleForm, OwnPersonForm):
    """One person of an invited organisation. ``token`` is made when the form is shown.

    The organisation is chosen from the list; or its name is typed (``ormas_typed``: by the script's search, and without
    JavaScript where the list is long), or it is one of the near names that an error offers (``ormas_near``).
    """

    ormas = forms.ChoiceField(
        label="Nama ormas",
        help_text="Pilih dari daftar ormas yang diundang.",
        widget=OrmasSelect(attrs={"data-search": "Ketik nama atau singkatannya, lalu pilih."}),
        error_messages={
            "required": "Pilih ormas Anda dari daftar.",
            "invalid_choice": "Ormas ini tidak ada di daftar undangan. Pilih ormas dari daftar, atau hubungi panitia.",
        },
    )
    privacy = forms.BooleanField(
        label="Saya sudah membaca Pemberitahuan Privasi",
        error_messages={"required": "Baca Pemberitahuan Privasi, lalu beri centang di sini."},
    )
    token = CarriedField()
    field_order = ("ormas",)

    def __init__(self, angkatan: Angkatan, *args: Any, ormas: str = "", **kwargs: Any) -> None:
        self.angkatan = angkatan
        super().__init__(*args, **kwargs)
        self.invited = {str(row.ormas_id): row for row in open_invitations(angkatan)}
        self.typed = names.tidy(str(self.data.get("ormas_typed", "")))
        self.offered: list[tuple[str, str]] = []  # near names, when what was typed fits none
        self._take_offered_or_typed()
        select = self.fields["ormas"].widget
        select.full = frozenset(key for key, row in self.invited.items() if _is_full(row))
        select.attrs["data-typed"] = self.typed
        self.options = [(key, _option(row)) for key, row in self.invited.items()]
        self.fields["ormas"].choices = [("", "Pilih ormas Anda"), *self.options]  # type: ignore[attr-defined]
        self.initial["token"] = str(uuid.uuid4())
        self.is_ormas_given = ormas in self.invited  # by a link
        if self.is_ormas_given:
            self.initial["ormas"] = ormas

    def ask_more(self) -> None:
        if self.angkatan.asks_nik:
            self.ask_nik(required=True)

    def _take_offered_or_typed(self) -> None:
        """A near name that was picked, or a name that was typed in full, stands in the list as if chosen there."""
        near = self.data.get("ormas_near", "")
        if not self.is_bound or self.data.get("ormas"):
            return
        meant = [near] if near in self.invited else _called(self.typed, self.invited)
        if len(meant) == 1:
            self.data = dict(self.data.items()) | {"ormas": meant[0]}

    @property
    def unlisted(self) -> str:
        """What was typed, for the page that asks to be listed; nothing where an address cannot hold it."""
        return self.typed[:200] if self.typed.isprintable() else ""

    @property
    def is_long(self) -> bool:
        return len(self.invited) > LONG_LIST

    @property
    def waits(self) -> bool:
        """Whether the organisation chosen so far has no seat left."""
        return self["ormas"].value() in self.fields["ormas"].widget.full

    def groups(self) -> list[LayoutObject]:
        chosen = HTML("{% include 'registration/includes/ormas_chosen.html' %}")
        note = HTML("{% include 'registration/includes/not_listed.html' %}")
        notice = HTML("{% include 'registration/includes/notice.html' %}")
        agreements = ["privacy", "agrees_photo", "agrees_group", "agrees_invite"]
        people = HTML("{% include 'includes/people.html' %}")
        send = Div(HTML("{% include 'registration/includes/send.html' %}"), css_class="form-end")
        return [
            Fieldset("A. Ormas", "ormas", chosen, note, "position"),
            Fieldset("B. Data diri", *self.about_oneself()),
            Fieldset("C. Persetujuan", notice, *agreements, "token", people, send),
        ]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        chosen, near = self.data.get("ormas", ""), self.data.get("ormas_near", "")
        if near in self.invited and chosen in self.invited and near != chosen:
            self.add_error("ormas", TWO)
        elif self.typed and self.has_error("ormas", "required"):
            del self.errors["ormas"]
            self._offer_near()
        return data

    def _offer_near(self) -> None:
        if len(self.typed) > LONGEST_TYPED:
            self.add_error("ormas", ValidationError(TOO_LONG, params={"limit_value": LONGEST_TYPED}))
            return
        invited = Ormas.objects.filter(pk__in=self.invited)
        found = invited.found_by(self.typed).nearest_first(self.typed)[:MOST_NEAR]
        self.offered = [(key, _option(self.invited[key])) for key in map(str, found.values_list("pk", flat=True))]
        sentence = NEARLY if self.offered else NOT_FOUND
        self.add_error("ormas", ValidationError(sentence, code="near", params={"typed": _short(self.typed)}))

    def application(self, network: str) -> Application:
        """The wish to take part, sent from that network. Call after ``is_valid()``."""
        ormas: Ormas = self.invited[self.cleaned_data["ormas"]].ormas
        person = self.person(PRIVACY_VERSION)
        token = token_of(self._shown_token(), self.angkatan, ormas, person)
        return Application(
            person, Registration.Source.WEB, ormas=ormas, token=token, nik=self.typed_nik, network=network
        )

    def _shown_token(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["token"])
        except ValueError:
            return uuid.uuid4()


def open_invitations(angkatan: Angkatan) -> list[Invitation]:
    """The organisations one may choose, A to Z. Disputed ones wait for the office's decision."""
    invited = _invited(angkatan.pk)
    for row in invited:
        row.angkatan = angkatan
    return invited


def _invited_to(angkatan: int) -> QuerySet[Invitation]:
    invited = Invitation.objects.filter(angkatan=angkatan).exclude(ormas__verification=Ormas.Verification.DISPUTED)
    return invited.with_seats_held().select_related("ormas").order_by("ormas__name", "ormas__pk")


_invited = Compiled(_invited_to, int)


def _is_full(invitation: Invitation) -> bool:
    return invitation.held >= invitation.seats


def _option(invitation: Invitation) -> str:
    return f"{invitation.ormas} · {FULL}" if _is_full(invitation) else str(invitation.ormas)


def _called(typed: str, invited: dict[str, Invitation]) -> list[str]:
    """Those whose name or abbreviation this is, in full; rivals may carry one name."""
    wanted = plain(typed)
    return [
        key
        for key, row in invited.items()
        if wanted and wanted in (plain(row.ormas.name), plain(row.ormas.abbreviation), row.ormas.plain)
    ]


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


class CodeForm(forms.Form):
    """A code as people write it: any case, with spaces, O for 0."""

    code = forms.CharField(
        label="Kode pendaftaran",
        max_length=200,  # a whole link may be pasted
        help_text="Delapan huruf dan angka, misalnya K7MP-Q4XR.",
        widget=text_input(
            "code-input", autocomplete="off", autocapitalize="characters", spellcheck="false", inputmode="text"
        ),
        error_messages={
            "required": "Tulis kode pendaftaran Anda.",
            "max_length": TOO_LONG,
            "null_characters_not_allowed": UNREADABLE,
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["code"].widget.attrs["maxlength"]  # nothing is cut silently

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
