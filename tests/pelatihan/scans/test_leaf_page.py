"""What an auditor sees of a leaf: print, pictures, paper beside desk, what counts, and what was undone."""

import io
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from pelatihan.models import Registration, SheetEntry
from pelatihan.scans import entering
from pelatihan.scans.shapes import WrittenIn
from tests.factories import UserFactory
from tests.pelatihan.door import at
from tests.pelatihan.papers.lists import text_of
from tests.pelatihan.papers.prints import a_scan
from tests.pelatihan.scans.claiming import claimed, enter
from tests.pelatihan.scans.test_entering import check_in, mark, states
from tests.pelatihan.scans.world import a_batch, a_leaf, a_printed_list, people_of


@pytest.fixture
def leaf(db):
    return a_leaf(a_printed_list(a_batch(people=3)))


@pytest.fixture
def rina(db):
    return UserFactory(role="panitia", first_name="Rina", last_name="Kartika")


@pytest.fixture
def organiser(client, rina):
    client.force_login(rina)
    return client


@pytest.fixture
def auditor(db):
    browser = Client()
    browser.force_login(UserFactory(role="pemantau"))
    return browser


def address(leaf, name: str = "sheet_leaf") -> str:
    return reverse(name, args=[leaf.angkatan.slug, leaf.sheet.pk, leaf.page])


def words(answer) -> str:
    """The page without its tags, single spaces."""
    return " ".join(text_without_tags(answer.content.decode()).split())


def text_without_tags(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"<[^>]+>", " ", main)


def test_auditor_sees_paper_desk_and_what_counts_on_one_page(leaf, rina, auditor):
    check_in(people_of(leaf)[0], leaf.sessions[0])
    enter(leaf, claimed(leaf, "KHK"), rina)

    told = words(auditor.get(address(leaf)))

    first = people_of(leaf)[0]
    assert "Diketik dari kertas dan disimpan oleh Rina Kartika, Senin, 11 Maret 2019 pukul 20.00" in told
    assert f"1 {first.full_name} {first.ormas_name} Kosong Hadir Kertas berlaku Tanpa keterangan menurut lembar" in told
    assert "Hadir Belum Kertas berlaku Hadir menurut lembar 20.00, Rina Kartika" in told
    assert "Dihitung di kertas: 1 tanda tangan. 5 baris kosong tidak diisi." in told


def test_auditor_sees_no_acts(leaf, rina, auditor):
    enter(leaf, claimed(leaf, "HHH"), rina)

    answer = auditor.get(address(leaf))

    assert b"Urungkan isi" not in answer.content
    assert (
        auditor.post(reverse("sheet_undo", args=[leaf.angkatan.slug, SheetEntry.objects.get().pk])).status_code == 403
    )
    assert auditor.post(address(leaf, "sheet_unused"), {"alasan": "x"}).status_code == 403


def test_name_is_that_of_the_paper_whatever_it_is_now(leaf, organiser):
    person = people_of(leaf)[0]
    before = person.full_name
    Registration.objects.filter(pk=person.pk).update(name="Bambang Widodo")

    told = words(organiser.get(address(leaf)))

    assert f"1 {before} Sekarang: Bambang Widodo" in told


def test_picture_stands_beside_what_was_entered_from_it(leaf, rina, organiser):
    scan = a_scan(leaf.sheet, has_picture=True)
    enter(leaf, claimed(leaf, "HHH"), rina, scan=scan)

    answer = organiser.get(address(leaf))

    assert reverse("sheet_straight", args=[leaf.angkatan.slug, scan.pk]).encode() in answer.content
    assert reverse("sheet_picture", args=[leaf.angkatan.slug, scan.pk]).encode() in answer.content
    assert "Selesai : isinya dari gambar ini" in words(answer)


def test_cell_that_was_changed_since_says_so(leaf, rina, organiser):
    enter(leaf, claimed(leaf, "HHH"), rina)
    mark(people_of(leaf)[1], leaf.sessions[0], "late", rina, clock="20.15")

    told = words(organiser.get(address(leaf)))

    assert "Terlambat diubah 20.15, Rina Kartika; berubah sesudah lembar ini disimpan" in told
    assert told.count("berubah sesudah") == 1


def test_who_wrote_themselves_in_stands_on_the_leaf(leaf, rina, auditor):
    written = (WrittenIn(4, "Bayu Samodra", None, "Karang Taruna", "", (leaf.sessions[0].pk,)),)
    enter(leaf, claimed(leaf, "HHH", written=written), rina)

    told = words(auditor.get(address(leaf)))

    assert "4 Bayu Samodra Karang Taruna · ditulis tangan di baris kosong Hadir Belum Kertas berlaku Hadir" in told
    assert "4 baris kosong tidak diisi" in told


