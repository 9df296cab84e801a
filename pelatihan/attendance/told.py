"""What happened about attendance in a few words, as histories tell it."""

from pelatihan import dates
from pelatihan.models import AttendanceEvent

Kind, Means = AttendanceEvent.Kind, AttendanceEvent.Means
UNUSUAL = frozenset({Means.WALK_IN, Means.OVERRIDE, Means.SELF})


def happened(event: AttendanceEvent) -> str:
    """One event. ``undoes`` and ``about`` are read with it where undos and decisions may be among them."""
    if event.kind == Kind.CHECK_IN:
        return f"Presensi{_way(event)}: {event.get_state_display()}"
    if event.kind == Kind.MARK:
        return _marked(event)
    if event.kind == Kind.CLEAR:
        return "Kehadiran dikosongkan"
    if event.kind == Kind.UNDO:
        return _undone(event.undoes)
    if event.kind == Kind.KEEP:
        return f"{_decided(event)} dipertahankan: {event.get_state_display()}"
    if event.kind == Kind.STRIKE:
        return f"{_decided(event)} dicoret"
    return f"Presensi{_way(event)} tidak dicatat: {event.get_outcome_display()}"


def by(event: AttendanceEvent) -> str:
    """Who did it: the account, the device, or the delegate; else the system. ``author`` is read with it."""
    if event.author:
        return event.author.get_full_name() or event.author.get_username()
    return event.device or ("Peserta sendiri" if event.means == Means.SELF else "Sistem")


def _marked(event: AttendanceEvent) -> str:
    word = event.get_state_display()
    if event.means == Means.CLOSING:
        return f"Sesi ditutup: {word}"
    leaving = f" pukul {dates.clock(event.left_at)}" if event.left_at else ""
    return f"Kehadiran diubah menjadi {word}{leaving}"


def _undone(event: AttendanceEvent | None) -> str:
    if event is None or event.kind not in {Kind.MARK, Kind.CLEAR}:
        return "Presensi diurungkan"
    return "Sesi dibuka lagi" if event.means == Means.CLOSING else "Perubahan kehadiran diurungkan"


def _decided(event: AttendanceEvent) -> str:
    """What a decision is about."""
    is_own = event.about is not None and event.about.means == Means.SELF
    return "Presensi lewat kode ruangan" if is_own else "Kiriman susulan"


def _way(event: AttendanceEvent) -> str:
    """Of what is not an everyday check-in."""
    return f" ({event.get_means_display().lower()})" if event.means in UNUSUAL else ""
