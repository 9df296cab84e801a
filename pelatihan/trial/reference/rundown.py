"""Sessions of the reference batches: read from the tables, or laid around the moment of loading."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from pelatihan.models import Angkatan, Session
from pelatihan.trial.reference.story import at_clock
from pelatihan.trial.reference.tables import SessionRow

LENGTH, BREAK = timedelta(minutes=90), timedelta(minutes=15)
NOW = 3  # place in TODAY of the session that is under way
TODAY = (
    ("Pancasila sebagai dasar kerja organisasi", "Akademisi"),
    ("Literasi digital: mengenali hoaks dan ujaran kebencian", "Dinas Kominfotik"),
    ("Deteksi dini dan cegah dini konflik sosial", "FKDM, FKUB"),
    ("Kewaspadaan dini masyarakat dan peran ormas", "Badan Kesbangpol"),
    ("Tata kelola dan legalitas ormas", "Ditjen Polpum Kemendagri"),
    ("Kemitraan ormas dengan pemerintah daerah", "Bappeda"),
    ("Diskusi kelompok: rencana aksi di wilayah", "Fasilitator"),
)


def fill(angkatan: Angkatan, rows: list[SessionRow]) -> None:
    """Make the sessions of the table."""
    Session.objects.bulk_create(
        Session(
            angkatan=angkatan,
            title=row.title,
            kind=row.kind,
            starts_at=_moment(angkatan, row.day, row.start),
            ends_at=_moment(angkatan, row.day, row.end),
            takes_attendance=bool(row.attendance),
            speaker=row.speaker,
            room=row.room,
        )
        for row in rows
    )


def _moment(angkatan: Angkatan, day: str, clock: str) -> datetime:
    hour, minute = map(int, clock.split("."))
    return at_clock(angkatan.starts_on + timedelta(days=int(day)), hour, minute)


def fill_today(angkatan: Angkatan, at: datetime) -> None:
    """One session is under way at that moment, at any hour; its neighbours stand where the day has room."""
    current = _start_of_current(at)
    for place, (title, speaker) in enumerate(TODAY):
        starts_at = current + (place - NOW) * (LENGTH + BREAK)
        if place == NOW or _is_decent(starts_at, current):
            Session.objects.create(
                angkatan=angkatan,
                title=title,
                kind=Session.Kind.DISCUSSION if title.startswith("Diskusi") else Session.Kind.MATERIAL,
                starts_at=starts_at,
                ends_at=starts_at + LENGTH,
                speaker=speaker,
                room="Ruang Anggrek",
            )


def _start_of_current(at: datetime) -> datetime:
    """A half hour, 20 to 50 minutes ago; but today, and ending by midnight."""
    ago = at - timedelta(minutes=20)
    start = localtime(ago).replace(minute=30 * (localtime(ago).minute // 30), second=0, microsecond=0)
    today = localtime(at).date()
    return min(max(start, at_clock(today, 0)), at_clock(today, 22, 30))


def _is_decent(starts_at: datetime, current: datetime) -> bool:
    """On the day of the current session, and at an hour when people are taught."""
    clock, day = localtime(starts_at), localtime(current).date()
    return clock.date() == day and 7 * 60 <= clock.hour * 60 + clock.minute <= 20 * 60
