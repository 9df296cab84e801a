"""The texts of the office's messages: all of them, one to be changed with a preview, and back to the original."""

import re
from dataclasses import dataclass, replace
from typing import Any, cast

from django import forms
from django.contrib import messages as flash
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from pelatihan import numbers
from pelatihan.accounts import access
from pelatihan.admin import messages
from pelatihan.messaging import texts, words
from pelatihan.models import Angkatan, Invitation, MessageKind, Registration, TextOfOffice
from pelatihan.registration.fields import UNREADABLE
from pelatihan.web.seen import NOTHING_CHANGED, SeenForm

LIST, EDIT = "admin:message_texts", "admin:message_text"
FOLDER = "admin/pesan"
MOST_PEOPLE, SHOWN_BATCHES = 20, 12
_SLOT, _OPEN, _CLOSE = re.compile(r"\{([^{}\n]*)\}"), "\ue000", "\ue001"  # signs that nobody types
SAVED = "Teks “{}” disimpan. Pesan berikutnya memakainya, juga yang masih menunggu."
RESET = "Teks “{}” kembali ke teks asli."
OCCASIONS: tuple[tuple[str, tuple[tuple[MessageKind, str], ...]], ...] = (
    ("Pendaftaran", (
        (MessageKind.RECEIVED, "Begitu peserta terdaftar"),
        (MessageKind.QUEUED, "Begitu peserta masuk daftar cadangan"),
        (MessageKind.MOVED_UP, "Begitu ada kursi kosong baginya"),
        (MessageKind.CODE, "Begitu peserta meminta kodenya lagi"),
    )),
    ("Keputusan", (
        (MessageKind.ACCEPTED, "10 menit setelah keputusan"),
        (MessageKind.NEEDS_FIX, "10 menit setelah keputusan"),
        (MessageKind.REJECTED, "10 menit setelah keputusan"),
        (MessageKind.CANCELLED, "Begitu dibatalkan; 10 menit setelah keputusan petugas"),
        (MessageKind.REPLACED, "Begitu penggantinya tercatat"),
    )),
    ("Pelatihan", (
        (MessageKind.REMINDER, "Bila Anda mengirimnya ke banyak orang"),
        (MessageKind.PLACE_CHANGED, "Bila Anda mengirimnya ke banyak orang"),
        (MessageKind.POSTPONED, "Begitu tanggalnya diganti"),
        (MessageKind.CALLED_OFF, "Begitu pelatihan dibatalkan"),
        (MessageKind.REVIVED, "Begitu pembatalannya dicabut"),
        (MessageKind.CERTIFICATE, "Bila panitia mengirim kabar bahwa sertifikat terbit"),
    )),
    ("Ormas dan lain-lain", (
        (MessageKind.NO_DELEGATES, "Bila Anda mengirimnya ke ormas"),
        (MessageKind.FREE, "Bila Anda mengirimnya; bisa ditulis lain setiap kali"),
    )),
)  # fmt: skip


# ---- All of them -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One text of the list. ``own``: as the office changed it."""

    kind: MessageKind
    when: str
    own: TextOfOffice | None


def listed(site: Any, request: HttpRequest) -> HttpResponse:
    """By occasion; which of them the office changed, who and when."""
    _check_reading(request.user)
    changed = texts.changed()
    context = {
        **site.each_context(request),
        "title": "Teks pesan",
        "occasions": [
            (title, [Line(kind, when, changed.get(kind.value)) for kind, when in kinds]) for title, kinds in OCCASIONS
        ],
        "may_edit": access.has(request.user, access.TEXTS),
        "may_send": access.has(request.user, access.SEND),
    }
    return TemplateResponse(request, f"{FOLDER}/texts.html", context)


def _check_reading(user: access.Person) -> None:
    """Whoever sends may read them; whoever writes them, too."""
    if not access.has(user, access.SEND):
        access.check(user, access.TEXTS)


# ---- One of them -----------------------------------------------------------------------------------


class LineEndsField(forms.CharField):
    """Several lines; a browser ends each by two signs, the office's text by one, and both count as one letter."""

    def to_python(self, value: Any) -> str:
        return texts.tidy(super().to_python(value) or "")


class TextForm(SeenForm, forms.Form):
    """Subject and body, checked by the rules of that kind."""

    subject = LineEndsField(
        label="Judul surel",
        required=False,
        error_messages={"null_characters_not_allowed": UNREADABLE},
        widget=forms.TextInput(attrs={"class": "form-control", "maxlength": texts.LONGEST_SUBJECT}),
    )
    body = LineEndsField(
        label="Isi, untuk surel dan WhatsApp",
        required=False,
        error_messages={"null_characters_not_allowed": UNREADABLE},
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 16, "data-counted": texts.LONGEST_BODY}),
    )

    def __init__(self, kind: MessageKind, *args: Any, **options: Any) -> None:
        stands = texts.text_of(kind)
        super().__init__(*args, initial={"subject": stands.subject, "body": stands.body}, **options)
        self.kind = kind

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        subject, body = cleaned.get("subject", ""), cleaned.get("body", "")
        for field, sentences in texts.problems_of(self.kind, subject, body).items():
            if field not in self.errors:
                for sentence in sentences:
                    self.add_error(field, sentence)
        return cleaned

    @property
    def subject_now(self) -> str:
        return str(self["subject"].value() or "")

    @property
    def body_now(self) -> str:
        return texts.tidy(str(self["body"].value() or ""))


