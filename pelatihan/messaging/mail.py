"""How a letter looks that goes by e-mail, and where none is ever sent."""

import re
from collections.abc import Sequence
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.crypto import salted_hmac

from pelatihan.messaging import words
from pelatihan.messaging.texts import Text
from pelatihan.models import CodeRequest, Message, MessageKind, Registration
from pelatihan.models.office import office

# Names that never lead anywhere (RFC 2606, RFC 6761), as the reference people have them. PostgreSQL reads it too.
NOWHERE = r"[@.](example|invalid|test|localhost|example\.(com|net|org))\.?$"
SALT = "pelatihan.messaging.mail"
FOOT = "Surel ini dikirim otomatis, balasannya tidak dibaca."


def can_arrive(address: str) -> bool:
    """Whether a mail to there may be sent at all."""
    return bool(settings.SENDS_MAIL and address and not re.search(NOWHERE, address, re.IGNORECASE))


def code_words(people: Sequence[Registration], urls: Sequence[str] = (), text: Text | None = None) -> words.Words:
    """The codes of one number that were asked for again, each with its page (``urls``: as they were asked for)."""
    names = {person.full_name for person in people}
    pages = urls or [words.page_of(person) for person in people]
    entries = [words.entry_of(person, url) for person, url in zip(people, pages, strict=True)]
    about = words.About(
        people[0].angkatan,
        registration=people[0],
        entries="\n\n".join(entries),
        greeting="" if len(names) == 1 else "Bapak/Ibu",
    )
    told = words.told(MessageKind.CODE, about, text)
    is_one = len({person.angkatan_id for person in people}) == 1
    return told if is_one else words.Words("Kode pendaftaran pelatihan", told.body, told.address, told.phone)


def code_letter(requests: Sequence[CodeRequest]) -> EmailMessage:
    """The letter that answers these requests, all of one address. Made twice it bears the same Message-ID."""
    told = code_words([each.registration for each in requests])
    return _letter(told.subject, told.body, told.address, " ".join(str(each.pk) for each in requests))


def letter_of(message: Message, calendar: bytes | None = None) -> EmailMessage:
    """The letter of a message whose words and address are kept. Made twice it bears the same Message-ID."""
    letter = _letter(message.subject, message.body, message.address, f"message {message.pk}")
    if calendar is not None:
        letter.attach(f"jadwal-{message.angkatan.slug}.ics", calendar, "text/calendar")
    return letter


def _letter(subject: str, body: str, to: str, key: str) -> EmailMessage:
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    mark = salted_hmac(SALT, key, algorithm="sha256").hexdigest()[:32]
    return EmailMessage(
        subject=subject,
        body=f"{body}\n\n{FOOT}\n",
        from_email=formataddr((name or office().name, sender)),
        to=[to],
        headers={"Message-ID": f"<{mark}@{sender.rpartition('@')[2]}>", "Auto-Submitted": "auto-generated"},
    )
