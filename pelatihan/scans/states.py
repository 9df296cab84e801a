"""The one writer of what has become of a picture (``SheetScan.state``). Each change locks the row, and is refused with
a sentence when somebody else has decided meanwhile. All of it in the caller's transaction.

A *twin* is another picture of the same leaf. Of all twins at most one waits for a person; the others say ``TWICE``.
"""

import uuid
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef

from pelatihan.models import Angkatan, PrintedSheet, SheetEntry, SheetScan, SheetUpload
from pelatihan.models.scan import SheetScanQuerySet
from pelatihan.scans import shapes
from pelatihan.scans.shapes import Fault, Reading

State, Problem = SheetScan.State, SheetScan.Problem
SETTLED = frozenset({State.FILED, State.DISMISSED})
OPEN = frozenset({State.READ, State.PROBLEM})
UNSETTLED: dict[str, Any] = {"settled_at": None, "settled_by": None}

GONE = "Gambar ini sudah dihapus. Kembali ke daftar lembar, lalu lihat keadaannya sekarang."
MOVED = {
    State.WAITING: "Gambar ini sedang dibaca. Tunggu sebentar, lalu muat ulang halamannya.",
    State.READ: "Gambar ini sudah terbaca dan menunggu ditinjau.",
    State.PROBLEM: "Gambar ini masih perlu tindakan. Muat ulang halamannya, lalu coba lagi.",
    State.ENTERED: "Isi gambar ini sudah disimpan. Urungkan dulu isinya bila perlu diubah.",
    State.FILED: "Gambar ini sudah disimpan sebagai bukti. Kembalikan dulu bila perlu diubah.",
    State.DISMISSED: "Gambar ini sudah disisihkan. Kembalikan dulu bila perlu diubah.",
}
NO_LEAF = "Belum diketahui ini halaman yang mana. Ketik dulu kode di kaki halamannya, lalu simpan sebagai bukti."


class Why(StrEnum):
    """What ``SheetScan.detail`` says where it is not a ``Fault`` of the reading."""

    FILE_GONE = "file_gone"  # the database was restored without the files
    NO_SUCH_PAGE = "no_such_page"
    NO_LAYOUT = "no_layout"  # a print of before it was kept where its rows lie
    SESSION_GONE = "session_gone"
    NO_SESSION = "no_session"
    ENTERED = "entered"  # something of the leaf is kept
    UNUSED = "unused"  # somebody said that nobody needs it
    READ = "read"  # another picture of the leaf waits for a person


class ScanMoved(Exception):
    """Somebody else decided meanwhile, or it cannot be done; the text is a sentence that says what to do."""


# ---- What the reading finds ------------------------------------------------------------------------


def cut(upload: SheetUpload, pages: int) -> None:
    """So many pictures are in this file: one waits for each."""
    SheetScan.objects.bulk_create(_new(upload, number) for number in range(1, pages + 1))
    upload.pages = pages
    upload.save(update_fields=["pages"])


def spoiled(upload: SheetUpload, problem: SheetScan.Problem, detail: str, *, at: datetime) -> None:
    """Nothing of this file can be read; one picture says so."""
    upload.fault = detail
    upload.save(update_fields=["fault"])
    scan = _new(upload, 1)
    scan.state, scan.problem, scan.detail, scan.read_at = State.PROBLEM, problem, detail, at
    scan.save(force_insert=True)


def problem_of(fault: Fault) -> SheetScan.Problem:
    """A fault that has a name of its own among the problems, or ``UNREADABLE``."""
    return Problem(fault) if fault in Problem.values else Problem.UNREADABLE


def stuck(
    scan: SheetScan,
    problem: SheetScan.Problem,
    detail: str = "",
    *,
    leaf: tuple[PrintedSheet, int] | None = None,
    at: datetime,
) -> None:
    """Somebody has to decide about it."""
    sheet, page = leaf or (None, None)
    _move(
        scan, {State.WAITING}, state=State.PROBLEM, problem=problem, detail=detail, sheet=sheet, page=page,
        has_picture=scan.has_picture, reading=None, read_at=at,
    )  # fmt: skip


