"""One press on the board: somebody who is missing has sent word. Entered as in the recap, and taken back as easily."""

from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from pelatihan import ids, numbers
from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.accounts.batch import of_batch
from pelatihan.attendance import marking
from pelatihan.attendance.marking import Mark, Marked
from pelatihan.models import Angkatan, Attendance, AttendanceEvent, AttendanceState, Session
from pelatihan.web.seen import NOTHING_CHANGED

UNREADABLE = "Pilihan itu tidak terbaca, jadi tidak ada yang disimpan. Muat ulang halaman ini, lalu tekan lagi."
ENTERED = "izin"  # in the address: what was just entered


@of_batch(access.MARK)
def write(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """Enter "izin", or take it back; then the same board again, with what became of it."""
    back = request.GET.copy()
    back.pop(ENTERED, None)
    if "urungkan" in request.POST:
        _take_back(request, angkatan)
    elif event := _enter(request, angkatan):
        back[ENTERED] = str(event)
    return redirect(f"{request.path}{'?' if back else ''}{back.urlencode()}#belum")


def just_entered(request: HttpRequest, angkatan: Angkatan) -> AttendanceEvent | None:
    """What the reader has just entered by the board, while it counts."""
    key = ids.read(request.GET.get(ENTERED, ""))
    if key is None or not access.has(request.user, access.MARK):
        return None
    mine = AttendanceEvent.objects.filter(pk=key, session__angkatan=angkatan, author=request.user.pk)
    counts = Attendance.objects.filter(event=key, state=AttendanceState.EXCUSED)
    return mine.select_related("registration__ormas", "session").first() if counts.exists() else None


def _enter(request: HttpRequest, angkatan: Angkatan) -> UUID | None:
    """The event by which it counts now, when it does by this press."""
    session_id, _, rest = request.POST.get("izin", "").partition(":")
    ref, _, seen = rest.partition(":")
    person, key = ids.read(ref), ids.read(request.POST.get("kunci", ""))
    if person is None or key is None:
        messages.error(request, UNREADABLE)
        return None
    session = _session(angkatan, session_id)
    if session is None:
        messages.error(request, marking.GONE)
        return None
    # Made of the page and the person: pressed twice it is one, and on the page that follows another.
    mark = Mark(uuid5(key, f"{session.pk}:{ref}:{seen}"), person, AttendanceState.EXCUSED, ids.read(seen))
    done = marking.mark_many(session, [mark], actor=staff(request.user), at=timezone.now())[0]
    _tell(request, done)
    return mark.id if done.total and done.total.event.pk == mark.id else None


def _take_back(request: HttpRequest, angkatan: Angkatan) -> None:
    key = ids.read(request.POST["urungkan"])
    session = angkatan.sessions.select_related("angkatan").filter(events=key).first() if key else None
    if key is None or session is None:
        messages.error(request, marking.NOT_HERE)
        return
    done = marking.undo(session, [key], actor=staff(request.user), at=timezone.now())[0]
    if done.refusal or done.person is None:
        _tell(request, done)
    else:
        now = marking.word(done.total)
        messages.success(request, f"Diurungkan. Kehadiran {done.person.full_name} sekarang: {now}.")


def _tell(request: HttpRequest, done: Marked) -> None:
    """What was refused, or was so already. What was entered stands on the page, with its way back."""
    if done.refusal:
        name = done.person.full_name if done.person else ""
        messages.error(request, f"{name}: {done.refusal}" if name else done.refusal)
    elif done.total is None or done.total.event.pk != done.mark.id:
        messages.info(request, NOTHING_CHANGED)


def _session(angkatan: Angkatan, text: str) -> Session | None:
    number = numbers.read(text)
    return angkatan.sessions.select_related("angkatan").filter(pk=number).first() if number else None
