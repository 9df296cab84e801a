"""Files that go out: typed, harmless, with who made them; templates that come in again; rows that go back."""

import io
import os
import uuid
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from pelatihan.exchange import exports, imports, returned, templates
from pelatihan.exchange.exports import ExportRefused
from pelatihan.exchange.lists import LISTS
from pelatihan.exchange.reading import opening
from pelatihan.exchange.sheets import Column, Writer, write_csv
from pelatihan.jobs import running
from pelatihan.models import Export, ListKind, Registration
from pelatihan.web.private_files import DOWNLOADS
from tests.factories import NOON, AngkatanFactory, OrmasFactory, UserFactory, a_registration
from tests.pelatihan.exchange.files import HEAD, cells_of, workbook

RISKY = ["=1+1", "+62", "-5", "@SUM(A1)", "\tx", "\rx"]
COLUMNS = [
    Column("Nama"),
    Column("Kode", "text"),
    Column("Jumlah", "number"),
    Column("Hari", "day"),
    Column("Saat", "moment"),
]
ROW = ["Siti", "0812", 3, date(2019, 3, 11), datetime.fromisoformat("2019-03-11T08:30")]


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.PRIVATE_DIR = tmp_path


# ---- Cells ---------------------------------------------------------------------------------------


@pytest.fixture
def sheet(tmp_path):
    writer = Writer("Daftar", COLUMNS)
    writer.add(ROW)
    for text in RISKY:
        writer.add([text, text, None, None, None])
    writer.save(tmp_path / "x.xlsx", [("Dibuat oleh", "=Rina")], author="Rina", title="Daftar")
    return load_workbook(tmp_path / "x.xlsx")


def test_cells_are_typed(sheet):
    row = sheet["Daftar"][2]

    assert [cell.value for cell in row] == [
        "Siti",
        "0812",
        3,
        datetime.fromisoformat("2019-03-11"),
        datetime.fromisoformat("2019-03-11T08:30"),
    ]
    assert [cell.number_format for cell in row] == ["General", "@", "0", "dd/mm/yyyy", "dd/mm/yyyy hh:mm"]


def test_text_that_begins_like_a_formula_is_text_letter_for_letter(sheet):
    rows = list(sheet["Daftar"].iter_rows(min_row=3, max_col=2))

    assert [cell.value for row in rows for cell in row] == [
        text.replace("\r", "\n") for text in RISKY for _ in range(2)
    ]
    assert {(cell.data_type, bool(cell.style and cell.quotePrefix)) for row in rows for cell in row} == {("s", True)}
    assert sheet["Keterangan"]["B1"].data_type == "s"


def test_head_stays_in_view_and_is_filtered(sheet):
    assert (sheet["Daftar"].freeze_panes, sheet["Daftar"].auto_filter.ref) == ("A2", "A1:E8")
    assert sheet.properties.creator == "Rina"


def test_text_file_is_harmless_too_and_comes_in_as_it_was(tmp_path):
    write_csv(tmp_path / "x.csv", COLUMNS[:2], [[text, text] for text in RISKY[:4]])

    content = (tmp_path / "x.csv").read_bytes()

    assert content.startswith(b"\xef\xbb\xbfNama;Kode\r\n'=1+1;'=1+1\r\n")
    assert [cells[0] for _, cells in opening.opened(content).sheets[0].rows[1:]] == RISKY[:4]


# ---- Lists ---------------------------------------------------------------------------------------


@pytest.fixture
def batch(db):
    batch = AngkatanFactory()
    ormas = OrmasFactory(name="Perkumpulan Melati")
    a_registration(batch, ormas=ormas, name="Siti Rahmawati", phone="+6281200000001", email="siti@contoh.id")
    other = a_registration(batch, name="Budi Santoso", phone="+6281200000002")
    Registration.objects.filter(pk=other.pk).update(ormas=None, invitation=None, ormas_text="Karang Taruna")
    return batch


def taken(role: str, form: str = "xlsx", key: str = "pendaftaran", **more) -> tuple[Export, bytes]:
    listing, keys = LISTS[key], list(LISTS[key].model._default_manager.order_by("pk").values_list("pk", flat=True))
    export = exports.start(listing, keys, filters="status: Diterima", form=form, author=UserFactory(role=role), at=NOON)
    return export, exports.content(listing, keys, export)


def as_dicts(content: bytes) -> list[dict[str, Any]]:
    head, *rows = cells_of(content)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_verifier_gets_what_the_pages_show(batch):
    row = as_dicts(taken("verifikator")[1])[0]

    assert (row["Nomor HP"], row["Surel"], row["Status"]) == ("0812-0000-0001", "siti@contoh.id", "Diterima")
    assert row["Kode"] == Registration.objects.get(name="Siti Rahmawati").shown_code
    assert row["Mendaftar"] == datetime.fromisoformat("2019-02-20T12:00")


def test_watcher_gets_no_code_no_mail_and_a_masked_number(batch):
    rows = as_dicts(taken("pemantau")[1])

    assert rows[0]["Nomor HP (disamarkan)"] == "0812-••••-••01"
    assert not {"Kode", "Surel", "Nomor HP", "Kebutuhan khusus"} & set(rows[0])


