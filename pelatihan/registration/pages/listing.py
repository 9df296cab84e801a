"""The public page for an organisation that is not on the list: it asks, and reads what happens next."""

import math
import uuid
from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from ormas import names, phones
from ormas.models import Ormas
from ormas.search import plain
from pelatihan.models import Angkatan, ListingRequest
from pelatihan.phases import closed_sentence, standing
from pelatihan.registration import listing
from pelatihan.registration.fields import TOO_LONG, UNREADABLE, CarriedField, LetterField, PhoneField, text_input
from pelatihan.registration.listing import Asking
from pelatihan.registration.refusals import NotOpenNow
from pelatihan.web import errors, limits
from pelatihan.web.limits import Limit, Tally
from pelatihan.web.robots import PeopleForm

PLACES = Limit("listing", 30, limits.HOUR)  # a building full of organisations shares an address
NUMBERS = Limit("listing_phone", 10, limits.HOUR)
TOO_OFTEN = (
    "Terlalu banyak permintaan dari tempat atau nomor HP ini. Isian Anda masih ada: tunggu {minutes} menit, lalu kirim"
    " lagi dari halaman ini."
)
NAME_OWED = "Tulis nama ormas Anda dengan huruf."
COOKIE, SALT = "permintaan", "pelatihan.registration.listing"
SHOWN_FOR = 60 * 60  # seconds that the answer may be read again after sending
_LENGTHS = {column.name: column.max_length for column in ListingRequest._meta.fields}

# ---- The form ------------------------------------------------------------------------------------


def check_ormas_name(text: str) -> None:
    """:raises ValidationError: for a name of signs alone, by which nobody finds anybody"""
    if len(plain(text)) < names.LEAST:
        raise ValidationError(NAME_OWED, code="letters")