def read(scan: SheetScan, sheet: PrintedSheet, page: int, reading: Reading, *, at: datetime) -> None:
    """A person looks at it now; or has to say which of two counts."""
    twice = _why_twice(sheet, page, scan)
    _move(
        scan, {State.WAITING}, **_shown(twice), sheet=sheet, page=page, has_picture=scan.has_picture,
        reading=shapes.as_json(reading), read_at=at,
    )  # fmt: skip


# ---- What a person decides -------------------------------------------------------------------------


def entered(scan: SheetScan, *, by: User, at: datetime) -> None:
    """What it shows is kept; its twins that waited are to be compared."""
    _hold(scan.sheet, scan.page)
    _move(scan, OPEN, state=State.ENTERED, settled_at=at, settled_by=by)
    if scan.sheet and scan.page:
        leaf_entered(scan.sheet, scan.page)


def leaf_entered(sheet: PrintedSheet, page: int) -> None:
    """The leaf is entered, by whatever way: pictures of it that waited are to be compared with what is kept."""
    entry = _standing(sheet, page)
    why = Why.UNUSED if entry and entry.kind == SheetEntry.Kind.UNUSED else Why.ENTERED
    _hold(sheet, page)
    for twin in _pictures(sheet, page).to_review():
        _move(twin, {State.READ}, **_shown(why))


def entered_meanwhile(angkatan: Angkatan) -> None:
    """Pictures that were in hand while somebody entered their leaf are to be compared, too."""
    standing = SheetEntry.objects.standing().filter(sheet=OuterRef("sheet"), page=OuterRef("page"))
    late = SheetScan.objects.to_review().filter(Exists(standing), angkatan=angkatan)
    for scan in late.select_related("sheet").only("sheet", "page"):
        if scan.sheet and scan.page:
            leaf_entered(scan.sheet, scan.page)


def reopened(scan: SheetScan) -> None:
    """It waits for a person again, in the place of its twins; one that could not be read has its problem again."""
    if not scan.reading:
        _move(scan, {State.ENTERED, State.FILED}, **UNSETTLED, **_unread(scan))
        return
    _hold(scan.sheet, scan.page)
    twins = _pictures(scan.sheet, scan.page).exclude(pk=scan.pk) if scan.sheet else SheetScan.objects.none()
    for twin in twins.to_review():
        _move(twin, {State.READ}, **_shown(Why.READ))
    _move(scan, {State.PROBLEM, State.ENTERED, State.FILED}, **UNSETTLED, **_shown(""))


def leaf_reopened(sheet: PrintedSheet, page: int) -> None:
    """Nothing stands for the leaf any more: the newest picture of it that could be read waits for a person."""
    _hold(sheet, page)
    if not _pictures(sheet, page).to_review().exists():
        _promote(sheet, page)


def filed(scan: SheetScan, *, by: User, at: datetime) -> None:
    """Kept as evidence beside the leaf; nothing of it counts."""
    if scan.sheet is None:
        raise ScanMoved(NO_LEAF)
    _settle(scan, State.FILED, by, at)


def dismissed(scan: SheetScan, *, by: User, at: datetime) -> None:
    """Nobody needs it."""
    _settle(scan, State.DISMISSED, by, at)


def brought_back(scan: SheetScan) -> None:
    """Filed or dismissed after all not: as it was, or beside its twins."""
    _hold(scan.sheet, scan.page)
    if scan.reading and scan.sheet and scan.page:
        after = _shown(_why_twice(scan.sheet, scan.page, scan))
    else:
        after = _unread(scan)
    _move(scan, SETTLED, **UNSETTLED, **after)


def again(scan: SheetScan) -> None:
    """Let it be read once more; of a file into which nobody could look, all of it."""
    _anew(scan, State.PROBLEM)


def wanted_again(scan: SheetScan) -> None:
    """The file came once more: what was set aside is read after all."""
    _anew(scan, State.DISMISSED)


def code_typed(scan: SheetScan, sheet: PrintedSheet, page: int) -> None:
    """A person says which page it is; it is read once more."""
    _move(
        scan, {State.PROBLEM}, state=State.WAITING, problem="", detail="", reading=None, sheet=sheet, page=page,
        is_typed=True,
    )  # fmt: skip


