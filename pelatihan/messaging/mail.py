"""What is sent by e-mail: so far one letter, the codes that somebody asked for again."""

import re
from collections.abc import Sequence
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.crypto import salted_hmac

from ormas import phones
from pelatihan.models import CodeRequest, Registration
from pelatihan.models.office import office

# Names that never lead anywhere (RFC 2606, RFC 6761), as the reference people have them. PostgreSQL reads it too.
NOWHERE = r"[@.](example|invalid|test|localhost|example\.(com|net|org))\.?$"
GREETING, SALT = "Yth. Bapak/Ibu", "pelatihan.messaging.mail"


def can_arrive(address: str) -> bool:
    """Whether a mail to there may be sent at all."""
    return bool(settings.SENDS_MAIL and address and not re.search(NOWHERE, address, re.IGNORECASE))


def code_letter(requests: Sequence[CodeRequest]) -> EmailMessage:
    """The letter that answers these requests, all of one address. Made twice it bears the same Message-ID."""
    people = [each.registration for each in requests]
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    keys = " ".join(str(each.pk) for each in requests)
    mark = salted_hmac(SALT, keys, algorithm="sha256").hexdigest()[:32]
    return EmailMessage(
        subject=_subject(people),
        body=_body(people),
        from_email=formataddr((name or office().name, sender)),
        to=[people[0].delegate.email],
        headers={"Message-ID": f"<{mark}@{sender.rpartition('@')[2]}>", "Auto-Submitted": "auto-generated"},
    )


def _subject(people: Sequence[Registration]) -> str:
    batches = {person.angkatan.name for person in people}
    return f"Kode pendaftaran Pelatihan {batches.pop()}" if len(batches) == 1 else "Kode pendaftaran pelatihan"


def _body(people: Sequence[Registration]) -> str:
    names = {person.full_name for person in people}
    entries = [_entry(person, settings.SITE_URL + person.get_absolute_url()) for person in people]
    paragraphs = [
        f"{GREETING} {names.pop()}," if len(names) == 1 else f"{GREETING},",
        "Kode pendaftaran Anda baru saja diminta lagi di situs Pelatihan Ormas. Ini kodenya:",
        *entries,
        "Buka alamat itu, lalu tulis nomor HP yang dipakai saat mendaftar; cukup sekali di setiap perangkat."
        " Simpan kode ini baik-baik dan jangan diteruskan kepada orang lain.",
        "Abaikan surel ini bila Anda tidak meminta kode. Pendaftaran Anda tidak berubah.",
        *_whom_to_ask(people[0]),
        f"Surel ini dikirim otomatis, balasannya tidak dibaca.\n\n{office().name}",
    ]
    return "\n\n".join(paragraphs) + "\n"


def _entry(person: Registration, url: str) -> str:
    batch = person.angkatan
    training = f"Pelatihan {batch.name}, {batch.day_range}, {batch.venue}"
    return f"{person.full_name}\n{training}\nKode: {person.shown_code}\n{url}"


def _whom_to_ask(person: Registration) -> list[str]:
    batch = person.angkatan
    if not batch.help_phone:
        return []
    return [f"Pertanyaan: {batch.help_name or 'panitia'}, {phones.display(batch.help_phone)}."]
