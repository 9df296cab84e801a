"""What stands on the final list of participants: who is expected, and how many of which sort. Pure once built."""

from collections import Counter
from dataclasses import dataclass

from ormas.models import Gender
from pelatihan import dates
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration
from pelatihan.papers import engine, parts
from pelatihan.papers.attendance_sheet import expected_people
from pelatihan.papers.choices import NothingToPrint
from pelatihan.papers.offered import Asked, Group, Offered, When

FINAL, FOR_NOW = "Daftar Peserta Definitif", "Daftar Peserta Sementara"


@dataclass(frozen=True)
class OrmasTotal:
    """How many people of one organisation, and of which sex; nobody of whom that is not known is in either."""

    ormas: str
    male: int
    female: int
    people: int


@dataclass(frozen=True)
class Totals:
    """How many are expected. ``statuses``: all who registered, by where they stand, as the list in the admin says."""

    people: int
    male: int
    female: int
    ormas: tuple[OrmasTotal, ...]
    statuses: tuple[tuple[str, int], ...] = ()

    @property
    def unknown(self) -> int:
        """Whose sex nobody has written."""
        return self.people - self.male - self.female


@dataclass(frozen=True)
class Table:
    """The one list."""

    name: str = ""


@dataclass(frozen=True, kw_only=True)
class ParticipantList(parts.Paper):
    """All that is printed."""

    dates: str
    place: str
    town_and_date: str
    people: tuple[parts.PrintedPerson, ...]
    summary: tuple[tuple[str, str], ...]
    statuses: tuple[tuple[str, str], ...]
    ormas: tuple[OrmasTotal, ...]
    totals: OrmasTotal
    sheets: tuple[Table, ...] = (Table(),)

    @property
    def template(self) -> engine.Template:
        return engine.Template.PARTICIPANTS


def totals_of(people: list[Registration], figures: dict[str, int] | None = None) -> Totals:
    """Of people with their delegates and organisations at hand; two rivals of one name are two.

    :param figures: how many stand at each status (``RegistrationQuerySet.figures``)
    """
    sexes, bodies = Counter[str](), dict[tuple[int | None, str], Counter[str]]()
    for one in people:
        sexes[one.delegate.gender] += 1
        bodies.setdefault((one.ormas_id, one.ormas_name), Counter())[one.delegate.gender] += 1
    in_order = sorted(bodies.items(), key=lambda body: (body[0][1].casefold(), body[0][0] or 0))
    ormas = tuple(
        OrmasTotal(name, sex[Gender.MALE], sex[Gender.FEMALE], sex.total()) for (_ormas, name), sex in in_order
    )
    stand = tuple((status.label, figures[status]) for status in Status if figures[status]) if figures else ()
    return Totals(len(people), sexes[Gender.MALE], sexes[Gender.FEMALE], ormas, stand)


def summary_of(totals: Totals) -> tuple[tuple[str, str], ...]:
    """``Peserta 97``, ``Ormas 39``, ``Laki-laki 59``, ``Perempuan 38``; who is neither yet, only when there is one."""
    lines = [("Peserta", totals.people), ("Ormas", len(totals.ormas))]
    lines += [("Laki-laki", totals.male), ("Perempuan", totals.female)]
    if totals.unknown:
        lines.append(("L/P belum dicatat", totals.unknown))
    return tuple((word, dates.thousands(number)) for word, number in lines)


def build(asked: Asked) -> ParticipantList:
    """The list as it stands at this moment, final once the batch is frozen; three queries, however many there are."""
    angkatan, choices = asked.angkatan, asked.choices
    people = list(expected_people(angkatan, choices, also=("sex",)))
    if not people:
        raise NothingToPrint(_nobody(angkatan))
    totals = totals_of(people, angkatan.registrations.figures())
    heading = FINAL if angkatan.frozen_at else FOR_NOW
    return ParticipantList(
        title=", ".join((f"{heading} {angkatan.full_name}", choices.size.name, parts.as_of(asked.at))),
        heading=heading,
        **parts.of_batch(angkatan, choices, asked.office, asked.at),
        dates=angkatan.day_range,
        place=angkatan.venue,
        town_and_date=parts.town_and_date(angkatan, dates.local_date(asked.at)),
        people=tuple(parts.person(one, ("sex",)) for one in people),
        keys=tuple(one.pk for one in people),
        summary=summary_of(totals),
        statuses=tuple((word, dates.thousands(number)) for word, number in totals.statuses),
        ormas=totals.ormas,
        totals=OrmasTotal("Jumlah", totals.male, totals.female, totals.people),
    )


def check(asked: Asked) -> None:
    """Whether it can be made: one query.

    :raises NothingToPrint, engine.TooLong: why it cannot
    """
    count = asked.angkatan.registrations.expected().count()
    if not count:
        raise NothingToPrint(_nobody(asked.angkatan))
    engine.check_length(count, 1)


def _nobody(angkatan: Angkatan) -> str:
    return f"Belum ada peserta yang diterima di {angkatan.name}. Daftar ini terisi setelah verifikator menerima mereka."


OFFER = Offered(
    key="daftar-peserta",
    name="Daftar peserta definitif",
    note="Yang diterima dan yang hadir langsung, dengan jumlah menurut ormas, L/P, dan keadaan pendaftaran.",
    group=Group.PEOPLE,
    build=build,
    check=check,
    fields=("kertas", "urut", "cap", "bolakbalik", "halaman"),
    when=(When.BEFORE, When.AFTER),
)
