"""Prints that nobody set: only what the database knows of them. For rules about which pages came back."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from pelatihan.models import Angkatan, Printed, PrintedSheet, Printing, Session, SheetEntry, SheetScan, SheetUpload
from pelatihan.papers import marking
from tests.factories import UserFactory
from tests.pelatihan.door import at

PRINTED, EVENING = at("07.00"), at("20.00")


def clerk() -> User:
    return User.objects.filter(username="rina").first() or UserFactory(username="rina", role="panitia")


def a_print(*sessions: Session, pages: int = 1, daily: bool = False, lies: bool = True, **more: Any) -> PrintedSheet:
    """A list with two people a page, numbered from 1: that of one session, or the table of all of them. With
    ``lies`` it is what lies in the office."""
    batch, first = sessions[0].angkatan, sessions[0]
    printing = Printing.objects.create(
        angkatan=batch, at=PRINTED, by=clerk(), paper="daftar-hadir", name="Daftar hadir peserta", words={},
        words_hash="0" * 64, sha256="0" * 64, size=1, pages=pages,
    )  # fmt: skip
    kind = PrintedSheet.Kind.DAY if daily else PrintedSheet.Kind.SESSION
    slot = f"daftar-hadir:hari:{first.day}:1" if daily else f"daftar-hadir:sesi:{first.pk}"
    slot = slot.replace("daftar-hadir", "daftar-hadir:kosong") if more.get("is_blank") else slot
    usual: dict[str, Any] = {
        "slot": slot, "version": batch_version(batch, slot), "code": marking.new_code(), "kind": kind, "day": first.day,
        "session_id": None if daily else first.pk, "columns": [one.pk for one in sessions],
        "ends": [2 * page for page in range(1, pages + 1)], "rows": [[n, "a"] for n in range(1, 2 * pages + 1)],
    }  # fmt: skip
    sheet = PrintedSheet.objects.create(printing=printing, number=1, angkatan=batch, **(usual | more))
    if lies and not sheet.is_blank:
        where: dict[str, Any] = {
            "angkatan": batch,
            "kind": kind,
            "session": None if daily else first,
            "part": sheet.part,
        }
        Printed.objects.update_or_create(
            **where, day=first.day if daily else None, defaults={"sheet": sheet, "settled": None}
        )
    return sheet


def batch_version(batch: Angkatan, slot: str) -> int:
    return PrintedSheet.objects.filter(angkatan=batch, slot=slot).count() + 1


def entered(sheet: PrintedSheet, *pages: int, kind: str = "typed", moment: datetime = EVENING) -> list[SheetEntry]:
    """Those pages stand as entered, or as unused."""
    reason = "Rusak" if kind == "unused" else ""
    return [
        SheetEntry.objects.create(
            angkatan=sheet.angkatan, sheet=sheet, page=page, kind=kind, at=moment, by=clerk(), reason=reason
        )
        for page in pages
    ]


def a_scan(sheet: PrintedSheet, page: int = 1, state: str = "read", problem: str = "", **more: Any) -> SheetScan:
    """A picture of that page, alone in its file."""
    upload = SheetUpload.objects.create(
        angkatan=sheet.angkatan, kind="jpeg", size=1, sha256=uuid.uuid4().hex * 2, pages=1, at=EVENING, by=clerk()
    )
    reading = {"cells": [], "notes": [], "warnings": [], "fit": 1, "width": 0, "height": 0, "seconds": 0}
    return SheetScan.objects.create(
        upload=upload, number=1, angkatan=sheet.angkatan, state=state, problem=problem, sheet=sheet, page=page,
        reading=reading if state == "read" else None, **more,
    )  # fmt: skip
