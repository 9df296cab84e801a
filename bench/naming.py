"""What it costs when an ormas names five people in one post, and when its contact person reads the page."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from bench.clients import TOKEN, Client, run
from bench.site import Site
from bench.tables import table
from bench.world import inviting_batch
from pelatihan.models import Registration
from pelatihan.registration.pages.invitation.door import address

PEOPLE, EACH, WARM_UP = 5, 40, 8
POST_AIM_MS, PAGE_AIM_MS = 60, 30
HIDDEN = ("token", "kursi", "shown_at")

type Ask = Callable[[Client, int], None]


def measure(site: Site) -> str:
    """A table: the form read, five people sent in one post, the page that follows read; one after the other."""
    batch, before = inviting_batch(93, ormas=EACH + WARM_UP, seats=PEOPLE), Registration.objects.count()
    invitations = list(batch.invitations.order_by("pk"))
    homes = [address("invitation", one) for one in invitations]
    forms = [address("invitation_fill", one) for one in invitations]
    pages: dict[int, str] = {}

    def read(client: Client, number: int) -> None:
        pages[number] = _got(client, forms[number])

    def send(client: Client, number: int) -> None:
        body = urlencode(_typed(pages[number], number)).encode()
        sent = client.send("POST", forms[number], body, Content_Type="application/x-www-form-urlencoded")
        if sent.status != 302:
            raise RuntimeError(f"{sent.status} {sent.text[:2000]}")

    def look(client: Client, number: int) -> None:
        _got(client, homes[number])

    steps: list[tuple[str, Ask, int]] = [
        ("form for five people", read, PAGE_AIM_MS),
        ("five people in one post", send, POST_AIM_MS),
        ("page of the invitation", look, PAGE_AIM_MS),
    ]
    client = Client(site.port)
    for _what, ask, _aim in steps:
        run([client], range(WARM_UP), ask)
    rows = [_row(site, client, *step) for step in steps]
    if Registration.objects.count() - before != PEOPLE * len(invitations):
        raise RuntimeError("Not everybody was named: the figures would be worthless.")
    head = ["request", "server CPU", "aim", "median", "p95"]
    return table(f"An ormas names {PEOPLE} people ({EACH} ormas a line, one after the other)", head, rows)


def _row(site: Site, client: Client, what: str, ask: Ask, aim: int) -> list[str]:
    numbers: Sequence[int] = range(WARM_UP, WARM_UP + EACH)
    before = site.cpu()
    ran = run([client], numbers, ask)
    cpu_ms = (site.cpu() - before) / EACH * 1000
    return [what, f"{cpu_ms:.1f} ms", f"≤ {aim} ms", f"{ran.median * 1000:.1f} ms", f"{ran.slow * 1000:.1f} ms"]


def _got(client: Client, path: str) -> str:
    page = client.send("GET", path, Accept_Encoding="gzip")
    if page.status != 200:
        raise RuntimeError(f"{page.status} {path}")
    return page.text


def _typed(page: str, number: int) -> dict[str, str]:
    """Five people, with what the form carries along."""
    proof = TOKEN.search(page)
    if proof is None:
        raise RuntimeError("The invitation takes nobody now.")
    form = {name: page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in HIDDEN}
    form |= {"csrfmiddlewaretoken": proof[1], "agreed": "on", "utusan-TOTAL_FORMS": str(PEOPLE)}
    form |= {"utusan-INITIAL_FORMS": "0", "utusan-MIN_NUM_FORMS": "0", "utusan-MAX_NUM_FORMS": "1000"}
    for row in range(PEOPLE):
        person = {
            "name": f"Peserta Ukur {chr(97 + row)}", "position": "Anggota", "gender": "P",
            "phone": f"08128{number:03d}{row:04d}",
        }  # fmt: skip
        form |= {f"utusan-{row}-{field}": value for field, value in person.items()}
    return form
