"""The ready texts that an ormas' contact person forwards by WhatsApp: to one person, or the list of all codes."""

from collections.abc import Sequence

from pelatihan.lifecycle import Status
from pelatihan.models import Invitation, Registration

_NEWS = {
    Status.SUBMITTED: "Pendaftaran Anda sedang diverifikasi petugas; keputusannya tampil di halaman Anda.",
    Status.NEEDS_FIX: "Ada data yang perlu diperbaiki; catatan petugas ada di halaman Anda.",
    Status.ACCEPTED: "Anda sudah diterima sebagai peserta.",
    Status.WAITLISTED: "Anda masuk daftar cadangan: jangan berangkat sebelum halaman Anda menyatakan “Diterima”.",
}


def text_for(registration: Registration, url: str) -> str:
    """To the person: who registered them for what, where it stands, the code and ``url``, the own page."""
    batch = registration.angkatan
    return (
        f"Yth. Bapak/Ibu {registration.full_name},\n\n"
        f"Anda didaftarkan sebagai utusan {registration.ormas_name} di Pelatihan Ormas {batch.name},"
        f" {batch.day_range}, {batch.venue}. {_NEWS.get(Status(registration.status), '')}\n\n"
        f"Kode Anda: {registration.shown_code}\n"
        f"Halaman Anda: {url}\n"
        "Halaman itu menanyakan nomor HP Anda sekali. Di sana Anda membaca bagaimana data Anda dipakai, membetulkannya,"
        " dan menjawab persetujuan, misalnya untuk foto."
    )


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
