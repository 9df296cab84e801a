"""Everything of a day, of a batch, or for a day without power, in one file: what is in it, and how a worker makes it.

One paper a part: it is made and kept as a printing of its own in the same transaction as how far the job got, so a
worker that is killed leaves a whole paper or none. Its file is written over when that part is done again. The last part
puts all of them together. Whoever asks for what is being made already is led there.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.jobs import running
from pelatihan.models import Angkatan, Bundle, Job
from pelatihan.models.office import office
from pelatihan.papers import catalogue, emergency, joining, parts, remembered
from pelatihan.papers.catalogue import Desk
from pelatihan.papers.choices import Choices, NothingToPrint
from pelatihan.papers.engine import LetterMissing, QueueFull, TooLong, TypesettingFailed, render_pdf
from pelatihan.papers.joining import Piece
from pelatihan.papers.making import make
from pelatihan.papers.offered import Asked, Offered, When
from pelatihan.papers.offers import BY_KEY, OFFERS
from pelatihan.retention import RETENTION
from pelatihan.web.private_files import PrivateFolder

STAYS = timedelta(days=7)
FILES = PrivateFolder("cetak", STAYS)
WORK = "pelatihan.papers.bundles.part"
COVER, STAMPS = -1, -2  # beside the numbers of the parts
PATIENCE, GLANCE = 600, 2  # seconds that a part waits for its turn among those who print, and between two looks
NOTHING = "Belum ada lembar yang dapat dibuat. Lihat sebabnya di daftar, lengkapi, lalu coba lagi."

What, Form = Bundle.What, Bundle.Form
SEEN = (access.CONTACT, access.LINKS)  # what papers show only to those who hold it
ENDED_BADLY = (Job.State.STOPPED, Job.State.FAILED)


class BundleRefused(Exception):
    """Nothing was begun; the text is a sentence that says what to do."""


@dataclass(frozen=True)
class Part:
    """One paper of a bundle. ``key`` tells it from the others of the same bundle."""

    offer: Offered
    choices: Choices
    name: str

    @property
    def asked(self) -> str:
        return catalogue.query_of(self.choices).removeprefix("?")

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.offer.key} {self.asked}".encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Missing:
    """A paper that is not in it: why, and where that is mended."""

    name: str
    why: str
    way: tuple[str, str] | None = None


@dataclass(frozen=True)
class Plan:
    """What would be made now, in the order in which the office needs it."""

    what: Bundle.What
    name: str
    parts: list[Part]
    missing: list[Missing]

    def without(self, left: Collection[str]) -> "Plan":
        """Only those parts whose keys are not among these."""
        return replace(self, parts=[part for part in self.parts if part.key not in left])


# ---- What is in it -------------------------------------------------------------------------------


def plan_of(desk: Desk, what: Bundle.What, day: date | None = None) -> Plan:
    """What can be made for this person, and what cannot.

    :param day: of which day, where only one is wanted
    """
    wanted: Iterable[tuple[Offered, Choices, str]]
    if what == What.DAY:
        day = day or (desk.soon.day if desk.soon else desk.angkatan.starts_on)
        wanted, name = _of_day(desk, day), f"Semua lembar {dates.long_date(day)}"
    elif what == What.PACK:
        wanted, name = _of_pack(desk), "Paket darurat"
    else:
        wanted, name = _of_all(desk), "Semua lembar angkatan"
    return _sorted_out(desk, what, name, wanted)


def plan_of_paper(desk: Desk, offer: Offered, choices: Choices) -> Plan:
    """One paper that is too long for a request, in several."""
    return _sorted_out(desk, What.PAPER, offer.name, [(offer, choices, offer.name)])


def _sorted_out(desk: Desk, what: Bundle.What, name: str, wanted: Iterable[tuple[Offered, Choices, str]]) -> Plan:
    plan = Plan(what, name, [], [])
    for offer, choices, words in _each(desk, wanted):
        if not access.has(desk.by, offer.permission):
            plan.missing.append(Missing(words, access.refusal(offer.permission)))
            continue
        asked = desk.asked(choices)
        try:
            offer.check(asked)
        except NothingToPrint as refusal:
            plan.missing.append(Missing(words, str(refusal), catalogue.way_to(desk, offer)))
        except TooLong as refusal:
            if offer.split is None:
                plan.missing.append(Missing(words, str(refusal)))
            else:
                plan.parts.extend(Part(offer, one, _named(desk, words, one)) for one in offer.split(asked))
        else:
            plan.parts.append(Part(offer, choices, words))
    return plan


def _each(desk: Desk, wanted: Iterable[tuple[Offered, Choices, str]]) -> Iterable[tuple[Offered, Choices, str]]:
    """Of what is made of one thing at a time, one for each."""
    for offer, choices, words in wanted:
        subjects = offer.subjects(desk.angkatan) if offer.each and offer.subjects else []
        if not subjects:
            yield offer, choices, words
        for number, name in subjects:
            yield offer, replace(choices, subject=number), f"{words}, {name}"


def _named(desk: Desk, words: str, choices: Choices) -> str:
    """``Daftar hadir peserta, Senin 08.00 · Pembukaan``."""
    session = next((one for one in desk.sessions if one.pk == choices.session), None)
    if session:
        return f"{words}, {dates.day_name(session.starts_at)} {dates.clock(session.starts_at)} · {session.title}"
    return f"{words}, {dates.long_date(choices.day)}" if choices.day else words


def _usual(desk: Desk, offer: Offered, **more: str) -> Choices:
    """As it was chosen last; of all sessions."""
    return catalogue.choices_of(desk.usual(offer, more), offer)


def _of_day(desk: Desk, day: date) -> Iterable[tuple[Offered, Choices, str]]:
    """Its lists, and a blank one for whoever stands on none of them."""
    for offer in OFFERS:
        if When.DAY in offer.needed and not offer.assembled:
            yield offer, _of_its_day(desk, offer, day), offer.name
    yield from _blank(desk)


def _of_its_day(desk: Desk, offer: Offered, day: date) -> Choices:
    choices = _usual(desk, offer)
    return replace(choices, session=None, day=day) if "hari" in offer.fields else choices


def _blank(desk: Desk) -> Iterable[tuple[Offered, Choices, str]]:
    for offer in OFFERS:
        if "lembar" in offer.fields and When.DAY in offer.needed and not offer.assembled:
            for look in offer.also:
                if "lembar" in look.sent:
                    yield offer, _usual(desk, offer, **look.sent), look.name


def _of_all(desk: Desk) -> Iterable[tuple[Offered, Choices, str]]:
    """Every paper once, from what goes out before to what is handed over after."""
    turn = list(When)
    for offer in sorted(OFFERS, key=lambda one: turn.index(one.needed[0])):
        if not offer.assembled:
            yield offer, _usual(desk, offer), offer.name


def _of_pack(desk: Desk) -> Iterable[tuple[Offered, Choices, str]]:
    """Behind the cover with its lists: what is needed all the time, then day by day, then blank ones."""
    yield emergency.OFFER, emergency.choices_like(_usual(desk, BY_KEY["daftar-hadir"])), emergency.OFFER.name
    for offer in OFFERS:
        if offer.in_pack:
            yield offer, _usual(desk, offer), offer.name
    for day in coming_days(desk):
        for offer in OFFERS:
            if When.DAY in offer.needed and not offer.assembled and "hari" in offer.fields:
                yield offer, _of_its_day(desk, offer, day), f"{offer.name}, {dates.long_date(day)}"
    yield from _blank(desk)


def coming_days(desk: Desk) -> list[date]:
    """Those on which somebody signs, from today on."""
    today = localdate(desk.at)
    return sorted({session.day for session in desk.sessions if session.day >= today})


# ---- Asking for it -------------------------------------------------------------------------------


def start(plan: Plan, form: Bundle.Form, *, angkatan: Angkatan, key: uuid.UUID, by: User, at: datetime) -> Bundle:
    """Have it made by a worker. The same key again, or the same wish while it is being made, gives the same bundle.

    :param key: of the page: pressed twice is once
    :raises BundleRefused: nothing is in it
    """
    access.check(by, access.PRINT)
    if not plan.parts:
        raise BundleRefused(NOTHING)
    wanted = [{"paper": part.offer.key, "asked": part.asked, "name": part.name} for part in plan.parts]
    needs = sorted(
        {access.PRINT, *(part.offer.permission for part in plan.parts), *filter(partial(access.has, by), SEEN)}
    )
    fingerprint = hashlib.sha256(json.dumps([plan.what, plan.name, form, wanted, needs]).encode()).hexdigest()
    if found := _known(angkatan, key, fingerprint):
        return _taken_up(found, plan)
    try:
        with transaction.atomic():
            bundle = Bundle.objects.create(
                pk=key, angkatan=angkatan, what=plan.what, name=plan.name, form=form, parts=wanted,
                left_out=[[one.name, one.why] for one in plan.missing], needs=needs, fingerprint=fingerprint, at=at,
                by=by,
            )  # fmt: skip
            bundle.job = running.start(
                WORK, key=uuid.uuid5(bundle.pk, "job"), author=by, title=f"Mencetak: {plan.name}",
                total=len(wanted) + 1, plan={"bundle": str(bundle.pk), "done": 0},
                shown_at=reverse("bundle_made", args=[angkatan.slug, bundle.pk]),
            )  # fmt: skip
            bundle.save(update_fields=["job"])
    except IntegrityError:  # somebody else came first, or the same press twice at once
        found = _known(angkatan, key, fingerprint)
        if found is None:  # the key is one of another batch's pages
            raise BundleRefused("Permintaan ini dari halaman angkatan lain. Buat lagi dari halaman ini.") from None
        return found
    return bundle


def _known(angkatan: Angkatan, key: uuid.UUID, fingerprint: str) -> Bundle | None:
    """The one of this press, or one that is being made of the same wish."""
    same = Q(pk=key) | Q(fingerprint=fingerprint, made_at=None)
    return Bundle.objects.filter(same, angkatan=angkatan).select_related("job").first()


def _taken_up(found: Bundle, plan: Plan) -> Bundle:
    """One that was stopped or failed is made anew, as of now."""
    with transaction.atomic():
        job = Job.objects.select_for_update(no_key=True).filter(bundle=found, state__in=ENDED_BADLY).first()
        if job and found.made_at is None:
            job.plan, job.done = {"bundle": str(found.pk), "done": 0}, 0
            job.save(update_fields=["plan", "done"])
            found.left_out = [[one.name, one.why] for one in plan.missing]
            found.save(update_fields=["left_out"])
            running.resume(job)
    return found


# ---- Making it -----------------------------------------------------------------------------------


def part(job: Job) -> int:
    """The next paper; behind the last one, the file with all of them."""
    bundle = Bundle.objects.select_related("angkatan__letterhead", "by").get(pk=job.plan["bundle"])
    plan = job.plan
    if "at" not in plan or _is_swept(bundle, plan):
        plan |= {"at": timezone.now().isoformat(), "done": 0, "written": []}  # all of them as of one moment
    if plan["done"] < len(bundle.parts):
        _make_one(bundle, plan)
    elif bundle.made_at is None:
        _put_together(bundle, plan)
    else:
        _remove_parts(bundle)
        return 0
    return 1


def _make_one(bundle: Bundle, plan: dict[str, Any]) -> None:
    number: int = plan["done"]
    desk, part = _desk(bundle, plan), bundle.parts[number]
    offer = BY_KEY.get(part["paper"])
    plan["done"] = number + 1
    if offer is None:
        _leave_out(bundle, part["name"], "Lembar ini tidak ada lagi.")
    elif not access.has(bundle.by, offer.permission):
        _leave_out(bundle, part["name"], access.refusal(offer.permission))
    elif offer.assembled and bundle.what == What.PACK:
        pass  # the cover knows its contents only at the end
    elif _write(bundle, number, offer, _asked(desk, offer, part["asked"]), part["name"]):
        plan["written"].append(number)


def _is_swept(bundle: Bundle, plan: dict[str, Any]) -> bool:
    """Whether a part is gone again: the job was stopped, and taken up after days."""
    if bundle.made_at:
        return False
    return not all(FILES.path(_part_name(bundle, number)).exists() for number in plan["written"])


def _write(bundle: Bundle, number: int, offer: Offered, asked: Asked, name: str) -> bool:
    """Whether there is a file of it."""
    try:
        pdf = _patiently(offer, asked)
    except (NothingToPrint, TooLong, LetterMissing) as refusal:
        _leave_out(bundle, name, str(refusal))
    except TypesettingFailed as failed:
        if failed.may_pass:
            raise  # the part is tried again
        _leave_out(bundle, name, str(failed))
    else:
        FILES.write(_part_name(bundle, number), pdf)
        return True
    return False


def _patiently(offer: Offered, asked: Asked) -> bytes:
    """Behind those who wait for theirs before a screen."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return make(offer, asked).pdf
        except QueueFull:
            if time.monotonic() > until:
                raise
            time.sleep(GLANCE)


