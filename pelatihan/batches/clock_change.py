"""What another name for the office's clock (WIB, WITA, WIT) does to the times that are stored."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from pelatihan import dates
from pelatihan.models import Office, Session


def sentence(old: str, new: str, *, at: datetime) -> str:
    """What a person reads before it is so: stored moments stay, so the hours on pages and papers become others."""
    before, after = ZoneInfo(Office.ZONES[old]), ZoneInfo(Office.ZONES[new])
    hours = _hours_between(before, after, at)
    way = "maju" if hours > 0 else "mundur"
    session = _example(at)
    example = (
        f": sesi “{session.title}” pukul {_clock(session.starts_at, before)} {old} menjadi pukul"
        f" {_clock(session.starts_at, after)} {new}"
        if session
        else ""
    )
    return (
        f"Mengganti {old} dengan {new} membuat semua jam yang tertulis {way} {abs(hours)} jam{example}. Itu berlaku"
        " bagi sesi, masa pendaftaran, dan catatan kehadiran, di layar dan di kertas. Bila yang dimaksud jam yang sama"
        " di zona lain, betulkan jam sesi setelah zonanya diganti."
    )


def _example(at: datetime) -> Session | None:
    """The next session, or the last there was."""
    sessions = Session.objects.in_time_order()
    return sessions.filter(ends_at__gte=at).first() or sessions.last()


def _hours_between(before: ZoneInfo, after: ZoneInfo, at: datetime) -> int:
    ahead = (at.astimezone(after).utcoffset() or timedelta()) - (at.astimezone(before).utcoffset() or timedelta())
    return int(ahead.total_seconds()) // 3600


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    with timezone.override(zone):
        return dates.clock(moment)
