"""Batches to print that are as awkward as may be: the longest words, words without spaces, single names, apostrophes.

Written at once, past the writers, for nothing of how it came about is looked at.
"""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from django.contrib.auth.models import User

from ormas.models import Delegate, Ormas
from pelatihan.accounts.actor import staff
from pelatihan.attendance import marking
from pelatihan.batches import invitation_letters
from pelatihan.certificates import issuing
from pelatihan.certificates.standing import standings
from pelatihan.lifecycle import Status
from pelatihan.lodging import house, placing, rooms
from pelatihan.lodging.suggestion import suggest
from pelatihan.lodging.typed import NewRoom
from pelatihan.models import (
    Angkatan,
    AngkatanSignatory,
    AttendanceState,
    CertificateRule,
    Guest,
    Honorarium,
    Invitation,
    InvitationLetter,
    NumberSeries,
    PaymentList,
    Registration,
    Session,
)
from tests.factories import (
    AngkatanFactory,
    LetterheadFactory,
    OrmasFactory,
    SessionFactory,
    SignatoryFactory,
    UserFactory,
)

EVENING = datetime(2019, 3, 13, 11, 0, tzinfo=UTC)  # 18.00 WIB of the last day
LONG_THEME = "Peningkatan Peran Organisasi Kemasyarakatan dalam Pembangunan dan Menjaga Keutuhan NKRI " * 3
# Front title, name, back title, nickname, sex, position, the place of the organisation.
PEOPLE = (
    ("", "W" * 150, "", "", "L", "W" * 80, 0),
    ("", "Suharto", "", "", "L", "Ketua", 1),
    ("Prof. Dr. K.H. Raden Mas", "Muhammad Abdurrahman Wiryosaputro Kusumadiningrat Hadiwijoyo", "S.Ag., M.Pd., Ph.D.",
     "Gus Dur", "L", "Penanggungjawab Kesekretariatan dan Hubungan Antar-lembaga", 2),
    ("Hj.", "Nur'aini Ma'rifatul Ma'ruf", "S.E.", "Nur'aini", "P", "Wakil Bendahara", 3),
    ("", "Siti Rahmawati", "", "Siti", "P", "Sekretaris", 4),
    ("Drs. H.", "Togar Parulian Simanjuntak", "M.Si.", "", "L", "Anggota", 4),
    ("", "#read(\"/etc/passwd\") *tebal* $x$", "", "", "L", "= Ketua", 1),
)  # fmt: skip
ORMAS = (
    ("W" * 200, ""),
    ("'Aisyiyah", ""),
    ("Perkumpulan Persaudaraan Putra-Putri Keluarga Besar Angkatan Darat/Laut/Udara DKI Jakarta", "PPPKBADLU"),
    ("Majelis Ta'lim Nurul 'Ilmi", "MTNI"),
    ("Forum Betawi Rempug", "FBR"),
)


def filled(count: int) -> Angkatan:
    """A batch of so many people, with everything that any paper asks for; the first has the most awkward of words."""
    batch = AngkatanFactory(
        number=count % 98 + 1,
        theme=("W" * 150 if count == 1 else LONG_THEME)[:300],
        venue="W" * 150 if count == 1 else "Hotel Grand Cempaka, Jalan Puncak Pass, Bogor",
        capacity=count + 5,
        letterhead=LetterheadFactory(),
    )
    organiser = UserFactory(role="panitia")
    rundown = _rundown(batch, endless=count == 1)
    _signers(batch)
    _guests(batch, rundown, endless=count == 1)
    people = _register(batch, count)
    _attend(rundown, people, organiser)
    _lodge(batch, organiser, beds=count)
    _certify(batch, organiser)
    _pay(batch, word="W" if count == 1 else "")
    _number_letters(batch, organiser)
    return batch


def _rundown(batch: Angkatan, *, endless: bool) -> list[Session]:
    """Twelve sessions on one day of which eight are signed, three on another."""
    first = "W" * 250 if endless else "Wawasan kebangsaan dan kewaspadaan dini masyarakat di Provinsi DKI Jakarta"
    speaker = "V" * 250 if endless else "Bawaslu Provinsi DKI Jakarta"
    titles = [first, *(f"Materi {number}" for number in range(2, 13))]
    day = [
        SessionFactory(angkatan=batch, hour=7 + number, title=title, speaker=speaker, takes_attendance=number % 3 < 2)
        for number, title in enumerate(titles)
    ]
    other = [SessionFactory(angkatan=batch, day=1, hour=8 + 2 * place, title=f"Diskusi {place}") for place in range(3)]
    return [one for one in (*day, *other) if one.takes_attendance]


