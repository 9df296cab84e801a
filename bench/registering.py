"""What one registration costs: the posted form, its checks, the writer under its lock, the page that follows."""

import uuid
from urllib.parse import urlencode

from django.urls import reverse

from bench.clients import TOKEN, Client, run
from bench.site import Site
from bench.tables import table
from pelatihan.models import Angkatan, Registration

WARM_UP, EACH = 6, 40


def measure(site: Site) -> str:
    """A table of one line; people register for the reference data's open batch."""
    batch = Angkatan.objects.filter(published=True, opens_at__isnull=False).order_by("-starts_on")[0]
    path = reverse("register", args=[batch.slug])
    visitor = Client(site.port)
    token = TOKEN.search(visitor.send("GET", path).body.decode())
    if token is None:
        raise RuntimeError(f"{path} takes no registrations now")
    ormas = list(batch.invitations.values_list("ormas", flat=True))
    before_count = Registration.objects.count()

    def register(client: Client, number: int) -> None:
        form = {
            "csrfmiddlewaretoken": token[1], "token": str(uuid.uuid4()), "ormas": str(ormas[number % len(ormas)]),
            "name": f"Peserta Ukur {'abcdefghij'[number % 10]}{'abcdefghij'[number // 10]}", "gender": "P",
            "position": "Anggota", "phone": f"08129990{number:04d}", "privacy": "on",
        }  # fmt: skip
        answer = client.send("POST", path, urlencode(form).encode(), Content_Type="application/x-www-form-urlencoded")
        if answer.status != 302:
            raise RuntimeError(f"{answer.status} {answer.body[:2000]!r}")

    run([visitor], range(WARM_UP), register)
    before = site.cpu()
    ran = run([visitor], range(WARM_UP, WARM_UP + EACH), register)
    cpu_ms = (site.cpu() - before) / EACH * 1000
    if Registration.objects.count() - before_count != WARM_UP + EACH:
        raise RuntimeError("Not every registration was recorded: the figures would be worthless.")
    row = [f"{cpu_ms:.1f} ms", f"{ran.median * 1000:.1f} ms", f"{ran.slow * 1000:.1f} ms"]
    return table(f"One registration ({EACH} posted forms, one after the other)", ["server CPU", "median", "p95"], [row])
