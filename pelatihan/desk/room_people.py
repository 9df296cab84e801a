"""Who came in by the room's code, by phone: for the organiser to strike who was not there, and to let count again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan import dates, ids
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import deciding, rules
from pelatihan.attendance.deciding import Decided, Wish
from pelatihan.attendance.rules import Kind, Means, Sum
from pelatihan.attendance.writer import NotChanged
from pelatihan.models import Angkatan, AttendanceEvent, Outcome, Session
from pelatihan.models.attendance import AttendanceEventQuerySet
from pelatihan.web.seen import NOTHING_CHANGED

A_PAGE = 60  # phones
MOST_LETTERS = AttendanceEvent._meta.get_field("reason").max_length or 0
MOST_TOLD = 5  # refusals, each in a sentence
ACTS = {"coret": Kind.STRIKE, "hitung": Kind.KEEP}
NOBODY_CHOSEN = "Centang dulu siapa yang dimaksud."
REASON_OWED = "Tulis alasan mencoretnya."
TOO_LONG = f"Alasan paling banyak {MOST_LETTERS} huruf."


@dataclass(frozen=True)
class Line:
    """One person whom a phone entered, or whom it could not any more."""

    event: AttendanceEvent
    total: Sum | None
    decided: AttendanceEvent | None
    seen: str
    is_chosen: bool

    @property
    def name(self) -> str:
        return self.event.registration.full_name if self.event.registration else ""

    @property
    def at(self) -> datetime:
        return rules.counted_at(self.event)

    @property
    def state(self) -> str:
        return self.total.state if self.total else ""

    @property
    def is_over(self) -> bool:
        """Whether the phone was full."""
        return self.event.kind == Kind.REFUSAL

    @property
    def decision(self) -> str:
        """``Dicoret oleh Rina Kartika pukul 08.40: “Tidak ada di ruangan”``."""
        if self.decided is None:
            return ""
        author, word = self.decided.author, deciding.WORDS[Kind(self.decided.kind)]
        by = f" oleh {author.get_full_name() or author.get_username()}" if author else ""
        why = f": “{self.decided.reason}”" if self.decided.reason else ""
        return f"{word.capitalize()}{by} pukul {dates.clock(self.decided.arrived_at)}{why}"


@dataclass(frozen=True)
class OnePhone:
    """A phone with the people whom it entered, in the order in which they came."""

    number: int
    lines: list[Line]


@require_http_methods(["GET", "POST"])
@of_batch(access.LATE)
def people(request: HttpRequest, angkatan: Angkatan, session: int) -> HttpResponse:
    """Phones that entered more than one person come first. ``?hal=`` more of them."""
    here = get_object_or_404(angkatan.sessions.select_related("angkatan"), pk=session)
    error = ""
    if request.method == "POST":
        error = _save(request, here)
        if not error:
            return redirect(request.get_full_path())
    found = _by_phone(here)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("hal"))
    names = [name for name, _entered in page]
    shown = _phones(here, page.start_index(), names, request.POST.getlist("pilih"))
    context = {
        "angkatan": angkatan,
        "tab": "desk",
        "session": here,
        "shared": [one for one in shown if len(one.lines) > 1],
        "single": [one for one in shown if len(one.lines) == 1],
        "people": sum(entered for _name, entered in found),
        "page": page,
        "error": error,
        "reason": request.POST.get("alasan", ""),
        "may_show": access.has(request.user, access.SCREEN),
    }
    return render(request, "desk/room_people.html", context)


def _own(session: Session) -> AttendanceEventQuerySet:
    """Who came in by the room's code, and who found the phone full."""
    entered = Q(kind=Kind.CHECK_IN) | Q(outcome=Outcome.TOO_MANY)
    return AttendanceEvent.objects.filter(entered, session=session, means=Means.SELF)


def _by_phone(session: Session) -> list[tuple[str, int]]:
    """Each phone of the session with how many people it entered; those with most to look at first."""
    entered = Count("pk", filter=Q(kind=Kind.CHECK_IN))
    rows = _own(session).order_by().values("phone").annotate(all=Count("pk"), entered=entered, first=Min("number"))
    return [(row["phone"], row["entered"]) for row in rows.order_by("-all", "first")]


