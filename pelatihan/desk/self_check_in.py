"""``/hadir/<token>/``: delegates check themselves in by the code of the room, each with one tap.

The browser knows who it is by the cookie that opens the own page; else code and phone are asked once. Every refusal
says in bold that nothing is recorded yet, and the one thing to do.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pelatihan import ids
from pelatihan.accounts.actor import DELEGATE
from pelatihan.attendance import rules, sessions, statements, writer
from pelatihan.attendance.locked import Scan
from pelatihan.desk import phones, room_code, self_digits, self_notices
from pelatihan.desk.phones import Phone
from pelatihan.desk.self_forms import DigitsForm, WhoForm
from pelatihan.desk.self_notices import Notice
from pelatihan.models import Attendance, AttendanceEvent, Outcome, Registration, Session
from pelatihan.models.attendance import MOST_A_PHONE
from pelatihan.models.compiled import Compiled
from pelatihan.registration.pages.own import pages as own
from pelatihan.registration.pages.own import remembered
from pelatihan.registration.pages.proof import is_expired
from pelatihan.web import errors
from pelatihan.web.limits import Limit, TooMany

# Whoever holds a ticket is in the room: of the two hundred there, many may slip once. Codes and numbers have their own.
ROOM = Limit("own-page-room", 600, 15 * 60)
TOO_OFTEN = "Terlalu banyak percobaan. Kehadiran Anda belum tercatat: datanglah ke meja presensi di pintu ruangan."
CHANGED = "Kode di layar sudah berganti, jadi kehadiran Anda belum tercatat. Isian Anda masih ada: tambahkan enam angka"
CHANGED += " yang tampil sekarang, lalu kirim lagi."
OTHER_ROOM = "Angka ini tampil di layar sesi lain. Buka layar itu dari awal: pindai kodenya."

_session = Compiled(lambda pk: Session.objects.select_related("angkatan").filter(pk=pk), int)


@dataclass(frozen=True)
class Known:
    """Somebody whom this browser remembers, and what counts for them in the session."""

    person: Registration
    row: Attendance | None

    @property
    def is_in(self) -> bool:
        return self.row is not None and self.row.state in rules.INSIDE


@dataclass(frozen=True)
class Visit:
    """One look at the code of a session, by one phone, at one moment."""

    session: Session
    token: str
    phone: Phone
    at: datetime
    is_in_time: bool  # the code is on the screen now, or was just before
    has_ticket: bool
    people: list[Known]

    @cached_property
    def shut(self) -> Notice | None:
        """Why nobody can check in from here now; None while one can."""
        if notice := self_notices.door(self.session, self.at):
            return notice
        if self.is_in_time or self.has_ticket:
            return None
        shown_at = room_code.shown_at(self.token, self.at)
        return self_notices.stale(self.session, shown_at, instead=_instead(self.session, self.at), at=self.at)

    @property
    def address(self) -> str:
        return reverse("self", args=[self.token])

    @property
    def adding(self) -> str:
        """Where somebody else checks in by this phone: the browser knows them, or asks. Empty where nobody can."""
        if self.shut or len(statements.places_of(self.session, self.phone.known_as(self.session))) >= MOST_A_PHONE:
            return ""
        return self.address if any(not one.is_in for one in self.people) else f"{self.address}?kode"


@login_not_required
@csrf_exempt  # checked below, so that an expired page keeps what was typed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """The address that the projector's QR holds. ``?jawaban=`` repeats an answer, ``?kode`` asks for somebody else."""
    at = timezone.now()
    named, shown = room_code.named(token), room_code.session_of(token, at)
    session = _session.first(named) if named else None
    if session is None or not (shown or session.angkatan.published):
        return _notice(request, self_notices.UNKNOWN, status=404)
    phone = phones.of(request)
    has_ticket = phones.holds_ticket(request, phone, session)
    visit = Visit(session, token, phone, at, shown is not None, has_ticket, _known(request, session))
    answer = _take(request, visit) if request.method == "POST" else _show(request, visit)
    if visit.is_in_time and session.self_check_in and request.method == "GET":
        return phones.give_ticket(answer, phone, session)
    return answer


