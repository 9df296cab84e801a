"""From the code of a page, scanned or typed from its foot, to that page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pelatihan.accounts import access
from pelatihan.accounts.batch import of_batch
from pelatihan.models import Angkatan, SheetEntry
from pelatihan.papers import lying, marking
from pelatihan.scans import owed
from pelatihan.scans.leaves import Leaf, leaf_of

MOST_LETTERS = 60  # of what was typed: a code, with whatever stands between its signs
UNREADABLE = (
    "Kode ini tidak terbaca. Ketik seperti di kaki halaman, misalnya DH1-7KQ3M9XA-002; huruf O, I, L, U dan angka 0, 1"
    " tidak dipakai."
)
UNKNOWN = "Kode {} tidak dikenal di sini. Periksa lagi delapan huruf dan angka di tengahnya."
OTHER = "Lembar ini milik {}. Buka angkatan itu, lalu cari lagi di sana."
NO_PAGE = "Lembar dengan kode ini tidak mempunyai halaman {}. Periksa tiga angka terakhirnya."
OTHER_PAPER = "Kode ini dari {}, bukan daftar hadir peserta, jadi tidak ada kehadiran yang dimasukkan dari sini."
NO_SESSION = "Lembar ini dicetak tanpa sesi atau sesinya sudah tidak ada. Isi kehadirannya di Rekap."


class NotFound(Exception):
    """No leaf of this batch; the text is a sentence that says what to do."""


@require_safe
@of_batch(access.ENTER_SHEETS)
def find(request: HttpRequest, angkatan: Angkatan) -> HttpResponse:
    """``?kode=DH1-7KQ3M9XA-002``: on to the page; without a code, or with a wrong one, the form and the open leaves."""
    typed = request.GET.get("kode", "").strip()
    sentence = ""
    if typed:
        try:
            leaf = found(angkatan, typed)
        except NotFound as missing:
            sentence = str(missing)
        else:
            is_entered = SheetEntry.objects.standing().filter(sheet=leaf.sheet, page=leaf.page).exists()
            return redirect("sheet_leaf" if is_entered else "sheet_type", angkatan.slug, leaf.sheet.pk, leaf.page)
    here = request.path.removesuffix("cari/")
    board = owed.sheets_of(angkatan, timezone.now(), here=here, only_missing=True, typing=True)
    context = {
        "angkatan": angkatan,
        "tab": "recap",
        "board": board,
        "typed": typed[:MOST_LETTERS],
        "sentence": sentence,
        "missing_only": True,
        "may_enter": True,
    }
    return render(request, "scans/find.html", context)


def found(angkatan: Angkatan, typed: str) -> Leaf:
    """The leaf of a code: large or small letters, with or without hyphens and spaces.

    :raises NotFound: with what is wrong and what to do
    """
    read = marking.read(typed) if len(typed) <= MOST_LETTERS else None
    if read is None:
        raise NotFound(UNREADABLE)
    code, page = read
    sheet = lying.sheet_by_code(code)
    if sheet is None:
        raise NotFound(UNKNOWN.format(marking.page_code(code, page)))
    if sheet.angkatan_id != angkatan.pk:
        raise NotFound(OTHER.format(sheet.angkatan.name))
    leaf = leaf_of(sheet, page)
    if leaf is None:
        raise NotFound(NO_PAGE.format(page))
    if not leaf.is_attendance:
        raise NotFound(OTHER_PAPER.format(sheet.printing.name.lower()))
    if not any(leaf.sessions):
        raise NotFound(NO_SESSION)
    return leaf