class NoteField(forms.CharField):
    """Some lines; a browser sends two signs for the end of each, of which one counts."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def _printed(field: str, label: str, **options: Any) -> LetterField:
    """As long as the column, and only signs that papers can show."""
    said = {"max_length": TOO_LONG} | options.pop("error_messages", {})
    return LetterField(names.check_text, label=label, max_length=_LENGTHS[field], error_messages=said, **options)


class ListingForm(PeopleForm):
    """One organisation and whom to answer. ``token`` is made when the form is shown; ``offered`` holds the name for
    which near ones were shown, so that whoever sends it once more means another one."""

    name = _printed(
        "name",
        "Nama lengkap ormas",
        help_text="Seperti di akta atau surat keterangan.",
        validators=[check_ormas_name],
        widget=text_input(autocomplete="organization"),
        error_messages={"required": "Tulis nama lengkap ormas Anda."},
    )
    abbreviation = _printed(
        "abbreviation", "Singkatan", required=False, widget=text_input("width-medium", autocomplete="off")
    )
    city = _printed(
        "city",
        "Kota atau kabupaten",
        help_text="Tempat sekretariat, misalnya Jakarta Pusat.",
        widget=text_input("width-medium", autocomplete="address-level2"),
        error_messages={"required": "Tulis kota atau kabupaten tempat sekretariat ormas Anda."},
    )
    contact_name = LetterField(
        label="Nama narahubung",
        help_text="Orang yang kami hubungi, tanpa gelar.",
        widget=text_input(autocomplete="name"),
        validators=[names.check_name],
        error_messages={"required": "Tulis nama orang yang dapat kami hubungi."},
    )
    phone = PhoneField(
        label="Nomor HP (WhatsApp)",
        help_text="Jawaban kami kirim ke nomor ini. Contoh: 0812-3456-7890.",
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "width-phone"}
        ),
        error_messages={
            "required": "Tulis nomor HP, supaya kami dapat menjawab.",
            "null_characters_not_allowed": UNREADABLE,
        },
    )
    email = forms.EmailField(
        label="Surel (email)",
        required=False,
        max_length=_LENGTHS["email"],
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "width-medium"}),
        error_messages={
            "invalid": "Tulis alamat surel (email) seperti ini: nama@contoh.id.",
            "max_length": TOO_LONG,
            "null_characters_not_allowed": UNREADABLE,
        },
    )
    note = NoteField(
        label="Yang perlu kami ketahui",
        required=False,
        max_length=_LENGTHS["note"],
        help_text="Misalnya siapa yang mengabari Anda tentang pelatihan ini.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
    )
    token = CarriedField()
    offered = CarriedField(max_length=_LENGTHS["name"])

    def __init__(self, angkatan: Angkatan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.angkatan = angkatan
        self.near: list[Ormas] = []  # invited ones that were perhaps meant
        self.initial["token"] = str(uuid.uuid4())
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # nothing is cut silently
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": True}
        notice = HTML("{% include 'registration/includes/listing_notice.html' %}")
        people = HTML("{% include 'includes/people.html' %}")
        send = Div(HTML("{% include 'registration/includes/listing_send.html' %}"), css_class="form-end")
        self.helper.layout = Layout(
            HTML("{% include 'registration/includes/listing_near.html' %}"),
            Div(
                Fieldset("A. Ormas", "name", "abbreviation", "city"),
                Fieldset("B. Narahubung", "contact_name", "phone", "email"),
                Fieldset("C. Keterangan", "note", notice, "token", "offered", people, send),
                css_class="card card-flush",
            ),
        )

    def asking(self) -> Asking:
        """What was typed. Call after ``is_valid()``."""
        return Asking(**{name: self.cleaned_data[name] for name in Asking.__dataclass_fields__})

    def sent_token(self) -> uuid.UUID:
        """Of this form; one that was spoilt still asks. Call after ``is_valid()``."""
        try:
            shown = uuid.UUID(self.cleaned_data["token"])
        except ValueError:
            shown = uuid.uuid4()
        return listing.token_of(shown, self.angkatan, self.asking())

    def offers(self) -> bool:
        """Whether near names are to be shown first; then the form carries the name they were shown for."""
        name = self.cleaned_data["name"]
        if self.cleaned_data["offered"] == name:
            return False
        self.near = listing.perhaps_meant(self.angkatan, self.asking())
        if self.near:
            self.data = dict(self.data.items()) | {"offered": name}
        return bool(self.near)


# ---- The page ------------------------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    angkatan, at = get_object_or_404(Angkatan.objects.published().with_seats_held(), slug=slug), timezone.now()
    if closed_sentence(angkatan, at):
        return _closed(request, angkatan, at)
    if request.method != "POST":
        masked = _sent(request, angkatan) if "terkirim" in request.GET else ""
        typed = names.tidy(request.GET.get("nama", ""))[: _LENGTHS["name"]]
        return _received(request, angkatan, masked, at) if masked else _form(request, _blank(angkatan, typed))
    form = ListingForm(angkatan, request.POST)
    if not form.is_valid():
        return _form(request, form)
    if tally := _refused(request, form):
        return _too_often(request, form, tally, at)
    if form.offers():
        return _form(request, form)
    return _keep(request, form, at)


def _blank(angkatan: Angkatan, name: str) -> ListingForm:
    return ListingForm(angkatan, initial={"name": name})


def _form(request: HttpRequest, form: ListingForm, *, status: int = 200) -> HttpResponse:
    context = {"angkatan": form.angkatan, "form": form}
    return render(request, "registration/listing.html", context, status=status)


def _closed(request: HttpRequest, angkatan: Angkatan, at: datetime) -> HttpResponse:
    context = {"angkatan": angkatan, "standing": standing(angkatan, angkatan.held, at=at)}
    return render(request, "registration/closed.html", context)


def _refused(request: HttpRequest, form: ListingForm) -> Tally | None:
    """The limit that this form meets; a try is counted for the place and for the number."""
    tallies = [PLACES.take(limits.address_of(request)), NUMBERS.take(form.cleaned_data["phone"])]
    met = [tally for tally in tallies if not tally.passes]
    return max(met, key=lambda tally: tally.until) if met else None


def _too_often(request: HttpRequest, form: ListingForm, tally: Tally, at: datetime) -> HttpResponse:
    seconds = max((tally.until - at).total_seconds(), 1)
    form.add_error(None, TOO_OFTEN.format(minutes=errors.minutes(seconds)))
    answer = _form(request, form, status=429)
    answer["Retry-After"] = str(math.ceil(seconds))
    return answer


def _keep(request: HttpRequest, form: ListingForm, at: datetime) -> HttpResponse:
    asking = form.asking()
    try:
        listing.ask(form.angkatan, asking, token=form.sent_token(), at=at)
    except NotOpenNow:
        return _closed(request, form.angkatan, at)
    answer = redirect(f"{request.path}?terkirim=ya")
    answer.set_cookie(
        cookie_name(), signing.dumps([form.angkatan.slug, phones.masked(asking.phone)], salt=SALT), max_age=SHOWN_FOR,
        path="/", secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True, samesite="Lax",
    )  # fmt: skip
    return answer


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}{COOKIE}"


def _sent(request: HttpRequest, angkatan: Angkatan) -> str:
    """The masked number to which this browser's request is answered; nothing when it has sent none lately."""
    try:
        slug, masked = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=SHOWN_FOR)
    except signing.BadSignature:
        return ""
    return str(masked) if slug == angkatan.slug else ""


def _received(request: HttpRequest, angkatan: Angkatan, masked: str, at: datetime) -> HttpResponse:
    """The same whoever has asked before: it says what happens, from what was just sent alone."""
    context = {"angkatan": angkatan, "masked": masked, "until": angkatan.decided_by(at)}
    answer = render(request, "registration/listing_sent.html", context)
    patch_cache_control(answer, private=True, no_store=True)
    return answer
