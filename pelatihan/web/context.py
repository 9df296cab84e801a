"""What every page knows: whose site this is."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from pelatihan.models.office import office


@dataclass(frozen=True)
class Site:
    """The office as pages name it."""

    office: str
    office_short: str
    zone: str
    demo: bool


def site(request: HttpRequest) -> dict[str, Site]:
    """``site`` in every template."""
    here = office()
    return {"site": Site(here.name, here.short_name, here.zone_label, demo=settings.DEMO)}
