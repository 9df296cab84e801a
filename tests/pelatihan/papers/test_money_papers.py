"""Tanda terima and kuitansi: what stands on them, in the dataclass and on the paper that is signed."""

import re
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.models import Angkatan, AttendanceState, Office, PaymentList, PaymentOfficials, Session
from pelatihan.papers import honorarium, receipt_list
from pelatihan.papers.choices import Choices, NothingToPrint, Size
from pelatihan.papers.honorarium import HonorariumReceipts
from pelatihan.papers.offered import Asked
from pelatihan.papers.parts import PrintedPerson
from pelatihan.papers.receipt_list import PrintedAmount, ReceiptList
from tests.factories import (
    AngkatanFactory,
    GuestFactory,
    HonorariumFactory,
    PaymentListFactory,
    SessionFactory,
    SignatoryFactory,
    UserFactory,
    a_registration,
)
from tests.pelatihan.papers.lists import MILLIMETRE, box_numbers, page_numbers, people, printed, stretches, text_of

pytestmark = pytest.mark.django_db
EVENING = datetime(2019, 3, 13, 3, 0, tzinfo=UTC)
WIDE = "W" * 150
LONGEST = PrintedPerson(
    "Prof. Dr. K.H. Raden Mas", ("Muhammad Abdurrahman Wiryosaputro " * 5)[:150], "S.Ag., M.Pd., Ph.D.", "", WIDE
)


@pytest.fixture
def angkatan() -> Angkatan:
    return AngkatanFactory(number=2)


@pytest.fixture
def session(angkatan) -> Session:
    return SessionFactory(angkatan=angkatan, title="Wawasan *kebangsaan* #1")


def asked(angkatan: Angkatan, **choices: object) -> Asked:
    return Asked(angkatan, [], replace(Choices(), **choices), Office(name="Badan Contoh"), EVENING, UserFactory())  # type: ignore[arg-type]


@pytest.fixture
def receipts(angkatan, session) -> ReceiptList:
    """Of one delegate who came; another one did not."""
    here = a_registration(angkatan, name="Togar Simanjuntak")
    a_registration(angkatan, name="Zulfa Qonita")
    writer.mark(session, here, AttendanceState.PRESENT, event_id=uuid.uuid4(), actor=SYSTEM, at=session.ends_at)
    PaymentListFactory(angkatan=angkatan, paid_on=date(2019, 3, 13), account="Kegiatan A")
    return receipt_list.build(asked(angkatan))


@pytest.fixture
def fees(angkatan, session) -> HonorariumReceipts:
    HonorariumFactory(guest=GuestFactory(angkatan=angkatan), session=session, number="001/KW")
    return honorarium.build(asked(angkatan))


def many(receipts: ReceiptList, count: int, gross: int = 150_000) -> ReceiptList:
    sums = [f"{number:,}".replace(",", ".") for number in (gross * count, 0, gross * count)]
    each = PrintedAmount(f"{gross:,}".replace(",", "."), "0", f"{gross:,}".replace(",", "."))
    return replace(receipts, people=people(count), each=each, total=PrintedAmount(*sums))


# ---- Tanda terima --------------------------------------------------------------------------------


def test_only_who_came_stands_on_the_list_with_its_sums(receipts):
    assert [one.name for one in receipts.people] == ["Togar Simanjuntak"]
    assert receipts.each == receipts.total == PrintedAmount("150.000", "7.500", "142.500")
    assert receipts.words == "Seratus Lima Puluh Ribu Rupiah"
    assert receipts.sheets[0].town_and_date == "Bogor, 13 Maret 2019"
    assert [signer.heading.split(" tanggal")[0] for signer in receipts.signers] == [
        "Setuju dibayar,",
        "Lunas dibayar",
        "",
    ]

    [page] = printed(receipts)
    said = text_of(page)
    assert "TANDA TERIMA UANG TRANSPOR PESERTA" in said
    for words in ("Togar Simanjuntak", "142.500", "Jumlah (1 orang)", "Seratus Lima Puluh Ribu Rupiah", "Kegiatan A"):
        assert words in said
    assert "Halaman 1 dari 1" in said


def test_officials_sign_with_name_and_number(angkatan, receipts):
    official = SignatoryFactory(name="Fitriana Lestari, S.E.", title="Bendahara Pengeluaran")
    PaymentOfficials.objects.create(angkatan=angkatan, treasurer=official)

    _approver, treasurer, _manager = receipt_list.build(asked(angkatan)).signers

    assert (treasurer.title, treasurer.name) == ("Bendahara Pengeluaran,", "Fitriana Lestari, S.E.")
    assert treasurer.number == "19800101 200501 1 001"


@pytest.mark.parametrize(("count", "paper"), [(22, "f4"), (23, "a4"), (97, "f4")])
def test_long_lists_keep_signers_with_people(receipts, count, paper):
    pages = printed(replace(many(receipts, count), paper=paper))

    assert page_numbers(pages) == [f"Halaman {page} dari {len(pages)}" for page in range(1, len(pages) + 1)]
    assert [number for page in pages for number, *_ in box_numbers(page)] == list(range(1, count + 1))
    assert len(box_numbers(pages[-1])) >= 2
    assert "Lunas dibayar" in text_of(pages[-1])
    odd = {round(x) for page in pages for number, x, _y in box_numbers(page) if number % 2}
    even = {round(x) for page in pages for number, x, _y in box_numbers(page) if not number % 2}
    assert max(odd) < min(even)


