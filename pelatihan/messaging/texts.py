"""The text of each kind of message: the original, and what the office made of it. Plain text; `{nama}` is filled in.

What may be filled in is listed for each kind, and checked before a text is kept. Filling never fails and leaves no
brace unfilled: a line of which something has no value goes away, so a text promises nothing that a batch does not hold.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import NamedTuple

from django.contrib.auth.models import User

from pelatihan import dates
from pelatihan.models import MessageKind, TextOfOffice

LONGEST_SUBJECT, LONGEST_BODY = 150, 2000  # letters, as they are written
LONGEST_SENT_SUBJECT, LONGEST_SENT = 200, 4000  # as they are sent
_PLACE = re.compile(r"\{([^{}]*)\}")
_MARKUP = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)


class Text(NamedTuple):
    """What is written, before anything is filled in."""

    subject: str
    body: str


@dataclass(frozen=True)
class Placeholder:
    """A word in braces that is filled in for each person."""

    name: str
    label: str  # what stands there
    example: str
    most: int  # letters that it may become

    def __str__(self) -> str:
        return f"{{{self.name}}}"


_MOMENT, _CODES = "Jumat, 12 April 2019 pukul 16.00 WIB", "Siti Rahmawati\nKode: T45Q-WH7F"
_NEWS = "Diundur: semula 9–11 April 2019, menjadi 23–25 April 2019. Alasan: gedung dipakai."
PLACEHOLDERS = {
    each.name: each
    for each in (
        Placeholder("penerima", "Sapaan dengan nama dan gelar", "Bapak/Ibu Dra. Hj. Siti Rahmawati, M.Si.", 265),
        Placeholder("nama", "Nama tanpa gelar", "Siti Rahmawati", 150),
        Placeholder("nama_lengkap", "Nama dengan gelar", "Dra. Hj. Siti Rahmawati, M.Si.", 255),
        Placeholder("ormas", "Nama ormas", "Perkumpulan Maju Bersama", 200),
        Placeholder("angkatan", "Nama angkatan", "Angkatan V 2019", 25),
        Placeholder("tanggal", "Hari dan tanggal pelatihan", "Selasa–Kamis, 23–25 April 2019", 60),
        Placeholder("waktu_mulai", "Kapan acara pertama mulai", "Selasa, 23 April 2019 pukul 08.00 WIB", 60),
        Placeholder("tempat", "Tempat pelatihan", "Hotel Contoh Puncak, Bogor", 200),
        Placeholder("titik_kumpul", "Titik kumpul, bila diisi", "Balai Kota, pukul 07.30 WIB", 200),
        Placeholder("bawaan", "Yang perlu dibawa, bila diisi", "surat tugas asli; pakaian rapi", 1000),
        Placeholder("narahubung", "Narahubung dan nomornya, bila diisi", "Ibu Rina Kartika, 0812-0000-0011", 130),
        Placeholder("kantor", "Nama kantor", "Kesbangpol DKI Jakarta", 150),
        Placeholder("kode", "Kode peserta", "T45Q-WH7F", 9),
        Placeholder("tautan", "Alamat halaman penerima", "https://pelatihan.example/k/T45Q-WH7F/", 200),
        Placeholder("alasan", "Alasan atau catatan petugas, bila ada", "Nama belum sesuai KTP.", 500),
        Placeholder("perbaikan", "Isian yang perlu diperbaiki, bila ditandai", "Nama lengkap, Jabatan", 200),
        Placeholder("batas_perbaikan", "Sampai kapan data dapat diperbaiki sendiri", _MOMENT, 60),
        Placeholder("batas_keputusan", "Keputusan paling lambat, bila dijanjikan", "Jumat, 12 April 2019", 40),
        Placeholder("nomor_antrean", "Nomor antrean cadangan, bila ada", "4", 7),
        Placeholder("kabar", "Perubahan rencana dan alasannya", _NEWS, 450),
        Placeholder("ajakan", "Apa yang perlu dilakukan penerima, bila ada", "Mohon beri tahu kami.", 120),
        Placeholder("kursi", "Kursi untuk ormas itu", "3", 5),
        Placeholder("batas_daftar", "Pendaftaran ditutup, bila ditetapkan", _MOMENT, 60),
        Placeholder("batas_surat", "Surat tugas paling lambat, bila ditetapkan", "Jumat, 12 April 2019", 40),
        Placeholder("sertifikat", "Judul sertifikatnya", "Sertifikat", 40),
        Placeholder("nomor_sertifikat", "Nomor sertifikatnya", "020/SERT-ORMAS/III/2019", 120),
        Placeholder("daftar_kode", "Nama, pelatihan, kode, dan alamat, satu atau beberapa", _CODES, 1500),
    )
}  # fmt: skip

_ALWAYS = ("penerima", "ormas", "angkatan", "tanggal", "waktu_mulai", "tempat", "titik_kumpul", "narahubung", "kantor")
_PERSON = ("nama", "nama_lengkap", "kode", "tautan", "bawaan")
_PLAN = ("nama", "nama_lengkap", "kode", "tautan", "kabar", "alasan", "ajakan")
_FOOT = "Pertanyaan: {narahubung}\n\n{kantor}"
_DOOR = "Kode Anda: {kode}\nHalaman Anda: {tautan}"
_WHERE = "{tanggal}\n{tempat}"


@dataclass(frozen=True)
class Kind:
    """What belongs to one kind of message. ``needed``: without it the message makes no sense."""

    original: Text
    allowed: tuple[str, ...]
    needed: tuple[str, ...] = ()
    has_calendar: bool = False  # the rundown goes along with the mail


def _kind(
    subject: str, *paragraphs: str, also: tuple[str, ...], needed: tuple[str, ...] = (), has_calendar: bool = False
) -> Kind:
    body = "\n\n".join(["Yth. {penerima},", *paragraphs, _FOOT])
    return Kind(Text(subject, body), (*_ALWAYS, *also), needed, has_calendar)


KINDS: dict[MessageKind, Kind] = {
    MessageKind.RECEIVED: _kind(
        "Pendaftaran Pelatihan {angkatan} kami terima",
        "Pendaftaran Anda sebagai utusan {ormas} di Pelatihan {angkatan} sudah kami terima dan sedang diverifikasi."
        "\nKeputusannya paling lambat {batas_keputusan}.",
        _WHERE,
        f"{_DOOR}\nDi halaman itu Anda membaca kabar terbaru dan bagaimana data Anda dipakai, dan dapat membetulkannya."
        " Nomor HP Anda ditanyakan sekali.",
        also=(*_PERSON, "batas_keputusan"), needed=("kode", "tautan"),
    ),
    MessageKind.ACCEPTED: _kind(
        "Anda diterima di Pelatihan {angkatan}",
        "Selamat, Anda diterima sebagai peserta Pelatihan {angkatan}.",
        f"{_WHERE}\nTitik kumpul: {{titik_kumpul}}\nYang perlu dibawa: {{bawaan}}",
        f"{_DOOR}\nKode QR untuk presensi ada di halaman itu.",
        also=(*_PERSON, "alasan", "batas_surat"), needed=("kode", "tautan"), has_calendar=True,
    ),
    MessageKind.QUEUED: _kind(
        "Anda di daftar cadangan Pelatihan {angkatan}",
        "Anda berada di daftar cadangan Pelatihan {angkatan}.\nNomor antrean Anda: {nomor_antrean}.\n"
        "Catatan petugas: {alasan}",
        "Kami memberi kabar bila ada kursi kosong. Mohon jangan berangkat sebelum halaman Anda menyatakan “Diterima”.",
        _DOOR,
        also=(*_PERSON, "nomor_antrean", "alasan"), needed=("tautan",),
    ),
    MessageKind.MOVED_UP: _kind(
        "Ada kursi untuk Anda di Pelatihan {angkatan}",
        "Ada kursi kosong, jadi pendaftaran Anda naik dari daftar cadangan Pelatihan {angkatan} dan sekarang sedang"
        " diverifikasi.",
        f"{_WHERE}",
        f"{_DOOR}\nKeputusannya kami kabarkan, dan tampil di halaman itu.",
        also=(*_PERSON, "alasan"), needed=("tautan",),
    ),
    MessageKind.NEEDS_FIX: _kind(
        "Mohon perbaiki data pendaftaran Pelatihan {angkatan}",
        "Ada data pendaftaran Pelatihan {angkatan} yang perlu Anda perbaiki.\nIsian: {perbaikan}\n"
        "Catatan petugas: {alasan}",
        f"Silakan buka halaman Anda dan kirim perbaikannya.\nPaling lambat: {{batas_perbaikan}}\n{_DOOR}",
        also=(*_PERSON, "alasan", "perbaikan", "batas_perbaikan"), needed=("tautan",),
    ),
    MessageKind.REJECTED: _kind(
        "Pendaftaran Pelatihan {angkatan} belum dapat diterima",
        "Mohon maaf, pendaftaran Anda di Pelatihan {angkatan} belum dapat kami terima.\nAlasannya: {alasan}",
        "Selengkapnya ada di halaman Anda: {tautan}",
        also=(*_PERSON, "alasan"), needed=("alasan",),
    ),
    MessageKind.CANCELLED: _kind(
        "Pendaftaran Pelatihan {angkatan} dibatalkan",
        "Pendaftaran Anda di Pelatihan {angkatan} dibatalkan.\nAlasannya: {alasan}",
        "Hubungi kami bila ini keliru.",
        also=(*_PERSON, "alasan"),
    ),
    MessageKind.REPLACED: _kind(
        "Tempat Anda di Pelatihan {angkatan} sudah digantikan",
        "Tempat Anda di Pelatihan {angkatan} sudah diisi pengganti dari {ormas}.\nAlasannya: {alasan}",
        "Terima kasih. Hubungi kami bila ini keliru.",
        also=(*_PERSON, "alasan"),
    ),
    MessageKind.CODE: _kind(
        "Kode pendaftaran Pelatihan {angkatan}",
        "Kode pendaftaran Anda baru saja diminta lagi di situs Pelatihan Ormas. Ini kodenya:",
        "{daftar_kode}",
        "Buka alamat itu, lalu tulis nomor HP yang dipakai saat mendaftar; cukup sekali di setiap perangkat."
        " Simpan kode ini baik-baik dan jangan diteruskan kepada orang lain.",
        "Abaikan pesan ini bila Anda tidak meminta kode. Pendaftaran Anda tidak berubah.",
        also=("daftar_kode",), needed=("daftar_kode",),
    ),
    MessageKind.REMINDER: _kind(
        "Pengingat: Pelatihan {angkatan}, {tanggal}",
        "Kami tunggu kehadiran Anda di Pelatihan {angkatan}.",
        f"{_WHERE}\nMulai: {{waktu_mulai}}\nTitik kumpul: {{titik_kumpul}}\nYang perlu dibawa: {{bawaan}}",
        f"{_DOOR}\nKode QR untuk presensi ada di halaman itu. Mohon kabari kami lewat halaman itu bila Anda"
        " berhalangan.",
        also=(*_PERSON, "batas_surat"), needed=("tautan",), has_calendar=True,
    ),
    MessageKind.PLACE_CHANGED: _kind(
        "Tempat atau waktu Pelatihan {angkatan} berubah",
        "Tempat atau waktu Pelatihan {angkatan} berubah. Yang berlaku sekarang:",
        f"{_WHERE}\nMulai: {{waktu_mulai}}\nTitik kumpul: {{titik_kumpul}}",
        "Selengkapnya: {tautan}",
        also=_PERSON, needed=("tempat", "tanggal"), has_calendar=True,
    ),
    MessageKind.POSTPONED: _kind(
        "Tanggal baru: Pelatihan {angkatan}",
        "Kabar tentang Pelatihan Ormas {angkatan}. {kabar}", _WHERE, f"{{ajakan}}\n{_DOOR}",
        also=_PLAN, needed=("kabar", "tautan"), has_calendar=True,
    ),
    MessageKind.CALLED_OFF: _kind(
        "Pelatihan {angkatan} dibatalkan",
        "Kabar tentang Pelatihan Ormas {angkatan}. {kabar}",
        "Anda tidak perlu berbuat apa-apa. Mohon maaf atas perubahan ini.",
        "Selengkapnya: {tautan}",
        also=_PLAN, needed=("kabar",),
    ),
    MessageKind.REVIVED: _kind(
        "Pelatihan {angkatan} jadi dilaksanakan",
        "Kabar tentang Pelatihan Ormas {angkatan}. {kabar}", _WHERE, f"{{ajakan}}\n{_DOOR}",
        also=_PLAN, needed=("kabar", "tautan"), has_calendar=True,
    ),
    MessageKind.NO_DELEGATES: _kind(
        "{ormas} belum mendaftarkan utusan ke Pelatihan {angkatan}",
        "Sampai hari ini {ormas} belum mendaftarkan utusan ke Pelatihan {angkatan}.",
        f"{_WHERE}\nKursi untuk ormas Anda: {{kursi}}\nDaftarkan utusan sampai: {{batas_daftar}}\n"
        "Surat tugas paling lambat: {batas_surat}",
        "Mohon daftarkan utusan Anda lewat tautan ini:\n{tautan}\n"
        "Tautan ini untuk ormas Anda saja. Mohon tidak diteruskan ke grup.",
        also=("nama", "tautan", "kursi", "batas_daftar", "batas_surat"), needed=("tautan",),
    ),
    MessageKind.CERTIFICATE: _kind(
        "{sertifikat} Anda dari Pelatihan {angkatan} sudah terbit",
        "{sertifikat} Anda dari Pelatihan {angkatan} sudah terbit.\nNomor: {nomor_sertifikat}",
        "Unduh di halaman Anda: {tautan}\nNomor HP Anda ditanyakan sekali.",
        "Periksa nama dan gelarnya sebelum mencetak. Bila keliru, hubungi kami: nomornya tetap sama.",
        also=(*_PERSON, "sertifikat", "nomor_sertifikat"), needed=("tautan",),
    ),
    MessageKind.FREE: _kind(
        "Kabar Pelatihan {angkatan}",
        "Tulis kabar Anda di sini.",
        also=(*_PERSON, "kursi", "batas_daftar", "batas_surat"),
    ),
}  # fmt: skip


def placeholders_of(kind: MessageKind | str) -> list[Placeholder]:
    """What may stand in texts of this kind, in the order in which it is listed."""
    allowed = KINDS[MessageKind(kind)].allowed
    return [each for name, each in PLACEHOLDERS.items() if name in allowed]


# ---- Checking ------------------------------------------------------------------------------------


def tidy(text: str) -> str:
    """As it is kept: one kind of line end, nothing behind the lines."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def problems_of(kind: MessageKind | str, subject: str, body: str) -> dict[str, list[str]]:
    """Why this text cannot be kept, by field (``subject``, ``body``), each a sentence with the way out."""
    subject, body = tidy(subject), tidy(body)
    allowed = [each.name for each in placeholders_of(kind)]
    found = {
        "subject": [*_misshapen(subject, LONGEST_SUBJECT, "judul"), *wrong_places(subject, allowed)],
        "body": [*_misshapen(body, LONGEST_BODY, "isi"), *wrong_places(body, allowed)],
    }
    if "\n" in subject:
        found["subject"].append("Judul hanya satu baris. Pindahkan selebihnya ke isi.")
    if missing := [name for name in KINDS[MessageKind(kind)].needed if f"{{{name}}}" not in body]:
        places = ", ".join(f"{{{name}}} ({PLACEHOLDERS[name].label})" for name in missing)
        found["body"].append(f"Tanpa {places} pesan ini tidak ada gunanya. Tambahkan ke isi.")
    if not any(found.values()) and _longest(body) > LONGEST_SENT:
        found["body"].append(
            f"Dengan isian terpanjang pesan ini melebihi {dates.thousands(LONGEST_SENT)} huruf. Pendekkan, atau hapus"
            " isian yang panjang."
        )
    return {field: sentences for field, sentences in found.items() if sentences}


