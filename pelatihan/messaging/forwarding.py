"""The ready texts that an ormas' contact person forwards by WhatsApp: to one person, or the list of all codes."""

from collections.abc import Sequence

from pelatihan.messaging import whatsapp
from pelatihan.models import Invitation, Registration


def text_for(registration: Registration, url: str) -> str:
    """To the person: the office's text for where it stands, with the code and ``url``, the own page."""
    return whatsapp.ready_text(registration, url)


def list_for(invitation: Invitation, people: Sequence[Registration], reserves: Sequence[Registration], url: str) -> str:
    """Everybody with code and status, to keep or to hand to the board; ``url``: where one opens a page by its code."""
    batch, ormas = invitation.angkatan, invitation.ormas
    named = [f"{number}. {_line(one)}" for number, one in enumerate(people, start=1)]
    waiting = [f"Cadangan {number}: {_line(one)}" for number, one in enumerate(reserves, start=1)]
    return "\n".join([
        f"Utusan {ormas.abbreviation or ormas.name}",
        f"Pelatihan Ormas {batch.name}, {batch.date_range}",
        *named,
        *waiting,
        f"Buka halaman masing-masing di {url} dengan kode dan nomor HP.",
    ])  # fmt: skip


def _line(one: Registration) -> str:
    return f"{one.shown_code} {one.full_name} ({one.get_status_display().lower()})"
