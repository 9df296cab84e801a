"""A file comes in: read, judged row by row, shown, decided about, and written all together or not at all.

Nothing is written before the clerk says so, and nothing but what was shown: under the locks that the writers take,
the verdicts are made once more, and when they are others than those on the page, the page is made anew instead.
"""

import hashlib
import logging
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pelatihan import dates
from pelatihan.accounts.actor import staff
from pelatihan.exchange import heads, invitation_list, ormas_list, registration_list, verdicts
from pelatihan.exchange.kinds import NAMED_BY
from pelatihan.exchange.reading import cells, opening
from pelatihan.exchange.reading.opening import FileRefused
from pelatihan.exchange.verdicts import Chosen, Entry, Judged
from pelatihan.jobs import running
from pelatihan.lifecycle import NotAllowed
from pelatihan.models import Angkatan, Choice, Import, ImportRow, Job, ListKind, Verdict
from pelatihan.registration import eligibility, rows
from pelatihan.registration.refusals import Refusal
from pelatihan.web.private_files import UPLOADS

AT_ONCE = 300  # rows written while the clerk waits; a worker writes more

MOVED = (
    "Belum ada yang ditulis: datanya berubah sejak berkas ini diperiksa. Di bawah ini putusan yang baru; periksa lagi,"
    " lalu terapkan."
)
HELD = "Belum ada yang ditulis: masih ada {}. Betulkan lalu unggah lagi, pilih satu per satu, atau kesampingkan."
NOTHING = "Tidak ada yang perlu ditulis: semua baris sudah sama dengan data, atau dikesampingkan."
GONE = "Berkas ini sudah {}. Unggah lagi bila masih perlu."
READ_PART, APPLY_PART = "pelatihan.exchange.imports.read_part", "pelatihan.exchange.imports.apply_part"

logger = logging.getLogger(__name__)


class NotApplied(Exception):
    """Nothing was written; the text is a sentence that says what to do."""


# ---- Taking --------------------------------------------------------------------------------------


