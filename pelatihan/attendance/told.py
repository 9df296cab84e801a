"""What happened about attendance in a few words, as histories tell it."""

from pelatihan.models import AttendanceEvent

Kind = AttendanceEvent.Kind


def happened(event: AttendanceEvent) -> str:
    """One event. ``undoes`` is read with it where undos may be among them."""
    if event.kind == Kind.CHECK_IN:
        return f"Presensi: {event.get_state_display()}"
    if event.kind == Kind.MARK:
        return f"Kehadiran diubah menjadi {event.get_state_display()}"
    if event.kind == Kind.UNDO:
        is_mark = event.undoes is not None and event.undoes.kind == Kind.MARK
        return "Perubahan kehadiran diurungkan" if is_mark else "Presensi diurungkan"
    return f"Presensi tidak dicatat: {event.get_outcome_display()}"
