"""What staff open all day in a batch of 50,000 registrations: list, filters, orders, searches, one person."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from bench import seed
from bench.crowded import EACH, line
from bench.site import Site
from bench.tables import table
from pelatihan.models import Angkatan

SCALE = seed.Scale(ormas=20_000, registrations=50_000, crowd=50_000, messages=20_000, batches_a_year=0)
LIST_MS, PAGE_MS = 50, 100
WORDS = ("rahmawati", "siti rahmawati", "mad", "r", "rempug", "siti betawi", "xyzzyq", "rempg")


def measure(site: Site) -> str:
    """A table: one line for each page and role."""
    seed.fill(SCALE)
    batch = Angkatan.objects.get(number=seed.CROWDED_NUMBER, venue=seed.CROWDED_VENUE)
    rows = [line(site, *page) for page in _pages(batch)]
    head = ["page", "as", "server CPU", "median", "KB", "aim"]
    return table(f"Staff in a batch of {SCALE.crowd:,} registrations ({EACH} requests a line)", head, rows)


def _pages(batch: Angkatan) -> Iterator[tuple[str, str, int]]:
    """(address, who opens it, aim)."""
    listing = reverse("admin:pelatihan_registration_changelist")
    crowd = f"{listing}?angkatan={batch.slug}"
    for who in ("verifikator", "pemantau", "admin"):
        yield crowd, who, LIST_MS
    ends = ("&status=submitted", "&status=accepted", "&p=2", "&p=100", "&o=1", "&o=2", "&o=-4", "&kota=Kota+7")
    for end in (*ends, "&ormas=betawi"):
        yield f"{crowd}{end}", "verifikator", LIST_MS if end in ends[:2] else PAGE_MS
    for words in WORDS:
        yield f"{crowd}&{urlencode({'q': words})}", "verifikator", LIST_MS
    person = batch.registrations.select_related("delegate").filter(status="submitted").order_by("submitted_at")[7_000]
    for words in (person.code, person.delegate.phone):
        yield f"{crowd}&{urlencode({'q': words})}", "verifikator", LIST_MS
    yield reverse("admin:pelatihan_registration_change", args=[person.pk]), "verifikator", PAGE_MS
    yield f"{reverse('admin:pelatihan_invitation_changelist')}?angkatan={batch.slug}", "verifikator", PAGE_MS
    yield reverse("admin:index"), "verifikator", PAGE_MS
