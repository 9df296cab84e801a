"""What changed since the list was frozen: who, when, what, why, and which printed sheets no longer fit."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
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
ALWAYS = {Field.FRONT_TITLE, Field.NAME, Field.BACK_TITLE, Field.POSITION, Field.ORMAS}
COLUMNS = {"sex": Field.GENDER, "phone": Field.PHONE}  # of one's choice
NO_PRINT, FITS, NOTHING = "Belum ada cetakan", "Tidak ada, cetakan sudah cocok", "Tidak ada"

type Reader = User | AnonymousUser
type Key = int | tuple[datetime, int, str, int | None]  # the move's number; or when, whose, and by whom put right


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
    moves = _shown_moves([angkatan]).values_list("at", "pk")
    acts = _acts([angkatan], reader).values_list("at", "registration", "role", "actor").distinct()
    keys = [*((at, key) for at, key in moves), *((act[0], act) for act in acts)]
    keys.sort(key=lambda key: (key[0], key[1] if isinstance(key[1], int) else 0), reverse=True)
    page: Page[Any] = Paginator(keys, EACH).get_page(number)
    lines = _lines([key for _at, key in page.object_list], reader)
    page.object_list = [_late_change(lines[key], report) for _at, key in page.object_list]
    return page


def _lines(keys: list[Key], reader: Reader) -> dict[Key, HistoryLine]:
    """What the history tells of each."""
    people = "registration__replaced_by", "actor"
    moves = list(
        StatusChange.objects.filter(pk__in=[key for key in keys if isinstance(key, int)]).select_related(*people)
    )
    acts = {key for key in keys if not isinstance(key, int)}
    near = Correction.objects.filter(at__in={act[0] for act in acts}, registration__in={act[1] for act in acts})
    read = near.filter(is_late=True).select_related(*people).order_by(*history.IN_ACTS)
    saved = [line for line in read if history.act_of(line) in acts]
    found: dict[Key, HistoryLine] = dict(
        zip((move.pk for move in moves), history.decisions(moves, reader), strict=True)
    )
    in_order = dict.fromkeys(map(history.act_of, saved))
    return found | dict(zip(in_order, history.corrections(saved, reader), strict=True))


def _late_change(line: HistoryLine, report: Report) -> LateChange:
    whose = line.whose
    assert whose is not None  # moves and corrections are somebody's
    heir = getattr(whose, "replaced_by", None) if line.status == Status.REPLACED else None
    return LateChange(line, whose, heir, _prints(line, whose, report))


def _prints(line: HistoryLine, whose: Registration, report: Report) -> str:
    """What this change asks of the prints; a person who changed twice spoils each sheet once."""
    if not _concerns_lists(line, whose, report):
        return NOTHING
    return report.touched.get(whose.pk, FITS) if report.prints else NO_PRINT


def _concerns_lists(line: HistoryLine, whose: Registration, report: Report) -> bool:
    if line.status:
        return Status.ACCEPTED in {line.status, line.before}
    is_listed = whose.status == Status.ACCEPTED or whose.pk in report.touched
    return is_listed and bool(_printed_fields(report) & {change.field for change in line.changes})


def _printed_fields(report: Report) -> set[str]:
    """Those that stand on every list, and those of columns that were asked for."""
    return ALWAYS | {COLUMNS[column] for column in report.columns}