def edit(site: Any, request: HttpRequest, kind: str) -> HttpResponse:
    """The form beside what a real person would read; ``lihat`` shows that without saving."""
    _check_reading(request.user)
    wanted = _kind(kind)
    if request.method != "POST":
        return _page(site, request, wanted, TextForm(wanted))
    if "lihat" in request.POST:
        return _page(site, request, wanted, _as_typed(wanted, request))
    access.check(request.user, access.TEXTS)
    try:
        form = _saved(wanted, request)
    except IntegrityError:  # two at once; read anew, the form says where they differ
        form = _saved(wanted, request)
    return _page(site, request, wanted, form) if form else redirect(EDIT, wanted.value)


def _kind(kind: str) -> MessageKind:
    if kind not in MessageKind.values:
        raise Http404
    return MessageKind(kind)


def _as_typed(kind: MessageKind, request: HttpRequest) -> TextForm:
    """With what is wrong in it, but without asking about what somebody else saved."""
    form = TextForm(kind, request.POST)
    form.is_valid()
    return form


def _saved(kind: MessageKind, request: HttpRequest) -> TextForm | None:
    """Nothing when it was kept; else the form with what is to be mended."""
    with transaction.atomic():
        TextOfOffice.objects.select_for_update(no_key=True).filter(kind=kind).first()
        form = TextForm(kind, request.POST)
        if not form.is_valid():
            return form
        if not form.changed_data:
            flash.info(request, NOTHING_CHANGED)
            return None
        subject, body = form.cleaned_data["subject"], form.cleaned_data["body"]
        texts.save(kind, subject, body, by=cast(User, request.user), at=timezone.now())
    flash.success(request, SAVED.format(kind.label))
    return None


def _page(site: Any, request: HttpRequest, kind: MessageKind, form: TextForm) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": f"Teks pesan: {kind.label}",
        "kind": kind,
        "form": form,
        "own": texts.changed().get(kind.value),
        "slots": texts.placeholders_of(kind),
        "needed": texts.KINDS[kind].needed,
        "has_calendar": texts.KINDS[kind].has_calendar,
        "most": texts.LONGEST_BODY,
        "letters": len(form.body_now),
        "may_edit": access.has(request.user, access.TEXTS),
        "preview": _preview(request, kind, form),
    }
    return TemplateResponse(request, f"{FOLDER}/text.html", context)


def reset(site: Any, request: HttpRequest, kind: str) -> HttpResponse:
    """Asks once, showing both; a POST puts the original back."""
    access.check(request.user, access.TEXTS)
    wanted = _kind(kind)
    own = texts.changed().get(wanted.value)
    if request.method == "POST" or own is None:
        if request.method == "POST" and texts.reset(wanted):
            flash.success(request, RESET.format(wanted.label))
        else:
            flash.info(request, "Teks ini sudah teks asli. Tidak ada yang berubah.")
        return redirect(EDIT, wanted.value)
    context = {
        **site.each_context(request),
        "title": f"Kembalikan teks asli: {wanted.label}",
        "kind": wanted,
        "own": own,
        "original": texts.original(wanted),
    }
    return TemplateResponse(request, f"{FOLDER}/text_reset.html", context)


# ---- What a real person would read -------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """A text as one person would read it, and whom one can try it with."""

    batches: list[Angkatan]
    batch: Angkatan | None
    people: list[tuple[int, str]]
    chosen: int | None
    subject: str
    text: Any
    letters: int


def _preview(request: HttpRequest, kind: MessageKind, form: TextForm) -> Preview:
    asked = request.POST if request.method == "POST" else request.GET
    batches = list(Angkatan.objects.select_related("plan_change").newest_first()[:SHOWN_BATCHES])
    slug = asked.get("angkatan", "")
    batch = next((one for one in batches if one.slug == slug), None) or next(iter(batches), None)
    if batch is None or not messages.may_send(request.user):
        return Preview(batches, batch, [], None, "", "", 0)
    people = _people(batch, kind)
    wanted = numbers.read(asked.get("siapa", ""))
    person = next((one for one in people if one.pk == wanted), None) or next(iter(people), None)
    named = [(one.pk, _called(one)) for one in people]
    if person is None:
        return Preview(batches, batch, named, None, "", "", 0)
    said = _said(kind, person, form)
    return Preview(batches, batch, named, person.pk, said.subject, messages.as_shown(said.body), len(said.body))


def _said(kind: MessageKind, person: Any, form: TextForm) -> words.Words:
    """What is not known stays in its braces, so that it is seen: a message that goes out would lose the line."""
    known = texts.KINDS[kind].allowed
    kept = _SLOT.sub(lambda slot: slot[0] if slot[1] in known else f"{_OPEN}{slot[1]}{_CLOSE}", form.body_now)
    said = words.sample(kind, person, form.subject_now, kept)
    return replace(said, body=said.body.replace(_OPEN, "{").replace(_CLOSE, "}"))


def _people(batch: Angkatan, kind: MessageKind) -> list[Any]:
    """The first by name, and the one with the longest name: there a text is at its longest."""
    if kind == MessageKind.NO_DELEGATES:
        rows: list[Any] = list(Invitation.objects.filter(angkatan=batch).select_related("ormas")[:MOST_PEOPLE])
    else:
        people = Registration.objects.filter(angkatan=batch).select_related("delegate", "ormas")
        rows = list(people.sorted_by_name()[:MOST_PEOPLE])
        longest = people.order_by(Length("name").desc(), "pk").first()
        rows += [longest] if longest and longest not in rows else []
    for row in rows:
        row.angkatan = batch
    return rows


def _called(one: Any) -> str:
    if isinstance(one, Invitation):
        return str(one.ormas)
    ormas = one.ormas.abbreviation or one.ormas.name if one.ormas else one.ormas_text
    lack = "" if one.delegate.email else " (tanpa surel)"
    return f"{one.full_name}, {ormas}{lack}"
