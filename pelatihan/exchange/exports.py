"""A list goes out as a file: a short one at once, a long one by a worker, each with a line in the log.

A worker fetches some thousand rows a part into a file beside the one that is to be, and makes that from it at the end:
one that is killed goes on behind the last whole part.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.exchange import attendance_list
from pelatihan.exchange.lists import LISTS, Listing
from pelatihan.exchange.sheets import Writer, write_csv
from pelatihan.jobs import running
from pelatihan.models import Export, Job
from pelatihan.web.private_files import DOWNLOADS

AT_ONCE = 2_000  # rows that one waits for; more are written by a worker
PART = 5_000  # rows a part
MOST = 200_000  # rows of a file
TOO_MANY = (
    f"Daftar ini lebih dari {dates.thousands(MOST)} baris. Persempit dengan pencarian atau saringan, lalu unduh lagi."
)
NOBODY = "Daftar ini kosong, jadi tidak ada yang diunduh. Ubah pencarian atau saringannya."
WORK = "pelatihan.exchange.exports.part"
TYPES = {
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Export.Format.CSV: "text/csv; charset=utf-8",
}


class ExportRefused(Exception):
    """Nothing goes out; the text is a sentence that says what to do."""


def start(listing: Listing, keys: Sequence[int], *, filters: str, form: str, author: User, at: datetime) -> Export:
    """Note who takes what, and have a long list written. A short one is written by :func:`content`.

    :raises ExportRefused: nobody stands in the list, or too many
    :raises PermissionDenied: with the sentence to show
    """
    access.check(author, access.EXPORT)
    if not keys:
        raise ExportRefused(NOBODY)
    if len(keys) > MOST:
        raise ExportRefused(TOO_MANY)
    export = Export(
        author=author, at=at, list=listing.name, filters=filters[:300], number=len(keys), format=form,
        with_contacts=access.has(author, access.CONTACT),
    )  # fmt: skip
    with transaction.atomic():
        export.save(force_insert=True)
        if len(keys) > AT_ONCE:
            export.job = running.start(
                WORK, key=uuid.uuid5(export.pk, "job"), author=author, title=f"Menulis daftar {listing.name}",
                total=len(keys), shown_at=reverse("admin:pelatihan_export_wait", args=[export.pk]),
                plan={"export": str(export.pk), "list": listing.key, "keys": list(keys), "done": 0, "bytes": 0},
            )  # fmt: skip
            export.save(update_fields=["job"])
    return export


def listing_of(export: Export, key: str) -> Listing:
    """The list that an export takes out."""
    return attendance_list.named(key, export.at) or LISTS[key]


def content(listing: Listing, keys: Sequence[int], export: Export) -> bytes:
    """The file of a short list."""
    shown = listing.columns(export.author)
    with TemporaryDirectory() as folder:
        place = Path(folder) / "list"
        _write(place, listing, (shown.row(one) for one in listing.rows(keys)), export)
        return place.read_bytes()


def part(job: Job) -> int:
    """The next rows of a long list; after the last, the file itself."""
    plan = job.plan
    export = Export.objects.select_related("author").get(pk=plan["export"])
    listing = listing_of(export, plan["list"])
    access.check(export.author, access.EXPORT)
    heads = [column.head for column in listing.columns(export.author).columns]
    if plan.setdefault("heads", heads) != heads:
        raise ExportRefused(
            "Kolom daftar ini atau hak Anda berubah sejak daftar ini diminta. Unduh lagi dari daftarnya."
        )
    spool = DOWNLOADS.path(f"{export.pk}.rows")
    if plan["done"] >= len(plan["keys"]):
        if not plan.get("written"):
            whole = DOWNLOADS.path(f"{export.pk}.new")
            _write(whole, listing, _spooled(spool), export)
            whole.rename(DOWNLOADS.path(file_name(export)))
            spool.unlink(missing_ok=True)
            plan["written"] = True
            plan["keys"] = []
            plan["done"] = 0
        return 0
    some = plan["keys"][plan["done"] : plan["done"] + PART]
    shown = listing.columns(export.author)
    with spool.open("ab") as file:
        file.truncate(plan["bytes"])  # what a part that was killed left behind
        file.seek(0, 2)
        for one in listing.rows(some):
            file.write(json.dumps([_packed(value) for value in shown.row(one)], separators=(",", ":")).encode() + b"\n")
        plan["bytes"] = file.tell()
    plan["done"] += len(some)
    return len(some)


def file_name(export: Export) -> str:
    """How it is called in the private folder."""
    return f"{export.pk}.{export.format}"


def shown_name(export: Export) -> str:
    """How it is called on the clerk's machine."""
    return f"{export.list.lower()}-{dates.local_date(export.at):%Y%m%d}.{export.format}"


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"m": value.isoformat()}
    return {"d": value.isoformat()} if isinstance(value, date) else value


def _spooled(spool: Path) -> Iterator[list[Any]]:
    with spool.open("rb") as file:
        for line in file:
            yield [_unpacked(value) for value in json.loads(line)]


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["m"]) if "m" in value else date.fromisoformat(value["d"])
    return value


def _write(place: Path, listing: Listing, rows: Iterator[list[Any]], export: Export) -> None:
    columns = listing.columns(export.author).columns
    if export.format == Export.Format.CSV:
        write_csv(place, columns, chain(rows, listing.totals()))
        return
    writer = Writer(export.list, columns)
    for row in rows:
        writer.add(row)
    for row in listing.totals():
        writer.add_total(row)
    who = export.author.get_full_name() or export.author.get_username()
    facts = [
        ("Daftar", export.list),
        *listing.facts(),
        ("Dibuat oleh", who),
        ("Dibuat pada", dates.long_moment(export.at)),
        ("Saringan", export.filters or "semua"),
        ("Jumlah baris", dates.thousands(export.number)),
        ("Perhatian", "Memuat data pribadi. Simpan seperlunya, jangan disebarkan, dan hapus setelah dipakai."),
    ]
    writer.save(place, facts, author=who, title=f"{export.list}, Pelatihan Ormas")
