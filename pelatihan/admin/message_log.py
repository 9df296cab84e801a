"""The log of messages: to whom what went by which way, what is left to a person, and what that person decides."""

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from ormas.models import Ormas
from ormas.search import search_words
from pelatihan import dates, numbers
from pelatihan.accounts import access
from pelatihan.admin import messages, registration_list
from pelatihan.admin.lists import CappedPaginator
from pelatihan.messaging import by_hand, settling, words
from pelatihan.models import Angkatan, Invitation, Message, MessageKind, Registration

LIST, SHOW = "admin:messages", "admin:message"
FOLDER = "admin/pesan"
PER_PAGE = 50
MOST_OPEN = 10  # of those on which somebody has to decide, above the list
SHOWN_BATCHES = 15
MOST_FOUND = 1_000  # people and organisations of a search, whose messages are shown
NEEDS_A_PERSON = "putuskan"
HIDDEN = "Teksnya memuat kode peserta atau tautan ormas, jadi tidak ditampilkan untuk peran Anda."
DONE = {
    settling.Act.ARRIVED: "dicatat sudah sampai",
    settling.Act.AGAIN: "menunggu dikirim lagi",
    settling.Act.BY_WHATSAPP: "menunggu dikirim lewat WhatsApp",
    settling.Act.BY_MAIL: "menunggu dikirim lewat surel",
    settling.Act.NEVER: "tidak akan dikirim",
}


# ---- What is asked ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """How the list is narrowed, as the address says it; what is no filter is none."""

    state: str
    kind: str
    batch: str
    words: str
    person: int | None  # of one registration alone

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        state, kind = request.GET.get("keadaan", ""), request.GET.get("kejadian", "")
        return cls(
            state if state in {*Message.State.values, NEEDS_A_PERSON} else "",
            kind if kind in MessageKind.values else "",
            request.GET.get("angkatan", "")[:60],
            " ".join(search_words(request.GET.get("q", ""))),
            numbers.read(request.GET.get("pendaftaran", "")),
        )

    def address(self, **other: str) -> str:
        """The list, narrowed so but for what is given."""
        wanted = {"keadaan": self.state, "kejadian": self.kind, "angkatan": self.batch, "q": self.words}
        wanted |= {"pendaftaran": str(self.person or "")} | other
        return f"?{urlencode({name: value for name, value in wanted.items() if value})}"


def _found(asked: Asked, angkatan: Angkatan | None, user: access.Person) -> QuerySet[Message]:
    rows: QuerySet[Message] = Message.objects.order_by("-created_at", "-pk")
    if asked.state == NEEDS_A_PERSON:
        rows = Message.objects.for_a_person().order_by("-created_at", "-pk")
    elif asked.state:
        rows = rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if angkatan:
        rows = rows.filter(angkatan=angkatan)
    if asked.person:
        rows = rows.filter(registration=asked.person)
    return rows.filter(_of_words(asked.words, user)) if asked.words else rows


def _of_words(words: str, user: access.Person) -> Q:
    """Of people found by name, organisation, code or number; of organisations by their name."""
    people = registration_list.search(Registration.objects.order_by(), words, user=user)
    ormas = Ormas.objects.order_by()
    for word in search_words(words):
        ormas = ormas.filter(pk__in=Ormas.objects.matching(word).order_by().values("pk"))
    invited = Invitation.objects.filter(ormas__in=ormas.values("pk")).order_by()
    found = [list(rows.values_list("pk", flat=True)[:MOST_FOUND]) for rows in (people, invited)]
    return Q(registration__in=found[0]) | Q(invitation__in=found[1]) if found[1] else Q(registration__in=found[0])


# ---- The list --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One message, as the list tells it."""

    message: Message
    whom: str
    address: str
    state: SafeString
    note: str
    acts: list[settling.Act]
    by: str


def _row(message: Message, user: access.Person) -> Row:
    return Row(
        message,
        by_hand.whom(message),
        messages.address_of(message, user),
        messages.state_badge(message),
        note_of(message),
        settling.acts_for(message),
        by_hand.clerk(message.ended_by),
    )


def note_of(message: Message) -> str:
    """Why it stands as it stands; what happens next."""
    if message.state != Message.State.WAITING:
        return message.why
    at = timezone.now()
    if message.channel == Message.Channel.EMAIL and message.tries:
        return f"{message.why} Gagal {message.tries} kali, dicoba lagi pukul {dates.clock(message.due_at)}.".strip()
    if message.due_at > at:
        undoable = message.decision and message.decision.can_be_undone(at)
        why = ", selama keputusannya dapat diurungkan" if undoable else ""
        return f"Dikirim paling cepat {dates.long_moment(message.due_at)}{why}"
    return "Dikirim dengan tangan" if message.channel == Message.Channel.WHATSAPP else "Sebentar lagi dikirim"