def test_largest_sums_and_longest_names_stay_within_the_margins(receipts):
    wide = many(receipts, 40, gross=999_999_999)
    pages = printed(
        replace(wide, people=(LONGEST, *wide.people[1:]), theme=WIDE, account=WIDE, heading=f"Tanda {WIDE}")
    )

    for page in pages:
        right = float(page.mediabox.width) / MILLIMETRE - 11.5
        assert all(start >= 19.5 and end <= right for words, start, end in stretches(page) if words), page


def test_nobody_who_came_is_nothing_to_print(angkatan, session):
    PaymentListFactory(angkatan=angkatan)

    with pytest.raises(NothingToPrint, match="belum ada yang menerima Uang Transpor Peserta"):
        receipt_list.build(asked(angkatan))


def test_which_list_is_asked_when_there_are_several(angkatan):
    with pytest.raises(NothingToPrint, match="belum punya tanda terima"):
        receipt_list.check(asked(angkatan))
    one, two = PaymentListFactory(angkatan=angkatan), PaymentListFactory(angkatan=angkatan, label="Uang Saku")
    strange = PaymentListFactory(angkatan__number=9)

    with pytest.raises(NothingToPrint, match="Ada beberapa"):
        receipt_list.check(asked(angkatan))
    assert receipt_list.subjects(angkatan) == [(one.pk, one.label), (two.pk, two.label)]
    with pytest.raises(NothingToPrint, match="tidak ada di angkatan ini"):
        receipt_list.check(asked(angkatan, subject=strange.pk))
    assert receipt_list.chosen(asked(angkatan, subject=one.pk)) == one


def test_list_takes_a_fixed_number_of_queries(angkatan, session, django_assert_num_queries):
    PaymentListFactory(angkatan=angkatan, rule=PaymentList.Rule.ALL)
    for _ in range(3):
        a_registration(angkatan)
    wish = asked(angkatan)

    with django_assert_num_queries(5):
        receipt_list.build(wish)


# ---- Kuitansi ------------------------------------------------------------------------------------


def test_receipt_says_what_was_paid_for(fees):
    [receipt] = fees.receipts

    assert receipt.reckoned == "Honorarium: 1,5 orang-jam × Rp900.000,00"
    assert (receipt.gross, receipt.tax, receipt.net) == ("Rp1.350.000,00", "Rp67.500,00", "Rp1.282.500,00")
    assert receipt.words == "Satu Juta Tiga Ratus Lima Puluh Ribu Rupiah"
    assert (receipt.duty, receipt.town_and_date) == ("Rp6.000", "Bogor, 11 Maret 2019")
    assert fees.payer == "Kuasa Pengguna Anggaran Badan Contoh"

    [page] = printed(fees)
    said = text_of(page)
    assert "KUITANSI" in said
    assert "Wawasan *kebangsaan* #1" in said
    assert re.search(r"Meterai\s+Rp6\.000", said)
    assert "Yang menerima, Dr. Ratih Kusumadewi, S.H., M.H." in said.replace("Meterai Rp6.000 ", "")


def test_small_sum_says_nothing_of_a_stamp(angkatan, session):
    HonorariumFactory(guest__angkatan=angkatan, session=session, own_hours=Decimal("0.75"))

    made = honorarium.build(asked(angkatan))

    assert made.receipts[0].duty == ""
    assert "selama 0,75 orang-jam, materi" in made.receipts[0].purpose  # no minutes of the session beside own hours
    assert "Meterai" not in text_of(printed(made)[0])


@pytest.mark.parametrize("size", Size)
def test_each_receipt_keeps_to_its_page(fees, size):
    usual = fees.receipts[0]
    endless = replace(
        usual, purpose=f"Honorarium {WIDE} {WIDE} {usual.purpose}", name=WIDE, post=WIDE, number=WIDE[:60],
        account=WIDE[:100], town_and_date=f"{WIDE[:60]}, 11 Maret 2019",
    )  # fmt: skip

    pages = printed(replace(fees, paper=size.value, receipts=(usual, endless, usual), payer=WIDE))

    assert len(pages) == 3
    for page in pages:
        right = float(page.mediabox.width) / MILLIMETRE - 14.5
        assert all(start >= 19.5 and end <= right for words, start, end in stretches(page) if words)


def test_deleted_session_is_said_before_anything_is_printed(angkatan):
    fee = HonorariumFactory(guest__angkatan=angkatan)
    fee.session.delete()

    with pytest.raises(NothingToPrint, match=r"Honorarium Dr\. Ratih .* belum punya sesi"):
        honorarium.check(asked(angkatan))


def test_one_receipt_or_all(angkatan, session):
    first = HonorariumFactory(guest__angkatan=angkatan, session=session)
    HonorariumFactory(guest=first.guest, session=SessionFactory(angkatan=angkatan, day=1))
    HonorariumFactory(guest__angkatan__number=9)

    assert len(honorarium.build(asked(angkatan)).receipts) == 2
    assert len(honorarium.build(asked(angkatan, subject=first.pk)).receipts) == 1
    with pytest.raises(NothingToPrint, match="tidak ada di angkatan ini"):
        honorarium.check(asked(angkatan, subject=0))