def test_log_tells_who_took_what_and_nobody_who_stood_in_it(batch):
    export, content = taken("verifikator")

    assert (export.list, export.filters, export.number, export.with_contacts) == (
        "Pendaftaran",
        "status: Diterima",
        2,
        True,
    )
    facts = dict(row[:2] for row in cells_of(content, sheet=1))
    assert facts["Dibuat oleh"] == export.author.get_full_name()
    assert facts["Dibuat pada"] == "Rabu, 20 Februari 2019 pukul 12.00 WIB"
    assert facts["Saringan"] == "status: Diterima"


@pytest.mark.parametrize("key", list(LISTS))
def test_every_list_goes_out(batch, key):
    export, content = taken("verifikator", key=key)

    assert len(as_dicts(content)) == export.number


def test_list_taken_out_comes_in_again_and_changes_nothing(batch):
    _, content = taken("verifikator")

    one = imports.take("registrations", batch, "p.xlsx", content, key=uuid.uuid4(), author=UserFactory(), at=NOON)

    assert one.figures == {"error": 0, "alike": 0, "changed": 0, "new": 0, "same": 2}


def test_ormas_taken_out_come_in_again_and_change_nothing(batch):
    _, content = taken("verifikator", key="ormas")

    one = imports.take("ormas", None, "o.xlsx", content, key=uuid.uuid4(), author=UserFactory(), at=NOON)

    assert one.figures == {"error": 0, "alike": 0, "changed": 0, "new": 0, "same": 2}


def test_empty_and_endless_lists_do_not_go_out(batch, monkeypatch):
    with pytest.raises(ExportRefused, match="kosong"):
        exports.start(LISTS["ormas"], [], filters="", form="xlsx", author=UserFactory(role="verifikator"), at=NOON)
    monkeypatch.setattr(exports, "MOST", 1)
    with pytest.raises(ExportRefused, match="Persempit"):
        taken("verifikator")
    assert not Export.objects.exists()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_long_list_is_written_by_a_worker(batch, monkeypatch, form):
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    monkeypatch.setattr(exports, "PART", 1)
    export, same = taken("verifikator", form)

    running.carry_out(export.job.pk)

    written = DOWNLOADS.path(exports.file_name(export)).read_bytes()
    if form == "xlsx":
        assert cells_of(written) == cells_of(same)
    else:
        assert written == same
    assert {place.name for place in DOWNLOADS.path("x").parent.iterdir()} == {exports.file_name(export)}
    assert export.job.__class__.objects.get().plan["keys"] == []


def test_part_that_was_killed_leaves_no_row_twice(batch, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    monkeypatch.setattr(exports, "PART", 1)
    export, same = taken("verifikator")
    DOWNLOADS.path(f"{export.pk}.rows").write_bytes(b'["left behind"]\n')

    running.carry_out(export.job.pk)

    assert cells_of(DOWNLOADS.path(exports.file_name(export)).read_bytes()) == cells_of(same)


def test_old_downloads_are_swept_away(settings):
    DOWNLOADS.write("old.xlsx", b"x")
    DOWNLOADS.write("new.xlsx", b"x")
    os.utime(DOWNLOADS.path("old.xlsx"), (NOON.timestamp() - 90_000,) * 2)
    os.utime(DOWNLOADS.path("new.xlsx"), (NOON.timestamp() - 80_000,) * 2)

    assert DOWNLOADS.sweep(NOON) == 1
    assert DOWNLOADS.path("new.xlsx").exists()


# ---- Templates, and what goes back ---------------------------------------------------------------


@pytest.mark.parametrize("kind", ListKind.values)
def test_template_comes_in_with_its_examples_left_out(kind):
    content = templates.made(kind)

    with pytest.raises(opening.FileRefused, match="belum ada baris yang terisi"):
        imports.take(
            kind, None if kind == "ormas" else AngkatanFactory.build(pk=1), "t.xlsx", content,
            key=uuid.uuid4(), author=UserFactory.build(pk=1), at=NOON,
        )  # fmt: skip


test_template_comes_in_with_its_examples_left_out = pytest.mark.django_db(
    test_template_comes_in_with_its_examples_left_out
)


def test_template_offers_its_choices_and_keeps_text():
    sheet = load_workbook(io.BytesIO(templates.made("registrations")))["Peserta"]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}

    offered = {
        str(rule.sqref).split(":")[0].rstrip("0123456789"): rule.formula1
        for rule in sheet.data_validations.dataValidation
    }
    assert offered[heads["L/P"]] == '"L,P"'
    assert "Ditolak" in offered[heads["Status"]]
    assert sheet[f"{heads['Nomor HP']}7"].number_format == "@"
    assert sheet[f"{heads['Nama']}2"].value.startswith("Contoh: ")
    assert (sheet.freeze_panes, "NIK" in heads) == ("A2", False)


def test_rows_that_were_not_written_go_back_with_the_reason(batch):
    one = imports.take(
        "registrations", batch, "p.xlsx",
        workbook([*HEAD, "Warna"], ["=A1", "X", "Perkumpulan Melati", "Ketua", "0812-0000-0009", "", "", "merah"]),
        key=uuid.uuid4(), author=UserFactory(), at=NOON,
    )  # fmt: skip

    head, row = cells_of(returned.made(one))

    assert head == [*HEAD, "Warna", "Sebab"]
    assert row[0] == "=A1"
    assert row[-1] == "A2: Berisi rumus. Ketik isinya sebagai teks biasa. B2: “X” tidak dikenal. Pilih L atau P."
    assert load_workbook(io.BytesIO(returned.made(one))).active["A2"].data_type == "s"