def test_undoing_tells_what_was_left_alone_and_what_was_is_kept_in_sight(leaf, rina, organiser):
    written = (WrittenIn(4, "Bayu Samodra", None, "Karang Taruna", "", (leaf.sessions[0].pk,)),)
    entry = enter(leaf, claimed(leaf, "HHK", written=written), rina)
    mark(people_of(leaf)[1], leaf.sessions[0], "late", rina, clock="20.15")

    answer = organiser.post(reverse("sheet_undo", args=[leaf.angkatan.slug, entry.pk]), follow=True)

    told = words(answer)
    assert "Isi lembar ini diurungkan, dan tersimpan sebagai isian sementara Anda" in told
    assert "tetap terdaftar sebagai peserta datang langsung" in told
    assert f"Baris 2, {people_of(leaf)[1].name}: Sesudah perubahan itu" in told
    assert "3 hadir, 1 kosong. Diketik dari kertas oleh Rina Kartika" in told
    assert states(leaf) == ["", "late", ""]


def test_leaf_that_nobody_needs_says_why_and_is_waited_for_again(leaf, organiser):
    key = uuid.uuid4()

    answers = [
        organiser.post(address(leaf, "sheet_unused"), {"alasan": "Rusak kena air", "kunci": key}, follow=True)
        for _ in range(2)
    ]

    assert "“Rusak kena air”" in words(answers[1])
    entry = SheetEntry.objects.get()
    told = words(organiser.post(reverse("sheet_undo", args=[leaf.angkatan.slug, entry.pk]), follow=True))
    assert "Lembar ini ditunggu lagi." in told
    assert "Tidak dipakai: Rusak kena air. Tidak dipakai oleh Rina Kartika" in told


def test_leaf_is_not_put_aside_without_a_reason(leaf, organiser):
    answer = organiser.post(address(leaf, "sheet_unused"), {"alasan": " "})

    assert answer.status_code == 400
    assert "Tulis alasan mengapa lembar ini tidak dipakai." in words(answer)
    assert b'href="#alasan"' in answer.content


def test_entry_of_another_batch_is_not_undone_here(leaf, rina, organiser):
    other = a_leaf(a_printed_list(a_batch(people=2)))
    entry = enter(other, claimed(other, "HH"), rina)

    assert organiser.post(reverse("sheet_undo", args=[leaf.angkatan.slug, entry.pk])).status_code == 404
    assert organiser.get(reverse("sheet_leaf", args=[leaf.angkatan.slug, other.sheet.pk, 1])).status_code == 404


@pytest.mark.parametrize("page", [0, 2, 10**9, 10**30])
def test_page_that_there_is_not_is_not_found(leaf, organiser, page):
    assert organiser.get(f"/panitia/{leaf.angkatan.slug}/lembar/{leaf.sheet.pk}/{page}/").status_code == 404


def test_history_of_a_person_leads_to_the_page_that_says_so(leaf, rina, organiser):
    enter(leaf, claimed(leaf, "HHH"), rina)
    person = people_of(leaf)[1]

    history = organiser.get(reverse("mark", args=[leaf.angkatan.slug, leaf.sessions[0].pk, person.ref]))

    link = f"{reverse('sheet_find', args=[leaf.angkatan.slug])}?kode={leaf.code}"
    assert f'href="{link}">Lembar {leaf.code}, baris 2</a>' in history.content.decode()
    assert organiser.get(link, follow=True).redirect_chain[-1][0].startswith(address(leaf))


def test_printed_page_is_shown_by_itself(db, auditor):
    sheet = a_printed_list(a_batch(people=30))
    second = a_leaf(sheet, 2)

    answer = auditor.get(address(second, "sheet_printed"))

    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert (answer["Content-Type"], len(pages)) == ("application/pdf", 1)
    assert people_of(second)[0].name in text_of(pages[0])


def test_page_with_phone_numbers_is_not_shown_to_whom_they_are_hidden(db, auditor):
    leaf = a_leaf(a_printed_list(a_batch(people=3), columns=("phone",)))

    assert auditor.get(address(leaf, "sheet_printed")).status_code == 403
    assert address(leaf, "sheet_printed").encode() not in auditor.get(address(leaf)).content


def questions(browser: Client, leaf) -> int:
    """How many the page asks the database."""
    with CaptureQueriesContext(connection) as asked:
        browser.get(address(leaf))
    return len(asked)


def test_number_of_queries_is_the_same_for_any_leaf(rina, organiser):
    """The last page of a list, with one blank row filled in; entered, undone, entered again beside a picture."""
    sheets = [a_printed_list(a_batch(people=number), spare=1) for number in (1, 30)]
    small, large = (a_leaf(sheet, len(sheet.ends)) for sheet in sheets)
    assert len(small.people) < len(large.people)
    for leaf in (small, large):
        written = (WrittenIn(leaf.blanks[0].number, "Bayu", None, "KT", "", (leaf.sessions[0].pk,)),)
        claim = claimed(leaf, "H" * len(leaf.people), written=written)
        entering.undo(enter(leaf, claim, rina), by=rina, at=at("20.30"))
        a_scan(leaf.sheet, leaf.page)
        enter(leaf, claim, rina, at=at("21.00"))
    organiser.get(address(small))

    few, many = (questions(organiser, leaf) for leaf in (small, large))

    assert few == many <= 12
