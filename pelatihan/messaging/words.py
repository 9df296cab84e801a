"""What a message says to one person, from the text that holds and the facts of now.

Facts are looked up when a text asks for them, so a text that needs less costs less.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from ormas import phones
from pelatihan import dates
from pelatihan.accounts.tokens import address_of
from pelatihan.lifecycle import Status
from pelatihan.messaging import texts
from pelatihan.models import (
    Angkatan,
    Certificate,
    Correction,
    Invitation,
    Message,
    MessageKind,
    PlanChange,
    Registration,
)
from pelatihan.models.office import office
from pelatihan.models.registration import StatusChange

# what select_related has to bring for words_for() to ask no more than it must
FACTS = (
    "angkatan__plan_change",
    "registration__delegate",
    "registration__ormas",
    "invitation__ormas",
    "mailing",
    "decision",
)
KIND_OF_STATUS = {
    Status.SUBMITTED: MessageKind.RECEIVED,
    Status.NEEDS_FIX: MessageKind.NEEDS_FIX,
    Status.ACCEPTED: MessageKind.ACCEPTED,
    Status.WAITLISTED: MessageKind.QUEUED,
    Status.REJECTED: MessageKind.REJECTED,
    Status.CANCELLED: MessageKind.CANCELLED,
    Status.REPLACED: MessageKind.REPLACED,
}
KIND_OF_PLAN = {
    PlanChange.Kind.POSTPONED: MessageKind.POSTPONED,
    PlanChange.Kind.CANCELLED: MessageKind.CALLED_OFF,
    PlanChange.Kind.REVIVED: MessageKind.REVIVED,
}
_ASKED = "Mohon beri tahu kami lewat halaman Anda: pilih “Saya tetap datang” atau “Saya tidak bisa”."
OF_EVENTS = frozenset({"alasan", "perbaikan", "kabar", "nomor_antrean", "sertifikat", "nomor_sertifikat"})
ASKS = frozenset({PlanChange.Kind.POSTPONED, PlanChange.Kind.REVIVED})


@dataclass(frozen=True)
class Words:
    """What goes out, and where it would go: by mail, and by WhatsApp."""

    subject: str
    body: str
    address: str = ""
    phone: str = ""


@dataclass
class About:
    """Whom a message is for, and what it tells of."""

    batch: Angkatan
    registration: Registration | None = None
    invitation: Invitation | None = None
    change: PlanChange | None = None
    page: str = ""  # to open instead of their own
    shows_code: bool = True
    entries: str = ""  # codes that were asked for again, each with its page
    greeting: str = ""  # instead of the name
    is_sample: bool = False
    _news: list[StatusChange | None] = field(default_factory=list)

    @property
    def news(self) -> StatusChange | None:
        """Why the registration stands where it stands."""
        if not self._news:
            self._news.append(self.registration.history.last() if self.registration else None)
        return self._news[0]

    def value(self, name: str) -> str:
        """What stands for a word in braces; nothing for a word that nobody knows."""
        fill = _FILLED.get(name)
        found = fill(self) if fill else ""
        return texts.PLACEHOLDERS[name].example if self.is_sample and not found and name in OF_EVENTS else found


# ---- Making them ---------------------------------------------------------------------------------


def words_for(message: Message, text: texts.Text | None = None) -> Words:
    """What this message says if it goes out now. Bring ``FACTS`` along.

    :param text: the one that holds for its kind, where it is known
    """
    change = message.angkatan.plan_change if message.event.startswith("plan:") else None
    if message.registration:
        message.registration.angkatan = message.angkatan
    if message.invitation:
        message.invitation.angkatan = message.angkatan
    about = About(message.angkatan, message.registration, message.invitation, change)
    if message.kind == MessageKind.CODE and message.registration:
        about.entries = entry_of(message.registration)
    if message.mailing:
        text = texts.Text(message.mailing.subject, message.mailing.body)
    return _words(MessageKind(message.kind), about, text)


def sample(
    kind: MessageKind | str, of: Registration | Invitation, subject: str, body: str, *, change: PlanChange | None = None
) -> Words:
    """What a text, kept or not, would say to a real person; what only an event brings (a reason) by its example.

    :param change: of the plan, else the batch's latest where the text is about one
    """
    kind = MessageKind(kind)
    change = change or (of.angkatan.plan_change if kind in KIND_OF_PLAN.values() else None)
    if isinstance(of, Registration):
        about = About(of.angkatan, registration=of, change=change, entries=entry_of(of), is_sample=True)
    else:
        about = About(of.angkatan, invitation=of, change=change, is_sample=True)
    return _words(kind, about, texts.Text(subject, body))


def told(kind: MessageKind, about: About, text: texts.Text | None = None) -> Words:
    """What the text that holds says; ``text``: that one, where it is known."""
    return _words(kind, about, text)


def _words(kind: MessageKind, about: About, text: texts.Text | None) -> Words:
    subject, body = text or texts.text_of(kind)
    address, phone = contact_of(about.registration or about.invitation)
    return Words(
        subject=texts.filled_subject(kind, subject, about.value),
        body=texts.filled(body, about.value),
        address=address,
        phone=phone,
    )


def contact_of(one: Registration | Invitation | None) -> tuple[str, str]:
    """Mail address and mobile number as they are kept; a landline has no WhatsApp."""
    if isinstance(one, Registration):
        return one.delegate.email, one.delegate.phone
    if one is None:
        return "", ""
    number = one.ormas.contact_phone
    return one.ormas.contact_email, number if number and phones.display(number) != number else ""


def entry_of(person: Registration, url: str = "") -> str:
    """One code that was asked for again, with the page to open."""
    batch = person.angkatan
    training = f"Pelatihan {batch.name}, {batch.day_range}, {batch.venue}"
    return f"{person.full_name}\n{training}\nKode: {person.shown_code}\n{url or page_of(person)}"


def page_of(one: Registration | Invitation) -> str:
    """The page of its own, as an address that leads there from anywhere."""
    return settings.SITE_URL + (one.get_absolute_url() if isinstance(one, Registration) else address_of(one))


# ---- Facts ---------------------------------------------------------------------------------------


def _greeting(about: About) -> str:
    if about.greeting:
        return about.greeting
    if about.registration:
        return f"Bapak/Ibu {about.registration.full_name}"
    if about.invitation and about.invitation.ormas.contact_name:
        return f"Bapak/Ibu {about.invitation.ormas.contact_name}"
    return f"Pengurus {about.invitation.ormas.name}" if about.invitation else "Bapak/Ibu"


def _name(about: About) -> str:
    if about.registration:
        return about.registration.name
    return about.invitation.ormas.contact_name if about.invitation else ""


def _ormas(about: About) -> str:
    if about.registration:
        return about.registration.ormas_name
    return about.invitation.ormas.name if about.invitation else ""


def _page(about: About) -> str:
    if about.page:
        return about.page
    one = about.registration or about.invitation
    return page_of(one) if one else settings.SITE_URL + about.batch.get_absolute_url()


def _first_session(about: About) -> str:
    batch = about.batch
    if "first_session" not in vars(batch):
        vars(batch)["first_session"] = batch.sessions.in_time_order().first()
    first = vars(batch)["first_session"]
    return dates.long_moment(first.starts_at) if first else ""


def _helper(about: About) -> str:
    batch = about.batch
    return f"{batch.help_name or 'panitia'}, {phones.display(batch.help_phone)}" if batch.help_phone else ""


def _reason(about: About) -> str:
    """What people read of why; a line for the history alone (who comes instead of whom) is none."""
    if about.change:
        return about.change.reason
    return " ".join(about.news.reason.split()) if about.news else ""


def _parts(about: About) -> str:
    asked = about.news.fields if about.news else []
    return ", ".join(Correction.Field(each).label for each in asked if each in Correction.Field.values)


def _decided_by(about: About) -> str:
    day = about.batch.decided_by(about.registration.submitted_at) if about.registration else None
    return dates.long_date(day) if day else ""


def _queue_number(about: About) -> str:
    number = about.registration.queue_number if about.registration else None
    return str(number) if number else ""


def _certificate(about: About) -> Certificate | None:
    if about.registration is None:
        return None
    return Certificate.objects.select_related("issue").filter(registration=about.registration).first()


def _title_of_certificate(about: About) -> str:
    given = _certificate(about)
    return str(given.issue.wording["title"]) if given else ""


def _number_of_certificate(about: About) -> str:
    given = _certificate(about)
    return given.number if given else ""


def _moment(moment: datetime | None) -> str:
    return dates.long_moment(moment) if moment else ""


def _until(about: About) -> str:
    """As long as they change things by themselves; later they ask."""
    batch = about.batch
    return _moment(batch.closes_at) if batch.changes_at_once(timezone.now()) else ""


_FILLED: dict[str, Callable[[About], str]] = {
    "penerima": _greeting,
    "nama": _name,
    "nama_lengkap": lambda about: about.registration.full_name if about.registration else _name(about),
    "ormas": _ormas,
    "angkatan": lambda about: about.batch.name,
    "tanggal": lambda about: about.batch.day_range,
    "waktu_mulai": _first_session,
    "tempat": lambda about: about.batch.venue,
    "titik_kumpul": lambda about: about.batch.meeting_point,
    "bawaan": lambda about: "; ".join(about.batch.things_to_bring()),
    "narahubung": _helper,
    "kantor": lambda _about: office().name,
    "kode": lambda about: about.registration.shown_code if about.registration and about.shows_code else "",
    "tautan": _page,
    "alasan": _reason,
    "perbaikan": _parts,
    "batas_perbaikan": _until,
    "batas_keputusan": _decided_by,
    "nomor_antrean": _queue_number,
    "kabar": lambda about: about.change.sentence if about.change else "",
    "ajakan": lambda about: _ASKED if about.registration and about.change and about.change.kind in ASKS else "",
    "kursi": lambda about: str(about.invitation.seats) if about.invitation else "",
    "batas_daftar": lambda about: _moment(about.batch.closes_at),
    "batas_surat": lambda about: dates.long_date(about.batch.letter_due_on) if about.batch.letter_due_on else "",
    "sertifikat": _title_of_certificate,
    "nomor_sertifikat": _number_of_certificate,
    "daftar_kode": lambda about: about.entries,
}


def find_page() -> str:
    """Where one opens a page by its code."""
    return settings.SITE_URL + reverse("find")
