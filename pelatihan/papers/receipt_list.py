"""What stands on a list on which delegates sign for money ("tanda terima"): those whom its rule finds present."""

from dataclasses import dataclass

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.models import Angkatan, PaymentList
from pelatihan.papers import engine, officials, parts
from pelatihan.papers.choices import NothingToPrint, Order
from pelatihan.papers.offered import Asked, Group, Offered
from pelatihan.payments.money import Amount, decimal
from pelatihan.payments.receivers import receivers
from pelatihan.payments.words import rupiah_in_words

KEY = "tanda-terima"
NONE_YET = "Angkatan ini belum punya tanda terima. Susun dulu di halaman Uang."
WHICH = "Ada beberapa tanda terima, dan satu berkas memuat satu. Pilih salah satu, lalu cetak."
GONE = "Tanda terima ini tidak ada di angkatan ini. Pilih lagi di halaman Uang."
NOBODY = "Menurut aturannya belum ada yang menerima {}. Alasannya ada di halaman Uang."


@dataclass(frozen=True)
class PrintedAmount:
    """``150.000``, ``7.500``, ``142.500``."""

    gross: str
    tax: str
    net: str


@dataclass(frozen=True)
class ReceiptSheet:
    """The list as a whole, and where and when it is signed."""

    name: str
    town_and_date: str


@dataclass(frozen=True, kw_only=True)
class ReceiptList(parts.Paper):
    """All that is printed."""

    dates: str
    place: str
    account: str
    tax_rate: str  # "5%"
    each: PrintedAmount
    total: PrintedAmount
    words: str  # of the gross sum
    people: tuple[parts.PrintedPerson, ...]
    sheets: tuple[ReceiptSheet, ...]

    @property
    def template(self) -> engine.Template:
        return engine.Template.RECEIPT_LIST


def build(asked: Asked) -> ReceiptList:
    """The list with those who get the money as attendance stands now; a fixed number of queries."""
    angkatan, choices = asked.angkatan, asked.choices
    payment = chosen(asked)
    found = receivers(payment, by_name=choices.order == Order.NAME)
    if not found.paid:
        raise NothingToPrint(NOBODY.format(payment.label))
    heading, as_of = f"Tanda Terima {payment.label}", parts.as_of(asked.at)
    return ReceiptList(
        title=", ".join((f"{heading} {angkatan.full_name}", choices.size.name, as_of)),
        heading=heading,
        paper=choices.size.value,
        two_sided=choices.two_sided,
        letterhead=parts.letterhead(angkatan.letterhead, asked.office),
        theme=parts.theme(angkatan),
        batch=angkatan.full_name,
        cancelled=parts.cancelled(angkatan),
        signers=officials.signers(officials.officials_of(angkatan), ""),
        stamp=choices.stamp,
        taken_at=parts.taken_at(asked.at),
        as_of=as_of,
        dates=angkatan.day_range,
        place=angkatan.venue,
        account=payment.account,
        tax_rate=f"{decimal(payment.tax_percent)}%",
        each=_printed(found.each),
        total=_printed(found.total),
        words=rupiah_in_words(found.total.gross),
        people=tuple(map(parts.person, found.paid)),
        pages=choices.pages,
        keys=tuple(one.pk for one in found.paid),
        sheets=(ReceiptSheet(heading, parts.town_and_date(angkatan, payment.paid_on)),),
    )


def check(asked: Asked) -> None:
    """Whether it can be made. Who gets the money only attendance tells, so it is read, once it is not too long.

    :raises NothingToPrint, engine.TooLong: why it cannot
    """
    payment = chosen(asked)
    engine.check_length(asked.angkatan.registrations.expected().count(), 1)
    if not receivers(payment).paid:
        raise NothingToPrint(NOBODY.format(payment.label))


def subjects(angkatan: Angkatan) -> list[tuple[int, str]]:
    """The lists among which one chooses."""
    return [(one.pk, one.label) for one in angkatan.payment_lists.all()]


def chosen(asked: Asked) -> PaymentList:
    """The list that is meant: the one that was asked for, or the only one there is.

    :raises NothingToPrint: when there is none, or one cannot tell which
    """
    there = list(asked.angkatan.payment_lists.all())
    if not there:
        raise NothingToPrint(NONE_YET)
    wanted = asked.choices.subject
    if wanted is None and len(there) > 1:
        raise NothingToPrint(WHICH)
    found = next((one for one in there if wanted in {None, one.pk}), None)
    if found is None:
        raise NothingToPrint(GONE)
    found.angkatan = asked.angkatan
    return found


def _printed(amount: Amount) -> PrintedAmount:
    return PrintedAmount(*map(dates.thousands, (amount.gross, amount.tax, amount.net)))


OFFER = Offered(
    key=KEY,
    name="Tanda terima uang",
    note="Uang saku atau transpor bagi yang hadir menurut aturannya: pajak, jumlah, terbilang, tanda tangan.",
    group=Group.MONEY,
    build=build,
    check=check,
    fields=("untuk", "kertas", "urut", "cap", "bolakbalik", "halaman"),
    permission=access.PAY,
    prepared=("Susun tanda terima dan honorarium", "payments"),
    subjects=subjects,
    each=True,
)
