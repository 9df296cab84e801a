"""What happened about attendance in a few words, as histories tell it."""

from pelatihan.models import AttendanceEvent

Kind, Means = AttendanceEvent.Kind, AttendanceEvent.Means
UNUSUAL = frozenset({Means.WALK_IN, Means.OVERRIDE})


def happened(event: AttendanceEvent) -> str:
    """One event. ``undoes`` is read with it where undos may be among them."""
    if event.kind == Kind.CHECK_IN:
        return f"Presensi{_way(event)}: {event.get_state_display()}"
    if event.kind == Kind.MARK:
        return f"Kehadiran diubah menjadi {event.get_state_display()}"
    if event.kind == Kind.UNDO:
        is_mark = event.undoes is not None and event.undoes.kind == Kind.MARK
        return "Perubahan kehadiran diurungkan" if is_mark else "Presensi diurungkan"
    if event.kind == Kind.KEEP:
        return f"Kiriman susulan dipertahankan: {event.get_state_display()}"
    if event.kind == Kind.STRIKE:
        return "Kiriman susulan dicoret"
    return f"Presensi{_way(event)} tidak dicatat: {event.get_outcome_display()}"


def _way(event: AttendanceEvent) -> str:
    """Of what is not an everyday check-in."""
    return f" ({event.get_means_display().lower()})" if event.means in UNUSUAL else ""