def take(
    kind: str, angkatan: Angkatan | None, name: str, content: bytes, *, key: uuid.UUID, author: User, at: datetime
) -> Import:
    """Keep what was uploaded: a small file is read and judged at once, a large one by a worker. The same key again is
    the same file.

    :raises FileRefused: nothing is kept; with what to do instead
    """
    if known := Import.objects.filter(pk=key, author=author).first():
        return known
    if angkatan and (sentence := eligibility.over_sentence(angkatan, eligibility.REGISTER)):
        raise FileRefused(sentence)
    opening.check_kind(content)
    new = Import(
        pk=key, kind=kind, angkatan=angkatan, author=author, uploaded_at=at,
        file_name=_short(name), sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    with transaction.atomic():
        new.save(force_insert=True)
        if opening.is_small(content):
            _read(new, content)
            _judge_and_keep(new, at)
            return new
        UPLOADS.write(str(key), content)
        new.job = running.start(
            READ_PART, key=uuid.uuid5(key, "read"), author=author, title="Membaca berkas Excel", total=2,
            plan={"import": str(key)}, shown_at=_page_of(key),
        )  # fmt: skip
        new.save(update_fields=["job"])
    return new


def _page_of(key: uuid.UUID) -> str:
    return reverse("admin:pelatihan_import_show", args=[key])


def _short(name: str) -> str:
    """The name of the file as it is shown: its end tells what it is."""
    tidy = "".join(sign for sign in name.replace("\\", "/").rsplit("/", 1)[-1] if sign.isprintable()) or "tanpa nama"
    return tidy if len(tidy) <= 150 else f"{tidy[:120]}…{tidy[-20:]}"


def read_part(job: Job) -> int:
    """What a worker does with a large file: read it, then judge its rows."""
    current = Import.objects.select_for_update(no_key=True).get(pk=job.plan["import"])
    if current.state != Import.State.READING:
        return 0
    at = timezone.now()
    if not current.heads:
        try:
            _read(current, UPLOADS.path(str(current.pk)).read_bytes())
        except (FileRefused, FileNotFoundError) as refusal:
            gone = "Berkasnya tidak ditemukan lagi di server. Unggah lagi."
            current.why = str(refusal) if isinstance(refusal, FileRefused) else gone
            current.state, current.ended_at = Import.State.REFUSED, at
            current.save()
        return 1
    _judge_and_keep(current, at)
    transaction.on_commit(lambda: UPLOADS.remove(str(current.pk)))
    return 1


def _read(current: Import, content: bytes) -> None:
    """The rows as they stand in the file; without a verdict yet."""
    listing = heads.found(opening.opened(content), current.kind)
    current.sheet, current.heads, current.columns = listing.sheet.name[:100], listing.head, listing.columns
    current.merged, current.notices = listing.sheet.merged, [notice[:500] for notice in listing.notices]
    entries = verdicts.entries(current.kind, current.columns, listing.rows)
    kept = {entry.number for entry in entries}
    if not kept:
        raise FileRefused(heads.NO_ROWS)
    current.notices += _notices(current, listing.rows, kept)
    current.save()
    ImportRow.objects.bulk_create(
        [
            ImportRow(of=current, number=number, cells=row, verdict=Verdict.SAME, rank=len(verdicts.RANK))
            for number, row in listing.rows
            if number in kept
        ],
        batch_size=rows.AT_ONCE,
    )


def _notices(current: Import, read: list[tuple[int, list[Any]]], kept: set[int]) -> list[str]:
    """What else happened to the rows while they were read."""
    told = []
    place = current.columns.get(NAMED_BY[current.kind], 0)
    examples = sum(1 for _, row in read if place < len(row) and verdicts.is_example(row[place]))
    if examples:
        told.append(f"{examples} baris contoh dari templat dilewati.")
    columns = [current.columns[key] for key in ("phone", "contact_phone") if key in current.columns]
    restored = len([
        number for number, row in read for column in columns
        if number in kept and column < len(row) and cells.lost_zero(row[column])
    ])  # fmt: skip
    if restored:
        told.append(f"{dates.thousands(restored)} nomor HP tertulis sebagai angka: nol di depannya dikembalikan.")
    return told


# ---- Judging -------------------------------------------------------------------------------------


def _entries(current: Import) -> list[Entry]:
    kept = current.rows.order_by("number").values_list("number", "cells")
    return verdicts.entries(current.kind, current.columns, kept, current.merged)


def _judged(current: Import, read: list[Entry], chosen: Chosen, near: ormas_list.Near, *, locked: bool) -> list[Judged]:
    """The verdicts as the data stand now."""
    match current.kind:
        case ListKind.ORMAS:
            return ormas_list.judge(read, current.columns, chosen, near, locked=locked)
        case ListKind.INVITATIONS:
            return invitation_list.judge(_batch(current), read, current.columns, chosen)
        case _:
            return registration_list.judge(_batch(current), read, current.columns, chosen)


def _batch(current: Import) -> Angkatan:
    assert current.angkatan is not None  # import_of_people_names_its_batch
    return current.angkatan


def _judge_and_keep(current: Import, at: datetime, near: ormas_list.Near | None = None) -> None:
    """Verdicts for all rows, as nobody had chosen yet; what was chosen for those that are still alike stays."""
    read = _entries(current)
    if near is None:
        near = ormas_list.near_names(read) if current.kind == ListKind.ORMAS else {}
    judged = _judged(current, read, {}, near, locked=False)
    _keep(current, judged, near, at)


def _keep(current: Import, judged: list[Judged], near: ormas_list.Near, at: datetime) -> None:
    known = {row.number: row for row in current.rows.all()}
    rows_now = []
    for one in judged:
        row = known[one.number]
        row.verdict, row.rank = one.verdict, verdicts.RANK[one.verdict]
        row.shown = one.shown() | {"near": near.get(one.number, [])}
        if one.verdict != Verdict.ALIKE or row.chosen not in {None, *(each.pk for each in one.alike)}:
            row.choice, row.chosen = "", None
        row.pk = None
        rows_now.append(row)
    current.rows.all().delete()
    ImportRow.objects.bulk_create(rows_now, batch_size=rows.AT_ONCE)
    current.figures, current.digest = verdicts.figures(judged), verdicts.digest(judged)
    current.state, current.read_at, current.why = Import.State.READY, at, ""
    current.save()


# ---- Deciding ------------------------------------------------------------------------------------


def choose(current: Import, choices: Mapping[int, str]) -> None:
    """Keep what the clerk says about rows that are like somebody: ``other``, ``aside``, or the number of the one."""
    with transaction.atomic():
        if not Import.objects.select_for_update(no_key=True).filter(pk=current.pk, state=Import.State.READY).exists():
            return
        changed = []
        for row in current.rows.filter(number__in=list(choices), verdict=Verdict.ALIKE):
            said = choices[row.number]
            offered = {str(one["pk"]): one["pk"] for one in row.shown["alike"]}
            if said in offered:
                row.choice, row.chosen = Choice.SAME, offered[said]
            elif said in {Choice.OTHER, Choice.ASIDE} and not (said == Choice.OTHER and is_of_listed(current)):
                row.choice, row.chosen = said, None
            else:
                continue
            changed.append(row)
        ImportRow.objects.bulk_update(changed, ["choice", "chosen"], batch_size=rows.AT_ONCE)


def is_of_listed(current: Import) -> bool:
    """Whether a row can only mean somebody who is there already: an invitation is of an organisation on the list."""
    return bool(current.kind == ListKind.INVITATIONS)


def to_write(current: Import) -> tuple[int, int]:
    """How many rows would be added and changed, as chosen so far."""
    alike = current.rows.filter(verdict=Verdict.ALIKE)
    same, other = alike.filter(choice=Choice.SAME).count(), alike.filter(choice=Choice.OTHER).count()
    figures = current.figures
    if is_of_listed(current):
        return figures[Verdict.NEW] + same, figures[Verdict.CHANGED]
    return figures[Verdict.NEW] + other, figures[Verdict.CHANGED] + same


def held_back(current: Import) -> str:
    """What keeps the file from being written, in words; empty when nothing does."""
    errors = current.figures.get(Verdict.ERROR, 0)
    open_ones = current.rows.filter(verdict=Verdict.ALIKE, choice="").count()
    told = [f"{dates.thousands(errors)} baris galat"] if errors else []
    told += [f"{dates.thousands(open_ones)} baris mirip yang belum dipilih"] if open_ones else []
    return " dan ".join(told)


def discard(current: Import, at: datetime) -> None:
    """Thrown away: its rows are gone at once."""
    with transaction.atomic():
        locked = Import.objects.select_for_update(no_key=True).get(pk=current.pk)
        if locked.state not in {Import.State.READY, Import.State.READING}:
            return
        locked.rows.all().delete()
        locked.state, locked.ended_at = Import.State.DISCARDED, at
        locked.save()
    UPLOADS.remove(str(current.pk))


# ---- Applying ------------------------------------------------------------------------------------


def apply(current: Import, *, sets_aside: bool, user: User, at: datetime) -> str:
    """Write what the page shows: a few rows at once, many by a worker. What is to be told when nothing was written.

    :raises NotApplied: it is held back, or was written, or thrown away
    """
    with transaction.atomic():
        locked = Import.objects.select_for_update(no_key=True).get(pk=current.pk)
        if locked.state != Import.State.READY:
            raise NotApplied(GONE.format(locked.get_state_display().lower()))
        if (why := held_back(locked)) and not sets_aside:
            raise NotApplied(HELD.format(why))
        count = sum(to_write(locked))
        if count > AT_ONCE:
            locked.state = Import.State.APPLYING
            tried = (locked.job_id and str(locked.job_id)) or ""
            locked.job = running.start(
                APPLY_PART, key=uuid.uuid5(locked.pk, f"apply {tried}"), author=user, title="Menerapkan berkas Excel",
                total=count, plan={"import": str(locked.pk)}, shown_at=_page_of(locked.pk),
            )  # fmt: skip
            locked.save(update_fields=["state", "job"])
            return ""
        return _apply(locked, user, at)


def apply_part(job: Job) -> int:
    """All of a large file in one part: what a worker that is killed leaves is nothing."""
    current = Import.objects.select_for_update(no_key=True).get(pk=job.plan["import"])
    if current.state != Import.State.APPLYING:
        return 0
    _apply(current, job.author, timezone.now())
    return job.total


def _apply(current: Import, user: User, at: datetime) -> str:
    """Under the locks of the writers: judged again, compared, written. Nothing is when the verdicts are others."""
    if current.kind == ListKind.ORMAS:
        ormas_list.lock()
    else:
        current.angkatan = rows.locked(_batch(current))
    read = _entries(current)
    kept = list(current.rows.only("number", "choice", "chosen", "shown"))
    near = {row.number: row.shown.get("near", []) for row in kept if row.shown.get("near")}
    judged = _judged(current, read, {}, near, locked=True)
    if verdicts.digest(judged) != current.digest:
        _keep(current, judged, near, at)
        return _not_written(current, MOVED)
    chosen = {row.number: (row.choice, row.chosen) for row in kept if row.choice}
    if chosen:
        judged = _judged(current, read, chosen, near, locked=True)
    try:
        with transaction.atomic():
            _write(current, judged, user, at)
    except (Refusal, NotAllowed) as refusal:
        _judge_and_keep(current, at, near)
        return _not_written(current, f"Belum ada yang ditulis. {refusal}")
    done = verdicts.figures(judged)
    written = [one.number for one in judged if one.verdict not in {Verdict.ERROR, Verdict.ALIKE}]
    for one in judged:  # chosen, and wrong for all that: it goes back with its reason
        if one.verdict == Verdict.ERROR and chosen.get(one.number):
            current.rows.filter(number=one.number).update(
                verdict=Verdict.ERROR, choice="", chosen=None, rank=0, shown=one.shown()
            )
    current.rows.filter(number__in=written).delete()
    current.figures = done
    current.state, current.ended_at, current.why = Import.State.APPLIED, at, ""
    current.save()
    return ""


def _not_written(current: Import, sentence: str) -> str:
    current.state, current.why = Import.State.READY, sentence[:500]
    current.save(update_fields=["state", "why"])
    return sentence


def _write(current: Import, judged: list[Judged], user: User, at: datetime) -> None:
    told = f"Dari berkas {current.file_name}"
    if current.kind == ListKind.ORMAS:
        ormas_list.write(judged, told=told, user=user, at=at)
    elif current.kind == ListKind.INVITATIONS:
        invitation_list.write(_batch(current), judged, told=told, user=user, at=at)
    else:
        registration_list.write(_batch(current), judged, key=current.pk, told=told, actor=staff(user), at=at)
