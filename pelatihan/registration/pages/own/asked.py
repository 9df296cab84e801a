"""What delegate and contact person read of their requests: what stands now, what was asked for, what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.safestring import SafeString

from ormas.models import Gender
from pelatihan import dates
from pelatihan.lifecycle import Role
from pelatihan.models import ChangeRequest, Correction, Registration
from pelatihan.web.tags import badge

Kind, State = ChangeRequest.Kind, ChangeRequest.State
TOLD_FOR = timedelta(days=14)  # an answer stands on the page so long
_LOOKS = {
    State.WAITING: ("submitted", "Menunggu panitia", "hourglass-split"),
    State.GRANTED: ("accepted", "Disetujui", "check-circle-fill"),
    State.REFUSED: ("rejected", "Tidak disetujui", "x-circle-fill"),
}


@dataclass(frozen=True)
class Line:
    """One field of a correction; ``answer``: what became of it, where not all was granted."""

    label: str
    now: str
    wanted: str
    answer: str


@dataclass(frozen=True)
class Asked:
    """One request as its page tells it."""

    request: ChangeRequest
    badge: SafeString
    title: str
    lines: list[Line]
    when: str
    note: str
    can_be_taken_back: bool


def asked(registration: Registration, at: datetime, *, role: Role) -> list[Asked]:
    """Requests that wait or were answered of late, the newest first. ``role``: who reads; one query."""
    told = registration.requests.filter(state__in=list(_LOOKS)).select_related("reserve").order_by("-asked_at")
    return [
        _told(request, role)
        for request in told
        if request.state == State.WAITING or (request.decided_at and request.decided_at > at - TOLD_FOR)
    ]


def _told(request: ChangeRequest, role: Role) -> Asked:
    state = State(request.state)
    when = f"Diminta {_by(request, role)} pada {dates.long_moment(request.asked_at)}."
    if request.decided_at:
        when += f" Diputuskan {dates.long_moment(request.decided_at)}."
    elif role == Role.DELEGATE:
        when += " Sampai diputuskan, yang lama tetap berlaku; hasilnya tampil di halaman ini."
    return Asked(
        request,
        badge(*_LOOKS[state]),
        _title(request),
        [_line(request, field, *pair) for field, pair in request.changes.items()],
        when,
        request.note,
        can_be_taken_back=state == State.WAITING and request.role == role,
    )


def _by(request: ChangeRequest, role: Role) -> str:
    if request.role == role:
        return "oleh Anda"
    return "oleh narahubung ormas Anda" if request.role == Role.CONTACT else "oleh peserta"


def _title(request: ChangeRequest) -> str:
    match request.kind:
        case Kind.CORRECT:
            return "Pembetulan data"
        case Kind.CANCEL:
            return "Pembatalan"
    comes = request.reserve.full_name if request.reserve else request.person.get("name", "")
    return f"Diganti oleh {comes}" if comes else "Ganti utusan"


def _line(request: ChangeRequest, field: str, now: str, wanted: str) -> Line:
    answer = ""
    if request.state == State.GRANTED and len(request.granted) < len(request.changes):
        answer = "disetujui" if field in request.granted else "tidak disetujui"
    return Line(str(Correction.Field(field).label), shown(field, now), shown(field, wanted), answer)


def shown(field: str, value: str) -> str:
    """A value as people read it."""
    return str(Gender(value).label) if field == "gender" and value in Gender.values else value