def _misshapen(text: str, most: int, what: str) -> list[str]:
    """Empty, too long, or with signs that nobody reads."""
    found = []
    if not text:
        found.append(f"Tulis {what} pesan, atau kembalikan teks asli.")
    if len(text) > most:
        over = dates.thousands(len(text) - most)
        found.append(f"Terlalu panjang: paling banyak {dates.thousands(most)} huruf, hapus {over} huruf.")
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in text):
        found.append("Ada tanda yang tidak terlihat. Hapus, atau ketik ulang teksnya.")
    if markup := _MARKUP.search(text):
        found.append(f"{markup[0][:40]} tampil apa adanya, karena pesan tidak memakai HTML. Hapus tanda itu.")
    return found


def wrong_places(text: str, allowed: list[str]) -> list[str]:
    """Words in braces that nothing is known of, each once, and braces that do not close."""
    found = []
    if unclosed := _unclosed(text):
        found.append(
            f"Kurung kurawal pada baris {unclosed} tidak berpasangan. Tulis isian seperti {{{allowed[0]}}}, atau hapus"
            " kurungnya."
        )
    seen = set[str]()
    for place in _PLACE.finditer(text):
        name = place[1]
        if name in allowed or name in seen:
            continue
        seen.add(name)
        line = text.count("\n", 0, place.start()) + 1
        found.append(f"{{{name[:40]}}} pada baris {line} {_what_instead(name, allowed)}")
    return found


