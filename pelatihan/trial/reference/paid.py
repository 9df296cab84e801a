"""What was paid in the finished batch, who signed for it, and the letters by which it invited. Amounts are invented."""

from datetime import date

from pelatihan.batches import invitation_letters
from pelatihan.models import (
    Angkatan,
    Guest,
    Honorarium,
    InvitationLetter,
    NumberSeries,
    PaymentList,
    PaymentOfficials,
    Signatory,
)
from pelatihan.trial.reference.office import Desk
from pelatihan.trial.reference.story import at_clock

INVITED_ON = date(2019, 2, 8)
COPIES = (
    "Gubernur Provinsi Daerah Khusus Ibukota Jakarta",
    "Sekretaris Daerah Provinsi Daerah Khusus Ibukota Jakarta",
    "Para Kepala Suku Badan Kesatuan Bangsa dan Politik Kota Administrasi",
)
FEES = (("Dr. Ratih", "Bawaslu"), ("Benyamin", "Ditjen Polpum"))  # how a guest is called, who holds the session
RATE = 900_000


def fill(angkatan: Angkatan, desk: Desk) -> None:
    """Everything on the pages Uang and Surat undangan, as it would stand after the training."""
    approver, treasurer, manager = _officials()
    PaymentOfficials.objects.create(angkatan=angkatan, approver=approver, treasurer=treasurer, manager=manager)
    PaymentList.objects.create(
        angkatan=angkatan, label="Uang Transpor Peserta", gross=150_000, tax_percent=0, paid_on=angkatan.ends_on,
        rule=PaymentList.Rule.DAYS, account="Kegiatan contoh, kode rekening contoh",
    )  # fmt: skip
    for guest, speaker in FEES:
        Honorarium.objects.create(
            guest=angkatan.guests.get(category=Guest.Category.SPEAKER, name__startswith=guest),
            session=angkatan.sessions.get(speaker__startswith=speaker),
            rate=RATE,
            tax_percent=5,
        )
    _invite(angkatan, desk)


def _invite(angkatan: Angkatan, desk: Desk) -> None:
    series = NumberSeries.objects.create(
        label="Surat undangan 2019", pattern="{no:03}/{kode}/{bulan_romawi}/{tahun}", code="UND-ORMAS"
    )
    InvitationLetter.objects.create(
        angkatan=angkatan, series=series, dated_on=INVITED_ON, copies="\n".join(COPIES),
        signer=Signatory.objects.filter(prefix=Signatory.Prefix.ACTING).first(),
    )  # fmt: skip
    invitation_letters.give_numbers(angkatan, by=desk.committee, at=at_clock(INVITED_ON, 9))


def _officials() -> tuple[Signatory, Signatory, Signatory]:
    """Day 00 in their numbers shows that they belong to nobody."""
    return (
        Signatory.objects.create(
            name="Dra. Hj. Wulandari Setyaningrum, M.Si.", title="Kuasa Pengguna Anggaran",
            employee_number="196603001992032000",
        ),
        Signatory.objects.create(
            name="Fitriana Lestari, S.E.", title="Bendahara Pengeluaran Pembantu", employee_number="198509002010012000"
        ),
        Signatory.objects.create(
            name="Agus Darmawan Prakoso, S.Sos.", title="Pejabat Pelaksana Teknis Kegiatan",
            employee_number="197908002005011000",
        ),
    )  # fmt: skip
