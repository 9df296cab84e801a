"""What one registration costs: the form is read, filled in and sent, and the own page is read that follows."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

from bench.clients import TOKEN, Client, Run, run
from bench.site import Site
from bench.tables import table
from pelatihan.models import Angkatan, Registration

CLIENTS = (1, 16)
WARM_UP, EACH = 32, 160
AIM_MS, AIM_RATE = 25.0, 60.0
FIELD, STAMP = 'name="token" value="', 'name="shown_at" value="'


def measure(site: Site) -> str:
    """A table: one line for each number of people at once; they register for the reference data's open batch."""
    batch = Angkatan.objects.filter(published=True, opens_at__isnull=False).order_by("-starts_on")[0]
    ormas = list(batch.invitations.values_list("ormas", flat=True))
    people = [(number, str(ormas[number % len(ormas)])) for number in range(WARM_UP + EACH * len(CLIENTS))]
    path, before = reverse("register", args=[batch.slug]), Registration.objects.count()
    _all(site, path, people[:WARM_UP], 8)
    rows = [_row(site, path, people[WARM_UP + EACH * place :][:EACH], clients) for place, clients in enumerate(CLIENTS)]
    if Registration.objects.filter(is_held_back=False).count() - before != len(people):
        raise RuntimeError("Not every registration was recorded: the figures would be worthless.")
    head = ["at once", "registrations/s", "aim", "server CPU each", "aim", "median", "p95"]
    return table(f"Registering (form, sent form and own page together; {EACH} people a line)", head, rows)


def _row(site: Site, path: str, people: Sequence[tuple[int, str]], clients: int) -> list[str]:
    before = site.cpu()
    ran = _all(site, path, people, clients)
    cpu_ms = (site.cpu() - before) / len(people) * 1000
    return [
        str(clients), f"{ran.rate:.0f}", f"≥ {AIM_RATE:.0f}", f"{cpu_ms:.1f} ms", f"≤ {AIM_MS:.0f} ms",
        f"{ran.median * 1000:.1f} ms", f"{ran.slow * 1000:.1f} ms",
    ]  # fmt: skip


def _all(site: Site, path: str, people: Sequence[tuple[int, str]], clients: int) -> Run:
    def register(_: None, person: tuple[int, str]) -> None:
        number, ormas = person
        visitor = Client(site.port, f"127.0.{number // 250 + 1}.{number % 250 + 1}")  # everybody from another place
        page = visitor.send("GET", path, Accept_Encoding="gzip").text
        form = {
            "csrfmiddlewaretoken": _proof(page), "token": page.partition(FIELD)[2][:36], "ormas": ormas, "gender": "P",
            "shown_at": page.partition(STAMP)[2].partition('"')[0],
            "name": f"Peserta Ukur {chr(97 + number % 26)}{chr(97 + number // 26)}", "position": "Anggota",
            "phone": f"08129990{number:04d}", "privacy": "on",
        }  # fmt: skip
        sent = visitor.send("POST", path, urlencode(form).encode(), Content_Type="application/x-www-form-urlencoded")
        if sent.status != 302:
            raise RuntimeError(f"{sent.status} {sent.body[:2000]!r}")
        own = visitor.send("GET", sent.headers["location"], Accept_Encoding="gzip")
        if own.status != 200 or form["name"] not in own.text:
            raise RuntimeError(f"{own.status} {own.text[:2000]}")
        visitor.close()

    return run([None] * clients, people, register)


def _proof(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise RuntimeError("The open batch takes no registrations now.")
    return found[1]
