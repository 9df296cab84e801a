"""Whether an organisation's papers are in order: what a clerk checks before deciding (Permendagri 57/2017)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from ormas.models import SKT_YEARS, LegalDocument, Ormas
from pelatihan import dates
from pelatihan.models import Invitation


@dataclass(frozen=True)
class Check:
    """One line with a tick or a warning."""

    title: str
    is_ok: bool
    note: str


def with_ending_papers(invitations: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Those whose board's term (``term_ends``) or last legal paper (``papers_end``) ends before the training does. What
    is not noted at all is no end: :func:`legality` says that beside the person.
    """
    last_day = OuterRef("angkatan__ends_on")
    five_years = Func(Value(SKT_YEARS), function="make_interval", template="make_interval(years => %(expressions)s)")
    begun = ExpressionWrapper(last_day - five_years, output_field=DateTimeField())
    papers = LegalDocument.objects.filter(ormas=OuterRef("ormas")).order_by()
    without_end = Q(expires_on=None) & (~Q(kind=LegalDocument.Kind.SKT) | Q(issued_on=None))
    valid = papers.filter(
        without_end
        | Q(expires_on__gte=last_day)
        | Q(expires_on=None, kind=LegalDocument.Kind.SKT, issued_on__gte=begun)
    )
    told = invitations.annotate(
        term_ends=Case(When(ormas__board_term_until__lt=F("angkatan__ends_on"), then=True), default=False),
        papers_end=Case(When(Exists(papers) & ~Exists(valid), then=True), default=False),
    )
    return told.filter(Q(term_ends=True) | Q(papers_end=True))


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
