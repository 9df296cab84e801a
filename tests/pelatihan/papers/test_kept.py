"""What is kept of a print: the very file, whose rows, in which words; and which print of a sheet lies there."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from pypdf import PdfReader

from ormas.models import Delegate
from pelatihan.models import Angkatan, Printed, PrintedFile, PrintedSheet, Printing, Session
from pelatihan.models.office import office
from pelatihan.papers import attendance_sheet, kept, making
from pelatihan.papers.attendance_sheet import AttendanceList
from pelatihan.papers.choices import Choices, NothingToPrint
from pelatihan.papers.offered import Asked
from pelatihan.papers.offers import BY_KEY
from tests.factories import NOON, AngkatanFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.papers.lists import text_of
from tests.pelatihan.papers.world import filled

pytestmark = pytest.mark.django_db
SHEET = "/panitia/2019-ii/cetak/daftar-hadir.pdf"
RECAP = "/panitia/2019-ii/cetak/rekap.pdf"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def angkatan() -> Angkatan:
    batch = AngkatanFactory(number=2, capacity=60)
    for number in range(3):
        a_registration(batch, name=f"Peserta {'abc'[number]}", phone="+6281200000101", position="Bendahara")
    return batch


@pytest.fixture
def sessions(angkatan) -> list[Session]:
    return [SessionFactory(angkatan=angkatan, day=day, hour=hour) for day, hour in ((0, 8), (0, 10), (1, 8))]


@pytest.fixture
def organiser(client, sessions):
    client.force_login(UserFactory(role="panitia", username="panitia"))
    return client


def pdf_of(client, address=SHEET, at=NOON, **wish):
    with time_machine.travel(at, tick=False):
        response = client.get(address, wish)
    assert response.status_code == 200
    return response.content


def printed(client, address=SHEET, at=NOON, **wish) -> list[Printed]:
    """What lies in the office after this print."""
    pdf_of(client, address, at, **wish)
    return list(Printed.objects.select_related("sheet__printing__by", "session"))


def texts_of(pdf: bytes | memoryview) -> list[str]:
    return [text_of(page) for page in PdfReader(io.BytesIO(bytes(pdf))).pages]


# ---- The printing --------------------------------------------------------------------------------


def test_what_was_handed_out_is_kept_to_the_byte(organiser, angkatan):
    pdf = pdf_of(organiser, hp="1")
    (one,) = Printing.objects.all()

    assert bytes(one.file.content) == pdf
    assert (one.sha256, one.size, one.pages) == (hashlib.sha256(pdf).hexdigest(), len(pdf), 3)
    assert (one.angkatan, one.paper, one.name, one.asked) == (angkatan, "daftar-hadir", "Daftar hadir peserta", "hp=1")
    assert (one.at, one.by.username) == (NOON, "panitia")
    assert one.file_name.startswith("daftar-hadir-2019-ii")
    assert [person["name"] for person in one.words["people"]] == ["Peserta a", "Peserta b", "Peserta c"]
    assert one.words["people"][0]["phone"] == "0812-0000-0101"


def test_each_sheet_is_kept_with_whose_its_rows_are(organiser, angkatan, sessions):
    pdf_of(organiser)
    rows = list(angkatan.registrations.expected().sorted_by_ormas().values_list("pk", flat=True))
    sheets = list(PrintedSheet.objects.all())

    assert [(one.kind, one.session_id, one.version) for one in sheets] == [("session", one.pk, 1) for one in sessions]
    assert {tuple(key for key, _digest in one.rows) for one in sheets} == {tuple(rows)}
    assert [(one.ends, one.printed_pages) for one in sheets] == [([3], [1])] * 3


def test_versions_are_counted_for_each_sheet(organiser, sessions):
    pdf_of(organiser)
    pdf_of(organiser, at=LATER, sesi=sessions[1].pk)
    pdf = pdf_of(organiser, at=LATER + timedelta(hours=1))

    newest = Printing.objects.first()
    assert [one.version for one in newest.sheets.all()] == [2, 3, 2]
    texts = texts_of(pdf)
    assert ["versi 2" in texts[0], "versi 3" in texts[1], "versi 2" in texts[2]] == [True] * 3


def test_codes_differ_and_stand_on_the_pages(organiser):
    pdf = pdf_of(organiser)
    codes = list(PrintedSheet.objects.values_list("code", flat=True))
    texts = texts_of(pdf)

    assert len(set(codes)) == 3
    assert [f"DH1-{code}-001" in text for code, text in zip(codes, texts, strict=True)] == [True] * 3


def test_where_things_lie_is_kept_with_each_sheet(organiser):
    pdf_of(organiser)
    sheet = PrintedSheet.objects.first()

    assert (sheet.layout["code"], sheet.layout["people"]) == (sheet.code, 3)
    assert [number for number, _y, _height in sheet.layout["pages"][0]["rows"]][:3] == [1, 2, 3]


@pytest.mark.parametrize(
    ("wish", "asked"),
    [
        ({"kertas": "a4", "sesi": "2019-03-12"}, {"kertas": "a4", "hari": "2019-03-12"}),
        ({"lembar": "kosong", "kosong": "20"}, {"lembar": "kosong", "kosong": "20"}),
        ({"bentuk": "harian", "halaman": "1"}, {"bentuk": "harian", "halaman": "1"}),
    ],
)  # fmt: skip
def test_it_is_asked_for_again_as_it_was(organiser, wish, asked):
    pdf_of(organiser, **wish)
    (one,) = Printing.objects.all()
    again = kept.choices_of(one)

    assert kept.as_asked(again) == one.asked
    assert dict(part.split("=") for part in one.asked.split("&")) == asked


def test_sheets_of_days_and_the_recap_are_kept(organiser, sessions):
    printed(organiser, bentuk="harian")
    made = printed(organiser, RECAP)

    assert [(one.kind, one.session, one.day, one.part) for one in made] == [
        ("day", None, date(2019, 3, 11), 1),
        ("day", None, date(2019, 3, 12), 1),
        ("recap", None, None, 1),
    ]


def test_each_table_of_a_long_day_is_kept(organiser, angkatan):
    for hour in range(11, 20):
        SessionFactory(angkatan=angkatan, hour=hour)

    made = printed(organiser, bentuk="harian", hari="2019-03-11")

    assert [(one.day, one.part) for one in made] == [(date(2019, 3, 11), 1), (date(2019, 3, 11), 2)]


# ---- Asked twice, guessed, refused ---------------------------------------------------------------


def test_button_pressed_twice_prints_once(organiser):
    first = pdf_of(organiser)
    second = pdf_of(organiser, at=NOON + timedelta(seconds=20))

    assert second == first
    assert Printing.objects.count() == 1


@pytest.mark.parametrize("what", ["later", "somebody else", "another list", "another paper"])
def test_whatever_differs_is_another_print(organiser, client, angkatan, what):
    pdf_of(organiser)
    if what == "somebody else":
        client.force_login(UserFactory(role="panitia"))
    if what == "another list":
        angkatan.registrations.update(position="Ketua")
    pdf_of(
        client,
        at=NOON + timedelta(seconds=31 if what == "later" else 5),
        **({"kertas": "a4"} if what == "another paper" else {}),
    )

    assert Printing.objects.count() == 2


def test_looking_whether_it_is_there_prints_nothing(organiser):
    assert organiser.head(SHEET).status_code == 200
    assert organiser.head(SHEET, {"sesi": "99999999"}).status_code == 404
    assert not Printing.objects.exists()


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_browser_that_guesses_prints_nothing(organiser, header):
    assert organiser.get(SHEET, headers={header: "prefetch;prerender"}).status_code == 503
    assert not Printing.objects.exists()


def test_paper_that_was_refused_is_not_kept(organiser, full_queue):
    assert organiser.get(SHEET).status_code == 503
    assert not Printing.objects.exists()


def test_paper_that_cannot_be_kept_is_not_handed_out(organiser, monkeypatch, caplog):
    def broken(*_args, **_options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")

    monkeypatch.setattr(Printed.objects, "bulk_create", broken)
    response = organiser.get(SHEET)

    assert (response.status_code, response["Retry-After"]) == (503, "15")
    assert "Cetakan ini belum dapat dicatat, jadi belum diserahkan." in response.content.decode()
    assert "A print was not kept: DataError" in caplog.text
    assert not PrintedFile.objects.exists()
    assert not Printing.objects.exists()


def asked_by(user: User, angkatan: Angkatan, **choices) -> Asked:
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    return Asked(angkatan, sessions, Choices(**choices), office(), NOON, user)


def test_code_that_is_taken_is_drawn_again(organiser, angkatan, sessions, monkeypatch):
    pdf_of(organiser, sesi=sessions[0].pk)
    taken = PrintedSheet.objects.get().code
    drawn = iter([taken, "7KQ3M9XA"])
    offer = BY_KEY["daftar-hadir"]
    asked = asked_by(UserFactory(role="panitia"), angkatan, session=sessions[1].pk)

    def build(asked: Asked) -> AttendanceList:
        return replace(attendance_sheet.build(asked), codes=(next(drawn),))

    made = making.make(replace(offer, build=build), asked)

    assert made.printing.sheets.get().code == "7KQ3M9XA"


def test_who_is_always_overtaken_is_told_to_try_again(angkatan, sessions, monkeypatch):
    def overtaken(*_args):
        raise kept.Overtaken

    monkeypatch.setattr(kept, "keep", overtaken)
    with pytest.raises(kept.NotKept):
        making.make(BY_KEY["rekap"], asked_by(UserFactory(role="panitia"), angkatan))


def all_at_once(angkatan: Angkatan, people: list[User], **choices) -> list[bytes]:
    """Each sets the paper before any has kept it."""

    def print_it(user: User) -> bytes:
        try:
            return making.make(BY_KEY["daftar-hadir"], asked_by(user, angkatan, **choices)).pdf
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(print_it, people))


@pytest.mark.django_db(transaction=True)
def test_two_who_print_at_once_get_versions_and_codes_of_their_own(angkatan, sessions):
    files = all_at_once(angkatan, [UserFactory(role="panitia") for _ in range(3)], session=sessions[0].pk)

    sheets = list(PrintedSheet.objects.order_by("version").select_related("printing__file"))
    assert [one.version for one in sheets] == [1, 2, 3]
    assert len({one.code for one in sheets}) == 3
    assert {bytes(one.printing.file.content) for one in sheets} == set(files)
    assert Printed.objects.get().sheet == sheets[-1]
    for sheet in sheets:
        assert f"versi {sheet.version}" in texts_of(sheet.printing.file.content)[0]


@pytest.mark.django_db(transaction=True)
def test_button_pressed_twice_before_the_first_paper_is_there_prints_once(angkatan, sessions):
    first, second = all_at_once(angkatan, [UserFactory(role="panitia")] * 2)

    assert first == second
    assert Printing.objects.count() == 1


# ---- What lies there -----------------------------------------------------------------------------


def test_pages_are_those_of_the_typesetter(organiser, angkatan, sessions):
    for number in range(30):
        a_registration(angkatan, name=f"Orang {'abcdefghij'[number % 10]}")

    made = printed(organiser, sesi=sessions[0].pk)[0].sheet

    assert len(made.rows) == made.ends[-1] == 33
    assert len(made.ends) == 2
    assert [made.page_of(number) for number in (1, made.ends[0], made.ends[0] + 1, 33, 40)] == [1, 1, 2, 2, 2]


def test_latest_print_of_a_sheet_takes_the_place_of_the_one_before(organiser, sessions):
    before = printed(organiser)
    Printed.objects.update(settled={"head": "", "rows": []}, settled_at=NOON, settled_by=before[0].by)

    made = printed(organiser, at=LATER, sesi=sessions[1].pk, kertas="a4", urut="nama", hp="1")

    assert [one.pk for one in made] == [one.pk for one in before]
    assert [(one.at, one.sheet.printing.asked, one.settled_at) for one in made] == [
        (NOON, "", NOON),
        (LATER, f"kertas=a4&urut=nama&hp=1&sesi={sessions[1].pk}", None),
        (NOON, "", NOON),
    ]
    assert made[1].settled is None


@pytest.mark.parametrize("wish", [{"lembar": "kosong", "hari": "2019-03-11"}, {"lembar": "kosong"}, {"halaman": "1"}])
def test_blank_sheets_and_single_pages_are_kept_and_take_nobodys_place(organiser, wish):
    assert printed(organiser, **wish) == []
    assert Printing.objects.get().file.content


def test_print_of_a_deleted_session_stays_and_lies_nowhere(organiser, sessions):
    printed(organiser)
    gone = sessions[0].pk
    sessions[0].delete()

    assert Printed.objects.count() == 2
    assert PrintedSheet.objects.filter(session_id=gone).exists()


def test_telephone_numbers_are_told_apart(organiser):
    Delegate.objects.update(phone="+6281234567890")
    pdf_of(organiser)
    pdf_of(organiser, hp="1")

    assert list(Printing.objects.order_by("pk").values_list("shows_phones", flat=True)) == [False, True]


@pytest.mark.parametrize("pages", ["0", "-1", "2-3", "1,", "x", "1,,2", "1000", ",".join(["1"] * 200), "１"])
def test_unreadable_page_comes_back_with_a_sentence(organiser, pages):
    response = organiser.get(SHEET, {"halaman": pages})

    assert response.status_code == 400
    assert "Nomor lembar ini tidak terbaca. Tulis seperti 2 atau 2,3." in response.content.decode()


def test_same_list_has_the_same_words_at_any_moment():
    """Else a button pressed twice would print twice, and every old print would look changed."""
    asked = asked_by(UserFactory(role="panitia"), filled(2))
    unlike = []
    for offer in BY_KEY.values():
        try:
            first, second = (offer.build(replace(asked, at=NOON + timedelta(minutes=late))) for late in (0, 7))
        except NothingToPrint:
            continue
        if kept.words_hash(first) != kept.words_hash(second):
            unlike.append(offer.key)

    assert unlike == []


# ---- The tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Printing, PrintedFile, PrintedSheet])
def test_printing_is_never_changed_nor_deleted(organiser, model):
    pdf_of(organiser)
    column = {Printing: "asked", PrintedFile: "content", PrintedSheet: "code"}[model]
    same = {column: F(column)}

    for deed in (lambda: model.objects.update(**same), lambda: model.objects.all()._raw_delete("default")):
        with pytest.raises(IntegrityError, match="is appended only"), transaction.atomic():
            deed()


def a_sheet(angkatan, **changes) -> PrintedSheet:
    printing = Printing.objects.create(
        angkatan=angkatan, paper="rekap", name="Rekap", at=NOON, by=UserFactory(), words={}, size=0, pages=1
    )
    usual = {"printing": printing, "number": 1, "angkatan": angkatan, "slot": "rekap:1", "version": 1, "kind": "recap"}
    return PrintedSheet.objects.create(**(usual | changes))


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({}, "one_print_a_version"),
        ({"version": 0}, "sheet_version_counts_from_one"),
        ({"version": 2, "code": "7KQ3M9XA"}, "one_sheet_a_code"),
        ({"version": 2, "code": "7KQ3M9X0"}, "sheet_code_is_readable"),
    ],
)
def test_version_and_code_are_of_one_sheet(angkatan, wrong, rule):
    a_sheet(angkatan, code="7KQ3M9XA")

    with pytest.raises(IntegrityError, match=rule):
        a_sheet(angkatan, **wrong)


def test_of_one_sheet_one_print_lies_there(angkatan):
    Printed.objects.create(angkatan=angkatan, kind="recap", sheet=a_sheet(angkatan))

    with pytest.raises(IntegrityError, match="one_print_a_sheet"):
        Printed.objects.create(angkatan=angkatan, kind="recap", sheet=a_sheet(angkatan, version=2))


@pytest.mark.parametrize("wrong", [{"kind": "session"}, {"kind": "day"}, {"day": date(2019, 3, 11)}, {"kind": "x"}])
def test_sheet_is_of_a_session_a_day_or_all(angkatan, wrong):
    with pytest.raises(IntegrityError, match="print_is_of_a_session_a_day_or_all"):
        Printed.objects.create(angkatan=angkatan, sheet=a_sheet(angkatan), **({"kind": "recap"} | wrong))


def test_who_says_that_it_was_replaced_is_named(angkatan):
    with pytest.raises(IntegrityError, match="settled_print_names_its_clerk"):
        Printed.objects.create(
            angkatan=angkatan, kind="recap", sheet=a_sheet(angkatan), settled={"rows": []}, settled_at=NOON
        )


def test_outage_is_no_fault_of_the_paper(organiser, monkeypatch):
    def away(*_args, **_options):
        raise DatabaseError from OSError

    monkeypatch.setattr(kept, "is_outage", lambda _trouble: True)
    monkeypatch.setattr(Printed.objects, "bulk_create", away)
    with pytest.raises(DatabaseError):
        organiser.get(SHEET)


def test_list_of_guests_of_a_day_is_one_sheet_alone_or_with_others():
    angkatan = filled(2)
    asked = asked_by(UserFactory(role="panitia"), angkatan)
    offer = BY_KEY["daftar-hadir-panitia"]
    together = kept.places_of(offer, asked, offer.build(asked))
    alone = replace(asked, choices=Choices(day=angkatan.days()[1]))

    assert len({place.slot for place in together}) == len(together) > 1
    assert [place.slot for place in kept.places_of(offer, alone, offer.build(alone))] == [together[1].slot]
    assert kept.rows_of(offer.build(asked), ())[0][0] in angkatan.guests.values_list("pk", flat=True)