def _phones(session: Session, start: int, names: Sequence[str], chosen: Collection[str]) -> list[OnePhone]:
    """These phones with their people, numbered from ``start``; two queries."""
    events = list(_own(session).filter(phone__in=names).select_related("registration__ormas").order_by("number"))
    by_phone: dict[str, list[AttendanceEvent]] = {}
    for event in events:
        by_phone.setdefault(event.phone, []).append(event)
    past = _past(session, events)
    return [
        OnePhone(number, [_line(event, past, chosen) for event in by_phone[name]])
        for number, name in enumerate(names, start)
    ]


def _line(event: AttendanceEvent, past: Mapping[int, list[AttendanceEvent]], chosen: Collection[str]) -> Line:
    person = event.registration
    theirs = past.get((person.counts_for_id or person.pk) if person else 0, [])
    seen = deciding.seen_of(event, theirs)
    return Line(event, rules.sum_of(theirs), rules.decision_on(event, theirs), seen, str(event.pk) in chosen)


def _past(session: Session, events: Sequence[AttendanceEvent]) -> dict[int, list[AttendanceEvent]]:
    """What happened to these people in the session, by whom they count for."""
    whose = {one.registration.counts_for_id or one.registration.pk for one in events if one.registration}
    theirs = Q(registration__in=whose) | Q(registration__counts_for__in=whose)
    known = AttendanceEvent.objects.filter(theirs, session=session).select_related("author")
    found: dict[int, list[AttendanceEvent]] = {}
    for event in known.annotate(stands_for=F("registration__counts_for")):
        found.setdefault(vars(event)["stands_for"] or event.registration_id or 0, []).append(event)
    return found


# ---- What is sent --------------------------------------------------------------------------------


def _save(request: HttpRequest, session: Session) -> str:
    """Strike those chosen, or let them count again.

    :returns: what is missing; then nothing was written
    """
    kind = next((kind for name, kind in ACTS.items() if name in request.POST), None)
    chosen = [event for text in request.POST.getlist("pilih") if (event := ids.read(text))]
    reason = " ".join("".join(sign if sign.isprintable() else " " for sign in request.POST.get("alasan", "")).split())
    if kind is None or not chosen:
        return NOBODY_CHOSEN
    if kind == Kind.STRIKE and not reason:
        return REASON_OWED
    if len(reason) > MOST_LETTERS:
        return TOO_LONG
    known = {event.pk: event for event in _own(session).filter(pk__in=chosen)}
    wishes = [_wish(request, known[pk], kind, reason) for pk in chosen if pk in known]
    try:
        done = deciding.decide(session, _to_change(session, wishes), actor=staff(request.user), at=timezone.now())
    except NotChanged as refusal:
        messages.error(request, str(refusal))
        return ""
    _tell(request, kind, done)
    return ""


def _wish(request: HttpRequest, event: AttendanceEvent, kind: Kind, reason: str) -> Wish:
    return Wish(event.pk, kind, reason if kind == Kind.STRIKE else "", request.POST.get(f"lihat-{event.pk}", ""))


def _to_change(session: Session, wishes: Sequence[Wish]) -> list[Wish]:
    """Without those who already count and whom nobody struck: to keep them would only lengthen their history."""
    struck = AttendanceEvent.objects.filter(about__in=[wish.about for wish in wishes]).values_list("about", flat=True)
    refused = _own(session).filter(kind=Kind.REFUSAL).values_list("pk", flat=True)
    undecided = {wish.about for wish in wishes} - {*struck, *refused}
    return [wish for wish in wishes if wish.kind == Kind.STRIKE or wish.about not in undecided]


def _tell(request: HttpRequest, kind: Kind, done: Sequence[Decided]) -> None:
    refused = [one for one in done if one.refusal]
    for one in refused[:MOST_TOLD]:
        messages.warning(request, f"{one.person.full_name if one.person else 'Satu catatan'}: {one.refusal}")
    if len(refused) > MOST_TOLD:
        messages.warning(request, f"Dan {dates.thousands(len(refused) - MOST_TOLD)} lagi yang belum disimpan.")
    saved = sum(not one.refusal and not one.was_so for one in done)
    if saved:
        word = "Dicoret" if kind == Kind.STRIKE else "Dihitung lagi"
        messages.success(request, f"{word}: {dates.thousands(saved)} orang.")
    elif not refused:
        messages.info(request, NOTHING_CHANGED)