def _signers(batch: Angkatan) -> None:
    division = SignatoryFactory(
        name="Dra. Hj. Wulandari Setyaningrum Kusumawardhani, M.Si.",
        title="Kepala Bidang Ketahanan Ekonomi, Seni Budaya, Agama dan Kemasyarakatan selaku Kuasa Pengguna Anggaran",
    )
    AngkatanSignatory.objects.create(angkatan=batch, signatory=division, heading="Mengetahui,", place=1)
    AngkatanSignatory.objects.create(angkatan=batch, signatory=SignatoryFactory(), place=2)


def _guests(batch: Angkatan, rundown: list[Session], *, endless: bool) -> None:
    word = "W" if endless else ""
    for number, category in enumerate(islice(cycle(Guest.Category), 9)):
        Guest.objects.create(
            angkatan=batch,
            category=category,
            name=word * 150 or f"Dr. Tamu Contoh {'abcdefghi'[number]}, S.H., M.H.",
            position=word * 120 or "Narasumber",
            institution=word * 150 or "Bawaslu Provinsi DKI Jakarta",
            session=rundown[number] if category == Guest.Category.SPEAKER else None,
        )


def _register(batch: Angkatan, count: int) -> list[Registration]:
    known = [_ormas(name, short) for name, short in ORMAS]
    invited = [Invitation.objects.create(angkatan=batch, ormas=one, own_seats=3) for one in known]
    rows = list(islice(cycle(PEOPLE), count))
    delegates = Delegate.objects.bulk_create(
        Delegate(
            front_title=front, name=name, back_title=back, nickname=nick, gender=sex, position=position,
            ormas=known[place], phone=f"+62812{number:08d}",
        )
        for number, (front, name, back, nick, sex, position, place) in enumerate(rows)
    )  # fmt: skip
    return Registration.objects.bulk_create(
        Registration(
            angkatan=batch, delegate=one, ormas=known[place], invitation=invited[place], status=Status.ACCEPTED,
            source=Registration.Source.WEB, front_title=front, name=name, back_title=back, position=position,
            nickname=nick, submitted_at=datetime(2019, 2, 20, 5, 0, tzinfo=UTC),
        )
        for one, (front, name, back, nick, _sex, position, place) in zip(delegates, rows, strict=True)
    )  # fmt: skip


def _ormas(name: str, short: str) -> Ormas:
    return Ormas.objects.filter(name=name).first() or OrmasFactory(name=name, abbreviation=short)


def _attend(rundown: list[Session], people: list[Registration], organiser: User) -> None:
    """All came to all but one, to which nobody came."""
    for session in rundown[:-1]:
        marks = [marking.Mark(uuid.uuid4(), one.ref, AttendanceState.PRESENT, None) for one in people]
        marking.mark_many(session, marks, actor=staff(organiser), at=EVENING)


def _lodge(batch: Angkatan, organiser: User, *, beds: int) -> None:
    """Rooms of two and one of ten, and people in them as they are suggested."""
    rooms.add(batch, [NewRoom(f"{place}", 2) for place in range(101, 102 + beds // 2)])
    rooms.add(batch, [NewRoom("M" * 20, 10)], note="W" * 60)
    placing.accept(
        batch, uuid.uuid4(), together=True, shown=suggest(house.read(batch), together=True).digest, by=organiser,
        at=EVENING,
    )  # fmt: skip


def _certify(batch: Angkatan, organiser: User) -> None:
    series = NumberSeries.objects.create(label=f"Sertifikat {batch.slug}", code=batch.slug.upper())
    CertificateRule.objects.create(angkatan=batch, series=series)
    due = issuing.digest(standings(batch))
    issuing.issue(batch, uuid.uuid4(), due, by=organiser, at=EVENING)


def _pay(batch: Angkatan, *, word: str) -> None:
    """The largest amounts that fit, and a word without end."""
    PaymentList.objects.create(
        angkatan=batch, label=word * 80 or "Uang transpor", gross=999_999_999 if word else 150_000, tax_percent=5,
        paid_on=batch.ends_on, account=word * 200, rule=PaymentList.Rule.ALL,
    )  # fmt: skip
    for guest in batch.guests.exclude(session=None):
        Honorarium.objects.create(
            guest=guest, session=guest.session, role=word * 60 or "narasumber", rate=999_999_999 if word else 900_000,
            own_hours=24 if word else None, tax_percent=15, paid_on=batch.ends_on, account=word * 100,
            number=word * 60,
        )  # fmt: skip


def _number_letters(batch: Angkatan, organiser: User) -> None:
    series = NumberSeries.objects.create(label=f"Undangan {batch.slug}", code=batch.slug.upper())
    InvitationLetter.objects.create(angkatan=batch, series=series, dated_on=batch.starts_on - timedelta(days=20))
    invitation_letters.give_numbers(batch, by=organiser, at=EVENING)
