"""What an organiser decides about something that arrived late: it counts, or it does not. The last decision holds.

Nothing is taken back: a decision is an event of its own, about the one that it decides on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pelatihan import dates
from pelatihan.accounts.actor import Actor
from pelatihan.attendance import rules, statements, writer
from pelatihan.attendance.locked import LockedPeople, Means
from pelatihan.attendance.rules import Kind, Sum
from pelatihan.attendance.statements import Wanted
from pelatihan.attendance.writer import NotChanged
from pelatihan.models import Angkatan, AttendanceEvent, Registration, Session
from pelatihan.phases import shut_sentence

A_PART = 500  # decided in one transaction: desks that check in meanwhile wait no longer than for that
WORDS = {Kind.KEEP: "dipertahankan", Kind.STRIKE: "dicoret"}


@dataclass(frozen=True)
class Wish:
    """A decision about one event. ``seen``: what the page showed of it (:func:`seen_of`); None where it showed many."""

    about: UUID
    kind: Kind
    reason: str = ""
    seen: str | None = None


@dataclass(frozen=True)
class Decided:
    """What became of a wish: the person, what counts afterwards; why nothing was written, or that it was so already."""

    about: AttendanceEvent | None
    person: Registration | None
    kind: Kind
    total: Sum | None = None
    refusal: str = ""
    was_so: bool = False


def seen_of(event: AttendanceEvent, theirs: Sequence[AttendanceEvent]) -> str:
    """Names what was decided last about an event, and what counts for its person; it comes back with the decision."""
    last, total = rules.decision_on(event, theirs), rules.sum_of(theirs)
    return f"{last.number if last else 0}.{total.event.number if total else 0}"


def decide(session: Session, wishes: Sequence[Wish], *, actor: Actor, at: datetime) -> list[Decided]:
    """Decide about events of one session, and say of each wish what became of it. Quiet when repeated.

    :param session: with its ``angkatan`` loaded
    :raises NotChanged: the batch is closed; nothing was written
    """
    done: list[Decided] = []
    for first in range(0, len(wishes), A_PART):
        with transaction.atomic():
            _check_open(session)
            locked = _lock(session, [wish.about for wish in wishes[first : first + A_PART]], actor)
            done += [_take(locked, wish, at) for wish in wishes[first : first + A_PART]]
            writer.save(locked)
    return done


def _check_open(session: Session) -> None:
    batch = Angkatan.objects.only("number", "year", "closed_at").get(pk=session.angkatan_id)
    if sentence := shut_sentence(batch.closed_at, batch.name, "kehadirannya"):
        raise NotChanged(sentence)


def _lock(session: Session, ids: Sequence[UUID], actor: Actor) -> LockedPeople:
    """Lock whom the events are about, and those that are about nobody; then read what happened so far."""
    asked = AttendanceEvent.objects.filter(pk__in=ids)
    wanted = Wanted(ids=sorted({person for person in asked.values_list("registration", flat=True) if person}))
    if len(wanted.ids) > 1:
        statements.hold_batches(session, wanted)
    people = statements.lock_people(*wanted)
    nobodys = list(asked.filter(registration=None).order_by("pk").select_for_update().values_list("pk", flat=True))
    earlier = AttendanceEvent.objects.filter(about__in=nobodys) if nobodys else []
    return LockedPeople(session, actor, people, [*statements.events_of(session, people, ids), *earlier])


def _take(locked: LockedPeople, wish: Wish, at: datetime) -> Decided:
    event = locked.known(wish.about)
    if event is None or event.session_id != locked.session.pk or not is_late(event):
        return Decided(None, None, wish.kind, refusal="Catatan itu bukan kiriman susulan sesi ini.")
    person = locked.whose(event)
    theirs = locked.about(event)
    last = rules.decision_on(event, theirs)
    if last and last.kind == wish.kind and (last.kind == Kind.STRIKE or last in rules.standing(theirs)):
        return Decided(event, person, wish.kind, locked.sum(person), was_so=True)
    if refusal := _refusal(locked, event, theirs, wish):
        return Decided(event, person, wish.kind, locked.sum(person), refusal)
    locked.decide(event, wish.kind, at, reason=wish.reason, **_counting(locked.session, event, wish.kind))
    return Decided(event, person, wish.kind, locked.sum(person))


def is_late(event: AttendanceEvent) -> bool:
    """Whether an event is one to decide about: somebody came, and it was late, waits, or was by one's own phone."""
    is_coming = event.kind in {Kind.CHECK_IN, Kind.REFUSAL} and event.means != Means.CORRECTION
    return is_coming and (event.came_late or event.needs_review or event.means == Means.SELF)


def _refusal(locked: LockedPeople, event: AttendanceEvent, theirs: Sequence[AttendanceEvent], wish: Wish) -> str:
    ours = {one.pk for one in locked.new}
    before = [one for one in theirs if one.pk not in ours]  # what the same page decides about others is no news
    if wish.seen is not None and wish.seen != seen_of(event, before):
        return _meanwhile(rules.decision_on(event, before), rules.sum_of(before), wish.seen)
    if wish.kind == Kind.KEEP:
        return rules.keep_sentence(locked.session, locked.whose(event))
    return "" if wish.reason else "Tulis alasan mencoretnya."


def _meanwhile(last: AttendanceEvent | None, total: Sum | None, seen: str) -> str:
    """What somebody else did since the page was shown."""
    if last and seen.partition(".")[0] != str(last.number):
        why = f" (“{last.reason}”)" if last.reason else ""
        who = f" oleh {_name(last)}" if last.author_id else ""
        done = f"sudah {WORDS[Kind(last.kind)]}{who} pukul {dates.clock(last.arrived_at)}{why}"
    else:
        done = f"kehadirannya menjadi {total.word if total else 'Belum'}"
    return f"Sementara halaman ini terbuka, {done}. Putusan Anda belum disimpan: periksa lagi, lalu putuskan."


def _name(event: AttendanceEvent) -> str:
    author = event.author
    return (author.get_full_name() or author.get_username()) if author else ""


def _counting(session: Session, event: AttendanceEvent, kind: Kind) -> dict[str, object]:
    """What a kept event counts as: a check-in at its own time."""
    if kind == Kind.STRIKE:
        return {}
    came = rules.kept_at(session, event)
    return {"happened_at": came, "state": rules.state_by_clock(session, came)}


# ---- What a decision would come to ---------------------------------------------------------------


def would_be(session: Session, event: AttendanceEvent, theirs: Iterable[AttendanceEvent], kind: Kind) -> Sum | None:
    """What would count for the person after a decision, as things stand."""
    known = [*theirs]
    number = max((one.number for one in known), default=0) + 1
    word = AttendanceEvent(
        number=number, kind=kind, about=event, happened_at=event.happened_at, arrived_at=event.arrived_at
    )
    for field, value in _counting(session, event, kind).items():
        setattr(word, field, value)
    return rules.sum_of([*known, word])