# ---- Within ----------------------------------------------------------------------------------------


def _new(upload: SheetUpload, number: int) -> SheetScan:
    """By its upload and number it always has the same id, so its files the same names, also after a kill."""
    key = uuid.uuid5(upload.pk, str(number))
    return SheetScan(pk=key, upload=upload, angkatan_id=upload.angkatan_id, number=number)


def _hold(sheet: PrintedSheet | None, page: int | None) -> None:
    """All pictures of a leaf, always in the same turn: two who change several of them come one after the other. Those
    that a worker has in hand stay out, for a part of its work is long."""
    if sheet:
        held = _pictures(sheet, page).exclude(state=State.WAITING).order_by("pk").select_for_update(no_key=True)
        list(held.values_list("pk", flat=True))


def _move(scan: SheetScan, sources: Collection[str], **fields: Any) -> None:
    """Under its lock, from one of these states; what is at hand is as the row then.

    :raises ScanMoved: it is in another state, or gone
    """
    state = SheetScan.objects.select_for_update(no_key=True).filter(pk=scan.pk).values_list("state", flat=True).first()
    if state not in sources:
        raise ScanMoved(MOVED[State(state)] if state else GONE)
    for name, value in fields.items():
        setattr(scan, name, value)
    scan.save(update_fields=list(fields))


def _anew(scan: SheetScan, source: SheetScan.State) -> None:
    leaf = {} if scan.is_typed else {"sheet": None, "page": None}
    _move(
        scan, {source}, **UNSETTLED, **leaf, state=State.WAITING, problem="", detail="", reading=None,
        has_picture=scan.has_picture,
    )  # fmt: skip
    if scan.upload.fault:  # the file is cut once it can be opened
        scan.delete()
        SheetUpload.objects.filter(pk=scan.upload_id).update(fault="", pages=0)


def _settle(scan: SheetScan, state: SheetScan.State, by: User, at: datetime) -> None:
    _hold(scan.sheet, scan.page)
    waited = SheetScan.objects.to_review().filter(pk=scan.pk).exists()  # which the page that was shown need not know
    _move(scan, OPEN, state=state, settled_at=at, settled_by=by)
    if waited and scan.sheet and scan.page:
        _promote(scan.sheet, scan.page)


def _promote(sheet: PrintedSheet, page: int) -> None:
    """The newest twin takes the place of the one that waited, unless the leaf is entered."""
    twin = _pictures(sheet, page).filter(problem=Problem.TWICE, state=State.PROBLEM, reading__isnull=False).last()
    if twin and not _standing(sheet, page):
        _move(twin, {State.PROBLEM}, **_shown(""))


def _pictures(sheet: PrintedSheet | None, page: int | None) -> SheetScanQuerySet:
    """Of one leaf, in the order they came."""
    return SheetScan.objects.filter(sheet=sheet, page=page).order_by("upload__at", "upload", "number")


def _standing(sheet: PrintedSheet, page: int) -> SheetEntry | None:
    return SheetEntry.objects.standing().filter(sheet=sheet, page=page).first()


def _why_twice(sheet: PrintedSheet, page: int, scan: SheetScan | None) -> str:
    """``entered``, ``unused`` or ``read`` when something of this leaf is there already; empty else."""
    if entry := _standing(sheet, page):
        return Why.UNUSED if entry.kind == SheetEntry.Kind.UNUSED else Why.ENTERED
    twins = _pictures(sheet, page).to_review()
    return Why.READ if (twins.exclude(pk=scan.pk) if scan else twins).exists() else ""


def _shown(why: str) -> dict[str, Any]:
    """Of one that could be read: waiting for a person, or beside its twin."""
    if why:
        return {"state": State.PROBLEM, "problem": Problem.TWICE, "detail": why}
    return {"state": State.READ, "problem": "", "detail": ""}


def _unread(scan: SheetScan) -> dict[str, Any]:
    return {"state": State.PROBLEM if scan.problem else State.WAITING}
