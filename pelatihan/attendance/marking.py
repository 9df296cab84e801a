"""What organisers enter by hand: one cell or many at once, and taking it back. Everything counts as an event.

Nothing is written over what a clerk has not seen: whoever was second reads what the first entered.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pelatihan.accounts.actor import Actor
from pelatihan.attendance import rules, writer
from pelatihan.attendance.locked import LockedPeople, Means, lock_by_hand
from pelatihan.attendance.rules import Kind, Sum
from pelatihan.lifecycle import Status
from pelatihan.models import AttendanceEvent, AttendanceState, Registration, Session

MOST = 500  # marks at once: desks that check in meanwhile wait no longer than for that
MOST_LETTERS = AttendanceEvent._meta.get_field("reason").max_length or 0
EMPTY = ""  # the state of a cell in which nothing counts
STATES = frozenset({EMPTY, *AttendanceState.values})

GONE = "Sesi ini sudah dihapus, jadi tidak ada yang disimpan. Muat ulang halaman ini."
NOBODY = "Peserta ini tidak ada di angkatan ini. Muat ulang halaman ini."
NOT_A_STATE = "Keadaan itu tidak dikenal. Pilih salah satu yang ada."
NOT_HERE = "Perubahan itu tidak ada di sesi ini, jadi tidak ada yang diurungkan."
UNREADABLE = "Alasannya memuat tanda yang tidak terbaca. Tulis lagi."


@dataclass(frozen=True)
class Mark:
    """What is to count for one person: ``state``, "" for "Belum". ``seen``: the event that decided when it was shown.

    ``id`` is made by whoever enters it; the same id again is the same answer. ``left_at`` is asked of who left early.
    """

    id: UUID
    ref: UUID
    state: str
    seen: UUID | None
    reason: str = ""
    left_at: datetime | None = None


@dataclass(frozen=True)
class Marked:
    """What became of a mark: what counts now; why nothing was written, or that it was so already."""

    mark: Mark
    person: Registration | None
    total: Sum | None
    refusal: str = ""
    was_so: bool = False


def mark_many(
    session: Session, marks: Sequence[Mark], *, actor: Actor, at: datetime, means: AttendanceEvent.Means | None = None
) -> list[Marked]:
    """Enter what a clerk has marked, at most :data:`MOST`, and say of each what became of it. Quiet when repeated.

    What cannot be entered is refused with a sentence, and the others are entered.

    :param means: by what one knows it, when it is not a correction. Whom the door would let in may be marked from a
        signed sheet, too: a walk-in about whom nobody has decided yet
    """
    if len(marks) > MOST:
        raise ValueError(f"At most {MOST} marks at once.")

    def once() -> list[Marked]:
        locked = lock_by_hand(session, actor, [mark.id for mark in marks], refs=[mark.ref for mark in marks])
        if locked is None:
            return [Marked(mark, None, None, GONE) for mark in marks]
        sentence = rules.mark_sentence_of_session(locked.session, at)
        expected = expected_among(locked.people)
        done = [_enter(locked, mark, at, means or Means.CORRECTION, sentence, expected) for mark in marks]
        writer.save(locked)
        return done

    return writer.until_ids_are_known(once, tries=len(marks) + 1)


def undo(session: Session, events: Sequence[UUID], *, actor: Actor, at: datetime) -> list[Marked]:
    """Take back what was entered by these events, each once, in the order given. Quiet when repeated."""
    if len(events) > MOST:
        raise ValueError(f"At most {MOST} events at once.")

    def once() -> list[Marked]:
        locked = lock_by_hand(session, actor, events)
        if locked is None:
            return [_nothing(event, GONE) for event in events]
        sentence = rules.mark_sentence_of_session(locked.session, at)
        done = [_take_back(locked, event, at, sentence) for event in events]
        writer.save(locked)
        return done

    return writer.until_ids_are_known(once, tries=len(events) + 1)


# ---- One cell ------------------------------------------------------------------------------------


def expected_among(people: Iterable[Registration]) -> set[int]:
    """Who of them is expected at the training: accepted, or let in. Asked of those alone who are not accepted."""
    others = [person.pk for person in people if person.status != Status.ACCEPTED]
    let_in = Registration.objects.filter(pk__in=others).expected().values_list("pk", flat=True) if others else []
    return {person.pk for person in people if person.status == Status.ACCEPTED}.union(let_in)


def _enter(
    locked: LockedPeople,
    mark: Mark,
    at: datetime,
    means: AttendanceEvent.Means,
    sentence: str,
    expected: Collection[int],
) -> Marked:
    person, known = locked.by_ref(mark.ref), locked.known(mark.id)
    if person is None:
        return Marked(mark, None, None, sentence or NOBODY)
    total = locked.sum(person)
    if known:
        is_same = _is_repeat(locked, known, mark, person)
        return Marked(mark, person, total, "" if is_same else str(writer.IdTaken()))
    theirs = locked.theirs(person)
    is_expected = person.pk in expected or rules.is_somebody_here(theirs) or rules.has_signed(person, means)
    if refusal := sentence or rules.mark_sentence(locked.session, person, at, is_expected=is_expected):
        return Marked(mark, person, total, refusal)
    if refusal := _unfit(locked.session, mark, at):
        return Marked(mark, person, total, refusal)
    if _is_so(total, mark):
        return Marked(mark, person, total, was_so=True)
    overridden = total.event if total and not total.is_by_closing else None
    if refusal := _overtaken(rules.deciding(theirs), total, mark) or _reason_owed(overridden, total, mark):
        return Marked(mark, person, total, refusal)
    locked.enter(
        person, mark.id, Kind.MARK if mark.state else Kind.CLEAR, at, means=means, state=mark.state,
        reason=_reason(mark), overrides=overridden, left_at=_left_at(mark),
    )  # fmt: skip
    return Marked(mark, person, locked.sum(person))


def _is_repeat(locked: LockedPeople, known: AttendanceEvent, mark: Mark, person: Registration) -> bool:
    """Whether what has this id already is the same mark."""
    stands = (known.session_id, known.kind, known.state, known.left_at, locked.whose(known))
    kind = Kind.MARK if mark.state else Kind.CLEAR
    return stands == (locked.session.pk, kind, mark.state, _left_at(mark), person)


def _unfit(session: Session, mark: Mark, at: datetime) -> str:
    """What is wrong with a mark itself."""
    if mark.state not in STATES:
        return NOT_A_STATE
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in mark.reason):  # JSON may hold half a letter
        return UNREADABLE
    if len(_reason(mark)) > MOST_LETTERS:
        return f"Alasannya paling banyak {MOST_LETTERS} huruf. Ringkaskan."
    return rules.leaving_sentence(session, mark.left_at, at) if mark.state == AttendanceState.LEFT else ""


def _reason(mark: Mark) -> str:
    """In one line, without signs that nobody sees: such a one alone is no reason, and turns words around elsewhere."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in mark.reason).split())


