"""Batches made to be measured: one of the usual size, and one without equal. Each runs today, all its sessions open."""

import random
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from ormas.models import Delegate, Ormas
from pelatihan.accounts import devices
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Device, Invitation, Registration, Session

PEOPLE = 97
SESSIONS = 12
TITLES = ("", "", "", "Drs. H.", "Dr.", "Hj.")
FIRST = ("Siti", "Budi", "Ahmad", "Maria", "Made", "Andi", "Nur", "Togar", "Muhammad", "Endang", "Slamet", "Zulfa")
MIDDLE = ("", "", "Rahma", "Putra", "Eka", "Dwi", "Tri", "Panca", "Agung", "Bayu", "Surya", "Candra", "Kartika")
LAST = (
    "Rahmawati",
    "Santoso",
    "Fauzi",
    "Tukan",
    "Suardika",
    "Simanjuntak",
    "Wiryosaputro",
    "Kusumadiningrat",
    "Siregar",
)
DEGREES = ("", "", "", "S.H.", "M.Si.", "S.E., M.M.")
POSITIONS = ("Ketua", "Sekretaris", "Bendahara", "Wakil Ketua Bidang Organisasi", "Anggota", "Staf Kesekretariatan")
BODIES = (
    "Forum Betawi Rempug",
    "Perkumpulan Putra-Putri Keluarga Besar",
    "Yayasan Pendidikan Nusantara",
    "Pemuda Maju",
)


def running_batch(number: int, people: int, sessions: int) -> tuple[Angkatan, list[Session]]:
    """A batch of today without anybody in it."""
    now = timezone.now()
    today = timezone.localdate(now)
    batch = Angkatan.objects.create(
        number=number, year=today.year, theme="Ukuran", venue="Gedung Contoh", town="Jakarta", starts_on=today,
        ends_on=today, capacity=people,
    )  # fmt: skip
    rundown = [
        Session(angkatan=batch, title=f"Sesi {place}", starts_at=now, ends_at=now + timedelta(hours=1))
        for place in range(sessions)
    ]
    return batch, Session.objects.bulk_create(rundown)


# ---- Of the size of Angkatan II 2019 ---------------------------------------------------------------


def desk_world(sessions: int = SESSIONS, number: int = 98) -> list[tuple[Session, Registration]]:
    """Every accepted person at the door of every open session: enough for a thousand check-ins."""
    batch, rundown = running_batch(number, PEOPLE, sessions)
    people = _copies(batch)
    return [(session, person) for session in rundown for person in people]


def _copies(batch: Angkatan) -> list[Registration]:
    """Copies of the reference batch's people; written at once, for nothing of it is measured."""
    source = Registration.objects.filter(angkatan__slug="2019-ii", status=Status.ACCEPTED).select_related("delegate")
    rows = []
    for one in list(source)[:PEOPLE]:
        delegate = Delegate.objects.create(ormas=one.ormas, name=one.name, phone=one.delegate.phone)
        rows.append(
            Registration(
                angkatan=batch, delegate=delegate, ormas=one.ormas, status=Status.ACCEPTED, source=one.source,
                name=one.name, front_title=one.front_title, back_title=one.back_title, position=one.position,
                submitted_at=one.submitted_at,
            )
        )  # fmt: skip
    return Registration.objects.bulk_create(rows)


# ---- The phones at its door -------------------------------------------------------------------------


def prepared_device(batch: Angkatan, label: str = "HP lobi", officer: str = "petugas") -> str:
    """A device that was made ready for the batch; the token in its cookie."""
    token, now = devices.new_token(), timezone.now()
    device = Device.objects.create(angkatan=batch, label=label, token_hash=devices.hashed(token), made_at=now)
    devices.sign_in(device, User.objects.get(username=officer), now)
    return token


# ---- Without equal -----------------------------------------------------------------------------------


def crowded_batch(people: int, number: int = 97, sessions: int = 10, listed: int = 0) -> tuple[Angkatan, list[Session]]:
    """Thousands of people, hardly two of one name, in hundreds of organisations; the same each time.

    With ``listed`` organisations half of them come from those, not from written ones.
    """
    batch, rundown = running_batch(number, people, sessions)
    chance = random.Random(number)
    delegates = Delegate.objects.bulk_create(_delegate(chance) for _ in range(people))
    known = Ormas.objects.bulk_create(
        Ormas(name=f"{chance.choice(BODIES)} {place}", abbreviation=f"PM{place}") for place in range(listed)
    )
    Registration.objects.bulk_create(
        Registration(
            angkatan=batch, delegate=one, **_sender(chance, place, people, known),
            status=Status.ACCEPTED, source=Registration.Source.STAFF, front_title=one.front_title, name=one.name,
            back_title=one.back_title, position=one.position, submitted_at=rundown[0].starts_at,
        )
        for place, one in enumerate(delegates)
    )  # fmt: skip
    return batch, rundown


def _sender(chance: random.Random, place: int, people: int, known: list[Ormas]) -> dict[str, Any]:
    """Which organisation sends the person at that place."""
    if known and place % 2:
        return {"ormas": known[place % len(known)]}
    return {"ormas_text": f"{chance.choice(BODIES)} {chance.randrange(people // 3 + 1)}"}


def _delegate(chance: random.Random) -> Delegate:
    words = [chance.choice(FIRST), chance.choice(MIDDLE), chance.choice(LAST), chance.choice(MIDDLE)]
    return Delegate(
        front_title=chance.choice(TITLES), name=" ".join(filter(None, words)), back_title=chance.choice(DEGREES),
        position=chance.choice(POSITIONS),
    )  # fmt: skip


# ---- Open, with organisations invited -----------------------------------------------------------------


def inviting_batch(number: int, ormas: int, seats: int) -> Angkatan:
    """A batch that takes registrations now, and organisations that may name their people."""
    now = timezone.now()
    start = timezone.localdate(now) + timedelta(days=30)
    batch = Angkatan.objects.create(
        number=number, year=start.year, theme="Ukuran", venue="Gedung Contoh", town="Jakarta", starts_on=start,
        ends_on=start, opens_at=now - timedelta(days=1), capacity=ormas * seats, seats_per_ormas=seats, published=True,
    )  # fmt: skip
    asked = Ormas.objects.bulk_create(Ormas(name=f"Perkumpulan Ukur {place}") for place in range(ormas))
    Invitation.objects.bulk_create(Invitation(angkatan=batch, ormas=each) for each in asked)
    return batch