def _known(request: HttpRequest, session: Session) -> list[Known]:
    """Whom of the session's batch this browser remembers."""
    remembers = [person for person in remembered.pages(request) if person.angkatan_id == session.angkatan_id]
    people = {person.pk: person for person in remembers if not person.counts_for_id}
    if merged := {person.counts_for_id for person in remembers} - {None, *people}:
        people |= Registration.objects.select_related("angkatan", "ormas").in_bulk(merged)
    rows = session.attendances.filter(registration__in=people) if people else []
    by_person = {row.registration_id: row for row in rows}
    return [Known(person, by_person.get(pk)) for pk, person in people.items()]


def _instead(session: Session, at: datetime) -> Session | None:
    """The session that is meant now, when this one is over."""
    if not session.is_over(at):
        return None
    rows = list(session.angkatan.sessions.taking_attendance().in_time_order().select_related("angkatan"))
    meant = sessions.present_session(rows, at)
    return meant if meant is not None and meant != session and not meant.is_over(at) else None


# ---- What is shown -------------------------------------------------------------------------------


def _show(request: HttpRequest, visit: Visit) -> HttpResponse:
    if notice := _answer(request, visit):
        return _notice(request, notice, visit)
    shut, asks = visit.shut, "kode" in request.GET
    inside = [one for one in visit.people if one.is_in]
    if inside and len(inside) == len(visit.people) and (shut or not asks):
        return _notice(request, _is_in(visit, inside[0], again=True), visit, others=inside[1:])
    if shut:
        return _notice(request, shut, visit, others=inside)
    outside = [one.person for one in visit.people if not one.is_in]
    may_enter = [person for person in outside if rules.may_enter(person)]
    if asks or not visit.people:
        return _form(request, visit, WhoForm(is_second=bool(visit.people)))
    if not may_enter:
        return _notice(request, self_notices.not_accepted(outside[0]), visit, others=inside)
    return _cards(request, visit, may_enter, inside)


def _answer(request: HttpRequest, visit: Visit) -> Notice | None:
    """What became of a check-in by this phone, as things stand now."""
    known_as, asked = visit.phone.known_as(visit.session), ids.read(request.GET.get("jawaban", ""))
    own_phone = AttendanceEvent.objects.filter(session=visit.session, phone=known_as)
    related = ("registration__ormas", "registration__angkatan")
    event = own_phone.filter(pk=asked).select_related(*related).first() if asked else None
    if event is None or event.registration is None:
        return None
    whose = event.registration.counts_for_id or event.registration.pk
    row = visit.session.attendances.filter(registration=whose).first()
    one = Known(event.registration, row)
    if one.is_in:
        return _is_in(visit, one, again=event.kind != AttendanceEvent.Kind.CHECK_IN)
    if event.kind == AttendanceEvent.Kind.REFUSAL and event.outcome != Outcome.ALREADY:
        return self_notices.refused(event.outcome, one.person, visit.session, visit.at)
    if row:
        return self_notices.marked(row).of(one.person)
    struck = event.decisions.filter(kind=AttendanceEvent.Kind.STRIKE).exists()
    return (self_notices.STRUCK if struck else self_notices.UNDONE).of(one.person)


def _is_in(visit: Visit, one: Known, *, again: bool) -> Notice:
    assert one.row is not None
    return self_notices.recorded(visit.session, one.person, one.row, again=again)


def _notice(
    request: HttpRequest,
    notice: Notice,
    visit: Visit | None = None,
    *,
    others: list[Known] | None = None,
    status: int = 200,
) -> HttpResponse:
    people = visit.people if visit else []
    context = {
        "visit": visit,
        "notice": notice,
        "others": others or [],
        "own": next((one.person for one in people if one.person == notice.person), None),
        "add": visit.adding if visit is not None and notice.recorded else "",
        "digits": DigitsForm() if notice.takes_digits else None,
    }
    return render(request, "desk/self_notice.html", context, status=status)