def log(site: Any, request: HttpRequest) -> HttpResponse:
    """The newest first; above them those on which a person has to decide. ``?keadaan=&kejadian=&angkatan=&q=&hal=``."""
    access.check(request.user, access.SEND)
    asked, at = Asked.of(request), timezone.now()
    batches = _batches(asked.batch)
    angkatan = next((batch for batch in batches if batch.slug == asked.batch), None)
    found = _found(asked, angkatan, request.user).select_related(*by_hand.WHOSE)
    paginator = CappedPaginator(found, PER_PAGE)
    page = paginator.get_page(request.GET.get("hal"))
    rows = page.object_list
    for_a_person = Message.objects.for_a_person()
    open_ones = for_a_person.filter(angkatan=angkatan) if angkatan else for_a_person
    shows_open = (
        asked.state in ("", NEEDS_A_PERSON) and not (asked.words or asked.kind or asked.person) and page.number == 1
    )
    undecided = (
        list(open_ones.select_related(*by_hand.WHOSE).order_by("-created_at", "-pk")[:MOST_OPEN]) if shows_open else []
    )
    counted = _counted(angkatan)
    context = {
        **site.each_context(request),
        "title": f"Pesan {angkatan.name}" if angkatan else "Pesan",
        "asked": asked,
        "angkatan": angkatan,
        "batches": [(batch, asked.address(angkatan=batch.slug)) for batch in batches],
        "all_batches": asked.address(angkatan=""),
        "kinds": [(kind.label, asked.address(kejadian=kind.value), asked.kind == kind.value) for kind in MessageKind],
        "all_kinds": asked.address(kejadian=""),
        "kind_word": MessageKind(asked.kind).label if asked.kind else "Semua",
        "states": _states(asked, counted),
        "rows": [_row(message, request.user) for message in rows],
        "undecided": [_row(message, request.user) for message in undecided],
        "undecided_count": counted["failed"] + counted["doubtful"],
        "more_undecided": asked.address(keadaan=NEEDS_A_PERSON),
        "page": page,
        "is_capped": paginator.is_capped,
        "previous": asked.address(hal=str(page.number - 1)),
        "next": asked.address(hal=str(page.number + 1)),
        "by_hand": by_hand.waiting(at, angkatan.pk if angkatan else None).count(),
        "may_send": messages.may_send(request.user),
        "trial": settings.TRIAL,
        "back": request.get_full_path(),
        "search_help": _search_help(request.user),
    }
    return TemplateResponse(request, f"{FOLDER}/log.html", context)


def _batches(chosen: str) -> list[Angkatan]:
    newest = list(Angkatan.objects.newest_first()[:SHOWN_BATCHES])
    if chosen and chosen not in {batch.slug for batch in newest}:
        newest += Angkatan.objects.filter(slug=chosen)
    return newest


def _counted(angkatan: Angkatan | None) -> dict[str, int]:
    """Of what is not over: the rest is long, and nobody needs its number."""
    unsent = Message.objects.unsent()
    rows = (unsent.filter(angkatan=angkatan) if angkatan else unsent).order_by().values_list("state")
    return dict.fromkeys(Message.State.values, 0) | dict(rows.annotate(number=Count("pk")))


def _states(asked: Asked, counted: dict[str, int]) -> list[tuple[str, str, bool]]:
    """Word, address, whether chosen."""
    words = [("", "Semua")]
    for state in (Message.State.WAITING, Message.State.DOUBTFUL, Message.State.FAILED):
        words.append((state.value, f"{state.label} {dates.thousands(counted[state])}"))
    words += [(state.value, str(state.label)) for state in (Message.State.SENT, Message.State.DROPPED)]
    return [(word, asked.address(keadaan=value), asked.state == value) for value, word in words]


def _search_help(user: access.Person) -> str:
    code, phone = (access.has(user, right) for right in (access.CODES, access.CONTACT))
    return f"Nama{', kode' if code else ''}{', nomor HP' if phone else ''}, nama atau singkatan ormas."


# ---- One message -----------------------------------------------------------------------------------


def show(site: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Its text, how it went, and what can be decided about it."""
    access.check(request.user, access.SEND)
    message = Message.objects.select_related(*by_hand.WHOSE).filter(pk=pk).first()
    if message is None:
        raise Http404
    may_read = access.has(request.user, access.CODES if message.registration else access.LINKS)
    subject, body = (message.subject, message.body) if message.body else _words(message)
    context = {
        **site.each_context(request),
        "title": by_hand.whom(message),
        "row": _row(message, request.user),
        "message": message,
        "channel": messages.channel_word(message),
        "subject": subject if may_read else "",
        "text": messages.as_shown(body) if may_read else "",
        "hidden": "" if may_read else HIDDEN,
        "is_kept": bool(message.body),
        "may_send": messages.may_send(request.user),
        "is_by_hand": message in by_hand.waiting(timezone.now()),
        "back": reverse(SHOW, args=[pk]),
    }
    return TemplateResponse(request, f"{FOLDER}/message.html", context)


def _words(message: Message) -> tuple[str, str]:
    """As it would read now; of what went out and was blanked since there is nothing to show."""
    if message.state in (Message.State.SENT, Message.State.DROPPED):
        return "", ""
    said = words.words_for(message)
    return said.subject, said.body


def settle(site: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """One decision about one message; back to where it was made."""
    access.check(request.user, access.SEND)
    back = redirect(_safe(request.POST.get("kembali", ""), pk))
    act = request.POST.get("tindakan", "")
    if request.method != "POST" or act not in list(settling.Act):
        return back
    wanted = settling.Act(act)
    if numbers.read(str(pk)) is None:
        raise Http404
    try:
        message = settling.settle(
            pk, wanted, by=cast(User, request.user), at=timezone.now(), seen=request.POST.get("seen", "")
        )
    except by_hand.NotWaiting as refusal:
        flash.warning(request, str(refusal))
    else:
        flash.success(request, f"Pesan kepada {by_hand.whom(message)} {DONE[wanted]}.")
    return back


def _safe(path: str, pk: int) -> str:
    """Back to the list or to the message, to nowhere else."""
    here = reverse(LIST)
    is_list = path == here or path.startswith(f"{here}?")
    return path if is_list and path.isascii() and path.isprintable() else reverse(SHOW, args=[pk])