def _unclosed(text: str) -> int:
    """The line of the first brace without its other half; 0 where there is none."""
    rest = _PLACE.sub(lambda place: "\n" * place[0].count("\n"), text)
    where = min((rest.index(brace) for brace in "{}" if brace in rest), default=-1)
    return rest.count("\n", 0, where) + 1 if where >= 0 else 0


def _what_instead(name: str, allowed: list[str]) -> str:
    known = re.sub(r"\W+", "_", name.strip().lower())
    near = get_close_matches(known, allowed, n=1) or [each for each in allowed if len(known) > 2 and known in each]
    why = "tidak tersedia di sini." if known in PLACEHOLDERS and known not in allowed else "tidak dikenal."
    hint = f" Maksud Anda {{{near[0]}}}?" if near else ""
    return f"{why}{hint} Yang dapat dipakai: {', '.join(f'{{{each}}}' for each in allowed)}."


def _longest(body: str) -> int:
    grown = sum(PLACEHOLDERS[name].most - len(name) - 2 for name in _PLACE.findall(body) if name in PLACEHOLDERS)
    return len(body) + grown


# ---- Filling in ----------------------------------------------------------------------------------


def filled(text: str, value: Callable[[str], str]) -> str:
    """The text for one person. ``value``: what stands for a name; a line with an empty one goes away."""
    lines = []
    for line in text.split("\n"):
        values = {name: value(name).strip() for name in _PLACE.findall(line)}
        if all(values.values()):
            lines.append(_PLACE.sub(lambda place, known=values: known[place[1]], line))  # type: ignore[misc]
    whole = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return whole if len(whole) <= LONGEST_SENT else f"{whole[: LONGEST_SENT - 1]}…"


