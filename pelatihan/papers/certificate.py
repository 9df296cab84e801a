"""What stands on certificates: the words that were kept when they were issued, and the code that anybody can check."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.urls import reverse

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.certificates.standing import Given, given_of, standings
from pelatihan.certificates.wording import Material, Signer, Wording, wording
from pelatihan.models import Angkatan, Certificate, Office
from pelatihan.models.certificate import CertificateQuerySet
from pelatihan.papers import engine, parts
from pelatihan.papers.choices import Choices, NothingToPrint, Size
from pelatihan.papers.offered import Asked, Group, Offered

SAMPLE = "contoh"  # the style of one that nobody can mistake for a real one
MOST = 2_000  # in one file: 10 s of CPU (measured)
MOST_FILES = 200  # of their own in one zip
LEAST_QR = 4  # its version, whatever it takes to hold the address
MASK = 3  # by rule the best of eight is looked for, which takes five times as long and makes no reader happier


@dataclass(frozen=True)
class PrintedWording:
    """What the certificates of one issue say alike."""

    title: str
    role: str
    theme: str
    batch: str
    text: str
    jp: int
    town_and_date: str
    signer: Signer | None
    back: tuple[Material, ...]
    back_signer: Signer | None


@dataclass(frozen=True)
class PrintedHolder:
    """One certificate; ``wording`` is the place of its words, ``qr`` the drawing of its address (SVG)."""

    front: str
    name: str
    back: str
    full: str
    ormas: str
    number: str
    code: str
    copy: str
    qr: str
    wording: int


@dataclass(frozen=True, kw_only=True)
class CertificatePaper(parts.Document):
    """All that is printed."""

    letterhead: parts.PrintedLetterhead
    site: str
    wordings: tuple[PrintedWording, ...]
    holders: tuple[PrintedHolder, ...]
    is_sample: bool = False

    @property
    def template(self) -> engine.Template:
        return engine.Template.CERTIFICATE

    def first_page(self) -> Self:
        return replace(self, holders=self.holders[:1])


# ---- Of certificates -----------------------------------------------------------------------------


def certificate_paper(angkatan: Angkatan, given: Sequence[Given], office: Office) -> CertificatePaper:
    """The last version of each, in this order: the same bytes whenever it is asked for, until one changes."""
    issues = {one.certificate.issue_id: one.certificate.issue for one in given}
    places = {key: place for place, key in enumerate(issues)}
    words = [Wording.read(issue.wording) for issue in issues.values()]
    one = given[0].certificate
    title = f"{words[0].title} {one.number}" if len(given) == 1 else f"{words[0].title}, {angkatan.full_name}"
    return CertificatePaper(
        title=title,
        paper=Size.A4.value,
        taken_at=parts.taken_at(max(each.version.at for each in given)),
        letterhead=parts.letterhead(angkatan.letterhead, office),
        site=shown_site(),
        wordings=tuple(map(_printed, words)),
        holders=tuple(_holder(each, places[each.certificate.issue_id]) for each in given),
    )


def _printed(words: Wording) -> PrintedWording:
    return PrintedWording(
        title=words.title, role=words.role, theme=words.theme, batch=words.batch, text=words.text, jp=words.jp,
        town_and_date=f"{words.town}, {dates.plain_date(words.dated)}", signer=words.signer, back=words.back,
        back_signer=words.back_signer,
    )  # fmt: skip


def _holder(one: Given, place: int) -> PrintedHolder:
    version, certificate = one.version, one.certificate
    copy = f"Salinan ke-{version.copy}, diterbitkan {dates.plain_date(version.at)}" if version.copy > 1 else ""
    return PrintedHolder(
        front=version.front_title, name=version.name, back=version.back_title, full=version.full_name,
        ormas=version.ormas, number=certificate.number, code=certificate.shown_code, copy=copy,
        qr=drawn(address_of(certificate)), wording=place,
    )  # fmt: skip


def address_of(certificate: Certificate) -> str:
    """Where anybody checks it; without hyphens, as a QR is the coarser the less it holds."""
    return settings.SITE_URL + reverse("certificate", args=[certificate.code])


def shown_site() -> str:
    """``pelatihan.example/sertifikat``, to type."""
    return urlsplit(settings.SITE_URL).netloc + reverse("certificate_find").rstrip("/")


def drawn(address: str) -> str:
    """A QR as one path, so that no hairlines show between its modules."""
    made = segno.make(address, error="m", micro=False, boost_error=False, mask=MASK)
    if int(made.version) < LEAST_QR:
        made = segno.make(address, error="m", version=LEAST_QR, boost_error=False, mask=MASK)
    size = len(made.matrix)
    rows = ("".join("1" if module else "0" for module in row) for row in made.matrix)
    path = "".join(
        f"M{run.start()} {y}h{run.end() - run.start()}v1H{run.start()}z"
        for y, row in enumerate(rows)
        for run in re.finditer("1+", row)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{path}"/></svg>'


# ---- A sample, before anything is issued -----------------------------------------------------------


def sample_paper(asked: Asked) -> CertificatePaper:
    """As the first who is entitled would get it, with a number and a code that are none."""
    angkatan, office = asked.angkatan, asked.office
    found = standings(angkatan)
    first = next((one.person for one in found.all if one.is_entitled), None)
    front, name, back = (first.front_title, first.name, first.back_title) if first else ("", "Nama Peserta", "")
    holder = PrintedHolder(
        front=front, name=name, back=back, full=first.full_name if first else name,
        ormas=first.ormas_name if first else "Nama Ormas", number="contoh", code="contoh", copy="",
        qr=drawn(settings.SITE_URL + reverse("certificate_find")), wording=0,
    )  # fmt: skip
    return CertificatePaper(
        title=f"Contoh {found.rule.title}, {angkatan.full_name}",
        paper=Size.A4.value,
        taken_at=parts.taken_at(asked.at),
        letterhead=parts.letterhead(angkatan.letterhead, office),
        site=shown_site(),
        wordings=(_printed(wording(found, office)),),
        holders=(holder,),
        is_sample=True,
    )


# ---- On the page Cetak -----------------------------------------------------------------------------


def chosen(angkatan: Angkatan, choices: Choices) -> CertificateQuerySet:
    """Those that were asked for, in the order of their numbers; a revoked one is not printed."""
    rows = Certificate.objects.in_force().filter(issue__angkatan=angkatan)
    if choices.who:
        rows = rows.filter(registration__ref__in=choices.who)
    return rows.order_by("no", "pk")


def build(asked: Asked) -> CertificatePaper:
    """All that hold, those of some people, or a sample."""
    angkatan = asked.angkatan
    if asked.choices.style == SAMPLE:
        return sample_paper(asked)
    given = list(given_of(chosen(angkatan, asked.choices)).values())
    if not given:  # revoked meanwhile
        raise NothingToPrint(NONE)
    return certificate_paper(angkatan, given, asked.office)


NONE = "Belum ada sertifikat yang terbit dan berlaku. Terbitkan dulu di halaman Sertifikat."


def check(asked: Asked) -> None:
    """Whether there are any, and not too many for one file.

    :raises NothingToPrint, engine.TooLong: why it cannot be made
    """
    if asked.choices.style == SAMPLE:
        return
    count = chosen(asked.angkatan, asked.choices).count()
    if not count:
        raise NothingToPrint(NONE)
    if count > MOST:
        most = dates.thousands(MOST)
        raise engine.TooLong(
            f"{dates.thousands(count)} sertifikat terlalu banyak untuk satu berkas. Cetak paling banyak {most} sekali."
        )


def file_name(number: str) -> str:
    """``sertifikat-020-SERT-ORMAS-III-2019.pdf``: names nobody."""
    return "sertifikat-" + (re.sub(r"[^A-Za-z0-9]+", "-", number).strip("-") or "tanpa-nomor") + ".pdf"


def file_names(numbers: Iterable[str]) -> list[str]:
    """One for each, none twice: ``1/A`` and ``1-A`` are two numbers and would be one file."""
    names: list[str] = []
    for number in numbers:
        name = file_name(number)
        while name in names:
            name = name.removesuffix(".pdf") + "-lagi.pdf"
        names.append(name)
    return names


OFFER = Offered(
    key="sertifikat",
    name="Sertifikat",
    note="Semua yang terbit dan berlaku, urut nomor, dengan kode untuk memeriksa keasliannya.",
    group=Group.CERTIFICATES,
    build=build,
    check=check,
    fields=("siapa", "ragam"),
    sizes=(Size.A4,),
    permission=access.CERTIFY,
    prepared=("Siapkan sertifikat", "certificates"),
    lies=True,
    styles=(("terbit", "Yang terbit"), (SAMPLE, "Contoh, untuk dilihat")),
)
