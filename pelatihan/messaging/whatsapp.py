"""The ready texts that staff send by WhatsApp: to a delegate one for each status, for each change of the plan and for a
lost code; to an ormas its invitation.

They greet by no time of day: nobody knows when they are sent, or read.
"""

from collections.abc import Sequence

from ormas import phones
from pelatihan import dates
from pelatihan.lifecycle import Status
from pelatihan.models import Invitation, PlanChange, Registration
from pelatihan.models.office import office

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


def invitation_text(invitation: Invitation, url: str) -> str:
    """What stands ready for the contact person of an ormas: to what, how many may come, until when, and ``url``, the
    page of this ormas. It promises no date that the batch does not hold.
    """
    batch, ormas = invitation.angkatan, invitation.ormas
    whom = f"Bapak/Ibu {ormas.contact_name}" if ormas.contact_name else f"Pengurus {ormas.name}"
    facts = [
        f"Tanggal: {batch.day_range}",
        f"Tempat: {batch.venue}",
        f"Titik kumpul: {batch.meeting_point}" if batch.meeting_point else "",
        f"Kursi untuk ormas Anda: {invitation.seats}",
        f"Daftarkan utusan sampai: {dates.long_moment(batch.closes_at)}" if batch.closes_at else "",
        f"Surat tugas paling lambat: {dates.long_date(batch.letter_due_on)}" if batch.letter_due_on else "",
    ]
    asked_to = f"Pelatihan Ormas {batch.name}: “{batch.theme}”"
    helper = f"{batch.help_name or 'Sekretariat panitia'}, {phones.display(batch.help_phone)}"
    return "\n\n".join(
        [
            f"Yth. {whom},",
            f"{office().name} mengundang {ormas.name} mengirim utusan ke {asked_to}.",
            "\n".join(filter(None, facts)),
            f"Mohon daftarkan utusan Anda lewat tautan ini:\n{url}",
            "Tautan ini untuk ormas Anda saja. Mohon tidak diteruskan ke grup.",
            *([f"Pertanyaan: {helper}"] if batch.help_phone else []),
        ]
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
