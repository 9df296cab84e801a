"""The ready texts that staff send by WhatsApp: one for each status with the delegate's own page, and lost codes.

They greet by no time of day: nobody knows when they are sent, or read.
"""

from collections.abc import Sequence

from pelatihan.lifecycle import Status
from pelatihan.models import Registration

_NEWS = {
    Status.SUBMITTED: "Pendaftaran Anda sudah kami terima dan sedang diverifikasi. Kabarnya ada di halaman Anda.",
    Status.NEEDS_FIX: "Ada data yang perlu Anda perbaiki. Silakan buka halaman Anda dan kirim perbaikannya.",
    Status.ACCEPTED: "Selamat, Anda diterima sebagai peserta. Kode QR untuk presensi ada di halaman Anda.",
    Status.WAITLISTED: "Anda berada di daftar cadangan. Kami memberi kabar bila ada kursi kosong.",
    Status.REJECTED: "Mohon maaf, pendaftaran Anda belum dapat kami terima. Alasannya ada di halaman Anda.",
    Status.CANCELLED: "Pendaftaran Anda dibatalkan. Hubungi kami bila ini keliru.",
    Status.REPLACED: "Tempat Anda sudah diisi pengganti dari ormas Anda. Terima kasih.",
}


def ready_text(registration: Registration, url: str) -> str:
    """What stands ready in WhatsApp: greeting, the news of this status, the code and ``url``, the page to open."""
    batch, news = registration.angkatan, _NEWS[Status(registration.status)]
    return (
        f"Yth. Bapak/Ibu {registration.full_name},\n\n{news}\n\n"
        f"Pelatihan {batch.name}, {batch.day_range}, {batch.venue}.\n"
        f"Kode: {registration.shown_code}\n{url}"
    )


def code_text(people: Sequence[Registration], urls: Sequence[str]) -> str:
    """The codes of a number that were asked for again, each with the page to open."""
    names = {person.full_name for person in people}
    entries = [
        f"{person.full_name}\nPelatihan {person.angkatan.name}, {person.angkatan.day_range}\n"
        f"Kode: {person.shown_code}\n{url}"
        for person, url in zip(people, urls, strict=True)
    ]
    paragraphs = [
        f"Yth. Bapak/Ibu {names.pop()}," if len(names) == 1 else "Yth. Bapak/Ibu,",
        "Kode pendaftaran Anda diminta lagi di situs Pelatihan Ormas. Ini kodenya:",
        *entries,
        "Buka alamat itu, lalu tulis nomor HP yang dipakai saat mendaftar. Abaikan pesan ini bila Anda tidak meminta"
        " kode.",
    ]
    return "\n\n".join(paragraphs)
