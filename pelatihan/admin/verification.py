"""What a clerk looks at before deciding: the organisation's papers, its seats, look-alikes, the history, the queue."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from ormas.models import Delegate, LegalDocument, Ormas
from pelatihan import dates
from pelatihan.lifecycle import Status
from pelatihan.models import Registration
from pelatihan.registration.seats import seats_of

QUEUES = (Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED)
SHOWN_IN_QUEUE = 7
MOST_TWINS = 10


# ---- The organisation's papers -------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """One line with a tick or a warning."""

    title: str
    is_ok: bool
    note: str


def legality(ormas: Ormas | None, *, on: date) -> list[Check]:
    """Legal paper, board's term, secretariat; what is missing says what to ask for."""
    if ormas is None:
        return [Check("Ormas di luar daftar", False, "Periksa keberadaannya, lalu tambahkan ke daftar ormas.")]
    dispute = Check("Sengketa kepengurusan", False, "Tunggu keputusan pimpinan sebelum menerima.")
    checks = [_paper(ormas, on), _term(ormas, on), _secretariat(ormas)]
    return [dispute, *checks] if ormas.is_disputed else checks


def _paper(ormas: Ormas, on: date) -> Check:
    papers = list(ormas.documents.all())
    valid = next((paper for paper in papers if paper.is_valid(on)), None)
    if valid:
        end = f"berlaku sampai {dates.plain_date(valid.valid_until)}" if valid.valid_until else "tanpa batas waktu"
        return Check(valid.get_kind_display(), True, ", ".join(filter(None, [valid.number, valid.issuer, end])))
    if papers:
        return Check(papers[0].get_kind_display(), False, f"{_ended(papers[0], on)} Mintakan yang baru.")
    return Check("Dokumen legalitas", False, "Belum dicatat. Mintakan pengesahan badan hukum atau SKT.")


def _ended(paper: LegalDocument, on: date) -> str:
    return f"{paper.number} berakhir {_long_ago(paper.valid_until, on)}." if paper.valid_until else paper.number


def _term(ormas: Ormas, on: date) -> Check:
    title, end = "Masa bakti pengurus", ormas.board_term_until
    if end is None:
        return Check(title, False, "Belum dicatat. Mintakan SK kepengurusan.")
    if end < on:
        return Check(title, False, f"Berakhir {_long_ago(end, on)}. Mintakan SK yang baru.")
    return Check(title, True, f"Sampai {dates.plain_date(end)}")


def _long_ago(day: date | None, on: date) -> str:
    return f"{dates.plain_date(day)}, {dates.thousands((on - day).days)} hari lalu" if day else ""


def _secretariat(ormas: Ormas) -> Check:
    address = ormas.secretariat_address
    return Check("Alamat sekretariat", bool(address), address or "Belum dicatat. Tanyakan kepada narahubung ormas.")


# ---- Seats and look-alikes -----------------------------------------------------------------------


def seats_note(registration: Registration) -> str:
    """``2 dari 3 terpakai, termasuk ini``."""
    if registration.ormas_id is None:
        return "Ormas di luar daftar: tidak dibatasi"
    holding = registration.angkatan.registrations.holding_seat().filter(ormas=registration.ormas_id)
    held = set(holding.values_list("pk", flat=True))
    mine = ", termasuk ini" if registration.pk in held else ""
    return f"{len(held)} dari {seats_of(registration.angkatan, registration.invitation)} terpakai{mine}"


def twins(registration: Registration) -> list[Registration]:
    """Other registrations of that year with the same name or phone number, whatever became of them."""
    same = Q(name__iexact=registration.name)
    if phone := registration.delegate.phone:
        same |= Q(delegate__in=list(Delegate.objects.filter(phone=phone).order_by().values_list("pk", flat=True)[:50]))
    return list(
        Registration.objects.filter(same, angkatan__year=registration.angkatan.year)
        .exclude(pk=registration.pk)
        .select_related("angkatan", "ormas")
        .order_by("-submitted_at")[:MOST_TWINS]
    )


# ---- History -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of the history: a move (with its status), or a correction (without)."""

    at: datetime
    status: str
    what: str
    who: str
    reason: str = ""
    is_late: bool = False


def history(registration: Registration) -> list[Line]:
    """Moves and corrections, newest first."""
    moves = [
        Line(
            at=change.at,
            status=change.to_status,
            what=change.get_action_display(),
            who=_name(change.actor) or change.get_role_display(),
            reason=change.reason,
            is_late=change.is_late,
        )
        for change in registration.history.select_related("actor")
    ]
    mended = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Registration), object_id=str(registration.pk), action_flag=CHANGE
    ).select_related("user")
    corrections = [
        Line(at=entry.action_time, status="", what=entry.change_message, who=_name(entry.user)) for entry in mended
    ]
    return sorted([*moves, *corrections], key=lambda line: line.at, reverse=True)


def _name(user: object) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""  # type: ignore[attr-defined]


# ---- Queue ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Queue:
    """Those who stand at one status in this batch, from the present one on."""

    status: Status
    counts: list[tuple[Status, int]]
    place: int  # of the present registration; 0 when it stands elsewhere
    total: int
    shown: list[Registration]
    following: Registration | None

    @property
    def rest(self) -> int:
        return self.total - (max(self.place, 1) - 1) - len(self.shown)


def queue(registration: Registration) -> Queue:
    """The queue that the registration stands in; those who wait for a decision when it stands in none."""
    status = Status(registration.status) if registration.status in QUEUES else Status.SUBMITTED
    everyone = registration.angkatan.registrations.filter(status=status).order_by("submitted_at", "pk")
    figures = registration.angkatan.registrations.figures()
    is_mine = registration.status == status
    before = Q(submitted_at__lt=registration.submitted_at) | Q(
        submitted_at=registration.submitted_at, pk__lt=registration.pk
    )
    place = everyone.filter(before).count() + 1 if is_mine else 0
    start = max(place, 1) - 1
    shown = list(everyone.select_related("ormas")[start : start + SHOWN_IN_QUEUE])
    others = everyone.exclude(pk=registration.pk)
    following = next((entry for entry in shown if entry.pk != registration.pk), None) or others.first()
    return Queue(
        status=status,
        counts=[(each, figures[each]) for each in QUEUES],
        place=place,
        total=figures[status],
        shown=shown,
        following=following,
    )
