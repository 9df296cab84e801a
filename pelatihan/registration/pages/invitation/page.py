"""What stands on the page of an invitation: who is named and where each stands, and what is still owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from ormas import names
from pelatihan import dates
from pelatihan.lifecycle import ACTIVE, Role, Status
from pelatihan.models import Attendance, ChangeRequest, Correction, Invitation, Registration, StatusChange, Told
from pelatihan.phases import Phase, closed_sentence
from pelatihan.registration import eligibility, seats
from pelatihan.registration.pages.invitation import words

Kind, State = ChangeRequest.Kind, ChangeRequest.State
ANSWERED = frozenset({State.GRANTED, State.REFUSED})
MASKED = frozenset({"phone", "email", "special_needs"})  # never asked for, and never shown if it were
SENT_BY_THEMSELVES = frozenset({Registration.Source.WEB, Registration.Source.WALK_IN})
OVER = frozenset({Phase.CANCELLED, Phase.FINISHED})


@dataclass(frozen=True)
class Asked:
    """One request: what is wanted, by whom, what became of it."""

    request: ChangeRequest
    pairs: list[tuple[str, str, str]]  # what it is about, what stands there, what is wanted
    answer: str

    @property
    def is_ours(self) -> bool:
        """Whether contact persons asked, who may take it back."""
        return self.request.role == Role.CONTACT


@dataclass(frozen=True)
class Named:
    """One person who is in, or waits."""

    registration: Registration
    told: str
    is_told: bool
    can_send: bool
    shares: str
    note: str
    turn: str
    waiting: list[Asked]
    answered: Asked | None
    can_correct: bool
    can_replace: bool
    can_withdraw: bool

    @property
    def place(self) -> str:
        return f"utusan-{self.registration.ref}"


@dataclass(frozen=True)
class Gone:
    """One person who is out; ``undo_until``: when the contact person may still take that back."""

    registration: Registration
    note: str
    undo_until: datetime | None
    answered: Asked | None


@dataclass(frozen=True)
class Owed:
    """One thing that waits for the contact person; ``icon`` and where it is done."""

    icon: str
    words: str
    note: str
    href: str


@dataclass(frozen=True)
class InvitationPage:
    """Everything that templates/registration/invitation/home.html shows."""

    invitation: Invitation
    held: int
    named: list[Named]
    reserves: list[Named]
    gone: list[Gone]
    owed: list[Owed]
    disputed: str
    closed: str
    until: str
    is_over: bool
    is_late: bool
    is_full: bool
    more: int  # people who may still be named

    @property
    def free(self) -> int:
        return max(self.invitation.seats - self.held, 0)

    @property
    def can_add(self) -> bool:
        return bool(self.more) and not self.closed and not self.disputed

    @property
    def waiting(self) -> list[Asked]:
        return [asked for one in (*self.named, *self.reserves) for asked in one.waiting]

    @property
    def is_empty(self) -> bool:
        return not (self.named or self.reserves or self.gone)


def people_of(invitation: Invitation) -> list[Registration]:
    """All of the ormas in this batch, whatever became of them, first come first. Four queries."""
    told = Told.objects.filter(role=Role.CONTACT)
    asked = ChangeRequest.objects.select_related("reserve", "decided_by").order_by("-asked_at")
    people = (
        Registration.objects.filter(angkatan=invitation.angkatan_id, ormas=invitation.ormas_id)
        .select_related("delegate", "replaced_by")
        .prefetch_related("history", Prefetch("told", told), Prefetch("requests", asked))
        .order_by("submitted_at", "pk")
    )
    for one in (found := list(people)):
        one.angkatan, one.ormas, one.invitation = invitation.angkatan, invitation.ormas, invitation
    return found


def read(invitation: Invitation, fill: str, *, at: datetime) -> InvitationPage:
    """The page at one moment: as many queries for ten people as for one. ``fill``: where people are named."""
    angkatan, people = invitation.angkatan, people_of(invitation)
    disputed, phase = eligibility.disputed_sentence(invitation.ormas), angkatan.phase(at)
    active = [one for one in people if one.status in ACTIVE]
    held = sum(one.holds_seat for one in active)
    is_full = bool(people) and angkatan.registrations.holding_seat().count() >= angkatan.capacity
    reader = _Reader(invitation, people, at, acts=not disputed)
    page = InvitationPage(
        invitation,
        held=held,
        named=[reader.named(one) for one in active if one.status != Status.WAITLISTED],
        reserves=[reader.named(one, place) for place, one in enumerate(reader.reserves)],
        gone=[reader.gone(one) for one in people if one.status not in ACTIVE],
        owed=[],
        disputed=disputed,
        closed=closed_sentence(angkatan, at),
        until=words.until(angkatan, at),
        is_over=phase in OVER,
        is_late=not angkatan.changes_at_once(at),
        is_full=is_full,
        more=max(invitation.seats + eligibility.MOST_RESERVES - len(active), 0),
    )
    if not disputed and not page.is_over and not page.is_empty:
        page.owed.extend(_owed(page, fill))
    return page


class _Reader:
    """Reads one person after the other, asking the database nothing more for each."""

    def __init__(self, invitation: Invitation, people: list[Registration], at: datetime, *, acts: bool) -> None:
        self.invitation, self.at, self.acts = invitation, at, acts
        waiting = [one for one in people if one.status == Status.WAITLISTED]
        self.reserves = sorted(waiting, key=lambda one: (one.queue_number is None, one.queue_number or 0, one.pk))
        self.first = next((one for one in self.reserves if one.queue_number is not None), None)
        moves = self.first is not None and invitation.angkatan.queue_moves(at)
        self.turn = seats.turn_of(self.first) if self.first and moves else None
        of_theirs = Attendance.objects.came().filter(registration__in=[one.pk for one in people])
        self.inside = set(of_theirs.values_list("registration", flat=True)) if people else set()
        self.first_with: dict[str, Registration] = {}
        for one in people:
            if one.status in ACTIVE and one.delegate.phone:
                self.first_with.setdefault(one.delegate.phone, one)

    def named(self, one: Registration, place: int = 0) -> Named:
        last_told = max(one.told.all(), key=lambda told: (told.at, told.pk), default=None)
        asked, at = [asked_of(request, one) for request in one.requests.all()], self.at
        waiting = [each for each in asked if each.request.state == State.WAITING]
        acts = self.acts
        return Named(
            one,
            told=words.told(one, last_told),
            is_told=last_told is not None,
            can_send=acts and one.source not in SENT_BY_THEMSELVES,
            shares=self._shares(one),
            note=clerks_note(one),
            turn=words.turn(place, one, self.turn, at) if one.status == Status.WAITLISTED else "",
            waiting=waiting,
            answered=_last_answer(asked, waiting),
            can_correct=acts and not eligibility.correct_sentence(one, at),
            can_replace=acts and not eligibility.replace_sentence(one, at, is_inside=one.pk in self.inside),
            can_withdraw=acts and not eligibility.withdraw_sentence(one, at),
        )

    def _shares(self, one: Registration) -> str:
        other = self.first_with.get(one.delegate.phone, one)
        return "" if other.pk == one.pk else f"Nomornya sama dengan {other.name}."

    def gone(self, one: Registration) -> Gone:
        last = _last(one)
        until = eligibility.undo_withdrawal_until(one, last, Role.CONTACT)
        open_until = until if until and self.acts and self.at < until else None
        if open_until and eligibility.over_for_all_sentence(self.invitation.angkatan, self.at):
            open_until = None
        asked = [asked_of(request, one) for request in one.requests.all()]
        return Gone(one, _gone_words(one, last), open_until, _last_answer(asked, []))


def _last(one: Registration) -> StatusChange | None:
    return max(one.history.all(), key=lambda change: (change.at, change.pk), default=None)


def clerks_note(one: Registration) -> str:
    """What staff wrote when they asked for a fix."""
    if one.status != Status.NEEDS_FIX:
        return ""
    last = _last(one)
    return last.reason if last and last.to_status == Status.NEEDS_FIX else ""


def _gone_words(one: Registration, last: StatusChange | None) -> str:
    if one.status == Status.REPLACED:
        comes = getattr(one, "replaced_by", None)
        return f"Digantikan oleh {comes.full_name}." if comes else ""
    if last is None:
        return ""
    who = {Role.CONTACT: "lewat tautan ini", Role.DELEGATE: "oleh yang bersangkutan"}.get(Role(last.role), "")
    when = f"{one.get_status_display()} {who}".strip() + f", {dates.long_date(last.at)}."
    return f"{when} Catatan petugas: {last.reason}" if last.role == Role.STAFF and last.reason else when


# ---- Requests ------------------------------------------------------------------------------------


def asked_of(request: ChangeRequest, one: Registration) -> Asked:
    """As pages tell of it."""
    return Asked(request, _pairs(request, one), _answer_words(request))


def _pairs(request: ChangeRequest, one: Registration) -> list[tuple[str, str, str]]:
    if request.kind == Kind.CORRECT:
        return [
            (str(Correction.Field(field).label), _shown(field, old), _shown(field, new))
            for field, (old, new) in request.changes.items()
            if field not in MASKED
        ]
    if request.kind == Kind.REPLACE:
        return [("Pengganti", one.full_name, _comes(request))]
    return []


def _comes(request: ChangeRequest) -> str:
    """Who is to come instead; once it waits no more that is told no longer."""
    if request.reserve:
        return request.reserve.full_name
    person = request.person
    return names.with_titles(person["front_title"], person["name"], person["back_title"]) if person else ""


def _shown(field: str, value: str) -> str:
    if field == "gender":
        return {"L": "Laki-laki", "P": "Perempuan"}.get(value, value)
    return value or "(kosong)"


def _answer_words(request: ChangeRequest) -> str:
    if request.state not in ANSWERED or request.decided_at is None:
        return ""
    kind, when = str(request.get_kind_display()), dates.long_date(request.decided_at)
    note = f" Catatan panitia: {request.note}" if request.note else ""
    refused = [field for field in request.changes if field not in request.granted]
    if request.state == State.REFUSED or not refused:
        return f"{kind} {request.get_state_display().lower()}, {when}.{note}"
    said, not_said = (", ".join(Correction.Field(field).label for field in part) for part in (request.granted, refused))
    return f"{kind} disetujui sebagian, {when}: {said}. Tidak disetujui: {not_said}.{note}"


def _last_answer(asked: Sequence[Asked], waiting: Sequence[Asked]) -> Asked | None:
    """What staff answered last, unless something newer of that kind waits."""
    answered = [each for each in asked if each.answer]
    last = max(answered, key=lambda each: each.request.decided_at or each.request.asked_at, default=None)
    kinds = {each.request.kind for each in waiting}
    return last if last and last.request.kind not in kinds else None


# ---- What is owed --------------------------------------------------------------------------------


def _owed(page: InvitationPage, fill: str) -> list[Owed]:
    angkatan, everyone = page.invitation.angkatan, [*page.named, *page.reserves]
    closing = f"Sampai {dates.long_moment(angkatan.closes_at)}" if angkatan.closes_at and not page.is_late else ""
    fixes = [one for one in everyone if one.registration.status == Status.NEEDS_FIX and one.can_correct]
    owed = [Owed("pencil-square", f"Betulkan data {one.registration.name}", closing, f"#{one.place}") for one in fixes]
    if page.can_add and page.free and not page.is_full:
        owed.append(Owed("person-plus", f"Isi data {dates.thousands(page.free)} utusan lagi", closing, fill))
    unsent = [one for one in everyone if one.can_send and not one.is_told]
    if len(unsent) == 1:
        one = unsent[0]
        owed.append(Owed("whatsapp", f"Kirim kode kepada {one.registration.name}", one.told, f"#{one.place}"))
    elif unsent:
        whose = words.names_of([one.registration for one in unsent])
        owed.append(Owed("whatsapp", f"Kirim kode kepada {dates.thousands(len(unsent))} orang", whose, "#utusan"))
    return owed
