"""One text to many: whom it is for, three samples with real people, and only then sending; the result, and stopping."""

import uuid
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages as flash
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.admin import messages
from pelatihan.admin.message_texts import LineEndsField
from pelatihan.lifecycle import Status
from pelatihan.messaging import by_hand, mail, mailing, texts, words
from pelatihan.models import Angkatan, Invitation, Mailing, Message, MessageKind, Registration, Session
from pelatihan.registration.fields import UNREADABLE, KeyField

NEW, RESULT = "admin:mailing_new", "admin:mailing"
FOLDER = "admin/pesan"
SHOWN_BATCHES, SAMPLES, MOST_LISTED = 15, 3, 20
READY = {  # a ready choice, as the address names it: kind, statuses
    "pengingat": (MessageKind.REMINDER, (Status.ACCEPTED,)),
    "tanpa-utusan": (MessageKind.NO_DELEGATES, ()),
    "tempat": (MessageKind.PLACE_CHANGED, (Status.ACCEPTED, Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED)),
    "bebas": (MessageKind.FREE, (Status.ACCEPTED,)),
}
TITLES = {
    MessageKind.REMINDER: "Pengingat sebelum berangkat",
    MessageKind.NO_DELEGATES: "Ormas yang belum mengirim utusan",
    MessageKind.PLACE_CHANGED: "Tempat atau waktu berubah",
    MessageKind.FREE: "Pesan bebas",
}
NOBODY = "Tidak ada yang cocok dengan pilihan ini. Ubah status, ormas, atau kehadirannya."
NO_STATUS = "Pilih sedikitnya satu status."
FILLER = "Tulis kabar Anda di sini."  # of the original free text
NO_NEWS = f"Ganti “{FILLER}” dengan kabar Anda."
NO_SESSION = "Pilih sesinya juga."
OVER = "Angkatan ini dibatalkan atau sudah ditutup, jadi tidak ada yang dikirimi lagi."
CHANGED = "Penerimanya berubah sejak halaman ini dibuka: tadi {}, sekarang {}. Periksa lagi, lalu kirim."
STOPPED = "Kiriman dihentikan. {} pesan yang belum terkirim tidak dikirim."


