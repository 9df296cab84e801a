"""Working through what waits to be sent by WhatsApp: one message at a time, one tap each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages as flash
from django.contrib.auth.models import User
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.timezone import localtime

from ormas import phones
from pelatihan import dates
from pelatihan.admin import messages
from pelatihan.messaging import by_hand, words
from pelatihan.models import Angkatan, Message, MessageKind

WORK = "admin:messages_by_hand"
FOLDER = "admin/pesan"
BEHIND, BEFORE = 3, 3  # shown of those that come next, and of those just sent
SEND, SKIP, NO_WHATSAPP, TAKE_BACK = "kirim", "lewati", "tanpa", "urungkan"


@dataclass(frozen=True)
class Queue:
    """How many wait, by kind, and how many this clerk has sent today."""

    sent: int
    waiting: int
    by_kind: list[tuple[str, int]]
    later: int  # not before their time: a decision can still be taken back
    later_at: datetime | None

    @property
    def total(self) -> int:
        return self.sent + self.waiting

    @property
    def kinds_sentence(self) -> str:
        return ", ".join(f"{dates.thousands(number)} “{word}”" for word, number in self.by_kind)


def work(site: Any, request: HttpRequest) -> HttpResponse:
    """The next one, for this clerk alone for a while; ``?angkatan=`` of one batch."""
    messages.check_sending(request.user)
    at, user = timezone.now(), cast(User, request.user)
    angkatan = _chosen(request.GET.get("angkatan", ""))
    scope = angkatan.pk if angkatan else None
    message = by_hand.next_for(user, at, scope)
    queue = _queue(user, at, angkatan)
    context = {
        **site.each_context(request),
        "title": "Kirim lewat WhatsApp",
        "angkatan": angkatan,
        "batches": [] if angkatan else _batches(at),
        "queue": queue,
        "here": _address(angkatan),
        "log": f"{reverse('admin:messages')}{f'?angkatan={angkatan.slug}' if angkatan else ''}",
        "before": [(one, _when(one)) for one in _just_sent(user, at, angkatan)],
        "scope": angkatan.slug if angkatan else "",
        **(_card(message, at, scope) if message else {}),
    }
    return TemplateResponse(request, f"{FOLDER}/by_hand.html", context)


def _card(message: Message, at: datetime, scope: int | None) -> dict[str, Any]:
    said = words.words_for(message)
    behind = by_hand.after(message, at, scope, BEHIND)
    return {
        "message": message,
        "whom": by_hand.whom(message),
        "phone": phones.display(said.phone),
        "text": messages.as_shown(said.body),
        "behind": [(one, by_hand.whom(one)) for one in behind],
    }


def _queue(user: User, at: datetime, angkatan: Angkatan | None) -> Queue:
    rows = Message.objects.filter(state=Message.State.WAITING, channel=Message.Channel.WHATSAPP)
    sent = _sent_by(user, at)
    if angkatan:
        rows, sent = rows.filter(angkatan=angkatan), sent.filter(angkatan=angkatan)
    due, later = Q(due_at__lte=at), Q(due_at__gt=at)
    counted = rows.order_by().values("kind").annotate(
        due=Count("pk", filter=due), later=Count("pk", filter=later), later_at=Min("due_at", filter=later)
    )  # fmt: skip
    kinds = sorted(counted, key=lambda row: -row["due"])
    moments = [row["later_at"] for row in kinds if row["later_at"]]
    return Queue(
        sent=sent.count(),
        waiting=sum(row["due"] for row in kinds),
        by_kind=[(str(MessageKind(row["kind"]).label), row["due"]) for row in kinds if row["due"]],
        later=sum(row["later"] for row in kinds),
        later_at=min(moments, default=None),
    )


def _sent_by(user: User, at: datetime) -> Any:
    """What this clerk has sent by hand since the day began."""
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return Message.objects.filter(
        ended_by=user, state=Message.State.SENT, channel=Message.Channel.WHATSAPP, ended_at__gte=midnight
    )


def _just_sent(user: User, at: datetime, angkatan: Angkatan | None) -> list[Message]:
    sent = _sent_by(user, at).select_related("registration", "invitation__ormas", "invitation__angkatan")
    mine = sent.filter(angkatan=angkatan) if angkatan else sent
    return list(mine.order_by("-ended_at", "-pk")[:BEFORE])


def _when(message: Message) -> str:
    return f"“{message.get_kind_display()}”, {localtime(message.ended_at):%H.%M.%S} {dates.zone_label()}".rstrip()


def _batches(at: datetime) -> list[tuple[Angkatan, int]]:
    """Those in which something waits, and how much: to work through one alone."""
    counted = by_hand.waiting(at).order_by().values_list("angkatan").annotate(number=Count("pk"))
    numbers = dict(counted)
    batches = Angkatan.objects.filter(pk__in=numbers).order_by("starts_on", "number")
    return [(batch, numbers[batch.pk]) for batch in batches] if len(numbers) > 1 else []


def _chosen(slug: str) -> Angkatan | None:
    return Angkatan.objects.filter(slug=slug).first() if slug.isprintable() else None


def _address(angkatan: Angkatan | None) -> str:
    return reverse(WORK) + (f"?{urlencode({'angkatan': angkatan.slug})}" if angkatan else "")


# ---- Acts ------------------------------------------------------------------------------------------


def act(site: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """One of the four buttons. Sending answers, in a tab of its own, with the page that opens WhatsApp."""
    messages.check_sending(request.user)
    back = redirect(_address(_chosen(request.POST.get("angkatan", ""))))
    wanted = request.POST.get("tindakan", "")
    if request.method != "POST":
        return back
    at, user = timezone.now(), cast(User, request.user)
    try:
        if wanted == SEND:
            return _opened(site, request, by_hand.send(pk, by=user, at=at), back["Location"])
        if wanted == SKIP:
            flash.info(request, f"{by_hand.whom(by_hand.skip(pk, at=at))} dilewati dulu, dan muncul lagi di akhir.")
        elif wanted == NO_WHATSAPP:
            flash.info(request, f"{by_hand.whom(by_hand.no_whatsapp(pk))}: {NOWHERE}")
        elif wanted == TAKE_BACK:
            flash.success(request, f"{by_hand.whom(by_hand.take_back(pk, by=user))} menunggu dikirim lagi.")
    except by_hand.NotWaiting as refusal:
        flash.warning(request, str(refusal))
    return back


NOWHERE = "dicatat tidak punya WhatsApp. Pesannya menunggu keputusan Anda di catatan pesan."


def _opened(site: Any, request: HttpRequest, handed: by_hand.Handed, back: str) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": "Membuka WhatsApp",
        "whom": by_hand.whom(handed.message),
        "wa": handed.link,
        "back": back,
    }
    return TemplateResponse(request, f"{FOLDER}/opened.html", context)


def state(site: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Whether it still waits: for the script that turns the page once WhatsApp is open."""
    messages.check_sending(request.user)
    found = Message.objects.filter(pk=pk, state=Message.State.WAITING).exists()
    return JsonResponse({"waits": found})
