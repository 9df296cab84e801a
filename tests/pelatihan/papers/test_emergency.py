"""Paket darurat: one file for the evening before, with which a training goes on with no power."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from pypdf import PdfReader

from pelatihan import codes
from pelatihan.jobs import running
from pelatihan.models import Angkatan, Guest
from pelatihan.models.office import office
from pelatihan.papers import bundles, emergency, remembered
from pelatihan.papers.bundles import Form, What
from pelatihan.papers.catalogue import Desk
from pelatihan.papers.choices import Choices, Order
from pelatihan.papers.engine import compiled
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few")]
EVENING = datetime(2019, 3, 10, 12, 30, tzinfo=UTC)
NAMES = ("Togar Simanjuntak", "D'Angelo", "Neneng Komariah", "Rizky")


@pytest.fixture(autouse=True)
def evening(settings, tmp_path, queue) -> Iterator[None]:
    settings.PRIVATE_DIR = tmp_path
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def angkatan() -> Angkatan:
    batch = AngkatanFactory(number=2, venue="Hotel Grand Cempaka")
    for number, name in enumerate(NAMES):
        a_registration(batch, name=name, phone=f"+62812000001{number:02}")
    for day in range(2):
        SessionFactory(angkatan=batch, day=day, title=f"Materi hari {day + 1}")
    committee = Guest.Category.COMMITTEE
    Guest.objects.create(angkatan=batch, category=committee, name="Agus Darmawan, S.Sos.", position="Ketua Panitia")
    return batch


@pytest.fixture
def clerk() -> User:
    return UserFactory(role="panitia")


def desk(angkatan: Angkatan, by: User) -> Desk:
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    return Desk(angkatan, sessions, office(), by, EVENING, remembered.known_of(angkatan))


def built(angkatan: Angkatan, by: User, **choices) -> emergency.EmergencyPack:
    return emergency.build(desk(angkatan, by).asked(Choices(**choices)))


def words(page) -> str:
    return " ".join(page.extract_text().split())


def test_contents_tell_on_which_page_of_the_pack_each_part_is(angkatan, clerk):
    plan = bundles.plan_of(desk(angkatan, clerk), What.PACK)
    bundle = bundles.start(plan, Form.PDF, angkatan=angkatan, key=uuid.uuid4(), by=clerk, at=EVENING)
    assert bundle.job_id
    running.carry_out(bundle.job_id)
    reader = PdfReader(BytesIO(bundles.FILES.path(f"{bundle.pk}.pdf").read_bytes()))
    pages = [words(page) for page in reader.pages]

    contents = dict(re.findall(r"([B-F]) (?:Daftar|Lembar)[^0-9]+?(?:, [^0-9]+ \d+ Maret 2019)? (\d+)", pages[0]))
    found = {letter: pages[int(number) - 1] for letter, number in contents.items()}
    assert "B. DAFTAR NAMA DAN KODE" in found["B"]
    assert "C. DAFTAR TELEPON" in found["C"]
    assert "Materi hari 1" in found["D"]
    assert "Materi hari 2" in found["E"]
    assert "Materi hari" not in found["F"]
    own = int(contents["D"]) - 1
    assert all(f"Halaman {number} dari {len(pages)}" in pages[number - 1] for number in range(1, own + 1))
    assert all("TERBATAS" in page for page in pages[:own])
    for number in range(own + 1, len(pages) + 1):
        assert f"Paket darurat · halaman {number} dari {len(pages)}" in pages[number - 1]
        assert "Halaman 1 dari 1" in pages[number - 1]  # of its own list
    assert "edarkan daftar hadir sesi itu (Bagian D dan E)" in pages[0]
    assert "pakai lembar kosong (Bagian F)" in pages[0]
    assert [one.title for one in reader.outline] == [part.name for part in plan.parts]


@pytest.mark.parametrize("order", [*Order])
def test_roster_goes_by_name_with_the_numbers_of_the_daftar_hadir(angkatan, clerk, order):
    people = built(angkatan, clerk, order=order).people
    listed = (
        angkatan.registrations.sorted_by_name() if order == Order.NAME else angkatan.registrations.sorted_by_ormas()
    )

    assert [person.name for person in people] == sorted(NAMES, key=str.casefold)
    assert {person.number: (person.name, person.code) for person in people} == {
        number: (one.name, codes.display(one.code)) for number, one in enumerate(listed, start=1)
    }


def test_phones_are_for_those_who_see_them(angkatan, clerk):
    assert {person.phone for person in built(angkatan, clerk).people} == {f"0812-0000-01{n:02}" for n in range(4)}
    assert built(angkatan, clerk).shows_phones

    other = UserFactory()
    other.user_permissions.set(Permission.objects.filter(codename="print_papers"))
    paper = built(angkatan, other)
    pdf = " ".join(map(words, PdfReader(BytesIO(compiled(paper.template, paper)[0])).pages))

    assert not paper.shows_phones
    assert {person.phone for person in paper.people} == {""}
    assert "Nomor HP peserta tidak dicetak untuk peran yang membuat paket ini." in pdf
    assert "Bagian C." not in pdf  # of the steps


def test_pack_says_all_that_one_needs(angkatan, clerk):
    paper = built(angkatan, clerk)
    pdf, warnings = compiled(paper.template, paper)
    text = " ".join(map(words, PdfReader(BytesIO(pdf)).pages))

    assert warnings == []
    for said in ("Tetap buka pintu.", "Hotel Grand Cempaka", "Ketua Panitia Agus Darmawan, S.Sos.", "Kantor polisi"):
        assert said in text
    assert len(paper.steps) == 9
    assert text.count("Togar Simanjuntak") == 2


@pytest.mark.parametrize("count", [0, 1, 97])
@pytest.mark.parametrize("size", ["f4", "a4"])
def test_rows_stay_whole_and_page_numbers_agree(angkatan, clerk, count, size):
    person = emergency.RosterPerson(1, "Drs. H.", "W" * 150, "M.Si.", "V" * 120, "ABCD-EFGH", "301", "0812-0000-0000")
    usual = replace(person, name="Siti Rahmawati", ormas="Forum")
    people = tuple(replace(person if number % 9 == 0 else usual, number=number + 1) for number in range(count))
    paper = replace(built(angkatan, clerk), people=people, paper=size, theme="Pelatihan " + "W" * 250)
    pages = PdfReader(BytesIO(compiled(paper.template, paper)[0])).pages

    assert [re.findall(r"Halaman (\d+) dari (\d+)", words(page))[-1] for page in pages] == [
        (str(number), str(len(pages))) for number in range(1, len(pages) + 1)
    ]
    numbers = [match for page in pages for match in re.findall(r"ABCD-EFGH", page.extract_text())]
    assert len(numbers) == count


def test_letters_go_on_after_z():
    found = emergency.letters(25)

    assert (found[0], found[22], found[23:]) == ("D", "Z", ["Z1", "Z2"])


def test_picture_needs_no_more_than_one_page(angkatan, clerk):
    paper = built(angkatan, clerk)
    long = replace(paper, people=paper.people * 500)

    assert len(long.first_page().people) == emergency.ROWS_OF_ONE_PAGE