class MailingForm(forms.Form):
    """Whom, and what. ``expected``: how many the page with the samples showed."""

    angkatan = forms.ModelChoiceField(Angkatan.objects.none(), label="Angkatan", empty_label=None)
    kind = forms.ChoiceField(label="Pesan", choices=[(kind.value, TITLES[kind]) for kind in mailing.KINDS])
    statuses = forms.MultipleChoiceField(
        label="Status", choices=[(status.value, str(status.label)) for status in Status], required=False
    )
    ormas = forms.CharField(
        label="Ormas", required=False, max_length=100, help_text="Nama atau singkatan. Kosong: semua ormas.",
        error_messages={"null_characters_not_allowed": UNREADABLE},
    )  # fmt: skip
    attendance = forms.ChoiceField(
        label="Kehadiran", required=False, choices=[("", "Semua"), *mailing.ATTENDANCE.items()]
    )
    session = forms.ModelChoiceField(Session.objects.none(), label="Sesi", required=False, empty_label="Pilih sesi")
    subject = LineEndsField(
        label="Judul surel", required=False, error_messages={"null_characters_not_allowed": UNREADABLE}
    )
    body = LineEndsField(
        label="Isi, untuk surel dan WhatsApp", required=False, widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"null_characters_not_allowed": UNREADABLE},
    )  # fmt: skip
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)
    key = KeyField()

    def __init__(self, batch: Angkatan, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        newest = Angkatan.objects.newest_first()
        shown = [one.pk for one in newest[:SHOWN_BATCHES]]
        self.fields["angkatan"].queryset = newest.filter(Q(pk__in=shown) | Q(pk=batch.pk))  # type: ignore[attr-defined]
        sessions = batch.sessions.taking_attendance().in_time_order()
        self.fields["session"].queryset = sessions  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if name != "statuses" and not isinstance(field.widget, forms.HiddenInput):
                is_choice = isinstance(field.widget, forms.Select)
                field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind", "")
        is_of_people = kind != MessageKind.NO_DELEGATES
        if is_of_people and not cleaned.get("statuses") and "statuses" not in self.errors:
            self.add_error("statuses", NO_STATUS)
        if is_of_people and cleaned.get("attendance") == mailing.PRESENT and not cleaned.get("session"):
            self.add_error("session", NO_SESSION)
        if FILLER in cleaned.get("body", ""):
            self.add_error("body", NO_NEWS)
        if kind:
            problems = texts.problems_of(kind, cleaned.get("subject", ""), cleaned.get("body", ""))
            for field, sentences in problems.items():
                if field not in self.errors:
                    self.add_error(field, [ValidationError(sentence) for sentence in sentences])
        batch = cleaned.get("angkatan")
        if batch and (batch.cancelled_at or batch.closed_at):
            self.add_error("angkatan", OVER)
        return cleaned

    @property
    def choice(self) -> mailing.Choice:
        """Of a valid form."""
        chosen = self.cleaned_data
        session = chosen["session"].pk if chosen["session"] and chosen["attendance"] == mailing.PRESENT else None
        return mailing.Choice(tuple(chosen["statuses"]), chosen["ormas"].strip(), chosen["attendance"], session)


# ---- Choosing --------------------------------------------------------------------------------------


def choose(site: Any, request: HttpRequest) -> HttpResponse:
    """The form; what it would do, shown with real people; and, confirmed, the sending itself."""
    messages.check_sending(request.user)
    batch = _batch(request)
    if batch is None:
        return _choosing(site, request, None, None)
    if request.method != "POST":
        return _choosing(site, request, batch, MailingForm(batch, initial=_initial(request, batch)))
    form = MailingForm(batch, request.POST)
    if "teks" in request.POST:
        return _choosing(site, request, batch, MailingForm(batch, initial=_changed(request, batch)))
    if not form.is_valid() or "ubah" in request.POST:
        return _choosing(site, request, batch, form)
    found = mailing.receivers(batch.pk, form.cleaned_data["kind"], form.choice)
    ways = mailing.ways(found, form.cleaned_data["kind"])
    if not ways.total:
        form.add_error(None, NOBODY)
        return _choosing(site, request, batch, form)
    if "kirim" in request.POST:
        if known := Mailing.objects.filter(pk=form.cleaned_data["key"]).first():
            return redirect(RESULT, known.pk)
        if form.cleaned_data["expected"] == ways.total:
            return redirect(RESULT, _started(request, batch, form).pk)
        expected = dates.thousands(form.cleaned_data["expected"] or 0)
        flash.warning(request, CHANGED.format(expected, dates.thousands(ways.total)))
    return _confirming(site, request, batch, form, found, ways)


def _batch(request: HttpRequest) -> Angkatan | None:
    """The chosen one; at first the newest that is not over."""
    batches = Angkatan.objects.select_related("plan_change")
    chosen = request.POST.get("angkatan", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        return batches.filter(pk=int(chosen)).first()
    slug = request.GET.get("angkatan", "")
    at = timezone.now()
    newest = batches.not_over(at).order_by("starts_on", "number")
    return batches.filter(slug=slug).first() or newest.first() or batches.newest_first().first()


def _initial(request: HttpRequest, batch: Angkatan) -> dict[str, Any]:
    kind, statuses = READY.get(request.GET.get("pakai", ""), READY["pengingat"])
    text = texts.text_of(kind)
    return {
        "angkatan": batch.pk, "kind": kind.value, "statuses": [status.value for status in statuses],
        "subject": text.subject, "body": text.body, "key": uuid.uuid4(),
    }  # fmt: skip


def _changed(request: HttpRequest, batch: Angkatan) -> dict[str, Any]:
    """All that was typed stays; the sessions become those of the chosen batch."""
    sent = {name: str(value).replace("\0", "") for name, value in request.POST.items()}
    kept = {name: sent.get(name, "") for name in ("kind", "ormas", "attendance", "subject", "body", "key")}
    return kept | {"angkatan": batch.pk, "statuses": request.POST.getlist("statuses")}


def _choosing(site: Any, request: HttpRequest, batch: Angkatan | None, form: MailingForm | None) -> HttpResponse:
    kind = str(form["kind"].value() or MessageKind.FREE) if form else MessageKind.FREE.value
    context = {
        **site.each_context(request),
        "title": "Kirim ke banyak orang",
        "angkatan": batch,
        "form": form,
        "is_of_ormas": kind == MessageKind.NO_DELEGATES,
        "slots": texts.placeholders_of(kind if kind in MessageKind.values else MessageKind.FREE),
        "recent": _recent(),
    }
    return TemplateResponse(request, f"{FOLDER}/many.html", context)


def _recent() -> list[Mailing]:
    return list(Mailing.objects.select_related("angkatan", "author", "job").order_by("-at", "pk")[:5])


# ---- Asking once more --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """One real person, and what they would read."""

    whom: str
    why: str
    way: str
    subject: str
    text: Any


def _confirming(
    site: Any, request: HttpRequest, batch: Angkatan, form: MailingForm, found: QuerySet[Any], ways: mailing.Ways
) -> HttpResponse:
    kind = form.cleaned_data["kind"]
    sent = request.POST.copy()
    sent["expected"], sent["key"] = str(ways.total), str(form.cleaned_data["key"])
    is_of_ormas = kind == MessageKind.NO_DELEGATES
    nowhere = _with_names(found.filter(mailing.unreachable(kind)), kind)[:MOST_LISTED] if ways.nowhere else []
    context = {
        **site.each_context(request),
        "title": f"{TITLES[MessageKind(kind)]}: {dates.thousands(ways.total)} {'ormas' if is_of_ormas else 'orang'}",
        "angkatan": batch,
        "ways": ways,
        "is_of_ormas": is_of_ormas,
        "samples": _samples(batch, kind, found, form),
        "nowhere": [_called(one) for one in nowhere],
        "more_nowhere": max(ways.nowhere - MOST_LISTED, 0),
        "earlier": [(one, mailing_sentence(one)) for one in mailing.earlier(batch, kind)],
        "hidden": [(name, value) for name in form.fields for value in sent.getlist(name)],
    }
    return TemplateResponse(request, f"{FOLDER}/many_confirm.html", context)


def _with_names(found: QuerySet[Any], kind: str) -> Any:
    return (
        found.select_related("ormas") if kind == MessageKind.NO_DELEGATES else found.select_related("delegate", "ormas")
    )


def _samples(batch: Angkatan, kind: str, found: QuerySet[Any], form: MailingForm) -> list[Sample]:
    """The first, the one with the longest name, and one who is reached by WhatsApp alone."""
    rows = _with_names(found, kind)
    name = "ormas__name" if kind == MessageKind.NO_DELEGATES else "name"
    by_hand_alone = rows.exclude(pk__in=found.filter(mailing.mailable(kind)).values("pk")).exclude(
        pk__in=found.filter(mailing.unreachable(kind)).values("pk")
    )
    picked = [
        (rows.order_by("pk").first(), "yang pertama"),
        (rows.order_by(Length(name).desc(), "pk").first(), "nama terpanjang"),
        (by_hand_alone.order_by("-pk").first(), "lewat WhatsApp"),
    ]
    seen: dict[int, Sample] = {}
    for one, why in picked:
        if one is not None and one.pk not in seen:
            one.angkatan = batch
            said = words.sample(kind, one, form.cleaned_data["subject"], form.cleaned_data["body"])
            seen[one.pk] = Sample(_called(one), why, _way(said), said.subject, messages.as_shown(said.body))
    return list(seen.values())[:SAMPLES]


def _way(said: words.Words) -> str:
    if mail.can_arrive(said.address):
        return "Surel"
    return "WhatsApp" if said.phone else "Tidak dapat dihubungi"


def _called(one: Registration | Invitation) -> str:
    if isinstance(one, Invitation):
        return one.ormas.name
    return f"{one.full_name}, {one.ormas_name}"


def _started(request: HttpRequest, batch: Angkatan, form: MailingForm) -> Mailing:
    chosen = form.cleaned_data
    return mailing.start(
        chosen["key"], angkatan=batch, kind=chosen["kind"], subject=chosen["subject"], body=chosen["body"],
        choice=form.choice, author=cast(User, request.user), at=timezone.now(),
        shown_at=reverse(RESULT, args=[chosen["key"]]),
    )  # fmt: skip


# ---- The result --------------------------------------------------------------------------------------


def _mailing(key: uuid.UUID) -> Mailing:
    related = ("angkatan", "author", "job", "stopped_by")
    found = Mailing.objects.select_related(*related).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def result(site: Any, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """How far it has come; whom it did not reach; and, as long as anything is unsent, the button that stops it."""
    access.check(request.user, access.SEND)
    sending = _mailing(key)
    figures = mailing.figures(sending)
    failed = Message.objects.filter(mailing=sending, state__in=["failed", "doubtful"])
    context = {
        **site.each_context(request),
        "title": f"{TITLES.get(MessageKind(sending.kind), sending.get_kind_display())}, {sending.angkatan.name}",
        "mailing": sending,
        "job": sending.job,
        "is_writing": bool(sending.job and sending.job.is_open and not sending.stopped_at),
        "figures": figures,
        "is_moving": not sending.stopped_at and bool(figures.mails or (sending.job and sending.job.is_open)),
        "can_stop": not sending.stopped_at and bool(figures.unwritten or figures.mails or figures.by_hand),
        "author": by_hand.clerk(sending.author),
        "stopped_by": by_hand.clerk(sending.stopped_by),
        "choice": choice_sentence(sending),
        "failed": [
            (one, by_hand.whom(one)) for one in failed.select_related(*by_hand.WHOSE).order_by("pk")[:MOST_LISTED]
        ],
        "more_failed": max(figures.failed + figures.doubtful - MOST_LISTED, 0),
        "may_send": messages.may_send(request.user),
    }
    return TemplateResponse(request, f"{FOLDER}/mailing.html", context)


def choice_sentence(sending: Mailing) -> str:
    """Whom it was for, in words."""
    choice = mailing.Choice.read(sending.chosen)
    if sending.kind == MessageKind.NO_DELEGATES:
        who = "Ormas yang belum mengirim utusan"
    else:
        who = "Peserta berstatus " + ", ".join(
            str(Status(status).label) for status in choice.statuses if status in Status.values
        )
    session = Session.objects.filter(pk=choice.session).first() if choice.session else None
    where = f", hadir di {session.title}" if session else ""
    where = ", belum pernah hadir" if choice.attendance == mailing.NEVER else where
    return f"{who}{where}{f', ormas “{choice.ormas}”' if choice.ormas else ''}."


def mailing_sentence(sending: Mailing) -> str:
    return f"{dates.long_moment(sending.at)} oleh {by_hand.clerk(sending.author)}"


def stop(site: Any, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What is not sent stays unsent. Asks nothing: stopping harms nobody, and every second counts."""
    access.check(request.user, access.SEND)
    sending = _mailing(key)
    if request.method == "POST":
        if sending.stopped_at:
            flash.info(request, "Kiriman ini sudah dihentikan.")
        else:
            left = mailing.figures(sending)
            mailing.stop(sending, by=cast(User, request.user), at=timezone.now())
            unsent = left.unwritten + left.mails + left.by_hand
            flash.success(request, STOPPED.format(dates.thousands(unsent)))
    return redirect(RESULT, key)