def _is_so(total: Sum | None, mark: Mark) -> bool:
    """Whether this counts already; what closing the session wrote is confirmed by hand."""
    if total is None:
        return not mark.state
    return not total.is_by_closing and (total.state, total.left_at) == (mark.state, _left_at(mark))


def _left_at(mark: Mark) -> datetime | None:
    return mark.left_at if mark.state == AttendanceState.LEFT else None


def _overtaken(deciding: AttendanceEvent | None, total: Sum | None, mark: Mark) -> str:
    """What somebody else did since the cell was shown. An empty cell is empty, whatever emptied it."""
    counted = total.event.pk if total else None
    if mark.seen == counted or (deciding and mark.seen == deciding.pk):
        return ""
    return (
        f"Sementara halaman ini terbuka, kehadirannya berubah menjadi {word(total)}. Belum ada yang disimpan:"
        " periksa yang tercatat, lalu simpan lagi bila masih perlu."
    )


def _reason_owed(overridden: AttendanceEvent | None, total: Sum | None, mark: Mark) -> str:
    if overridden is None or _reason(mark):
        return ""
    return f"Tulis alasannya, karena ini mengganti yang sudah tercatat: {word(total)}."


def word(total: Sum | None) -> str:
    """What counts, in a word."""
    return total.word if total else "Belum"


# ---- Taking back ---------------------------------------------------------------------------------


def _take_back(locked: LockedPeople, event_id: UUID, at: datetime, sentence: str) -> Marked:
    target = locked.known(event_id)
    person = locked.whose(target)
    if target is None or person is None or target.session_id != locked.session.pk:
        return _nothing(event_id, NOT_HERE)
    mark, theirs = Mark(event_id, person.ref, EMPTY, event_id), locked.theirs(person)
    if any(one.undoes_id == event_id for one in theirs):
        return Marked(mark, person, locked.sum(person), was_so=True)
    if refusal := sentence or rules.undo_sentence(target, theirs):
        return Marked(mark, person, locked.sum(person), refusal)
    locked.undo(target, at)
    return Marked(mark, person, locked.sum(person))


def _nothing(event_id: UUID, refusal: str) -> Marked:
    return Marked(Mark(event_id, UUID(int=0), EMPTY, event_id), None, None, refusal)
