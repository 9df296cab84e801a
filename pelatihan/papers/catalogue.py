"""What the page Cetak offers: what is needed today, every paper in its group, and about how many pages each has."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import localdate

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.attendance.sessions import next_session
from pelatihan.models import Angkatan, Office, Printing, Session
from pelatihan.papers.choices import Choices, NothingToPrint, Shape, Size, tables_of
from pelatihan.papers.engine import TooLong
from pelatihan.papers.forms import BLANK, EVERY_SESSION, SheetChoices
from pelatihan.papers.offered import Also, Asked, Group, Offered, When
from pelatihan.papers.remembered import USUAL, Remembered

# Rows that a sheet's first page and the later ones hold, and the rows that the signers' block takes (measured).
ROOM = {
    (Shape.SESSION, Size.F4): (22, 30, 8),
    (Shape.SESSION, Size.A4): (17, 26, 8),
    (Shape.DAY, Size.F4): (9, 17, 7),
    (Shape.DAY, Size.A4): (9, 16, 7),
}
NARROWER = {("phone",): 0.95, ("sex", "phone"): 0.9}  # with these columns names take more lines (measured)
PICTURE = 360  # pixels: twice as wide as the small picture is shown
LARGE_PICTURE = 640


@dataclass(frozen=True)
class Card:
    """One paper of the gallery. ``href`` opens the PDF, ``page`` its choices; ``refusal`` says why there is none."""

    offer: Offered
    name: str
    note: str
    meta: str
    href: str
    page: str
    picture: str
    size: tuple[int, int]  # of the picture
    thumb: str  # what is shown until the picture comes
    refusal: str
    way: tuple[str, str] | None  # to the page where what it needs is entered


@dataclass(frozen=True)
class Shelf:
    """One group of the gallery; ``ways`` lead to the pages where the data of its papers are entered."""

    name: str
    cards: list[Card]
    ways: list[tuple[str, str]]


@dataclass(frozen=True)
class Desk:
    """Who looks at the papers of which batch, when, and what was remembered of their choices."""

    angkatan: Angkatan
    sessions: list[Session]
    office: Office
    by: User
    at: datetime
    remembered: Mapping[str, Remembered]
    printed: Mapping[str, tuple[datetime, int]] = field(default_factory=dict)  # when last, and how many pages

    @property
    def soon(self) -> Session | None:
        return next_session(self.sessions, self.at)

    def form(self, offer: Offered, sent: Mapping[str, str], *, named: bool = False) -> SheetChoices:
        """The choices of a paper as they were sent."""
        return form_of(offer, self.angkatan, self.sessions, sent, self.by, named=named)

    def usual(self, offer: Offered, more: Mapping[str, str], *, named: bool = False) -> SheetChoices:
        """The choices of a paper as they were remembered, with some more. Where these would be refused by now, or to
        this person, the usual ones.
        """
        known = dict(self.remembered.get(offer.key, Remembered(USUAL)).sent)
        if not access.has(self.by, access.CONTACT):
            known.pop("hp", None)
        form = self.form(offer, known | dict(more), named=named)
        return form if form.is_valid() else self.form(offer, USUAL | dict(more), named=named)

    def asked(self, choices: Choices) -> Asked:
        return Asked(self.angkatan, self.sessions, choices, self.office, self.at, self.by)


def form_of(
    offer: Offered,
    angkatan: Angkatan,
    sessions: list[Session],
    sent: Mapping[str, Any],
    by: User,
    *,
    named: bool = False,
) -> SheetChoices:
    """The form of one paper, with what it looks at.

    :param named: whether what it can be about is read, too, to be chosen from
    """
    subjects = offer.subjects(angkatan) if named and offer.subjects else ()
    looked_at = offer.fields if len(offer.sizes) > 1 else tuple(name for name in offer.fields if name != "kertas")
    return SheetChoices(
        sessions, sent, shows_phones=access.has(by, access.CONTACT),
        looked_at=looked_at, styles=offer.styles, subjects=subjects, each=offer.each,
    )  # fmt: skip


def choices_of(form: SheetChoices, offer: Offered) -> Choices:
    """What a form asks of this paper, on a size on which it is made; the usual when it cannot be read."""
    choices = form.choices() if form.is_valid() else Choices(stamp=True)
    return choices if choices.size in offer.sizes else replace(choices, size=offer.sizes[0])


# ---- What is needed when -------------------------------------------------------------------------


def time_of(angkatan: Angkatan, at: datetime) -> When:
    """Before the training, on one of its days, or after it."""
    today = localdate(at)
    if today < angkatan.starts_on:
        return When.BEFORE
    return When.DAY if today <= angkatan.ends_on else When.AFTER


def time_words(angkatan: Angkatan, at: datetime) -> str:
    """``Hari ke-2, Selasa, 12 Maret 2019``: what the heading of that section tells."""
    today = localdate(at)
    match time_of(angkatan, at):
        case When.BEFORE:
            days = (angkatan.starts_on - today).days
            return "Kegiatan mulai besok" if days == 1 else f"{days} hari sebelum kegiatan"
        case When.DAY:
            return f"Hari ke-{(today - angkatan.starts_on).days + 1}, {dates.long_date(today)}"
        case _:
            return "Setelah kegiatan"


def is_needed(offer: Offered, angkatan: Angkatan, at: datetime) -> bool:
    """Now. The evening before a day, whatever makes a whole with other papers is needed, too."""
    if offer.assembled:
        return localdate(at) + timedelta(days=1) <= angkatan.ends_on
    return time_of(angkatan, at) in offer.needed


def occasion(session: Session | None, at: datetime) -> str:
    """What the large card says above its title."""
    if session is None:
        return "Semua sesi sudah selesai"
    return "Untuk hari ini" if session.day == localdate(at) else "Untuk sesi berikutnya"


# ---- Cards ---------------------------------------------------------------------------------------


def figures_of(angkatan: Angkatan) -> dict[str, int]:
    """How many people papers are printed of, from how many bodies: one query."""
    return angkatan.registrations.expected().aggregate(
        people=Count("pk"),
        bodies=Count("ormas", distinct=True) + Count("ormas_text", distinct=True, filter=~Q(ormas_text="")),
    )


def shelves(desk: Desk, offers: tuple[Offered, ...], people: int) -> list[Shelf]:
    """Every paper that there is, group by group; those that this person may not print are left out."""
    mine = [offer for offer in offers if access.has(desk.by, offer.permission)]
    found = []
    for group in Group:
        offers_here = [offer for offer in mine if offer.group == group]
        cards = [card for offer in offers_here for card in cards_of(desk, offer, people)]
        ways = {way[1]: way[0] for offer in reversed(offers_here) if (way := way_to(desk, offer))}
        if cards:
            found.append(Shelf(group.value, cards, [(words, address) for address, words in reversed(ways.items())]))
    return found


def cards_of(desk: Desk, offer: Offered, people: int) -> list[Card]:
    """The card of a paper, and those of its other looks."""
    return [card_of(desk, offer, people), *(card_of(desk, offer, people, look) for look in offer.also)]


def card_of(desk: Desk, offer: Offered, people: int, look: Also | None = None) -> Card:
    """As it would be printed now: with what was remembered, for the day that is next."""
    more = dict(look.sent) if look else {}
    if look and "hari" in offer.fields and "lembar" not in more and desk.soon:
        more["hari"] = desk.soon.day.isoformat()
    choices = choices_of(desk.usual(offer, more), offer)
    asked, tail = desk.asked(choices), query_of(choices)
    lies = look.lies if look else offer.lies
    refusal = refusal_of(offer, asked)
    page = reverse("paper_choices", args=[desk.angkatan.slug, offer.key])
    return Card(
        offer,
        look.name if look else offer.name,
        look.note if look else offer.note,
        offer.about(asked, people) if offer.about else _told(desk, offer, choices.size, lies=lies),
        page if offer.assembled else reverse("paper", args=[desk.angkatan.slug, offer.key]) + tail,
        page + (tail if look else ""),
        "" if refusal else picture_address(desk.angkatan, offer, tail),
        picture_size(choices.size, PICTURE, lies=lies),
        thumb_of(choices, lies=lies),
        refusal,
        way_to(desk, offer),
    )


def _told(desk: Desk, offer: Offered, size: Size, *, lies: bool) -> str:
    """``F4 · mendatar · terakhir 5 halaman, 11 Maret 2019``."""
    words = [size.name, *(["mendatar"] if lies else [])]
    if offer.key in desk.printed and not offer.assembled:
        at, pages = desk.printed[offer.key]
        words.append(f"terakhir {dates.thousands(pages)} halaman, {dates.plain_date(at)}")
    return " · ".join(words)


def last_prints(angkatan: Angkatan) -> dict[str, tuple[datetime, int]]:
    """Of each paper when it was printed last, and how many pages that had."""
    newest = Printing.objects.filter(angkatan=angkatan).order_by("paper", "-at", "-pk").distinct("paper")
    return {paper: (at, pages) for paper, at, pages in newest.values_list("paper", "at", "pages")}


def refusal_of(offer: Offered, asked: Asked) -> str:
    """Why this paper cannot be made now; empty when it can, or when what is too long is shared among several."""
    try:
        offer.check(asked)
    except NothingToPrint as refusal:
        return str(refusal)
    except TooLong as refusal:
        return "" if offer.split else str(refusal)
    return ""


def way_to(desk: Desk, offer: Offered) -> tuple[str, str] | None:
    """The words and the address of the page where its data are entered."""
    if offer.prepared is None:
        return None
    words, name = offer.prepared
    return words, reverse(name, args=[desk.angkatan.slug])


def picture_address(angkatan: Angkatan, offer: Offered, tail: str) -> str:
    return reverse("paper_picture", args=[angkatan.slug, offer.key]) + tail


def picture_size(size: Size, width: int, *, lies: bool) -> tuple[int, int]:
    """Of the small picture: nothing on the page moves when it comes."""
    wide, high = (297, 210) if size == Size.A4 else (330, 215)
    return (width, round(width * high / wide)) if lies else (width, round(width * wide / high))


def thumb_of(choices: Choices, *, lies: bool) -> str:
    if lies:
        return "papers/thumb_day.html"
    return "papers/thumb_blank.html" if choices.blank else "papers/thumb_session.html"


def query_of(choices: Choices) -> str:
    """All that was chosen, as the tail of an address."""
    which = {"sesi": "" if choices.session is None else str(choices.session), "lembar": BLANK if choices.blank else ""}
    return query(choices, **which)


def sent_of(asked: str) -> dict[str, str]:
    """What such a tail says."""
    return dict(parse_qsl(asked.removeprefix("?")))


def first_choice(desk: Desk, offer: Offered) -> SheetChoices:
    """What its page shows at first: as remembered, for the session that is next."""
    more = {"sesi": str(desk.soon.pk) if desk.soon else EVERY_SESSION} if "bentuk" in offer.fields else {}
    return desk.usual(offer, more, named=True)


def query(choices: Choices, **more: str) -> str:
    """What differs from a paper of no choices."""
    usual = Choices()
    sent = {
        "hari": choices.day.isoformat() if choices.day else "",
        "bentuk": choices.shape.value if choices.shape != usual.shape else "",
        "kertas": choices.size.value if choices.size != usual.size else "",
        "urut": choices.order.value if choices.order != usual.order else "",
        "kosong": "" if choices.blank or choices.spare_rows == usual.spare_rows else str(choices.spare_rows),
        "lp": "1" if "sex" in choices.columns else "",
        "hp": "1" if "phone" in choices.columns else "",
        "cap": "1" if choices.stamp else "",
        "bolakbalik": "1" if choices.two_sided else "",
        "halaman": ",".join(map(str, choices.pages)),
        "mulai": str(choices.start) if choices.start != usual.start else "",
        "siapa": ",".join(map(str, choices.who)),
        "untuk": "" if choices.subject is None else str(choices.subject),
        "ragam": choices.style,
    } | more
    return "?" + urlencode({name: value for name, value in sent.items() if value})


# ---- How many ------------------------------------------------------------------------------------


def about_lists(asked: Asked, people: int) -> str:
    """Of the daftar hadir."""
    chosen = [] if asked.choices.by_hand else _chosen(asked.sessions, asked.choices)
    return about(chosen, 0 if asked.choices.blank else people, asked.choices)


def about(sessions: list[Session], people: int, choices: Choices) -> str:
    """``A4 · sekitar 5 lembar``."""
    each = pages(people, choices)
    if choices.two_sided:
        each = -(-each // 2)
    count = each * max(1, _lists(sessions, choices.shape))
    sides = " bolak-balik" if choices.two_sided else ""
    return f"{choices.size.name} · sekitar {dates.thousands(count)} lembar{sides}"


def _chosen(sessions: list[Session], choices: Choices) -> list[Session]:
    """As they will be printed; what does not exist counts as one."""
    found = [one for one in sessions if choices.session in {None, one.pk} and choices.day in {None, one.day}]
    if choices.session is not None and choices.shape == Shape.DAY and found:
        return [one for one in sessions if one.day == found[0].day]
    return found


def _lists(sessions: list[Session], shape: Shape) -> int:
    """A list a session, or a table a day; a long day takes several."""
    if shape == Shape.SESSION:
        return len(sessions)
    days: dict[date, int] = {}
    for session in sessions:
        days[session.day] = days.get(session.day, 0) + 1
    return sum(map(tables_of, days.values()))


def pages(people: int, choices: Choices) -> int:
    """About how many pages one list has, as the typesetter shares its rows; long names make it more."""
    narrower = NARROWER.get(choices.columns, 1.0)
    first, later, closing = (int(rows * narrower) for rows in ROOM[choices.shape, choices.size])
    spare = choices.spare_rows
    names = people or spare
    kept, after = max(0, names - 2), people + spare
    count, free = _filled(kept, first, later)
    if after - kept + closing > max(free, later):  # not all of the spare rows stand above the signers
        after = names
    if after - kept + closing > free:
        count, free = count + 1, later
    rest = people + spare - after - (free - closing - (after - kept))
    return count + (-(-rest // later) if rest > 0 else 0)


def _filled(rows: int, first: int, later: int) -> tuple[int, int]:
    """On how many pages so many rows stand, and how many more the last of them takes."""
    more = max(0, -(-(rows - first) // later))
    return 1 + more, first + more * later - rows
