"""Whether an organisation's papers are in order: what a clerk checks before deciding (Permendagri 57/2017)."""

from dataclasses import dataclass
from datetime import date

from ormas.models import Ormas
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
    if not papers:
        return Check("Dokumen legalitas", False, "Belum dicatat. Mintakan pengesahan badan hukum atau SKT.")
    paper = next((paper for paper in papers if paper.is_valid(on)), papers[0])
    title, end = paper.get_kind_display(), paper.valid_until
    if end and end < on:
        return Check(title, False, f"{paper.number} berakhir {_long_ago(end, on)}. Mintakan yang baru.")
    shown = f"berlaku sampai {dates.plain_date(end)}" if end else "tanpa batas waktu"
    return Check(title, True, ", ".join(filter(None, [paper.number, paper.issuer, shown])))


def _term(ormas: Ormas, on: date) -> Check:
    title, end = "Masa bakti pengurus", ormas.board_term_until
    if end is None:
        return Check(title, False, "Belum dicatat. Mintakan SK kepengurusan.")
    if end < on:
        return Check(title, False, f"Berakhir {_long_ago(end, on)}. Mintakan SK yang baru.")
    return Check(title, True, f"Sampai {dates.plain_date(end)}")


def _long_ago(day: date, on: date) -> str:
    return f"{dates.plain_date(day)}, {dates.thousands((on - day).days)} hari lalu"


def _secretariat(ormas: Ormas) -> Check:
    address = ormas.secretariat_address
    return Check("Alamat sekretariat", bool(address), address or "Belum dicatat. Tanyakan kepada narahubung ormas.")
