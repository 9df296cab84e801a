"""Many registrations from one place in a short time hold no seat until staff look (docs/decisions.md, 8).

No address is kept: only a keyed hash of the network, another one for each batch, and that for a week.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Network

from django.db.models import Count, Max, Min, Q
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from pelatihan.models import Angkatan, Registration
from pelatihan.web.proxy import client_network

# So many from one network in one batch hold a seat at once: an office, a hotel or a mobile network stays below.
LIMITS = ((timedelta(minutes=10), 15), (timedelta(hours=1), 30), (timedelta(days=1), 40))
KEPT = timedelta(days=7)
SITE_PREFIX = 48  # of IPv6: a server is often given a whole /48


def network_of(request: HttpRequest, angkatan: Angkatan) -> str:
    """What registrations from one place are known by within a batch; empty when the place is not known."""
    network = client_network(request)
    if not network:
        return ""
    if ":" in network:
        network = str(IPv6Network((network, SITE_PREFIX), strict=False))
    return salted_hmac("pelatihan.networks", f"{angkatan.pk} {network}", algorithm="sha256").hexdigest()[:32]


def is_crowded(angkatan: Angkatan, network: str, at: datetime) -> bool:
    """Whether one more from there is too many to hold a seat unseen. Call it under the batch's lock."""
    if not network:
        return False
    from_there = angkatan.registrations.filter(network=network)
    within = {str(most): Count("pk", filter=Q(submitted_at__gt=at - time)) for time, most in LIMITS}
    came = from_there.aggregate(**within)
    return any(came[str(most)] >= most for _, most in LIMITS)


@dataclass(frozen=True)
class Crowd:
    """Those of one network that are held back, and how many others came from there."""

    network: str
    count: int
    others: int
    first_at: datetime
    newest: int  # pk of the last one counted: what comes later has not been seen


def crowds(angkatan: Angkatan) -> list[Crowd]:
    """Held-back registrations of the batch by network, in the order in which the first of each came."""
    held_back, known = Q(is_held_back=True), ~Q(network="")  # said of both, or the index of places serves neither
    crowded = angkatan.registrations.held_back().filter(known).values("network")
    rows = (
        angkatan.registrations.filter(known, network__in=crowded)
        .values("network")
        .annotate(
            count=Count("pk", filter=held_back),
            others=Count("pk", filter=~held_back),
            first_at=Min("submitted_at", filter=held_back),
            newest=Max("pk", filter=held_back),
        )
        .order_by("first_at", "newest")
    )
    return [Crowd(**row) for row in rows]


def forget(at: datetime) -> int:
    """Forget where registrations came from: after a week, or once the batch is over; how many."""
    over = Angkatan.objects.over(at)
    known = Registration.objects.exclude(network="")
    is_old = Q(submitted_at__lte=at - KEPT, is_held_back=False)
    return known.filter(is_old | Q(angkatan__in=over)).update(network="")
