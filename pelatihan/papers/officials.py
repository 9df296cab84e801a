"""Who signs papers about money, in the order and with the words that such papers have."""

from pelatihan.models import Angkatan, Office, PaymentOfficials, Signatory
from pelatihan.papers.parts import PrintedSigner

APPROVER, TREASURER, MANAGER = (
    "Kuasa Pengguna Anggaran",
    "Bendahara Pengeluaran Pembantu",
    "Pejabat Pelaksana Teknis Kegiatan",
)
APPROVED, PAID, KNOWN = "Setuju dibayar,", "Lunas dibayar tanggal ....................", "Mengetahui,"


def officials_of(angkatan: Angkatan) -> PaymentOfficials:
    """Those of a batch; nobody while none were chosen. One query."""
    chosen = PaymentOfficials.objects.select_related("approver", "treasurer", "manager")
    return chosen.filter(angkatan=angkatan).first() or PaymentOfficials(angkatan=angkatan)


def signers(officials: PaymentOfficials, last: str) -> tuple[PrintedSigner, ...]:
    """Who approves, who pays, who answers for the activity.

    :param last: what stands above the last of them; empty: town and date
    """
    return (
        _signer(APPROVED, officials.approver, APPROVER),
        _signer(PAID, officials.treasurer, TREASURER),
        _signer(last, officials.manager, MANAGER),
    )


def payer(officials: PaymentOfficials, office: Office) -> str:
    """From whom the money comes."""
    return officials.payer or f"{APPROVER} {office.name}"


def _signer(heading: str, official: Signatory | None, title: str) -> PrintedSigner:
    if official is None:
        return PrintedSigner(heading, f"{title},")
    return PrintedSigner(heading, official.full_title.rstrip(",") + ",", official.name, official.printed_number)