def _leave_out(bundle: Bundle, name: str, why: str) -> None:
    if [name, why] not in bundle.left_out:
        bundle.left_out.append([name, why])
        bundle.save(update_fields=["left_out"])


def _put_together(bundle: Bundle, plan: dict[str, Any]) -> None:
    desk = _desk(bundle, plan)
    pieces = [
        Piece(part["name"], _file_name(desk, part), FILES.path(_part_name(bundle, number)))
        for number, part in enumerate(bundle.parts)
        if number in plan["written"]
    ]
    stamps: Path | None = None
    if bundle.what == What.PACK:
        pieces, stamps = _with_cover(bundle, desk, pieces)
    if not pieces:
        raise BundleRefused(NOTHING)
    target = FILES.path(f"{file_name(bundle)}.new")
    if bundle.form == Form.ZIP:
        joining.pack(pieces, target, at=desk.at)
        bundle.pages = sum(len(joining.sizes_of(piece.path)) for piece in pieces)
    else:
        title = f"{bundle.name}, {bundle.angkatan.full_name}"
        bundle.pages = joining.join(pieces, target, title=title, at=desk.at, stamps=stamps)
    target.chmod(0o600)
    target.rename(FILES.path(file_name(bundle)))
    bundle.made_at = timezone.now()
    bundle.save(update_fields=["made_at", "pages"])


