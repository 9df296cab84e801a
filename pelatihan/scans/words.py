"""The sentences of this room: what is wrong with a picture, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from pelatihan import dates
from pelatihan.models import SheetScan
from pelatihan.models.scan import MOST_PAGES
from pelatihan.papers import lying
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Fault, Reason, Warn
from pelatihan.scans.states import Why

# ---- Cells and pages that were read ----------------------------------------------------------------

# Why a cell is unsure, beside its cut-out.
REASONS = {
    Reason.THIN: "Tinta sangat tipis",
    Reason.LINE: "Garis pendek, bukan tanda biasa",
    Reason.STRUCK: "Tercoret",
    Reason.DITTO: "Tanda sama dengan di atasnya",
    Reason.NEIGHBOUR: "Mungkin tinta baris di atas atau di bawahnya",
    Reason.WRONG_HALF: "Di kotak sebelahnya, bukan kotaknya",
    Reason.NOTE: "Ada tulisan di kolom Ket.",
    Reason.STAMP: "Tertutup stempel",
    Reason.STAIN: "Ada noda",
    Reason.HIDDEN: "Kotaknya tidak terlihat",
    Reason.BILEVEL: "Pindaian hitam putih; tinta tipis dapat hilang",
    Reason.OTHER: "Tidak jelas",
}
# What is to be said of a whole page, and what to do.
WARNINGS = {
    Warn.BILEVEL: "Pindaian ini hitam putih saja, jadi tinta tipis dapat hilang dan kotak kosong tidak pasti. Lain kali"
    " pindai abu-abu atau berwarna.",
    Warn.TURNED: "Lembarnya terbalik saat difoto; sudah diputar dan tetap terbaca.",
    Warn.FEW_MARKS: "Tidak semua tanda sudut terlihat. Cocokkan kotak di tepi halaman dengan kertasnya.",
    Warn.BLURRED: "Gambarnya agak buram. Cocokkan yang ragu dengan kertasnya, atau foto sekali lagi.",
    Warn.PARTLY_HIDDEN: "Sebagian halaman tidak terlihat. Foto sekali lagi, atau isi yang tertutup dari kertasnya.",
    Warn.POOR_FIT: "Cetakannya tidak tepat di tempatnya; mungkin kertasnya melengkung. Periksa tiap kotaknya.",
}


# ---- Pictures with which something is wrong --------------------------------------------------------

Problem = SheetScan.Problem


class Act(StrEnum):
    """The one thing to do about a picture, as the list offers it."""

    PHOTO = "photo"
    COMPARE = "compare"
    CODE = "code"
    LOOK = "look"
    UNDERSTOOD = "understood"

    @property
    def label(self) -> str:
        return ACTS[self][0]

    @property
    def icon(self) -> str:
        return ACTS[self][1]


ACTS = {
    Act.PHOTO: ("Foto ulang", "camera"),
    Act.COMPARE: ("Bandingkan", "files"),
    Act.CODE: ("Ketik kode", "question-circle-fill"),
    Act.LOOK: ("Lihat", "exclamation-circle-fill"),
    Act.UNDERSTOOD: ("Mengerti", "slash-circle"),
}
EXAMPLE = "DH1-7KQ3M9XA-002"
ALL_IN = "seluruh lembar dalam gambar, keempat sudutnya terlihat"

# A file or a picture that cannot be read: why, and what to do.
FAULTS = {
    Fault.NOT_A_PICTURE: "Isinya bukan foto dan bukan PDF. Foto atau pindai lembarnya, lalu kirim lagi.",
    Fault.BROKEN: "Berkasnya rusak atau terpotong. Salin ulang dari pemindai atau ponselnya, lalu kirim lagi.",
    Fault.LOCKED: "PDF ini dikunci dengan kata sandi. Simpan tanpa kata sandi, lalu kirim lagi.",
    Fault.NO_PAGES: "PDF ini tidak berisi halaman. Pindai ulang lembarnya, lalu kirim lagi.",
    Fault.TOO_MANY_PAGES: f"PDF ini lebih dari {MOST_PAGES} halaman. Bagi menjadi beberapa PDF, lalu kirim lagi.",
    Fault.TOO_MANY_PIXELS: "Gambarnya terlalu besar. Pindai dengan 200 sampai 300 dpi, atau pilih resolusi kamera yang"
    " lebih rendah, lalu kirim lagi.",
    Fault.TOO_HEAVY: "Berkasnya terlalu berat untuk diolah. Coba baca lagi; bila tetap gagal, pindai dengan 200 sampai"
    " 300 dpi atau bagi PDF-nya, lalu kirim lagi.",
    Fault.NO_CODE: f"Bila ini lembar daftar hadir, ketik kode di kaki halaman, misalnya {EXAMPLE}.",
    Fault.TWO_SHEETS: "Ada dua lembar dalam satu gambar. Foto satu per satu, masing-masing utuh dalam gambar.",
    Fault.WRONG_PAGE: "Kode pada gambar ini milik halaman lain; mungkin disalin atau ditempel. Periksa kertasnya, lalu"
    " ketik isinya dari kertas yang benar.",
    Fault.NO_MARKS: f"Tanda di sudut lembar tidak terlihat. Foto sekali lagi: {ALL_IN}.",
    Fault.TOO_SMALL: "Lembarnya terlalu kecil di gambar. Dekatkan kamera, atau pindai dengan 200 sampai 300 dpi, lalu"
    " kirim lagi.",
    Fault.BLURRED: f"Terlalu buram. Foto sekali lagi di tempat terang, {ALL_IN}.",
    Fault.DARK: f"Terlalu gelap. Foto sekali lagi di tempat terang, {ALL_IN}.",
    Fault.NOT_THE_LIST: "Nama yang tercetak bukan nama pada lembar dengan kode ini; kodenya mungkin ditempel. Periksa"
    " kertasnya, lalu ketik isinya dari kertas yang benar.",
}  # fmt: skip
WHYS = {
    Why.FILE_GONE: "Gambarnya tidak ada di server. Kirim lembar ini sekali lagi.",
    Why.NO_SUCH_PAGE: "Kodenya dikenal, tetapi lembar itu tidak punya halaman ini. Periksa nomor di ujung kodenya.",
    Why.NO_LAYOUT: "Cetakan ini dari sebelum letak barisnya dicatat, jadi tidak dapat dibaca sendiri. Ketik isinya dari"
    " kertas; gambarnya dapat disimpan sebagai bukti.",
    Why.SESSION_GONE: "Sesinya sudah dihapus atau tidak lagi memakai daftar hadir, jadi tidak ada yang dapat dicatat."
    " Gambarnya dapat disimpan sebagai bukti.",
    Why.NO_SESSION: "Lembar ini dicetak tanpa sesi, jadi tidak ada yang dapat dicatat darinya. Gambarnya dapat disimpan"
    " sebagai bukti.",
    Why.ENTERED: "Isi halaman ini sudah disimpan. Bandingkan dulu, lalu tentukan mana yang dipakai.",
    Why.UNUSED: "Halaman ini sudah ditandai tidak dipakai, tetapi kini ada gambarnya. Lihat dulu, lalu tentukan.",
    Why.READ: "Gambar lain dari halaman ini masih menunggu ditinjau. Bandingkan, lalu tentukan mana yang dipakai.",
}
UNKNOWN_CODE = (
    "Tidak ada lembar dengan kode ini di sini; mungkin dicetak di tempat lain. Periksa kode di kaki halamannya, lalu"
    " ketik bila berbeda."
)
NOT_ATTENDANCE = "Ini lembar lain, bukan daftar hadir peserta. Gambarnya dapat disimpan sebagai bukti."
PHOTO_AGAIN = frozenset({Fault.NO_MARKS, Fault.TOO_SMALL, Fault.BLURRED, Fault.DARK, Fault.TWO_SHEETS})


@dataclass(frozen=True)
class Told:
    """What a list and a page say of a picture with which something is wrong."""

    title: str
    sentence: str
    act: Act

    @property
    def icon(self) -> str:
        return self.act.icon


def told(scan: SheetScan) -> Told:
    """Asks nothing of the database."""
    return Told(Problem(scan.problem).label, _sentence(scan), _act(scan))


def _sentence(scan: SheetScan) -> str:
    if scan.problem == Problem.OTHER_ANGKATAN:
        return f"Milik {scan.detail}. Tidak dibaca dan tidak disimpan. Kirim dari halaman angkatan itu."
    if scan.detail in set(Why):
        return WHYS[Why(scan.detail)]
    if scan.problem == Problem.NOT_ATTENDANCE:
        return NOT_ATTENDANCE
    return FAULTS[Fault(scan.detail)] if scan.detail in set(Fault) else UNKNOWN_CODE


def _act(scan: SheetScan) -> Act:
    if scan.problem == Problem.TWICE:
        return Act.COMPARE
    if scan.problem == Problem.OTHER_ANGKATAN:
        return Act.UNDERSTOOD
    if scan.problem in {Problem.NO_CODE, Problem.UNKNOWN_CODE}:
        return Act.CODE
    return Act.PHOTO if scan.detail in PHOTO_AGAIN else Act.LOOK


def old_version(leaf: Leaf) -> str:
    """Which print lies in the office where this page is from an earlier one; empty where it is the one in use."""
    there = lying.instead_of(leaf.sheet, leaf.page)
    if there is None:
        return ""
    return (
        f"Halaman ini dari cetakan versi {leaf.sheet.version}; yang berlaku versi {there.version}, dicetak"
        f" {dates.long_moment(there.printing.at)}. Isinya tetap dibaca. Pastikan tidak ada yang"
        " menandatangani keduanya."
    )
