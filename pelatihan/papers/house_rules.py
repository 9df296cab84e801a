"""What stands on the tata tertib: the batch's own rules, or those of the office, one line each."""

import re
from dataclasses import dataclass

from pelatihan.models import Angkatan, Office
from pelatihan.papers import engine, parts
from pelatihan.papers.choices import NothingToPrint
from pelatihan.papers.offered import Asked, Group, Offered

HEADING = "Tata Tertib Peserta"
NUMBER = re.compile(r"^\s*(?:[0-9]{1,2}[.)]\s+|[-•*]\s*)")


@dataclass(frozen=True, kw_only=True)
class HouseRules(parts.Paper):
    """All that is printed."""

    days: str
    place: str
    rules: tuple[str, ...]
    town_and_date: str

    @property
    def template(self) -> engine.Template:
        return engine.Template.HOUSE_RULES


def rules_of(angkatan: Angkatan, office: Office) -> tuple[str, ...]:
    """One rule each, without the numbers or dashes that somebody typed before them."""
    lines = (angkatan.house_rules.strip() or office.house_rules).splitlines()
    return tuple(line for line in (NUMBER.sub("", each).strip() for each in lines) if line)


def build(asked: Asked) -> HouseRules:
    """The rules of this batch; one query."""
    angkatan = asked.angkatan
    _check(asked)
    return HouseRules(
        title=f"{HEADING} {angkatan.full_name}, {asked.choices.size.name}",
        heading=HEADING,
        **parts.of_batch(angkatan, asked.choices, asked.office, asked.at, "Tata tertib"),
        days=angkatan.day_range,
        place=angkatan.venue,
        rules=rules_of(angkatan, asked.office),
        town_and_date=parts.town_and_date(angkatan, angkatan.starts_on),
    )


def _check(asked: Asked) -> None:
    if not rules_of(asked.angkatan, asked.office):
        raise NothingToPrint(
            "Tata tertib belum ditulis. Tulis di halaman Kantor untuk semua angkatan, atau di Pengaturan angkatan ini."
        )


OFFER = Offered(
    key="tata-tertib",
    name="Tata tertib",
    note="Ketentuan kantor atau angkatan ini, bernomor, untuk dibagikan dan ditempel.",
    group=Group.LETTERS,
    build=build,
    check=_check,
    fields=("kertas", "cap"),
)