def _form(request: HttpRequest, visit: Visit, form: WhoForm, *, stale: bool = False, status: int = 200) -> HttpResponse:
    if not (stale or form.data.get("digits")):
        del form.fields["digits"]
    context = {"visit": visit, "form": form, "key": ids.of_page(request.POST.get("key"))}
    return phones.keep(render(request, "desk/self_who.html", context, status=status), visit.phone)


def _cards(
    request: HttpRequest,
    visit: Visit,
    people: list[Registration],
    inside: list[Known],
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "visit": visit,
        "people": people,
        "inside": inside,
        "key": ids.of_page(request.POST.get("key")),
        "sentence": sentence,
    }
    return render(request, "desk/self.html", context, status=status)


# ---- What is sent --------------------------------------------------------------------------------


def _take(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Somebody taps: a person whom the browser knows (``ref``), or one with code and phone."""
    chosen = next((one.person for one in visit.people if str(one.person.ref) == request.POST.get("ref")), None)
    if chosen is None and "ref" in request.POST:
        return redirect(visit.address)  # forgotten since: the page asks
    if chosen is None:
        return _take_typed(request, visit)
    if is_expired(request):
        inside = [one for one in visit.people if one.is_in]
        return _cards(request, visit, [chosen], inside, self_digits.unsent(request), status=403)
    return redirect(visit.address) if visit.shut else _record(request, visit, chosen)


def _take_typed(request: HttpRequest, visit: Visit) -> HttpResponse:
    form = WhoForm(request.POST, is_second=bool(visit.people))
    if is_expired(request):
        form.add_error(None, self_digits.unsent(request))
        return _form(request, visit, form, status=403)
    if self_notices.door(visit.session, visit.at):
        return redirect(visit.address)
    stale = visit.shut is not None
    try:
        is_shown = not stale or _is_shown(request, visit, form)
        person = _person(request, form, in_room=is_shown) if form.is_valid() else None
    except TooMany as refusal:
        form.add_error(None, TOO_OFTEN)
        return errors.not_yet(_form(request, visit, form, stale=stale), refusal.seconds)
    if not is_shown:
        form.add_error(None, CHANGED)
    if person is None or form.errors:
        return _form(request, visit, form, stale=stale)
    answer = _record(request, visit, person)
    return remembered.remember(request, answer, person) if form.is_to_remember else answer


def _is_shown(request: HttpRequest, visit: Visit, form: WhoForm) -> bool:
    """Whether the digits that were typed beside an old code are on the screen now.

    :raises TooMany: too many wrong ones
    """
    digits = form.cleaned_data.get("digits") if form.is_valid() else ""
    if not digits:
        return False
    try:
        found = self_digits.found(request, visit.phone, digits, visit.at)
    except self_digits.NotShown as refusal:
        form.add_error("digits", str(refusal))
        return False
    if found != visit.session:
        form.add_error("digits", OTHER_ROOM)
    return found == visit.session


def _person(request: HttpRequest, form: WhoForm, *, in_room: bool) -> Registration | None:
    """Whose code and number these are; without anybody the form says so.

    :raises TooMany: too many wrong ones
    """
    code, phone = form.cleaned_data["code"], form.cleaned_data["phone"]
    person = own.with_code.first(code)
    if own.is_proved(request, code, phone, person, address=ROOM if in_room else own.ADDRESS):
        return person
    form.add_error("phone", own.NO_MATCH)
    return None


def _record(request: HttpRequest, visit: Visit, person: Registration) -> HttpResponse:
    """Record it, and lead to the page that says so: going back or loading anew sends nothing."""
    key = uuid.uuid5(ids.of_page(request.POST.get("key")), str(person.ref))  # of this form and this person
    scan = Scan(key, visit.at, ref=person.ref, phone=visit.phone.known_as(visit.session))
    (answer,) = writer.record(visit.session, [scan], actor=DELEGATE, at=visit.at)
    response = redirect(f"{visit.address}?{urlencode({'jawaban': str(answer.event.pk)})}")
    return phones.keep(response, visit.phone)
