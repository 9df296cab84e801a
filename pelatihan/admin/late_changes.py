"""What changed since the list was frozen: who, when, what, why, and which printed sheets no longer fit."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet

from pelatihan.admin import history
from pelatihan.admin.history import Field, HistoryLine
from pelatihan.batches.steps import Step
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Correction, Registration, StatusChange
from pelatihan.papers.out_of_date import Report
from pelatihan.registration.eligibility import REGISTER

EACH = 50  # changes on one page
BEGUN = timedelta(minutes=1)  # so long before the freeze somebody may have pressed a button that was written after it
ALWAYS = {Field.FRONT_TITLE, Field.NAME, Field.BACK_TITLE, Field.POSITION}
COLUMNS = {"sex": Field.GENDER, "phone": Field.PHONE}  # of one's choice
NO_PRINT, FITS, NOTHING = "Belum ada cetakan", "Tidak ada, cetakan sudah cocok", "Tidak ada"

type Reader = User | AnonymousUser
type Key = tuple[datetime, int, int | None, str, int | None]  # when, whose; the move's number, or who put right what


@dataclass(frozen=True)
class LateChange:
    """One line of the table: what happened, who comes instead, which prints it spoils."""

    line: HistoryLine
    whose: Registration
    heir: Registration | None
    prints: str


@dataclass(frozen=True)
class Frozen:
    """The freeze: by whom when that is known, with how many accepted people, and how many there are now."""

    by: str
    people: int
    now: int


def frozen(angkatan: Angkatan) -> Frozen:
    """Three queries. Counted back from now by what moved since: nothing else changes who is accepted."""
    into = Count("pk", filter=Q(to_status=Status.ACCEPTED) & ~Q(from_status=Status.ACCEPTED))
    out = Count("pk", filter=Q(from_status=Status.ACCEPTED) & ~Q(to_status=Status.ACCEPTED))
    moved = _moves([angkatan]).aggregate(into=into, out=out)
    now = angkatan.registrations.accepted().count()
    return Frozen(by=_frozen_by(angkatan), people=now - moved["into"] + moved["out"], now=now)


def _frozen_by(angkatan: Angkatan) -> str:
    kind = ContentType.objects.get_for_model(Angkatan)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(angkatan.pk), action_flag=CHANGE)
    freezes = entries.filter(change_message=Step.FREEZE.label, action_time__gte=angkatan.frozen_at)
    first = freezes.select_related("user").order_by("action_time").first()
    return history.name_of(first.user) if first else ""


# ---- The changes ---------------------------------------------------------------------------------


def _since_the_freeze[Row: (StatusChange, Correction)](
    rows: QuerySet[Row], batches: Collection[Angkatan]
) -> QuerySet[Row]:
    """Of a batch that was thawed and frozen again, only what came after the last freeze."""
    frozen_at = F("registration__angkatan__frozen_at")
    return rows.filter(is_late=True, registration__angkatan__in=batches, at__gte=frozen_at - BEGUN).order_by()


def _moves(batches: Collection[Angkatan]) -> QuerySet[StatusChange]:
    return _since_the_freeze(StatusChange.objects.all(), batches)


def _shown_moves(batches: Collection[Angkatan]) -> QuerySet[StatusChange]:
    """Who comes instead of somebody is told with that one."""
    return _moves(batches).exclude(action=REGISTER, registration__replaces__isnull=False)


def _acts(batches: Collection[Angkatan], reader: Reader) -> QuerySet[Correction]:
    fields = sorted(history.told_fields(reader))
    return _since_the_freeze(Correction.objects.filter(field__in=fields), batches)


def counted(batches: list[Angkatan], reader: Reader) -> Counter[int]:
    """How many changes each of these batches has had since it was frozen, by its number; two queries, or none."""
    found = [batch for batch in batches if batch.frozen_at]
    if not found:
        return Counter()
    acts = _acts(found, reader).values_list("registration__angkatan", "registration", "at", "role", "actor").distinct()
    moves = _shown_moves(found).values_list("registration__angkatan").annotate(Count("pk"))
    return Counter(act[0] for act in acts) + Counter(dict(moves))


def page_of(angkatan: Angkatan, reader: Reader, report: Report, number: str) -> Page[Any]:
    """One page of the changes, the newest first; four queries however many there are."""
    moves = _shown_moves([angkatan]).values_list("at", "registration", "pk")
    acts = _acts([angkatan], reader).values_list("at", "registration", "role", "actor").distinct()
    keys: list[Key] = [(at, whose, move, "", None) for at, whose, move in moves]
    keys += [(at, whose, None, role, actor) for at, whose, role, actor in acts]
    page: Page[Any] = Paginator(sorted(keys, key=itemgetter(0, 1), reverse=True), EACH).get_page(number)
    page.object_list = _told(list(page.object_list), reader, report)
    return page


def _told(keys: list[Key], reader: Reader, report: Report) -> list[LateChange]:
    people = "registration__replaced_by", "actor"
    moves = StatusChange.objects.filter(pk__in=[key[2] for key in keys if key[2]]).select_related(*people)
    acts = {(at, whose, role, actor) for at, whose, move, role, actor in keys if move is None}
    put_right = Correction.objects.filter(at__in={act[0] for act in acts}, registration__in={act[1] for act in acts})
    saved = put_right.filter(is_late=True).select_related(*people).order_by(*history.IN_ACTS)
    lines = [*history.decisions(moves, reader)]
    lines += history.corrections([line for line in saved if history.act_of(line) in acts], reader)
    told = [_late_change(line, line.whose, report) for line in lines if line.whose]
    return sorted(told, key=lambda one: (one.line.at, one.whose.pk), reverse=True)


def _late_change(line: HistoryLine, whose: Registration, report: Report) -> LateChange:
    heir = getattr(whose, "replaced_by", None) if line.status == Status.REPLACED else None
    return LateChange(line, whose, heir, _prints(line, whose, report))


def _prints(line: HistoryLine, whose: Registration, report: Report) -> str:
    """What this change asks of the prints; a person who changed twice spoils each sheet once."""
    fields = {change.field for change in line.changes}
    if Status.ACCEPTED not in {line.status, line.before} and not fields & _printed_fields(report):
        return NOTHING
    if not report.prints:
        return NO_PRINT
    on_list = line.status or whose.status == Status.ACCEPTED
    return report.touched.get(whose.pk, FITS if on_list else NOTHING)


def _printed_fields(report: Report) -> set[str]:
    """Those that stand on every list, and those of columns that were asked for."""
    return ALWAYS | {COLUMNS[column] for column in report.columns}
