"""The ready texts that staff send by WhatsApp: one for each status, with the delegate's own page, and one for each
change of the plan.

They greet by no time of day: nobody knows when they are sent, or read.
"""

from pelatihan.lifecycle import Status
from pelatihan.models import Invitation, PlanChange, Registration

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


_ASKED = "Mohon beri tahu kami lewat halaman Anda: pilih “Saya tetap datang” atau “Saya tidak bisa”."
_PLAN_WISHES = {
    PlanChange.Kind.POSTPONED: _ASKED,
    PlanChange.Kind.CANCELLED: "Anda tidak perlu berbuat apa-apa. Mohon maaf atas perubahan ini.",
    PlanChange.Kind.REVIVED: _ASKED,
}


def plan_text(registration: Registration, change: PlanChange, url: str, *, with_code: bool) -> str:
    """The news that the plan has changed, what to do, and the page on which one does it.

    :param url: the delegate's own page; where the clerk may not see codes, the page that asks for the code
    """
    door = f"Kode: {registration.shown_code}\n{url}" if with_code else f"Buka dengan kode Anda: {url}"
    return (
        f"Yth. Bapak/Ibu {registration.full_name},\n\n{_plan_news(change)}\n\n"
        f"{_PLAN_WISHES[PlanChange.Kind(change.kind)]}\n{door}"
    )


def plan_text_for_contact(invitation: Invitation, change: PlanChange, url: str) -> str:
    """The same for the contact person of an organisation that has not named anybody yet; ``url``: the batch's page."""
    return f"Yth. pengurus {invitation.ormas.name},\n\n{_plan_news(change)}\n\nSelengkapnya: {url}"


def _plan_news(change: PlanChange) -> str:
    batch = change.angkatan
    days = "" if change.kind == PlanChange.Kind.CANCELLED else f"\n\n{batch.day_range}, {batch.venue}."
    return f"Kabar tentang Pelatihan Ormas {batch.name}. {change.sentence}{days}"
