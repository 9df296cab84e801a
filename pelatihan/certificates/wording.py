"""What all certificates of one issue say alike. Written down when they are issued, so that each stays what it was."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from pelatihan import dates
from pelatihan.certificates.standing import Standings
from pelatihan.messaging import texts
from pelatihan.models import Angkatan, CertificateRule, Office, Session, Signatory


@dataclass(frozen=True)
class Signer:
    """Who signs, as it stands below the certificate."""

    title: str
    name: str
    number: str

    @classmethod
    def of(cls, official: Signatory | None) -> Self | None:
        return cls(official.full_title, official.name, official.printed_number) if official else None


@dataclass(frozen=True)
class Material:
    """One line on the back."""

    title: str
    speaker: str
    jp: int


@dataclass(frozen=True)
class Wording:
    """All words but those of the person: ``back`` is empty where the certificate has no back."""

    title: str
    role: str
    theme: str
    batch: str
    text: str
    days: str
    venue: str
    jp: int
    town: str
    dated_on: str  # 2019-03-13
    signer: Signer | None
    back: tuple[Material, ...]
    back_signer: Signer | None

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """As an issue keeps it."""
        signers = {name: Signer(**kept[name]) if kept[name] else None for name in ("signer", "back_signer")}
        return cls(**kept | signers | {"back": tuple(Material(**one) for one in kept["back"])})

    @property
    def dated(self) -> date:
        return date.fromisoformat(self.dated_on)


def wording(found: Standings, office: Office) -> Wording:
    """As certificates issued now would have it."""
    angkatan, rule = found.angkatan, found.rule
    taught = [session for session in found.sessions if session.jp > 0]
    jp = sum(session.jp for session in taught)
    return Wording(
        title=rule.title,
        role=rule.role,
        theme=angkatan.full_theme,
        batch=angkatan.full_name,
        text=_filled(rule, angkatan, jp, office),
        days=angkatan.date_range,
        venue=angkatan.venue,
        jp=jp,
        town=angkatan.town,
        dated_on=dated_on(rule, angkatan).isoformat(),
        signer=Signer.of(signer_of(rule, angkatan)),
        back=tuple(map(_material, taught)) if rule.has_back else (),
        back_signer=Signer.of(rule.back_signer) if rule.has_back else None,
    )


def dated_on(rule: CertificateRule, angkatan: Angkatan) -> date:
    """The date that it bears."""
    return rule.dated_on or angkatan.ends_on


def signer_of(rule: CertificateRule, angkatan: Angkatan) -> Signatory | None:
    """Who was chosen, or the first who signs the batch's papers."""
    if rule.signer_id:
        return rule.signer
    first = angkatan.signers.select_related("signatory").first()
    return first.signatory if first else None


def hours(jp: int) -> str:
    """``17 jam pelajaran``."""
    return f"{dates.thousands(jp)} jam pelajaran" if jp else ""


def _filled(rule: CertificateRule, angkatan: Angkatan, jp: int, office: Office) -> str:
    known = {"kantor": office.name, "tempat": angkatan.venue, "tanggal": angkatan.date_range, "jp": hours(jp)}
    return texts.filled(rule.text, lambda name: known.get(name, ""))


def _material(session: Session) -> Material:
    return Material(session.title, session.speaker, session.jp)
