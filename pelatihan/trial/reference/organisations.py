"""The 39 organisations: public names; papers, addresses and contact persons are invented and say so."""

from datetime import date

from ormas.models import LegalDocument, Ormas
from pelatihan.trial.reference import tables

NOTE = "Data contoh: hanya nama ormas ini yang nyata. Bentuk hukum, dokumen, alamat, dan narahubungnya rekaan."
UNVERIFIED = {"PJMI", "IKB"}


def found() -> dict[str, Ormas]:
    """Make all of them with their papers; by name."""
    contacts = {row.ormas: row.name for row in reversed(tables.delegates("finished"))}
    made = [_ormas(place, row, contacts[row.name]) for place, row in enumerate(tables.organisations(), start=1)]
    Ormas.objects.bulk_create(made)
    LegalDocument.objects.bulk_create(_paper(place, ormas) for place, ormas in enumerate(made, start=1))
    return {ormas.name: ormas for ormas in made}


def _ormas(place: int, row: tables.OrganisationRow, contact: str) -> Ormas:
    verified = Ormas.Verification.UNVERIFIED if row.abbreviation in UNVERIFIED else Ormas.Verification.VERIFIED
    return Ormas(
        name=row.name,
        abbreviation=row.abbreviation,
        level=row.level,
        legal_form=row.legal_form,
        field=row.field,
        city=row.city,
        secretariat_address=f"Jalan Contoh Nomor {place}, {row.city}",
        contact_name=contact,
        contact_phone=f"+62812000009{place:02d}",
        contact_email=f"sekretariat{place:02d}@ormas.example",
        board_term_until=date(2020 + place % 9, 12, 31),
        verification=verified,
        notes=NOTE,
    )


def _paper(place: int, ormas: Ormas) -> LegalDocument:
    """Numbers in the shapes that AHU and SKT papers carry, with zeros where real ones have digits."""
    issued = date(2015 + place % 4, place % 12 + 1, 15)
    if ormas.legal_form in {Ormas.LegalForm.FOUNDATION, Ormas.LegalForm.ASSOCIATION}:
        kind = "01.04" if ormas.legal_form == Ormas.LegalForm.FOUNDATION else "01.07"
        return LegalDocument(
            ormas=ormas,
            kind=LegalDocument.Kind.APPROVAL,
            number=f"AHU-00000{place:02d}.AH.{kind}.TAHUN {issued.year}",
            issuer="Kementerian Hukum dan HAM",
            issued_on=issued,
        )
    return LegalDocument(
        ormas=ormas,
        kind=LegalDocument.Kind.SKT,
        number=f"01-00-00/0{place:02d}/D.III.4/VI/{issued.year}",
        issuer="Kementerian Dalam Negeri",
        issued_on=issued,
        expires_on=issued.replace(year=issued.year + 5),
    )