def _with_cover(bundle: Bundle, desk: Desk, pieces: list[Piece]) -> tuple[list[Piece], Path | None]:
    """The pack's own pages before the others, which they count; and which page of the pack each of those is."""
    counted = [joining.sizes_of(piece.path) for piece in pieces]
    rest = [
        emergency.PackPart(letter, piece.name, len(sizes))
        for letter, piece, sizes in zip(emergency.letters(len(pieces)), pieces, counted, strict=True)
    ]
    offer, cover, stamps = (
        emergency.OFFER,
        FILES.path(_part_name(bundle, COVER)),
        FILES.path(_part_name(bundle, STAMPS)),
    )
    part = next(part for part in bundle.parts if part["paper"] == offer.key)
    asked = _asked(desk, offer, part["asked"])
    FILES.write(cover.name, _patiently(replace(offer, build=partial(emergency.build, rest=rest)), asked))
    first = len(joining.sizes_of(cover)) + 1
    secret = {part["name"] for part in bundle.parts if BY_KEY[part["paper"]].confidential}
    total = first - 1 + sum(map(len, counted))
    pages: list[tuple[float, float, str]] = []
    for piece, sizes in zip(pieces, counted, strict=True):
        for wide, high in sizes:
            words = f"{bundle.name} · halaman {first + len(pages)} dari {total}"
            pages.append((wide, high, words + (" · TERBATAS" if piece.name in secret else "")))
    over = emergency.PackPages(
        title=bundle.name, paper=asked.choices.size.value, taken_at=parts.taken_at(desk.at), pages=tuple(pages)
    )
    if pages:
        FILES.write(stamps.name, render_pdf(over.template, over))
    return [Piece(part["name"], offer.file_name(asked), cover), *pieces], stamps if pages else None


