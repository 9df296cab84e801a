"""The three lists that come from Excel: their columns, how each is headed, read and explained."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ormas import names
from ormas.models import WRITTEN, Delegate, Gender, Ormas
from ormas.search import plain
from pelatihan.exchange.reading import cells
from pelatihan.exchange.reading.cells import Reader
from pelatihan.lifecycle import Status
from pelatihan.models import Invitation, ListKind

MOST_SEATS = 500
EXAMPLE = "contoh:"  # with which a row begins that only shows how it is done
REASONS = "Sebab"  # the column of what comes back; when it comes in again, nobody reads it


@dataclass(frozen=True)
class Field:
    """One column: its head, what else people write there, and how a cell is read."""

    key: str
    head: str
    read: Reader
    also: tuple[str, ...] = ()
    is_required: bool = False
    width: int = 18
    choices: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    examples: tuple[str, str] = ("", "")

    @property
    def heads(self) -> set[str]:
        return {plain(self.head), *(plain(each) for each in self.also)}


def _most(model: type[Delegate] | type[Ormas] | type[Invitation], name: str) -> int:
    return int(getattr(model._meta.get_field(name), "max_length", None) or 0)


def _person(key: str, head: str, *also: str, **more: object) -> Field:
    check = names.check_name if key == "name" else WRITTEN[key]
    read = cells.words(_most(Delegate, key), check, takes_formula=key != "name")
    return Field(key, head, read, also, **more)  # type: ignore[arg-type]  # as the callers below give them


def _ormas(key: str, head: str, *also: str, **more: object) -> Field:
    check = names.check_text if key in {"name", "abbreviation"} else None
    read = cells.words(_most(Ormas, key), check, takes_formula=key != "name")
    return Field(key, head, read, also, **more)  # type: ignore[arg-type]  # as above


GENDERS = {value: str(label) for value, label in Gender.choices}
ALSO_GENDERS = {
    "l": "L", "p": "P", "lk": "L", "pr": "P", "laki": "L", "laki laki": "L", "pria": "L", "wanita": "P",
    "cowok": "L", "cewek": "P", "perempuan": "P", "male": "L", "female": "P",
}  # fmt: skip
STATUSES = {
    status.value: str(status.label)
    for status in (
        Status.SUBMITTED, Status.ACCEPTED, Status.WAITLISTED, Status.NEEDS_FIX, Status.REJECTED, Status.CANCELLED,
    )
}  # fmt: skip
FORMS = {value: str(label) for value, label in Ormas.LegalForm.choices}
BODIES = {
    Ormas.KindOfBody.ORMAS.value: "Ormas",
    Ormas.KindOfBody.GOVERNMENT_FORMED.value: "Bentukan pemerintah",
    Ormas.KindOfBody.OTHER.value: "Lembaga lain",
}

OF_ORMAS = (
    _ormas(
        "name", "Nama resmi", "nama ormas", "nama", "ormas", "organisasi", "nama organisasi",
        is_required=True, width=44,
        hint="Nama lengkap sesuai akta atau SKT, 2 sampai 200 huruf.",
        examples=("Perkumpulan Melati Bangsa", "Yayasan Cahaya Nusantara"),
    ),
    _ormas("abbreviation", "Singkatan", "akronim", hint="Boleh kosong.", examples=("PMB", "YCN")),
    _ormas("level", "Tingkat", "tingkatan", hint="Misalnya DPP, DPD, DPW, DPC.", examples=("DPD", "")),
    Field(
        "kind", "Jenis lembaga", cells.one_of(BODIES, {
            plain(str(label)): value for value, label in Ormas.KindOfBody.choices
        }), ("jenis",), choices=BODIES, width=22, hint="Pilih dari daftar. Kosong: ormas.", examples=("Ormas", "Ormas"),
    ),
    Field(
        "legal_form", "Bentuk hukum", cells.one_of(FORMS, {"tidak berbadan hukum": "unincorporated"}),
        ("badan hukum", "bentuk"), choices=FORMS, width=22, hint="Pilih dari daftar.",
        examples=("Perkumpulan", "Yayasan"),
    ),
    _ormas("field", "Bidang kegiatan", "bidang", width=22, hint="Teks bebas.", examples=("sosial", "pendidikan")),
    _ormas("city", "Kota/kabupaten", "kota", "kabupaten", "kota administrasi", "wilayah", width=20,
           hint="Misalnya Jakarta Pusat.", examples=("Jakarta Pusat", "Jakarta Timur")),
    _ormas("secretariat_address", "Alamat sekretariat", "alamat", "sekretariat", width=40, hint="Boleh kosong."),
    _ormas("contact_name", "Narahubung", "nama narahubung", "kontak", "contact person", "pic", "ketua", width=26,
           hint="Yang dihubungi.", examples=("Ibu Sari", "Bapak Danu")),
    Field(
        "contact_phone", "Nomor HP narahubung", cells.phone(landlines=True),
        ("hp narahubung", "no hp", "nomor hp", "hp", "telepon", "no telepon", "no telp", "telp", "no wa", "whatsapp"),
        width=22, hint="Sebagai teks, misalnya 0812-3456-7890.", examples=("0812-0000-0001", "0812-0000-0002"),
    ),
    Field("contact_email", "Surel narahubung", cells.email, ("email", "e mail", "surel", "email narahubung"), width=28,
          hint="Boleh kosong.", examples=("sari@contoh.id", "")),
    Field(
        "board_term_until", "Masa bakti sampai", cells.day,
        ("masa bakti pengurus sampai", "masa bakti", "masa bhakti", "akhir masa bakti"), width=20,
        hint="Tanggal: 31/12/2027 atau 31 Desember 2027.", examples=("31/12/2027", "30 Juni 2028"),
    ),
)  # fmt: skip

OF_INVITATIONS = (
    Field(
        "ormas", "Ormas", cells.words(200, takes_formula=False),
        ("nama ormas", "nama resmi", "nama", "organisasi", "nama organisasi", "lembaga"), is_required=True, width=44,
        hint="Nama atau singkatan seperti pada daftar ormas.",
        examples=("Perkumpulan Melati Bangsa", "Yayasan Cahaya Nusantara"),
    ),
    Field("own_seats", "Kursi", cells.whole(MOST_SEATS), ("jumlah kursi", "kuota", "jatah", "jumlah peserta"), width=10,
          hint="Kosong: sama dengan kursi tiap ormas pada angkatan.", examples=("3", "")),
    Field("note", "Catatan", cells.words(_most(Invitation, "note")), ("keterangan",), width=40, hint="Boleh kosong.",
          examples=("Undangan dikirim lewat kurir", "")),
)  # fmt: skip

OF_REGISTRATIONS = (
    Field("code", "Kode", cells.words(40), ("kode pendaftaran", "kode peserta"), width=12,
          hint="Hanya untuk yang sudah terdaftar; kosongkan untuk orang baru."),
    _person("front_title", "Gelar depan", "gelar di depan", width=12, hint="Boleh kosong.", examples=("Drs.", "")),
    _person(
        "name", "Nama", "nama lengkap", "nama peserta", "nama delegasi", "nama utusan", is_required=True, width=34,
        hint="Sesuai KTP, tanpa gelar, 2 sampai 150 huruf.", examples=("Siti Rahmawati", "Bambang Sutejo"),
    ),
    _person("back_title", "Gelar belakang", "gelar", "gelar di belakang", width=14, hint="Boleh kosong.",
            examples=("S.Sos.", "")),
    _person("nickname", "Nama panggilan", "panggilan", width=16, hint="Dicetak besar di kartu peserta.",
            examples=("Siti", "")),
    Field("gender", "L/P", cells.one_of({"L": "L", "P": "P"}, ALSO_GENDERS),
          ("jenis kelamin", "jk", "kelamin", "gender", "sex"), choices={"L": "L", "P": "P"}, width=8,
          hint="L atau P, untuk pembagian kamar.", examples=("P", "L")),
    Field(
        "ormas", "Ormas", cells.words(220, takes_formula=False),
        ("nama ormas", "organisasi", "asal ormas", "instansi", "ormas instansi", "asal organisasi", "lembaga"),
        is_required=True, width=40,
        hint="Nama atau singkatan seperti pada daftar ormas. Di luar daftar: tambahkan “(di luar daftar)”.",
        examples=("Perkumpulan Melati Bangsa", "Karang Taruna Contoh (di luar daftar)"),
    ),
    _person("position", "Jabatan", "jabatan di ormas", "jabatan dalam ormas", width=24, hint="Di ormasnya.",
            examples=("Sekretaris", "Anggota")),
    Field(
        "phone", "Nomor HP", cells.phone(),
        ("no hp", "hp", "telepon", "no telepon", "no telp", "nomor telepon", "telp", "no wa", "nomor wa", "wa",
         "whatsapp", "no whatsapp", "handphone", "nomor hp whatsapp", "no hp wa"),
        width=20, hint="Sebagai teks, misalnya 0812-3456-7890.", examples=("0812-0000-0001", "0812-0000-0002"),
    ),
    Field("email", "Surel", cells.email, ("email", "e mail", "alamat surel", "surel email"), width=28,
          hint="Boleh kosong.", examples=("siti@contoh.id", "")),
    Field(
        "status", "Status", cells.one_of(STATUSES, {
            "diajukan": "submitted", "menunggu": "submitted", "terima": "accepted", "lolos": "accepted",
            "tolak": "rejected", "batal": "cancelled", "waiting list": "waitlisted", "digantikan": "replaced",
        }),
        ("status pendaftaran", "keputusan"), choices=STATUSES, width=22,
        hint="Kosong: menunggu verifikasi, atau tetap seperti sekarang.",
        examples=("Diterima", "Menunggu verifikasi"),
    ),
    Field("reason", "Alasan", cells.words(500), ("alasan keputusan", "sebab ditolak", "alasan status"), width=34,
          hint="Wajib bila ditolak, dibatalkan, atau perlu perbaikan. Peserta membacanya."),
    Field("nik", "NIK", cells.nik, ("no ktp", "nomor ktp", "nomor induk kependudukan", "no nik", "ktp")),
)  # fmt: skip

FIELDS: dict[str, tuple[Field, ...]] = {
    ListKind.ORMAS: OF_ORMAS,
    ListKind.INVITATIONS: OF_INVITATIONS,
    ListKind.REGISTRATIONS: OF_REGISTRATIONS,
}
NAMED_BY: dict[str, str] = {ListKind.ORMAS: "name", ListKind.INVITATIONS: "ormas", ListKind.REGISTRATIONS: "name"}
NOT_KEPT = frozenset({"nik"})


def in_template(kind: str) -> list[Field]:
    """The columns that one fills in."""
    return [each for each in FIELDS[kind] if each.key not in NOT_KEPT]
