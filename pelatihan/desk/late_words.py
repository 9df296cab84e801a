"""Why something that arrived late waits, in a badge and a sentence: who did what when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pelatihan import codes, dates
from pelatihan.attendance import rules
from pelatihan.attendance.arrivals import OfDevice
from pelatihan.desk import clocks
from pelatihan.lifecycle import Status
from pelatihan.models import AttendanceEvent, Outcome, Registration, Session, StatusChange

Means = AttendanceEvent.Means
VERBS = {Means.NAME: "Dipilih", Means.WALK_IN: "Ditulis", Means.OVERRIDE: "Dipersilakan masuk"}


@dataclass(frozen=True)
class Conflict:
    """What stands against counting it: an icon and a few words, and a sentence."""

    icon: str
    badge: str
    sentence: str


def conflict(event: AttendanceEvent, history: Sequence[StatusChange], sessions: Sequence[Session]) -> Conflict:
    """Why an event waits.

    :param history: of the registration, in the order in which it was written, each with its ``actor``
    :param sessions: of the batch, in time order
    """
    found = WHY.get(Outcome(event.outcome), _door)(event, history, sessions)
    if event.means == Means.OVERRIDE and event.reason:
        return Conflict(found.icon, found.badge, f"{found.sentence} Alasan petugas: “{event.reason}”.")
    return found


def when(moment: datetime, near: datetime) -> str:
    """``pukul 07.40``, with the day when that is another one."""
    same_day = dates.local_date(moment) == dates.local_date(near)
    return f"{'' if same_day else f'{dates.plain_date(moment)} '}pukul {dates.clock(moment)}"


def times(event: AttendanceEvent) -> str:
    """``Dipindai 09.31``; of a clock that is doubted what it showed."""
    if event.outcome == Outcome.DOUBTED:
        return f"Tertulis {_moment(event.happened_at, event.arrived_at)}"
    verb = VERBS.get(Means(event.means), "Dipindai")
    return f"{verb} {_moment(rules.counted_at(event), event.session.starts_at)}"


def arrival(event: AttendanceEvent) -> str:
    """``tiba 11.24``."""
    return f"tiba {_moment(event.arrived_at, event.session.starts_at)}"


def facts(event: AttendanceEvent) -> list[str]:
    """On which device, when it came, by how much its clock was put right."""
    corrected = clocks.correction(event.clock_error)
    told = [event.device or "Perangkat tanpa nama", arrival(event)]
    return told + ([f"jam dikoreksi {corrected}"] if corrected else [])


def _moment(moment: datetime, near: datetime | None) -> str:
    same_day = near is not None and dates.local_date(moment) == dates.local_date(near)
    return dates.clock(moment) if same_day else f"{dates.plain_date(moment)} {dates.clock(moment)}"


# ---- The registration ----------------------------------------------------------------------------

STOOD = {
    Status.CANCELLED: ("slash-circle", "Dibatalkan sebelum dipindai", "Pendaftarannya dibatalkan"),
    Status.REJECTED: ("x-circle-fill", "Ditolak sebelum dipindai", "Pendaftarannya ditolak"),
    Status.REPLACED: ("arrow-left-right", "Digantikan sebelum dipindai", "Digantikan orang lain"),
    Status.WAITLISTED: ("list-ol", "Masih cadangan saat dipindai", "Saat itu masih peserta cadangan"),
    Status.SUBMITTED: ("hourglass-split", "Belum diterima saat dipindai", "Saat itu menunggu verifikasi"),
    Status.NEEDS_FIX: ("hourglass-split", "Belum diterima saat dipindai", "Saat itu masih perlu perbaikan"),
}
OVER = {Status.CANCELLED, Status.REJECTED, Status.REPLACED}
NOT_YET = ("hourglass-split", "Belum terdaftar saat dipindai", "Saat itu belum terdaftar")


def _registration(event: AttendanceEvent, history: Sequence[StatusChange], sessions: Sequence[Session]) -> Conflict:
    at, person = rules.counted_at(event), event.registration
    stood = rules.status_at(history, at)
    if stood == Status.ACCEPTED:  # right by then: it was the door that was shut
        return _door(event, history, sessions)
    icon, badge, words = STOOD[Status(stood)] if stood in STOOD else NOT_YET
    before = next((change for change in reversed(history) if change.at <= at), None)
    if before and before.to_status in OVER:
        return Conflict(icon, badge, f"{words} {when(before.at, at)}{_by(before)}.{_unknown_to(event)}")
    since = next((change for change in history if change.at > at and change.to_status == Status.ACCEPTED), None)
    if since:
        later = f"; diterima {when(since.at, at)}{_by(since)}"
    elif person and person.status == stood:
        later = ", dan sampai sekarang"
    else:
        later = f"; sekarang “{Status(person.status).label if person else ''}”"
    return Conflict(icon, badge, f"{words}{later}.{_unknown_to(event)}")


def _by(change: StatusChange) -> str:
    actor = change.actor
    return f" oleh {actor.get_full_name() or actor.get_username()}" if actor else ""


def _unknown_to(event: AttendanceEvent) -> str:
    return " Perangkat belum tahu." if event.shown in rules.ENTERS else ""


# ---- The door ------------------------------------------------------------------------------------


def _door(event: AttendanceEvent, history: Sequence[StatusChange], sessions: Sequence[Session]) -> Conflict:
    session, at = event.session, rules.counted_at(event)
    if at < session.opens_at:
        return _early(event, session, at, sessions)
    ends = [
        (session.closed_at, "Setelah sesi ditutup", "Sesi ditutup"),
        (session.angkatan.cancelled_at, "Setelah angkatan dibatalkan", "Angkatan dibatalkan"),
        (session.angkatan.closed_at, "Setelah angkatan ditutup", "Angkatan ditutup"),
    ]
    for ended, badge, words in ends:
        if ended is not None and ended <= at:
            return Conflict("door-open", badge, f"{words} {when(ended, at)}.")
    if event.shown in rules.TOLD_NO:
        sentence = "Perangkat menolaknya menurut salinan yang lama. Pastikan dulu orangnya akhirnya masuk."
        return Conflict("x-octagon-fill", "Ditolak di meja, seharusnya boleh", sentence)
    return Conflict(
        "lock-fill",
        "Di luar jam presensi",
        "Saat tiba, presensi tidak dibuka; jam sesi atau penutupannya diubah sejak itu.",
    )


def _early(event: AttendanceEvent, session: Session, at: datetime, sessions: Sequence[Session]) -> Conflict:
    sentence = f"Presensi sesi ini dibuka {when(session.opens_at, at)}."
    open_then = [one for one in sessions if one != session and one.opens_at <= at < one.ends_at]
    if event.shown in rules.ENTERS:
        sentence += " Menurut salinan di perangkat saat itu sudah dibuka: mungkin jam sesinya dipindah sesudahnya."
    elif open_then:
        sentence += f" Mungkin sesi {when(open_then[-1].starts_at, at)} yang dimaksud."
    return Conflict("lock-fill", "Sebelum presensi dibuka", sentence)


# ---- The clock, and whom nobody knows ------------------------------------------------------------


def _clock(event: AttendanceEvent, history: Sequence[StatusChange], sessions: Sequence[Session]) -> Conflict:
    return Conflict("clock-fill", "Jam perangkat salah", clock_sentence(event))


def clock_sentence(event: AttendanceEvent) -> str:
    """How a clock was wrong, and what time would count."""
    if event.is_clock_ahead:
        return "Waktu itu belum tiba, jadi jam perangkatnya salah. Bila dipertahankan, yang dihitung saat tibanya."
    if rules.is_before_batch(event.session, rules.counted_at(event)):
        return "Itu sebelum hari pertama angkatan, jadi jamnya salah. Bila dipertahankan, yang dihitung saat tibanya."
    day, clock = dates.plain_date(rules.counted_at(event)), dates.clock(rules.counted_at(event))
    return f"{clocks.off(event.clock_error)}. Setelah koreksi: {day} pukul {clock}."


def kept_by(event: AttendanceEvent) -> str:
    """By which clock something counts whose own was wrong."""
    at_arrival = event.is_clock_ahead or rules.is_before_batch(event.session, rules.counted_at(event))
    return "dengan jam tiba" if at_arrival else "dengan jam koreksi"


def _other(event: AttendanceEvent, history: Sequence[StatusChange], sessions: Sequence[Session]) -> Conflict:
    where = event.registration.angkatan.name if event.registration else "angkatan lain"
    return Conflict("arrow-left-right", "Angkatan lain", f"Terdaftar di {where}, bukan di angkatan ini.")


def _unknown(event: AttendanceEvent, history: Sequence[StatusChange], sessions: Sequence[Session]) -> Conflict:
    sentence = (
        "Perangkat menyimpan kode ini karena salinannya tidak mengenalnya; di sini pun tidak ada yang memilikinya."
    )
    return Conflict("question-circle-fill", "Kode tidak dikenal", sentence)


def _no_list(event: AttendanceEvent, history: Sequence[StatusChange], sessions: Sequence[Session]) -> Conflict:
    sentence = "Saat dipindai sesi ini masih memakai daftar hadir, sekarang tidak lagi."
    return Conflict("slash-circle", "Sesi tanpa daftar hadir", sentence)


def _already(event: AttendanceEvent, history: Sequence[StatusChange], sessions: Sequence[Session]) -> Conflict:
    return Conflict("info-circle-fill", "Sudah tercatat", "Saat tiba, orangnya sudah tercatat dengan cara lain.")


def _emptied(event: AttendanceEvent, history: Sequence[StatusChange], sessions: Sequence[Session]) -> Conflict:
    sentence = "Kehadirannya dikosongkan panitia sesudah itu, sebelum catatan ini tiba."
    return Conflict("dash-circle", "Dikosongkan sesudah dipindai", sentence)


type Why = Callable[[AttendanceEvent, Sequence[StatusChange], Sequence[Session]], Conflict]
WHY: dict[Outcome, Why] = {
    Outcome.NOT_ACCEPTED: _registration,
    Outcome.DOUBTED: _clock,
    Outcome.OTHER_ANGKATAN: _other,
    Outcome.UNKNOWN_CODE: _unknown,
    Outcome.INVALID: _no_list,
    Outcome.ALREADY: _already,
    Outcome.EMPTIED: _emptied,
}


def name_of(event: AttendanceEvent) -> str:
    """Whose event it is: the person, what was written at the door, or the code."""
    person: Registration | None = event.registration
    if person is not None:
        return person.full_name
    if event.means == Means.WALK_IN:
        return event.reason
    return f"Kode {codes.display(event.code) if codes.is_valid(event.code) else event.code or 'yang tidak terbaca'}"


# ---- Spans of many -------------------------------------------------------------------------------


def span_of(sent: OfDevice) -> str:
    """``dipindai 11 Maret 2019 09.20–09.58, tiba 11.24 · jam dikoreksi +3 menit 12 detik``."""
    arrived = span(sent.first_arrived, sent.last_arrived, after=sent.last_at)
    words = f"dipindai {span(sent.first_at, sent.last_at)}, tiba {arrived}"
    corrected = list(dict.fromkeys(clocks.correction(error) for error in (sent.least_error, sent.most_error)))
    return f"{words} · jam dikoreksi {' sampai '.join(word or '0' for word in corrected)}" if any(corrected) else words


def span(first: datetime, last: datetime, after: datetime | None = None) -> str:
    """``11 Maret 2019 09.47–09.58``; without the day when that is the one of ``after``."""
    start, end = _moment(first, after), _moment(last, first)
    return start if dates.clock(first) == end else f"{start}–{end}"
