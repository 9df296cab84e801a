"""The ready texts that staff send by WhatsApp: to a delegate the office's text for each status, for each change of the
plan and for a lost code; to an ormas its invitation.

They greet by no time of day: nobody knows when they are sent, or read.
"""

from collections.abc import Sequence

from ormas import phones
from pelatihan import dates
from pelatihan.lifecycle import Status
from pelatihan.messaging import mail, words
from pelatihan.messaging.texts import Text
from pelatihan.models import Invitation, PlanChange, Registration
from pelatihan.models.office import office


def ready_text(registration: Registration, url: str) -> str:
    """What stands ready in WhatsApp: the office's text for this status, with the code and ``url``, the page to open."""
    about = words.About(registration.angkatan, registration=registration, page=url)
    return words.told(words.KIND_OF_STATUS[Status(registration.status)], about).body


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


def plan_text(registration: Registration, change: PlanChange, url: str, *, with_code: bool) -> str:
    """The news that the plan has changed, what to do, and the page on which one does it.

    :param url: the delegate's own page; where the clerk may not see codes, the page that asks for the code
    """
    about = words.About(change.angkatan, registration=registration, change=change, page=url, shows_code=with_code)
    return words.told(words.KIND_OF_PLAN[PlanChange.Kind(change.kind)], about).body


def plan_text_for_contact(invitation: Invitation, change: PlanChange, url: str, text: Text | None = None) -> str:
    """The same for the contact person of an organisation that has not named anybody yet; ``url``: the batch's page.

    :param text: the one that holds, for whoever writes to many
    """
    greeting = f"Pengurus {invitation.ormas.name}"  # not everybody who may tell them may read who that is
    about = words.About(change.angkatan, invitation=invitation, change=change, page=url, greeting=greeting)
    return words.told(words.KIND_OF_PLAN[PlanChange.Kind(change.kind)], about, text).body


def code_text(people: Sequence[Registration], urls: Sequence[str]) -> str:
    """The codes of a number that were asked for again, each with the page to open."""
    return mail.code_words(people, urls).body
