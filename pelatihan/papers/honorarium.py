"""What stands on a receipt for a guest's fee ("kuitansi"): one page each, for one session or for all."""

from dataclasses import dataclass, replace
from typing import Self

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.models import Angkatan, Honorarium
from pelatihan.papers import engine, officials, parts
from pelatihan.papers.choices import Choices, NothingToPrint
from pelatihan.papers.offered import Asked, Group, Offered
from pelatihan.payments.fees import Fee, day_of, fee_of
from pelatihan.payments.money import decimal, rupiah
from pelatihan.payments.words import rupiah_in_words

KEY = "kuitansi-honor"
NONE_YET = "Angkatan ini belum punya honorarium. Susun dulu di halaman Uang."
GONE = "Honorarium ini tidak ada di angkatan ini. Pilih lagi di halaman Uang."
MOST_RECEIPTS = 200  # in one file: 2.8 s of CPU (measured)
TOO_MANY = (
    f"{{}} kuitansi terlalu banyak untuk satu berkas: paling banyak {MOST_RECEIPTS}. Cetak satu per satu dari halaman"
    " Uang."
)
UNDECIDED = "Honorarium {} belum punya sesi. Pilih sesinya di halaman Uang, lalu cetak."


@dataclass(frozen=True)
class PrintedReceipt:
    """One page. ``duty`` is the stamp that belongs there ("Rp10.000"), empty where none is owed."""

    number: str
    account: str
    gross: str
    words: str
    purpose: str
    name: str
    post: str  # position and institution
    reckoned: str  # "Honorarium: 1,5 orang-jam × Rp900.000,00"
    tax_head: str
    tax: str
    net: str
    duty: str
    town_and_date: str
    foot: str


@dataclass(frozen=True, kw_only=True)
class HonorariumReceipts(parts.Paper):
    """All that is printed."""

    year: str
    payer: str
    receipts: tuple[PrintedReceipt, ...]

    @property
    def template(self) -> engine.Template:
        return engine.Template.HONORARIUM

    def first_page(self) -> Self:
        return replace(self, receipts=self.receipts[:1])


def build(asked: Asked) -> HonorariumReceipts:
    """The receipt that was asked for, or all of them; a fixed number of queries."""
    angkatan, choices = asked.angkatan, asked.choices
    people = officials.officials_of(angkatan)
    heading, as_of = "Kuitansi", parts.as_of(asked.at)
    return HonorariumReceipts(
        title=", ".join((f"{heading} Honorarium {angkatan.full_name}", choices.size.name, as_of)),
        heading=heading,
        paper=choices.size.value,
        letterhead=parts.letterhead(angkatan.letterhead, asked.office),
        theme=parts.theme(angkatan),
        batch=angkatan.full_name,
        cancelled=parts.cancelled(angkatan),
        signers=officials.signers(people, officials.KNOWN),
        stamp=choices.stamp,
        taken_at=parts.taken_at(asked.at),
        as_of=as_of,
        year=str(angkatan.year),
        payer=officials.payer(people, asked.office),
        receipts=tuple(_receipt(angkatan, one) for one in chosen(asked)),
    )


def subjects(angkatan: Angkatan) -> list[tuple[int, str]]:
    """The fees among which one chooses."""
    return [
        (one.pk, f"{one.guest.name}, {one.session.title}" if one.session else one.guest.name)
        for one in Honorarium.objects.of(angkatan)
    ]


def check(asked: Asked) -> None:
    """Whether there is something to print, and not too much for one file.

    :raises NothingToPrint, engine.TooLong: why not
    """
    if (count := len(chosen(asked))) > MOST_RECEIPTS:
        raise engine.TooLong(TOO_MANY.format(dates.thousands(count)))


def split(asked: Asked) -> list[Choices]:
    """One file for each."""
    return [replace(asked.choices, subject=one.pk) for one in chosen(asked)]


def chosen(asked: Asked) -> list[Honorarium]:
    """Those that are meant, in the order of the sessions.

    :raises NothingToPrint: when there are none, or one has no session any more
    """
    wanted = asked.choices.subject
    there = list(Honorarium.objects.of(asked.angkatan))
    found = [one for one in there if wanted in {None, one.pk}]
    if not found:
        raise NothingToPrint(GONE if there else NONE_YET)
    if undecided := next((one for one in found if one.session is None), None):
        raise NothingToPrint(UNDECIDED.format(undecided.guest.name))
    return found


def _receipt(angkatan: Angkatan, one: Honorarium) -> PrintedReceipt:
    fee, guest = fee_of(one), one.guest
    assert fee is not None  # ``chosen`` has looked
    return PrintedReceipt(
        number=one.number,
        account=one.account,
        gross=_exact(fee.amount.gross),
        words=rupiah_in_words(fee.amount.gross),
        purpose=_purpose(angkatan, one, fee),
        name=guest.name,
        post=", ".join(filter(None, (guest.position, guest.institution))),
        reckoned=f"Honorarium: {decimal(fee.hours)} orang-jam × {_exact(one.rate)}",
        tax_head=f"PPh Pasal 21: {decimal(one.tax_percent)}%",
        tax=_exact(fee.amount.tax),
        net=_exact(fee.amount.net),
        duty=rupiah(fee.duty) if fee.duty else "",
        town_and_date=parts.town_and_date(angkatan, day_of(one)),
        foot=_foot(angkatan, one),
    )


def _purpose(angkatan: Angkatan, one: Honorarium, fee: Fee) -> str:
    session = one.session
    assert session is not None
    minutes = f" ({fee.minutes} menit)" if fee.minutes else ""
    times = f"{session.times} {dates.zone_label()}".rstrip()
    return (
        f"Honorarium {one.role} selama {decimal(fee.hours)} orang-jam{minutes}, materi “{session.title}”,"
        f" {dates.long_date(session.starts_at)}, pukul {times}, pada {parts.theme(angkatan)} {angkatan.full_name}"
        f" di {angkatan.venue}."
    )


def _foot(angkatan: Angkatan, one: Honorarium) -> str:
    which = f"Kuitansi nomor {one.number}" if one.number else "Kuitansi"
    return f"{which} · {angkatan.full_name} · dilampiri daftar hadir narasumber dan materi."


def _exact(amount: int) -> str:
    """``Rp1.350.000,00``."""
    return f"{rupiah(amount)},00"


OFFER = Offered(
    key=KEY,
    name="Kuitansi honorarium",
    note="Satu halaman tiap narasumber dan sesi: orang-jam, pajak, terbilang, dan tempat meterai bila perlu.",
    group=Group.MONEY,
    build=build,
    check=check,
    fields=("untuk", "kertas", "cap"),
    permission=access.PAY,
    prepared=("Susun tanda terima dan honorarium", "payments"),
    subjects=subjects,
    split=split,
)
