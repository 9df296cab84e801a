"""An ormas names its people together: all are saved, or none and the page keeps what was typed."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from pelatihan import dates
from pelatihan.lifecycle import ACTIVE, Status
from pelatihan.models import Invitation, Registration
from pelatihan.phases import closed_sentence
from pelatihan.registration import often, writer
from pelatihan.registration.eligibility import MOST_RESERVES
from pelatihan.registration.often import TooOften
from pelatihan.registration.pages.invitation import group_form, words
from pelatihan.registration.pages.invitation.door import address, invited, not_here, stopped
from pelatihan.registration.pages.invitation.group_form import GroupForm, Room
from pelatihan.registration.pages.proof import EXPIRED, is_expired
from pelatihan.registration.refusals import GroupRefused, Refusal
from pelatihan.web import errors

TITLE = "Isi data utusan"
STILL_HERE = "Belum ada yang disimpan; isian Anda masih ada di halaman ini."
ALL_NAMED = (
    "Ormas Anda sudah menyebut {} orang: sebanyak kursinya ditambah {} cadangan."
    " Ganti atau batalkan salah satunya dulu."
)


@csrf_exempt  # checked below, so that an expired page keeps what was typed
@invited
def fill(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    at, room = timezone.now(), Room.of(invitation)
    if request.method != "POST":
        sentence = _shut(invitation, room, at)
        if sentence:
            return not_here(request, invitation, TITLE, sentence)
        return _drawn(request, GroupForm(invitation, room))
    if {"tambah", "kosongkan"} & set(request.POST):
        return _drawn(request, GroupForm.typed(invitation, room, request.POST))
    group = GroupForm(invitation, room, request.POST)
    if is_expired(request):
        return _again(request, group, EXPIRED, status=403)
    if not group.is_valid():
        closed = stopped(invitation) or closed_sentence(invitation.angkatan, at)
        return _again(request, group, f"{closed} {STILL_HERE}" if closed else "")
    return _save(request, group, at)


def _shut(invitation: Invitation, room: Room, at: datetime) -> str:
    """Why nobody is named now."""
    if sentence := stopped(invitation):
        return sentence
    if closed := closed_sentence(invitation.angkatan, at):
        return closed
    if room.left:
        return ""
    return ALL_NAMED.format(dates.thousands(room.held + room.reserves), MOST_RESERVES)


def _save(request: HttpRequest, group: GroupForm, at: datetime) -> HttpResponse:
    invitation = group.invitation
    wishes, filled = group.applications()
    try:
        often.count([(often.LINK, str(invitation.pk)), *((often.PHONE, wish.person.phone) for wish in wishes)])
        people = writer.register_group(invitation, wishes, at=at)
    except TooOften as refusal:
        return errors.not_yet(_again(request, group, refusal.reason), refusal.seconds)
    except GroupRefused as refusal:
        group.refuse_row(filled[refusal.row], group_form.KNOWN)
        return _again(request, group)
    except Refusal as refusal:
        return _again(request, group, f"{refusal} {STILL_HERE}")
    _tell(request, people, seated=[number < group.seats_shown for number in filled])
    return redirect(address("invitation", invitation))


def _tell(request: HttpRequest, people: list[Registration], *, seated: list[bool]) -> None:
    """What became of them; ``seated``: who stood in a row with a seat when the page was shown."""
    in_now = [one for one in people if one.status in ACTIVE]
    reserves = [one for one in in_now if one.status == Status.WAITLISTED]
    if in_now:
        said = f"Data {dates.thousands(len(in_now))} orang tersimpan. Sekarang kirim kodenya kepada masing-masing."
        messages.success(request, said)
    taken = [one for one, had_seat in zip(people, seated, strict=True) if had_seat and one in reserves]
    if taken:
        whose = words.names_of(taken)
        messages.warning(request, f"Sementara Anda mengisi, kursinya terpakai. {whose} menjadi cadangan.")
    elif reserves:
        messages.info(request, f"{words.names_of(reserves)} menjadi cadangan, karena semua kursi terpakai.")
    if gone := [one for one in people if one.status not in ACTIVE]:
        said = f"{words.names_of(gone)} pernah terkirim dari halaman yang sama dan sekarang tidak ikut lagi."
        messages.warning(request, f"{said} Untuk mendaftarkannya lagi, buka “Tambah utusan” dari halaman ini.")


def _again(request: HttpRequest, group: GroupForm, sentence: str = "", *, status: int = 200) -> HttpResponse:
    """The form as it was sent, with what to mend above it."""
    if sentence:
        group.refuse(sentence)
    return _drawn(request, group, status=status)


def _drawn(request: HttpRequest, group: GroupForm, *, status: int = 200) -> HttpResponse:
    invitation = group.invitation
    rows = group.drawn()
    problems = sum(len(row.problems) for row in rows) + len(group.behind)
    context = {
        "group": group,
        "rows": rows,
        "problems": problems,
        "is_wrong": bool(problems or group.others),
        "invitation": invitation,
        "angkatan": invitation.angkatan,
        "home": address("invitation", invitation),
    }
    return render(request, "registration/invitation/fill.html", context, status=status)
