"""The pages of lists from and to Excel: who opens them, what they show, what they cost."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pelatihan.exchange import exports, imports
from pelatihan.exchange.reading import opening
from pelatihan.jobs import running
from pelatihan.models import Export, Import, Registration
from pelatihan.registration import writer
from tests.factories import NOON, AngkatanFactory, OrmasFactory, UserFactory, a_registration
from tests.pelatihan.exchange.files import HEAD, cells_of, workbook

LIST = "/admin/pelatihan/registration/"


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.PRIVATE_DIR = tmp_path


@pytest.fixture
def batch(db):
    return AngkatanFactory()


@pytest.fixture
def user(db):
    return UserFactory(role="verifikator", username="sari")


@pytest.fixture
def page(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def row(name: str, phone: str = "0812-0000-0001", ormas: str = "Perkumpulan Melati"):
    return [name, "P", ormas, "Ketua", phone, "", ""]


def uploaded(page: Client, batch, content: bytes, name: str = "peserta.xlsx", **more):
    sent = {
        "kind": "registrations",
        "angkatan": batch.pk,
        "file": SimpleUploadedFile(name, content),
        "key": uuid.uuid4(),
    }
    return page.post(reverse("admin:pelatihan_import_add"), sent | more)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


# ---- Uploading -----------------------------------------------------------------------------------


def test_upload_leads_to_the_preview(page, batch):
    OrmasFactory(name="Perkumpulan Melati")
    answer = uploaded(page, batch, workbook(HEAD, row("Siti Rahmawati")))

    assert answer.url == reverse("admin:pelatihan_import_show", args=[Import.objects.get().pk])
    assert "Terapkan 1 baris" in text(page.get(answer.url))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"kind": ""}, "Pilih isi berkasnya."),
        ({"angkatan": ""}, "Pilih angkatannya."),
        ({"angkatan": "99999"}, "Pilih angkatan dari daftar."),
        ({"file": ""}, "Pilih berkasnya."),
    ],
)
def test_what_is_missing_is_told_at_its_field(page, batch, more, told):
    answer = uploaded(page, batch, workbook(HEAD), **more)

    assert told in text(answer)
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "kosong"), (b"%PDF-1.4", "sebenarnya PDF"), (b"Warna;Rasa\na;b\n", "Baris kepala kolom")],
)
def test_file_that_cannot_be_read_is_told_at_its_field(page, batch, content, told):
    answer = uploaded(page, batch, content)

    assert told in text(answer)
    assert not Import.objects.exists()


def test_too_large_a_file_is_refused_before_it_is_read(page, batch):
    answer = uploaded(page, batch, b"a;b\n" * 3_000_000)

    assert answer.status_code == 413
    assert "paling besar 10 MB" in text(answer)


def test_name_of_a_file_is_shown_as_text(page, batch):
    OrmasFactory(name="Perkumpulan Melati")
    name = f"../<b>{'x' * 200}.xlsx"
    shown = text(page.get(uploaded(page, batch, workbook(HEAD, row("Siti")), name).url))

    assert "&lt;b&gt;" in shown
    assert "<b>x" not in shown


def test_ormas_need_no_batch(page, batch):
    answer = uploaded(page, batch, b"Nama resmi\nYayasan Cahaya\n", kind="ormas")

    assert Import.objects.get().angkatan is None
    assert answer.status_code == 302


# ---- The preview ---------------------------------------------------------------------------------


@pytest.fixture
def waiting(batch, user):
    OrmasFactory(name="Perkumpulan Melati")
    rows = [row(f"Orang {chr(65 + n // 26)}{chr(97 + n % 26)}", f"0812-0000-{n:04}") for n in range(120)]
    return imports.take(
        "registrations", batch, "p.xlsx", workbook(HEAD, *rows, row("X", "08")), key=uuid.uuid4(), author=user, at=NOON
    )


def address(one: Import) -> str:
    return reverse("admin:pelatihan_import_show", args=[one.pk])


def test_mistakes_come_first_and_pages_hold_a_hundred(page, waiting):
    first = text(page.get(address(waiting)))
    assert "Perlu Anda selesaikan 1" in first
    assert "Sel E122" in first
    assert "Orang Aa" not in first

    everybody = text(page.get(f"{address(waiting)}?putusan=baru&halaman=2"))
    assert "101–120 dari 120" in everybody


@pytest.mark.parametrize("question", ["?putusan=entah", "?halaman=999999999999999999999", "?putusan=%27&halaman=-1"])
def test_odd_addresses_show_a_page(page, waiting, question):
    assert page.get(f"{address(waiting)}{question}").status_code == 200


def test_preview_asks_the_same_number_of_questions_whatever_its_rows(page, batch, user, waiting):
    one = imports.take(
        "registrations", batch, "p.xlsx", workbook(HEAD, row("Siti")), key=uuid.uuid4(), author=user, at=NOON
    )
    page.get(address(one))
    counts = []
    for each in (one, waiting):
        with CaptureQueriesContext(connection) as asked:
            page.get(f"{address(each)}?putusan=semua")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_nobody_else_sees_the_rows(batch, waiting):
    other = Client()
    other.force_login(UserFactory(role="verifikator"))

    shown = text(other.get(f"{address(waiting)}?putusan=semua"))
    assert "Orang Aa" not in shown
    assert "hanya dibuka oleh yang mengunggahnya" in shown
    assert other.get(reverse("admin:pelatihan_import_returned", args=[waiting.pk])).status_code == 403
    other.post(address(waiting), {"terapkan": "ya", "kesampingkan": "ya"})
    assert not Registration.objects.exists()


def test_applying_from_the_page(page, waiting, batch):
    batch.seats_per_ormas = 1
    batch.save()
    held = page.post(address(waiting), {"terapkan": "ya"}, follow=True)
    assert "masih ada 1 baris galat" in text(held)

    moved = page.post(address(waiting), {"terapkan": "ya", "kesampingkan": "ya"}, follow=True)
    assert "datanya berubah sejak berkas ini diperiksa" in text(moved)
    done = page.post(address(waiting), {"terapkan": "ya", "kesampingkan": "ya"}, follow=True)

    assert "120 baris diterapkan" in text(done)
    assert Registration.objects.count() == 120
    back = page.get(reverse("admin:pelatihan_import_returned", args=[waiting.pk]))
    assert cells_of(back.content)[1][0] == "X"


def test_discarding_from_the_page(page, waiting):
    shown = page.post(address(waiting), {"buang": "ya"}, follow=True)

    assert "Tidak ada yang ditulis" in text(shown)
    assert Import.objects.get().state == "discarded"


def test_large_file_shows_how_far_it_is(page, batch, user, monkeypatch):
    monkeypatch.setattr(opening, "SMALL", 10)
    one = imports.take(
        "registrations", batch, "p.xlsx", workbook(HEAD, row("S")), key=uuid.uuid4(), author=user, at=NOON
    )

    shown = text(page.get(address(one)))

    assert "Menunggu giliran." in shown
    assert "js/waiting.js" in shown


def test_worker_that_failed_can_be_set_going_again(page, batch, user, waiting, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    imports.apply(waiting, sets_aside=True, user=user, at=NOON)
    waiting.refresh_from_db()
    with monkeypatch.context() as broken:
        broken.setattr(writer, "take_in", None)
        running.carry_out(waiting.job.pk)
    assert "Coba lagi" in text(page.get(address(waiting)))

    page.post(address(waiting), {"lanjutkan": "ya"})
    running.carry_out(waiting.job.pk)

    assert "120 baris diterapkan" in text(page.get(address(waiting)))


# ---- Taking out ----------------------------------------------------------------------------------


@pytest.fixture
def two(batch):
    return [a_registration(batch, name=name) for name in ("Siti Rahmawati", "Budi Santoso")]


def taken(page: Client, question: str = "?angkatan=semua", **sent) -> list[str]:
    answer = page.post(f"{LIST}unduh/{question}", sent)
    return sorted(line[2] for line in cells_of(answer.content)[1:])


def test_list_goes_out_as_it_is_searched(page, two):
    assert taken(page) == ["Budi Santoso", "Siti Rahmawati"]
    assert taken(page, "?angkatan=semua&q=budi") == ["Budi Santoso"]


def test_ticked_rows_alone_go_out(page, two):
    assert taken(page, _selected_action=[two[0].pk]) == ["Siti Rahmawati"]
    assert Export.objects.get().filters.endswith("1 yang ditandai")


def test_log_holds_the_filters_and_not_what_was_searched_for(page, two, batch):
    page.post(f"{LIST}unduh/?angkatan={batch.slug}&status=accepted&q=Siti")

    told = Export.objects.get().filters
    assert told == f"angkatan: {batch.name}; status: Diterima; kata pencarian"


@pytest.mark.parametrize("question", ["?phone__startswith=0812", "?status=entah", "?o=99.99"])
def test_undeclared_filters_take_nothing_out(page, two, question):
    answer = page.post(f"{LIST}unduh/{question}")

    assert answer.status_code in (200, 302)
    assert "phone__startswith" not in "".join(Export.objects.values_list("filters", flat=True))


def test_empty_list_says_so(page, batch):
    answer = page.post(f"{LIST}unduh/?angkatan=semua", follow=True)

    assert "Daftar ini kosong" in text(answer)


def test_text_file_for_who_wants_one(page, two):
    answer = page.post(f"{LIST}unduh/?angkatan=semua", {"bentuk": "csv"})

    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbfKode;")


def test_long_list_is_waited_for_and_fetched_by_its_owner_alone(page, two, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    answer = page.post(f"{LIST}unduh/?angkatan=semua")
    export = Export.objects.get()
    assert answer.url == reverse("admin:pelatihan_export_wait", args=[export.pk])
    assert "Menunggu giliran." in text(page.get(answer.url))
    running.carry_out(export.job.pk)

    assert "Berkasnya siap" in text(page.get(answer.url))
    file = page.get(reverse("admin:pelatihan_export_file", args=[export.pk]))
    assert len(cells_of(b"".join(file.streaming_content))) == 3
    other = Client()
    other.force_login(UserFactory(role="admin"))
    assert other.get(reverse("admin:pelatihan_export_file", args=[export.pk])).status_code == 403


def test_file_that_was_swept_away_says_so(page, user):
    export = Export.objects.create(author=user, at=NOON, list="Ormas", number=1, format="xlsx")

    answer = page.get(reverse("admin:pelatihan_export_file", args=[export.pk]), follow=True)

    assert "unduhan disimpan satu hari" in text(answer)


def test_buttons_are_for_those_who_may(as_role, two):
    for role, out, comes_in in (("verifikator", True, True), ("pemantau", True, False)):
        shown = text(as_role(role).get(f"{LIST}?angkatan=semua"))
        assert ("Unduh Excel" in shown, "Masukkan dari Excel" in shown) == (out, comes_in)