def _remove_parts(bundle: Bundle) -> None:
    for number in range(STAMPS, len(bundle.parts)):
        FILES.remove(_part_name(bundle, number))


def _part_name(bundle: Bundle, number: int) -> str:
    return f"{bundle.pk}.{number}.pdf"


def _desk(bundle: Bundle, plan: dict[str, Any]) -> Desk:
    angkatan = bundle.angkatan
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    at = datetime.fromisoformat(str(plan["at"]))
    return Desk(angkatan, sessions, office(), bundle.by, at, remembered.known_of(angkatan))


def _asked(desk: Desk, offer: Offered, asked: str) -> Asked:
    return desk.asked(catalogue.choices_of(desk.form(offer, catalogue.sent_of(asked)), offer))


def _file_name(desk: Desk, part: dict[str, str]) -> str:
    offer = BY_KEY[part["paper"]]
    return offer.file_name(_asked(desk, offer, part["asked"]))


def file_name(bundle: Bundle) -> str:
    """How it is called in the private folder."""
    return f"{bundle.pk}.{bundle.form}"


def shown_name(bundle: Bundle) -> str:
    """How it is called on the clerk's machine: ``paket-darurat-2019-ii-per-2019-03-10-1930.pdf``."""
    at = timezone.localtime(bundle.made_at or bundle.at)
    what = {What.DAY: "semua-lembar", What.ALL: "semua-lembar", What.PACK: "paket-darurat", What.PAPER: "lembar"}
    return f"{what[What(bundle.what)]}-{bundle.angkatan.slug}-per-{at:%Y-%m-%d-%H%M}.{bundle.form}"


def forget_old(at: datetime) -> int:
    """Files whose days are over, and rows that tell of files long gone; how many rows."""
    FILES.sweep(at)
    return int(Bundle.objects.filter(at__lt=at - timedelta(days=RETENTION.job_days)).delete()[0])
