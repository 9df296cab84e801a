"""A picture with which something is wrong, and what can be done. Each act can be taken back."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, PrintedSheet, SheetScan
from pelatihan.papers import lying, marking
from pelatihan.scans import keeping, states, waiting, words
from pelatihan.scans.leaves import Leaf, leaf_of
from pelatihan.scans.states import ScanMoved

State, Problem = SheetScan.State, SheetScan.Problem

UNREADABLE = f"Kode ini belum lengkap. Tulis seperti di kaki halaman, misalnya {words.EXAMPLE}."
UNKNOWN = "Tidak ada lembar dengan kode ini. Periksa lagi kode di kaki halamannya."
OTHER = "Kode ini milik {}. Kirim gambarnya dari halaman angkatan itu."
NO_PAGE = "Lembar dengan kode ini tidak punya halaman {}. Periksa tiga angka di ujung kodenya."
LONGEST_CODE = 60
# Where another code may be the way out.
BY_CODE = frozenset({
    Problem.NO_CODE, Problem.UNKNOWN_CODE, Problem.UNREADABLE, Problem.WRONG_PAGE, Problem.NOT_THE_LIST,
    Problem.TWO_SHEETS, Problem.TOO_HEAVY,
})  # fmt: skip
READ_AGAIN = "Gambar ini dibaca lagi."


class CodeForm(forms.Form):
    """The code in the foot of a page, as a person types it."""

    kode = forms.CharField(
        label="Kode di kaki halaman",
        max_length=LONGEST_CODE,
        error_messages={"required": "Ketik kode di kaki halamannya.", "max_length": UNREADABLE},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, angkatan: Angkatan, sent: dict[str, str] | None = None) -> None:
        super().__init__(sent)
        self.angkatan = angkatan

    def clean_kode(self) -> tuple[PrintedSheet, int]:
        typed = marking.read(self.cleaned_data["kode"])
        if typed is None:
            raise ValidationError(UNREADABLE)
        sheet = lying.sheet_by_code(typed[0])
        if sheet is None:
            raise ValidationError(UNKNOWN)
        if sheet.angkatan_id != self.angkatan.pk:
            raise ValidationError(OTHER.format(sheet.angkatan.name))
        if leaf_of(sheet, typed[1]) is None:
            raise ValidationError(NO_PAGE.format(typed[1]))
        return sheet, typed[1]


@require_http_methods(["GET", "HEAD", "POST"])
@of_batch(access.ENTER_SHEETS)
def trouble(request: HttpRequest, angkatan: Angkatan, key: uuid.UUID) -> HttpResponse:
    """One such picture; deciding about it."""
    scan = get_object_or_404(
        SheetScan.objects.select_related("upload__by", "settled_by", "sheet__printing", "sheet__angkatan"),
        pk=key, angkatan=angkatan,
    )  # fmt: skip
    form = CodeForm(angkatan)
    if request.method == "POST":
        form = CodeForm(angkatan, request.POST.dict())
        if request.POST.get("lalu") != "kode" or form.is_valid():
            return _done(request, scan, form)
    elif scan.state == State.READ:
        return redirect("sheet_review", angkatan.slug, scan.pk)
    elif scan.state == State.ENTERED and scan.sheet_id:
        return redirect("sheet_leaf", angkatan.slug, scan.sheet_id, scan.page)
    return render(request, "scans/trouble.html", _context(scan, form), status=400 if form.errors else 200)


# ---- Deciding --------------------------------------------------------------------------------------


def _done(request: HttpRequest, scan: SheetScan, form: CodeForm) -> HttpResponse:
    act = ACTS.get(request.POST.get("lalu", ""))
    if act is None:
        return redirect("sheet_scan", scan.angkatan.slug, scan.pk)
    try:
        with transaction.atomic():
            said = act(scan, form, cast(User, request.user), timezone.now())
    except ScanMoved as moved:
        messages.error(request, str(moved))
    else:
        messages.success(request, said)
    if not SheetScan.objects.filter(pk=scan.pk).exists():  # it is cut anew from its file, or somebody removed it
        return redirect("sheets", scan.angkatan.slug)
    return redirect("sheet_scan", scan.angkatan.slug, scan.pk)


def _read_by_code(scan: SheetScan, form: CodeForm, by: User, at: datetime) -> str:
    sheet, page = form.cleaned_data["kode"]
    waiting.stand_in_door(scan.angkatan)
    states.code_typed(scan, sheet, page)
    waiting.join(scan.angkatan, more=1, by=by)
    return READ_AGAIN


def _read_again(scan: SheetScan, form: CodeForm, by: User, at: datetime) -> str:
    waiting.stand_in_door(scan.angkatan)
    states.again(scan)
    waiting.join(scan.angkatan, more=1, by=by)
    return READ_AGAIN


def _file(scan: SheetScan, form: CodeForm, by: User, at: datetime) -> str:
    states.filed(scan, by=by, at=at)
    return "Gambar ini disimpan sebagai bukti. Isinya tidak dihitung."


def _dismiss(scan: SheetScan, form: CodeForm, by: User, at: datetime) -> str:
    states.dismissed(scan, by=by, at=at)
    return "Gambar ini disisihkan."


def _bring_back(scan: SheetScan, form: CodeForm, by: User, at: datetime) -> str:
    states.brought_back(scan)
    return "Gambar ini dikembalikan ke daftar."


ACTS: dict[str, Callable[[SheetScan, CodeForm, User, datetime], str]] = {
    "kode": _read_by_code, "baca": _read_again, "simpan": _file, "sisihkan": _dismiss, "kembalikan": _bring_back,
}  # fmt: skip


# ---- Showing ---------------------------------------------------------------------------------------


def _context(scan: SheetScan, form: CodeForm) -> dict[str, object]:
    is_open = scan.state == State.PROBLEM
    leaf = leaf_of(scan.sheet, scan.page) if scan.sheet and scan.page else None
    others = scan.angkatan.scans.troubled().exclude(pk=scan.pk).order_by("upload__at", "upload", "number")
    return {
        "angkatan": scan.angkatan, "tab": "recap", "scan": scan, "leaf": leaf, "form": form, "is_open": is_open,
        "told": words.told(scan) if scan.problem else None, "next": others.first(),
        "takes_code": is_open and scan.has_picture and scan.problem in BY_CODE,
        "can_again": is_open and scan.problem != Problem.TWICE
        and (scan.has_picture or keeping.needs_original(scan.upload)),
        "can_type": is_open and scan.problem != Problem.TWICE and leaf is not None and _can_be_typed(leaf),
        "is_twice": scan.problem == Problem.TWICE, "is_waiting": scan.state == State.WAITING,
    }  # fmt: skip


def _can_be_typed(leaf: Leaf) -> bool:
    return leaf.is_attendance and any(leaf.sessions)
