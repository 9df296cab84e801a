"""Whether an organisation's papers are in order: what a clerk checks before deciding (Permendagri 57/2017)."""

from dataclasses import dataclass
from datetime import date

from ormas.models import LegalDocument, Ormas
from pelatihan import dates


@dataclass(frozen=True)
class Check:
    """One line with a tick or a warning."""

    title: str
    is_ok: bool
    note: str


def legality(ormas: Ormas | None, *, on: date) -> list[Check]:
    """Legal paper, board's term, secretariat; what is missing says what to ask for."""
    if ormas is None:
        return [Check("Ormas di luar daftar", False, "Periksa keberadaannya, lalu tambahkan ke daftar ormas.")]
    dispute = Check("Sengketa kepengurusan", False, "Tunggu keputusan pimpinan sebelum menerima.")
    checks = [_paper(ormas, on), _term(ormas, on), _secretariat(ormas)]
    return [dispute, *checks] if ormas.is_disputed else checks


def _paper(ormas: Ormas, on: date) -> Check:
    papers = list(ormas.documents.all())
    valid = next((paper for paper in papers if paper.is_valid(on)), None)
    if valid:
        end = f"berlaku sampai {dates.plain_date(valid.valid_until)}" if valid.valid_until else "tanpa batas waktu"
        return Check(valid.get_kind_display(), True, ", ".join(filter(None, [valid.number, valid.issuer, end])))
    if papers:
        return Check(papers[0].get_kind_display(), False, f"{_ended(papers[0], on)} Mintakan yang baru.")
    return Check("Dokumen legalitas", False, "Belum dicatat. Mintakan pengesahan badan hukum atau SKT.")


def _ended(paper: LegalDocument, on: date) -> str:
    return f"{paper.number} berakhir {_long_ago(paper.valid_until, on)}." if paper.valid_until else paper.number


def _term(ormas: Ormas, on: date) -> Check:
    title, end = "Masa bakti pengurus", ormas.board_term_until
    if end is None:
        return Check(title, False, "Belum dicatat. Mintakan SK kepengurusan.")
    if end < on:
        return Check(title, False, f"Berakhir {_long_ago(end, on)}. Mintakan SK yang baru.")
    return Check(title, True, f"Sampai {dates.plain_date(end)}")


def _long_ago(day: date | None, on: date) -> str:
    return f"{dates.plain_date(day)}, {dates.thousands((on - day).days)} hari lalu" if day else ""


def _secretariat(ormas: Ormas) -> Check:
    address = ormas.secretariat_address
    return Check("Alamat sekretariat", bool(address), address or "Belum dicatat. Tanyakan kepada narahubung ormas.")
