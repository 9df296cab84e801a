"""A batch without equal: thousands of people, hardly two of one name, in hundreds of organisations."""

import random
from datetime import timedelta
from typing import Any

from django.utils import timezone

from ormas.models import Delegate, Ormas
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration, Session

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


def crowded_batch(people: int, number: int = 97, sessions: int = 10, listed: int = 0) -> tuple[Angkatan, list[Session]]:
    """The same people each time. With ``listed`` organisations half of them come from those, not from written ones."""
    now = timezone.now()
    today = timezone.localdate(now)
    batch = Angkatan.objects.create(
        number=number, year=today.year, theme="Ukuran besar", venue="Gedung Contoh", town="Jakarta", starts_on=today,
        ends_on=today, capacity=people,
    )  # fmt: skip
    rundown = [
        Session(angkatan=batch, title=f"Sesi {place}", starts_at=now, ends_at=now + timedelta(hours=1))
        for place in range(sessions)
    ]
    Session.objects.bulk_create(rundown)
    chance = random.Random(number)
    delegates = Delegate.objects.bulk_create(_delegate(chance) for _ in range(people))
    known = Ormas.objects.bulk_create(
        Ormas(name=f"{chance.choice(BODIES)} {place}", abbreviation=f"PM{place}") for place in range(listed)
    )
    Registration.objects.bulk_create(
        Registration(
            angkatan=batch, delegate=one, **_sender(chance, place, people, known),
            status=Status.ACCEPTED, source=Registration.Source.STAFF, front_title=one.front_title, name=one.name,
            back_title=one.back_title, position=one.position, submitted_at=now,
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
