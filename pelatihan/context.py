"""What every page knows: whose site this is."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class Site:
    """The office as pages name it."""

    office: str = "Badan Kesatuan Bangsa dan Politik"
    office_short: str = "Kesbangpol"
    zone: str = "WIB"
    demo: bool = False


def site(request: HttpRequest) -> dict[str, Site]:
    """``site`` in every template."""
    return {"site": Site(demo=settings.DEMO)}
