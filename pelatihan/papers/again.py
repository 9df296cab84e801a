"""A printing beside what the same paper would say if it were printed now."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from pelatihan.models import Angkatan, Printed, PrintedSheet, Printing, Registration, Session
from pelatihan.models.office import office
from pelatihan.papers import kept
from pelatihan.papers.choices import NothingToPrint
from pelatihan.papers.comparing import Difference, difference
from pelatihan.papers.engine import TooLong
from pelatihan.papers.offered import Asked, Offered
from pelatihan.papers.offers import BY_KEY
from pelatihan.papers.out_of_date import report_of
from pelatihan.papers.parts import Document, Paper
from pelatihan.papers.stale import ALL_PAGES, MOST_NAMED, told_people

MOST_CHOSEN = 50  # people that one address names
TIME_PASSED = "Datanya masih sama. Bila dicetak sekarang, yang berbeda hanya tanggal atau sesi yang sudah mulai."
NO_LONGER_MADE = "Lembar ini tidak lagi ada di halaman Cetak."


@dataclass(frozen=True)
class Now:
    """Whether it still holds, in words; ``href`` prints it again, ``changed`` only the pages that changed, or only the
    people."""

    is_same: bool
    sentence: str
    lines: tuple[str, ...] = ()
    href: str = ""
    changed: str = ""
    changed_word: str = ""


def beside(one: Printing, angkatan: Angkatan, user: User, at: datetime) -> Now:
    """The paper is built, but nothing is set, kept or drawn."""
    offer = BY_KEY.get(one.paper)
    if offer is None:
        return Now(False, NO_LONGER_MADE)
    href = address(angkatan, offer, one.asked)
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    asked = Asked(angkatan, sessions, replace(kept.choices_of(one), pages=()), office(), at, user)
    try:
        paper = _as_printed(one, _built(offer, asked))
        if one.words_hash == kept.words_hash(paper):
            return Now(True, "Masih sama dengan yang akan dicetak sekarang.", href=href)
        if one.words_hash == kept.words_hash(_as_printed(one, _built(offer, replace(asked, at=one.at)))):
            return Now(True, TIME_PASSED, href=href)
    except NothingToPrint as refusal:
        return Now(False, f"Sekarang tidak dapat dicetak lagi: {refusal}")
    except TooLong as refusal:
        return Now(False, str(refusal))
    now = _otherwise(one, offer, kept.rows_of(paper, asked.choices.columns), href)
    return _with_pages(now, one, angkatan, sessions)


def _as_printed(one: Printing, paper: Document) -> Document:
    """The same pages of it."""
    pages = kept.choices_of(one).pages
    return replace(paper, pages=pages) if pages and isinstance(paper, Paper) else paper


def _built(offer: Offered, asked: Asked) -> Document:
    with transaction.atomic():
        offer.check(asked)
        paper = offer.build(asked)
        transaction.set_rollback(True)  # whatever a paper might write when it is built: this one is not handed out
    return paper


def _with_pages(now: Now, one: Printing, angkatan: Angkatan, sessions: list[Session]) -> Now:
    """Of a list that lies in the office, where just its pages that no longer fit are printed."""
    if not Printed.objects.filter(sheet__printing=one).exists():
        return now
    stale = report_of(angkatan, sessions).stale
    mine = [each for each in stale if each.made.sheet.printing_id == one.pk and each.href]
    if len(mine) != 1 or mine[0].pages == ALL_PAGES:
        return now
    return replace(now, changed=mine[0].href, changed_word=f"Cetak {mine[0].pages} saja")


def _otherwise(one: Printing, offer: Offered, rows: list[kept.Row], href: str) -> Now:
    sheet = one.sheets.defer(None).first()
    old = [(key, digest) for key, digest in sheet.rows] if sheet else []
    found = difference(old, rows) if old and rows else Difference()
    sentence = "Tidak lagi sama dengan yang akan dicetak sekarang."
    if found.is_none or sheet is None or sheet.of != PrintedSheet.Of.REGISTRATION:
        return Now(False, sentence, ("Kepala lembar, susunan, atau isinya berubah.",), href)
    people = _people(found)
    lines = list(told_people(found, people))
    more = len(lines) - MOST_NAMED
    if more > 0:
        lines = [*lines[:MOST_NAMED], f"Dan {more} orang lain."]
    if not lines:
        lines = ["Urutannya berubah."]
    return Now(False, sentence, tuple(lines), href, _changed(offer, one, found, people), "Cetak yang berubah saja")


def _people(found: Difference) -> dict[int, Registration]:
    keys = {key for _number, key in (*found.changed, *found.gone, *found.back)} | set(found.new)
    return Registration.objects.select_related("ormas", "replaced_by__ormas").in_bulk(keys)


def _changed(offer: Offered, one: Printing, found: Difference, people: dict[int, Registration]) -> str:
    """Where only those are printed again, if this paper can be printed of some people."""
    keys = [key for _number, key in found.changed] + list(found.new)
    if "siapa" not in offer.fields or not 0 < len(keys) <= MOST_CHOSEN or kept.choices_of(one).who:
        return ""
    return address(one.angkatan, offer, one.asked, siapa=",".join(str(people[key].ref) for key in keys))


def address(angkatan: Angkatan, offer: Offered, asked: str, **more: str) -> str:
    """Where the same is printed again, as it was asked for."""
    tail = "&".join(filter(None, (asked, urlencode(more))))
    return reverse("paper", args=[angkatan.slug, offer.key]) + (f"?{tail}" if tail else "")
