"""What stands on the letter that invites an organisation: number, words, its own link, the schedule behind it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Self

import segno
from django.conf import settings

from ormas import phones
from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.batches import invitation_letters
from pelatihan.messaging import texts
from pelatihan.models import Angkatan, Invitation, InvitationLetter, Office, Session
from pelatihan.papers import engine, parts
from pelatihan.papers.choices import Choices, NothingToPrint
from pelatihan.papers.offered import Asked, Group, Offered
from pelatihan.payments.words import in_words
from pelatihan.registration import links

KEY = "undangan"
NONE_YET = "Angkatan ini belum mengundang ormas. Undang dulu di Pengaturan, lalu cetak suratnya."
GONE = "Ormas ini tidak diundang ke angkatan ini. Pilih lagi di halaman Surat undangan."
MOST_LETTERS = 200  # in one file: 4.4 s of CPU (measured)
TOO_MANY = (
    f"Surat untuk {{}} ormas terlalu banyak untuk satu berkas: paling banyak {MOST_LETTERS}. Cetak satu per satu dari"
    " halaman Surat undangan."
)
BY_LINK = "tautan dan kode QR di surat ini"
BY_CONTACT = "tautan yang dikirim kepada narahubung ormas Saudara"
ENDS = ";,. "  # what a line of rules may end with; its place in the list decides


@dataclass(frozen=True)
class Detail:
    """``hari, tanggal``: ``Senin–Rabu, 11–13 Maret 2019``."""

    name: str
    value: str


@dataclass(frozen=True)
class TimetableRow:
    """One session. ``day`` stands in the first row of each day, and ``span`` says over how many rows."""

    number: str
    day: str
    span: int
    time: str
    title: str
    speaker: str
    jp: str


@dataclass(frozen=True)
class PrintedLetter:
    """What is different in each letter. Without ``link`` nobody sees the code that fills seats."""

    number: str
    date: str
    ormas: str
    town: str
    opening: str
    request: str
    rules: tuple[str, ...]
    closing: str
    link: str
    modules: tuple[str, ...]  # of the link's code, a line of 0 and 1 each


@dataclass(frozen=True, kw_only=True)
class InvitationLetters(parts.Paper):
    """All that is printed."""

    town: str
    urgency: str
    subject: str
    event: tuple[Detail, ...]
    copies: tuple[str, ...]
    timetable: tuple[TimetableRow, ...]
    jp: str
    zone: str
    letters: tuple[PrintedLetter, ...]

    @property
    def template(self) -> engine.Template:
        return engine.Template.INVITATION_LETTER

    def first_page(self) -> Self:
        """Of one letter, and without its link: pictures are shown to whoever may print."""
        return replace(self, letters=tuple(replace(one, link="", modules=()) for one in self.letters[:1]))


@dataclass(frozen=True)
class Words:
    """What stands for the words in braces, in the letter to one organisation."""

    angkatan: Angkatan
    office: Office
    first: Session | None
    invitation: Invitation
    by: str  # how delegates are registered

    def value(self, name: str) -> str:
        return FILLED[name](self)


def _seats(words: Words) -> str:
    """``3 (tiga) orang``."""
    seats = words.invitation.seats
    return f"{seats} ({in_words(seats)}) orang"


def _helper(words: Words) -> str:
    batch = words.angkatan
    return f"{batch.help_name or 'panitia'}, {phones.display(batch.help_phone)}" if batch.help_phone else ""


def _moment(moment: datetime | None) -> str:
    return dates.long_moment(moment) if moment else ""


FILLED: dict[str, Callable[[Words], str]] = {
    "angkatan": lambda words: words.angkatan.full_name,
    "pelatihan": lambda words: parts.theme(words.angkatan),
    "kantor": lambda words: words.office.name,
    "ormas": lambda words: words.invitation.ormas.name,
    "kursi": _seats,
    "tanggal": lambda words: words.angkatan.day_range,
    "waktu_mulai": lambda words: _moment(words.first.starts_at if words.first else None),
    "tempat": lambda words: words.angkatan.venue,
    "titik_kumpul": lambda words: words.angkatan.meeting_point,
    "bawaan": lambda words: ", ".join(map(_within, words.angkatan.things_to_bring())),
    "pendaftaran": lambda words: words.by,
    "batas_daftar": lambda words: _moment(words.angkatan.closes_at),
    "batas_surat": lambda words: dates.long_date(words.angkatan.letter_due_on) if words.angkatan.letter_due_on else "",
    "narahubung": _helper,
}


def build(asked: Asked) -> InvitationLetters:
    """The letter that was asked for, or those to everybody invited; a fixed number of queries.

    The link fills seats: it is printed for those alone who may see it.
    """
    angkatan, choices = asked.angkatan, asked.choices
    invited = chosen(asked)
    letter = invitation_letters.letter_of(angkatan)
    sessions = list(angkatan.sessions.in_time_order())
    shows_links = access.has(asked.by, access.LINKS)
    as_of = parts.as_of(asked.at)
    letters = tuple(_letter(asked, letter, one, sessions, shows_links=shows_links) for one in invited)
    return InvitationLetters(
        title=", ".join((f"Undangan Pelatihan Ormas {angkatan.full_name}", choices.size.name, as_of)),
        heading="Undangan",
        paper=choices.size.value,
        letterhead=parts.letterhead(angkatan.letterhead, asked.office),
        theme=parts.theme(angkatan),
        batch=angkatan.full_name,
        cancelled=parts.cancelled(angkatan),
        signers=(_signer(letter),),
        stamp=choices.stamp,
        taken_at=parts.taken_at(asked.at),
        as_of=as_of,
        town=letter.town or asked.office.city or angkatan.town,
        urgency=invitation_letters.text_of(letter, "urgency"),
        subject=_filled(letter, "subject", Words(angkatan, asked.office, None, invited[0], "")),
        event=event_of(angkatan, sessions),
        copies=tuple(_lines(letter.copies)),
        timetable=timetable_of(sessions),
        jp=str(sum(session.jp for session in sessions)),
        zone=dates.zone_label(),
        letters=letters,
    )


def subjects(angkatan: Angkatan) -> list[tuple[int, str]]:
    """The organisations among which one chooses."""
    return list(angkatan.invitations.order_by("ormas__name", "pk").values_list("pk", "ormas__name"))


def check(asked: Asked) -> None:
    """Whether there is something to print, and not too much for one file.

    :raises NothingToPrint, engine.TooLong: why not
    """
    if asked.choices.subject is not None:
        return
    invited = asked.angkatan.invitations.count()
    if not invited:
        raise NothingToPrint(NONE_YET)
    if invited > MOST_LETTERS:
        raise engine.TooLong(TOO_MANY.format(dates.thousands(invited)))


def split(asked: Asked) -> list[Choices]:
    """One file for each organisation."""
    return [replace(asked.choices, subject=pk) for pk, _name in subjects(asked.angkatan)]


def chosen(asked: Asked) -> list[Invitation]:
    """Those who get a letter.

    :raises NothingToPrint: when there are none
    """
    found = invitation_letters.invited(asked.angkatan, asked.choices.subject)
    if not found:
        raise NothingToPrint(NONE_YET if asked.choices.subject is None else GONE)
    return found


def event_of(angkatan: Angkatan, sessions: list[Session]) -> tuple[Detail, ...]:
    """When and where; what is not known is left out."""
    first, last = (sessions[0], max(sessions, key=lambda one: one.ends_at)) if sessions else (None, None)
    times = (
        f"{dates.day_name(first.starts_at)} pukul {dates.clock(first.starts_at)} s.d."
        f" {dates.day_name(last.ends_at)} pukul {dates.clock(last.ends_at)} {dates.zone_label()}".rstrip()
        if first and last
        else ""
    )
    known = (
        ("hari, tanggal", angkatan.day_range),
        ("waktu", times),
        ("tempat", angkatan.venue),
        ("titik kumpul", angkatan.meeting_point),
    )
    return tuple(Detail(name, value) for name, value in known if value)


def timetable_of(sessions: list[Session]) -> tuple[TimetableRow, ...]:
    """All of the rundown, day by day."""
    rows: list[TimetableRow] = []
    for day, group in groupby(sessions, key=lambda session: session.day):
        some = list(group)
        for place, session in enumerate(some):
            rows.append(_row(len(rows) + 1, session, _short(day) if place == 0 else "", len(some)))
    return tuple(rows)


def _row(number: int, session: Session, day: str, span: int) -> TimetableRow:
    jp = str(session.jp) if session.jp else "–"
    return TimetableRow(str(number), day, span, session.times, session.title, session.speaker, jp)


def _short(day: date) -> str:
    return f"{dates.day_name(day)}, {dates.plain_date(day)}"


def _letter(
    asked: Asked, letter: InvitationLetter, invitation: Invitation, sessions: list[Session], *, shows_links: bool
) -> PrintedLetter:
    words = Words(
        asked.angkatan, asked.office, sessions[0] if sessions else None, invitation,
        BY_LINK if shows_links else BY_CONTACT,
    )  # fmt: skip
    number = getattr(invitation, "letter_number", None)
    day = number.dated_on if number else letter.dated_on
    link = settings.SITE_URL + links.address_of(invitation) if shows_links else ""
    return PrintedLetter(
        number=number.text if number else "",
        date=dates.plain_date(day) if day else "",
        ormas=invitation.ormas.name,
        town=invitation.ormas.city or "Tempat",
        opening=_filled(letter, "opening", words),
        request=_filled(letter, "request", words),
        rules=tuple(punctuated(_lines(_filled(letter, "rules", words)))),
        closing=_filled(letter, "closing", words),
        link=link.partition("://")[2].rstrip("/"),
        modules=modules(link) if link else (),
    )


def _filled(letter: InvitationLetter, part: str, words: Words) -> str:
    return texts.filled(invitation_letters.text_of(letter, part), words.value)


def _within(words: str) -> str:
    """Within a sentence: ``surat tugas``, but ``KTP asli``."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def punctuated(lines: list[str]) -> list[str]:
    """A list in one sentence, whichever of its lines had something to say: ``…;``, ``…; dan``, ``….``"""
    bare = [line.removesuffix("; dan").rstrip(ENDS) for line in lines]
    ends = [";"] * (len(bare) - 2) + ["; dan", "."][-len(bare) :] if bare else []
    return [line + end for line, end in zip(bare, ends, strict=True)]


def modules(text: str) -> tuple[str, ...]:
    """The QR code of a text, a line of 0 and 1 for each of its rows."""
    made = segno.make(text, error="m", micro=False, boost_error=False)
    return tuple("".join("1" if dark else "0" for dark in line) for line in made.matrix)


def _signer(letter: InvitationLetter) -> parts.PrintedSigner:
    official = letter.signer
    if official is None:
        return parts.PrintedSigner("")
    return parts.PrintedSigner("", official.full_title.rstrip(",") + ",", official.name, official.printed_number)


OFFER = Offered(
    key=KEY,
    name="Surat undangan ormas",
    note="Satu surat tiap ormas, dengan jadwal. Kode QR pendaftarannya hanya tercetak bila verifikator yang mencetak.",
    group=Group.LETTERS,
    build=build,
    check=check,
    fields=("untuk", "kertas", "cap"),
    permission=access.INVITE,
    prepared=("Susun surat dan nomornya", "invitation_letters"),
    subjects=subjects,
    split=split,
    reopened_by=access.LINKS,
)