def filled_subject(kind: MessageKind | str, text: str, value: Callable[[str], str]) -> str:
    """In one line, whatever is filled in; that of which something has no value becomes the name of the kind."""
    line = " ".join(filled(text.replace("\n", " "), value).split()) or str(MessageKind(kind).label)
    return line if len(line) <= LONGEST_SENT_SUBJECT else f"{line[: LONGEST_SENT_SUBJECT - 1]}…"


# ---- As the office has them ----------------------------------------------------------------------


class TextRefused(Exception):
    """The text is not kept; ``problems`` by field."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__()
        self.problems = problems


def original(kind: MessageKind | str) -> Text:
    return KINDS[MessageKind(kind)].original


def text_of(kind: MessageKind | str) -> Text:
    """The text that holds: the office's, or the original."""
    own = TextOfOffice.objects.filter(kind=kind).values_list("subject", "body").first()
    return Text(*own) if own else original(kind)


def changed() -> dict[str, TextOfOffice]:
    """The texts that the office changed, by kind. One query."""
    return {text.kind: text for text in TextOfOffice.objects.select_related("changed_by")}


def save(kind: MessageKind | str, subject: str, body: str, *, by: User, at: datetime) -> TextOfOffice | None:
    """Keep the office's text; None when it is the original again.

    :raises TextRefused: nothing kept
    """
    if problems := problems_of(kind, subject, body):
        raise TextRefused(problems)
    text = Text(tidy(subject), tidy(body))
    if text == original(kind):
        reset(kind)
        return None
    values = {"subject": text.subject, "body": text.body, "changed_by": by, "changed_at": at}
    return TextOfOffice.objects.update_or_create(kind=kind, defaults=values)[0]


def reset(kind: MessageKind | str) -> bool:
    """Back to the original; whether it was another one."""
    return bool(TextOfOffice.objects.filter(kind=kind).delete()[0])
