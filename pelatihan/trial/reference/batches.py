"""The three batches: II 2019 as it was held, one that runs on the day of loading, one open for registration."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.utils.timezone import localtime

from ormas.models import Ormas
from pelatihan.models import Angkatan, AngkatanSignatory, Guest, Invitation
from pelatihan.trial.reference import invited, rundown, tables
from pelatihan.trial.reference.office import Desk
from pelatihan.trial.reference.story import Calendar, Story, at_clock

SAYS_SO = "Data contoh: semua orang, nomor, dan kehadiran pada angkatan ini rekaan."
BRING = "Surat tugas dari ormas\nKTP asli\nObat pribadi dan pakaian ibadah"
HELP = {
    "help_name": "Sekretariat panitia",
    "help_phone": "+6281200000011",
    "help_hours": "Senin–Jumat, 08.00–16.00 WIB",
}


@dataclass(frozen=True)
class World:
    """What the batches share."""

    desk: Desk
    organisations: dict[str, Ormas]
    at: datetime


def finished(world: World) -> Angkatan:
    """Angkatan II 2019: 98 seats, all held: 97 accepted, one that still needs a fix."""
    angkatan = _open(
        world,
        number=2,
        theme="Peningkatan Peran Organisasi Kemasyarakatan Dalam Pembangunan dan Menjaga Keutuhan NKRI",
        intro="Menginap di kamar untuk dua orang.",
        meeting_point="Balai Kota DKI Jakarta, pukul 08.00 WIB",
        letter_due_on=date(2019, 3, 8),
        bring=f"{BRING}\nBatik lengan panjang atau seragam ormas",
        venue="Hotel Grand Cempaka, Jalan Puncak Pass, Bogor",
        starts_on=date(2019, 3, 11),
        opens_at=at_clock(date(2019, 2, 11), 7),
        closes_at=at_clock(date(2019, 3, 1), 16),
        capacity=98,
    )
    _invite(angkatan, list(world.organisations.values()))
    rundown.fill(angkatan, tables.rundown("finished"))
    _print_names(angkatan, world.desk)
    _tell(world, angkatan, "finished", registered=(date(2019, 2, 11), date(2019, 2, 27)), first_phone=101)
    return angkatan


def running(world: World) -> Angkatan:
    """The batch that began yesterday; whatever the hour, one of its sessions is under way."""
    today = localtime(world.at).date()
    start = today - timedelta(days=1)
    angkatan = _open(
        world,
        number=3,
        theme="Kewaspadaan Dini Masyarakat dan Peran Organisasi Kemasyarakatan",
        intro="Menginap di kamar untuk dua orang. Makan ditanggung penyelenggara.",
        bring=f"{BRING}\nBatik lengan panjang atau seragam ormas",
        venue="Hotel Contoh Puncak, Cisarua, Bogor",
        meeting_point="Halaman Balai Kota, pukul 09.30 WIB",
        letter_due_on=start - timedelta(days=3),
        welcomes_walk_ins=True,
        starts_on=start,
        opens_at=at_clock(start - timedelta(days=40), 7),
        closes_at=at_clock(start - timedelta(days=8), 16),
        capacity=70,
    )
    rows = tables.delegates("running")
    _invite(angkatan, [world.organisations[name] for name in sorted({row.ormas for row in rows})])
    rundown.fill(angkatan, tables.rundown("running"))
    rundown.fill_today(angkatan, world.at)
    _print_names(angkatan, world.desk)
    days = (start - timedelta(days=39), start - timedelta(days=12))
    _tell(world, angkatan, "running", registered=days, first_phone=301, also=invited.after_freezing)
    return angkatan


def upcoming(world: World) -> Angkatan:
    """The batch of the coming month: seats free, two organisations full and queueing, half undecided."""
    today = localtime(world.at).date()
    start = _second_tuesday((today.replace(day=1) + timedelta(days=32)).replace(day=1))
    angkatan = _open(
        world,
        number=4 if start.year == (today - timedelta(days=1)).year else 1,
        theme="Tata Kelola Organisasi Kemasyarakatan yang Tertib, Terbuka, dan Mandiri",
        intro="Peserta yang menginap mendapat kamar untuk dua orang.",
        bring=f"{BRING}\nPakaian bebas rapi",
        venue="Gedung Pertemuan Contoh, Jakarta Pusat",
        town="Jakarta",
        starts_on=start,
        letter_due_on=start - timedelta(days=4),
        opens_at=at_clock(today - timedelta(days=12), 7),
        closes_at=at_clock(start - timedelta(days=5), 16),
        capacity=60,
    )
    _invite(angkatan, list(world.organisations.values()))
    rundown.fill(angkatan, tables.rundown("upcoming"))
    _print_names(angkatan, world.desk)
    days = (today - timedelta(days=12), today - timedelta(days=1))
    by_themselves = partial(invited.before_closing, desk=world.desk, today=today)
    _tell(world, angkatan, "upcoming", registered=days, first_phone=501, also=by_themselves)
    return angkatan


def _open(world: World, *, starts_on: date, intro: str, town: str = "Bogor", **fields: object) -> Angkatan:
    return Angkatan.objects.create(
        year=starts_on.year,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=2),
        town=town,
        intro=f"{intro} {SAYS_SO}",
        letterhead=world.desk.letterhead,
        published=True,
        decision_days=5,
        **HELP,
        **fields,
    )


def _invite(angkatan: Angkatan, organisations: list[Ormas]) -> None:
    Invitation.objects.bulk_create(Invitation(angkatan=angkatan, ormas=ormas) for ormas in organisations)


def _print_names(angkatan: Angkatan, desk: Desk) -> None:
    """Signers from left to right, and those who are on papers without registering."""
    division, committee = desk.signers
    AngkatanSignatory.objects.create(angkatan=angkatan, signatory=division, heading="Mengetahui,", place=1)
    AngkatanSignatory.objects.create(angkatan=angkatan, signatory=committee, place=2)
    Guest.objects.bulk_create(_guests(angkatan))


def _guests(angkatan: Angkatan) -> Iterator[Guest]:
    """Of the speakers those whose session this batch has."""
    sessions = list(angkatan.sessions.in_time_order())
    for place, row in enumerate(tables.guests(), start=1):
        session = next((one for one in sessions if row.speaks_of and row.speaks_of in one.title), None)
        if session or not row.speaks_of:
            yield Guest(
                angkatan=angkatan,
                category=row.category,
                name=row.name,
                nickname=row.nickname,
                gender=row.gender,
                position=row.position,
                institution=row.institution,
                session=session,
                place=place,
            )


def _tell(
    world: World,
    angkatan: Angkatan,
    batch: str,
    *,
    registered: tuple[date, date],
    first_phone: int,
    also: Callable[[Story], None] = lambda story: None,
) -> None:
    """Everybody registers and is decided; a started batch was frozen three days before, one replacement came later."""
    started = angkatan.starts_on <= localtime(world.at).date()
    day_before = at_clock(angkatan.starts_on - timedelta(days=1), 10)
    frozen_at = at_clock(angkatan.starts_on - timedelta(days=3), 16)
    calendar = Calendar(
        *registered,
        cancelling=min(at_clock(angkatan.starts_on - timedelta(days=7), 10), world.at - timedelta(days=1)),
        replacing=min(day_before, world.at - timedelta(hours=3)),
        until=min(world.at, day_before),
    )
    story = Story(angkatan, calendar, clerk=world.desk.verifier, first_phone=first_phone)
    if started:
        story.also(frozen_at, lambda at: Angkatan.objects.filter(pk=angkatan.pk).update(frozen_at=at))
    also(story)
    story.tell(tables.delegates(batch), world.organisations)
    angkatan.refresh_from_db()


def _second_tuesday(first_of_month: date) -> date:
    return first_of_month + timedelta(days=(1 - first_of_month.weekday()) % 7 + 7)
