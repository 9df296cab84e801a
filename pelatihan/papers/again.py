"""A printing beside what the same paper would say if it were printed now."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from pelatihan.models import Angkatan, PrintedSheet, Printing, Registration
from pelatihan.models.office import office
from pelatihan.papers import kept
from pelatihan.papers.choices import NothingToPrint
from pelatihan.papers.comparing import Difference, difference
from pelatihan.papers.engine import TooLong
from pelatihan.papers.offered import Asked, Offered
from pelatihan.papers.offers import BY_KEY
from pelatihan.papers.parts import Document
from pelatihan.papers.stale import MOST_NAMED, told_people

MOST_CHOSEN = 50  # people that one address names
TIME_PASSED = "Datanya masih sama. Bila dicetak sekarang, yang berbeda hanya tanggal atau sesi yang sudah mulai."
NO_LONGER_MADE = "Lembar ini tidak lagi ada di halaman Cetak."


@dataclass(frozen=True)
class Now:
    """Whether it still holds, in words; ``href`` prints it again, ``changed`` only those of whom something changed."""

    is_same: bool
    sentence: str
    lines: tuple[str, ...] = ()
    href: str = ""
    changed: str = ""


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
    return _otherwise(one, angkatan, offer, kept.rows_of(paper, asked.choices.columns), href)


def _as_printed(one: Printing, paper: Document) -> Document:
    """The same pages of it."""
    pages = kept.choices_of(one).pages
    return replace(paper, pages=pages) if pages else paper  # type: ignore[call-arg]  # of Paper


def _built(offer: Offered, asked: Asked) -> Document:
    with transaction.atomic():
        offer.check(asked)
        paper = offer.build(asked)
        transaction.set_rollback(True)  # whatever a paper might write when it is built: this one is not handed out
    return paper


def _otherwise(one: Printing, angkatan: Angkatan, offer: Offered, rows: list[kept.Row], href: str) -> Now:
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
    return Now(False, sentence, tuple(lines), href, _changed(angkatan, offer, one, found, people))


def _people(found: Difference) -> dict[int, Registration]:
    keys = {key for _number, key in (*found.changed, *found.gone, *found.back)} | set(found.new)
    return Registration.objects.select_related("ormas", "replaced_by__ormas").in_bulk(keys)


def _changed(
    angkatan: Angkatan, offer: Offered, one: Printing, found: Difference, people: dict[int, Registration]
) -> str:
    """Where only those are printed again, if this paper can be printed of some people."""
    keys = [key for _number, key in found.changed] + list(found.new)
    if "siapa" not in offer.fields or not 0 < len(keys) <= MOST_CHOSEN or kept.choices_of(one).who:
        return ""
    return address(angkatan, offer, one.asked, siapa=",".join(str(people[key].ref) for key in keys))


def address(angkatan: Angkatan, offer: Offered, asked: str, **more: str) -> str:
    """Where the same is printed again, as it was asked for."""
    tail = "&".join(filter(None, (asked, urlencode(more))))
    return reverse("paper", args=[angkatan.slug, offer.key]) + (f"?{tail}" if tail else "")
