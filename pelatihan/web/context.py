"""What every page knows: whose site this is."""

from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest

from pelatihan.models import Angkatan
from pelatihan.models.office import office


class Helpline(NamedTuple):
    """Whom to call, and where."""

    name: str
    phone: str


@dataclass(frozen=True)
class Site:
    """The office as pages name it."""

    office: str
    office_short: str
    zone: str
    demo: bool

    @property
    def helpline(self) -> Helpline | None:
        """The number of the latest batch that has one, for pages that know no batch: a wrong address, a lost code."""
        batches = Angkatan.objects.published().exclude(help_phone="").newest_first()
        found = batches.values_list("help_name", "help_phone").first()
        return Helpline(*found) if found else None


def site(request: HttpRequest) -> dict[str, Site]:
    """``site`` in every template."""
    here = office()
    return {"site": Site(here.name, here.short_name, here.zone_label, demo=settings.DEMO)}
