"""The office, its letterhead, its signers, and the five demo logins. All people are invented."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from pelatihan.models import Letterhead, Office, Signatory

PASSWORD = "pelatihan-demo"
USERS = {
    "admin": ("Dimas", "Prayogatama"),
    "verifikator": ("Anindya", "Maheswari"),
    "panitia": ("Rina", "Kartika"),
    "petugas": ("Eko", "Prasetyawan"),
    "pemantau": ("Saiful Anwar", "Basuki"),
}


@dataclass(frozen=True)
class Desk:
    """Who acts in the reference data, and what stands on its papers."""

    verifier: User
    officer: User
    committee: User
    letterhead: Letterhead
    signers: tuple[Signatory, Signatory]
    head: Signatory  # who signs certificates


def furnish() -> Desk:
    """Make the office and its people; what exists already stays as it is."""
    Office.objects.get_or_create(
        pk=1,
        defaults={
            "short_name": "Kesbangpol DKI Jakarta",
            "name": "Badan Kesatuan Bangsa dan Politik Provinsi DKI Jakarta",
            "city": "Jakarta",
            "zone_label": Office.Zone.WIB,
            "privacy_contact": "Sekretariat Badan Kesbangpol, (021) 000-0000, privasi@kesbangpol.example",
        },
    )
    users = _users()
    return Desk(users["verifikator"], users["petugas"], users["panitia"], _letterhead(), _signers(), _head())


def _users() -> dict[str, User]:
    """The demo logins share one hash: making five would take longer than all the rest."""
    password = make_password(PASSWORD)
    users = {}
    for name, (first, last) in USERS.items():
        fields = {"first_name": first, "last_name": last, "password": password, "is_superuser": name == "admin"}
        users[name], made = User.objects.get_or_create(
            username=name, defaults=fields | {"is_staff": name in {"admin", "verifikator", "panitia", "pemantau"}}
        )
        if made:
            users[name].groups.add(Group.objects.get(name=name))
    return users


def _letterhead() -> Letterhead:
    """The lines of a DKI letterhead (Pergub 94/2016); telephone and mail cannot exist."""
    return Letterhead.objects.create(
        label="Badan, 2019 (contoh)",
        first_line="Pemerintah Provinsi Daerah Khusus Ibukota Jakarta",
        second_line="Badan Kesatuan Bangsa dan Politik",
        address="Jalan Kebon Sirih Nomor 18 Blok H Lantai 15, Telepon (021) 000-0000, Surel surat@kesbangpol.example",
        city="Jakarta",
        postcode="10110",
    )


def _signers() -> tuple[Signatory, Signatory]:
    """Who signs the sheets; day 00 in the number shows that it belongs to nobody."""
    division = Signatory.objects.create(
        name="Dra. Hj. Wulandari Setyaningrum, M.Si.",
        title="Kepala Bidang Ketahanan Ekonomi, Seni Budaya, Agama dan Kemasyarakatan selaku Kuasa Pengguna Anggaran",
        employee_number="196603001992032000",
    )
    committee = Signatory.objects.create(
        name="Agus Darmawan Prakoso, S.Sos.", title="Ketua Panitia Pelaksana", employee_number="197908002005011000"
    )
    return division, committee


def _head() -> Signatory:
    return Signatory.objects.create(
        name="Ir. H. Yudhistira Permadi Soelaiman, M.M.",
        title="Kepala Badan Kesatuan Bangsa dan Politik Provinsi Daerah Khusus Ibukota Jakarta",
        prefix=Signatory.Prefix.ACTING,
        employee_number="196307001989031000",
    )
