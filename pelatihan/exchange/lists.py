"""The lists that go out: which columns each has, for whom, and one row of each. A reader gets what the pages show them:
who may not see a phone number gets it masked, who may not see a code gets no such column.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Model, QuerySet

from ormas import phones
from ormas.models import Delegate, Ormas
from pelatihan.accounts import access
from pelatihan.exchange.kinds import BODIES, FORMS
from pelatihan.exchange.sheets import Column, Kind, local
from pelatihan.models import Invitation, Registration

AT_ONCE = 2_000  # rows of one statement


@dataclass(frozen=True)
class Offered:
    """One column: its head, what stands there, and the permission without which it is not there."""

    head: str
    value: Callable[[Any], Any]
    kind: Kind = "words"
    width: int = 18
    needs: str = ""
    masked: Callable[[Any], Any] | None = None  # what stands there for who lacks the permission


def _phone(of: Callable[[Any], str]) -> dict[str, Callable[[Any], Any]]:
    return {"value": lambda row: phones.display(of(row)), "masked": lambda row: phones.masked(of(row))}


REGISTRATIONS = (
    Offered("Kode", lambda row: row.shown_code, "text", 12, needs=access.CODES),
    Offered("Gelar depan", lambda row: row.front_title, width=12),
    Offered("Nama", lambda row: row.name, width=34),
    Offered("Gelar belakang", lambda row: row.back_title, width=14),
    Offered("Nama panggilan", lambda row: row.nickname, width=16),
    Offered("L/P", lambda row: row.delegate.gender, width=8),
    Offered("Ormas", lambda row: row.ormas.name if row.ormas else f"{row.ormas_text} (di luar daftar)", width=40),
    Offered("Jabatan", lambda row: row.position, width=24),
    Offered("Nomor HP", kind="text", width=20, needs=access.CONTACT, **_phone(lambda row: row.delegate.phone)),
    Offered("Surel", lambda row: row.delegate.email, width=28, needs=access.CONTACT),
    Offered("Status", lambda row: row.get_status_display(), width=20),
    Offered("Nomor antrean", lambda row: row.queue_number, "number", 14),
    Offered("Angkatan", lambda row: row.angkatan.name, width=18),
    Offered("Asal", lambda row: row.get_source_display(), width=18),
    Offered("Mendaftar", lambda row: local(row.submitted_at), "moment", 18),
    Offered("Kebutuhan khusus", lambda row: row.special_needs, width=30, needs=access.SPECIAL_NEEDS),
)
ORMAS = (
    Offered("Nama resmi", lambda row: row.name, width=44),
    Offered("Singkatan", lambda row: row.abbreviation),
    Offered("Tingkat", lambda row: row.level, width=12),
    Offered("Jenis lembaga", lambda row: BODIES[row.kind], width=22),
    Offered("Bentuk hukum", lambda row: FORMS[row.legal_form], width=22),
    Offered("Bidang kegiatan", lambda row: row.field, width=22),
    Offered("Kota/kabupaten", lambda row: row.city, width=20),
    Offered("Alamat sekretariat", lambda row: row.secretariat_address, width=40),
    Offered("Narahubung", lambda row: row.contact_name, width=26, needs=access.CONTACT),
    Offered(
        "Nomor HP narahubung", kind="text", width=22, needs=access.CONTACT, **_phone(lambda row: row.contact_phone)
    ),
    Offered("Surel narahubung", lambda row: row.contact_email, width=28, needs=access.CONTACT),
    Offered("Masa bakti sampai", lambda row: row.board_term_until, "day", 18),
    Offered("Verifikasi", lambda row: row.get_verification_display(), width=22),
)  # fmt: skip
DELEGATES = (
    Offered("Gelar depan", lambda row: row.front_title, width=12),
    Offered("Nama", lambda row: row.name, width=34),
    Offered("Gelar belakang", lambda row: row.back_title, width=14),
    Offered("L/P", lambda row: row.gender, width=8),
    Offered("Ormas", lambda row: row.ormas.name if row.ormas else "", width=40),
    Offered("Jabatan", lambda row: row.position, width=24),
    Offered("Nomor HP", kind="text", width=20, needs=access.CONTACT, **_phone(lambda row: row.phone)),
    Offered("Surel", lambda row: row.email, width=28, needs=access.CONTACT),
    Offered("Pelatihan", lambda row: row.trainings, "number", 12),
    Offered("Bersedia diundang lagi", lambda row: "ya" if row.agrees_invite else "tidak", width=16),
)
INVITATIONS = (
    Offered("Ormas", lambda row: row.ormas.name, width=44),
    Offered("Singkatan", lambda row: row.ormas.abbreviation),
    Offered("Angkatan", lambda row: row.angkatan.name, width=18),
    Offered("Kursi", lambda row: row.own_seats, "number", 10),
    Offered("Terisi", lambda row: row.held, "number", 10),
    Offered("Narahubung", lambda row: row.ormas.contact_name, width=26, needs=access.CONTACT),
    Offered(
        "Nomor HP narahubung", kind="text", width=22, needs=access.CONTACT,
        **_phone(lambda row: row.ormas.contact_phone),
    ),
    Offered("Tautan dikirim", lambda row: local(row.told_at), "moment", 18),
    Offered("Tautan dibuka", lambda row: local(row.opened_at), "moment", 18),
    Offered("Surat tugas diterima", lambda row: local(row.letter_received_at), "moment", 20),
    Offered("Catatan", lambda row: row.note, width=40),
)  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """One list: its name, its columns, how its rows are fetched, and who may look at it."""

    key: str
    name: str
    model: type[Model]
    view: str
    told: Sequence[Offered]

    def rows(self, keys: Sequence[int]) -> Iterator[Any]:
        """These rows in this order, some thousand at a time."""
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            found = {row.pk: row for row in self._fetched().filter(pk__in=some)}
            yield from (found[pk] for pk in some if pk in found)

    def _fetched(self) -> QuerySet[Any]:
        """An organisation or batch that many rows share is made once."""
        rows: Any = self.model._default_manager.order_by()
        if self.model is Registration:
            return rows.select_related("delegate").prefetch_related("ormas", "angkatan")  # type: ignore[no-any-return]
        if self.model is Invitation:
            return rows.select_related("ormas").prefetch_related("angkatan").with_seats_held()  # type: ignore[no-any-return]
        if self.model is Delegate:
            return rows.prefetch_related("ormas").annotate(trainings=Count("registrations"))  # type: ignore[no-any-return]
        return rows  # type: ignore[no-any-return]

    def totals(self) -> list[list[Any]]:
        """What stands below the rows."""
        return []

    def facts(self) -> list[tuple[str, str]]:
        """What else the second sheet tells."""
        return []

    def columns(self, reader: User) -> "Shown":
        """What this reader gets."""
        shown: list[tuple[Column, Callable[[Any], Any]]] = []
        for one in self.told:
            if not one.needs or access.has(reader, one.needs):
                shown.append((Column(one.head, one.kind, one.width), one.value))
            elif one.masked:
                shown.append((Column(f"{one.head} (disamarkan)", one.kind, one.width), one.masked))
        return Shown([column for column, _ in shown], [value for _, value in shown])


@dataclass(frozen=True)
class Shown:
    """The columns of one reader, and what stands in them."""

    columns: list[Column]
    values: list[Callable[[Any], Any]]

    def row(self, one: Any) -> list[Any]:
        return [value(one) for value in self.values]


LISTS = {
    one.key: one
    for one in (
        Listing("pendaftaran", "Pendaftaran", Registration, "pelatihan.view_registration", REGISTRATIONS),
        Listing("ormas", "Ormas", Ormas, "ormas.view_ormas", ORMAS),
        Listing("peserta", "Peserta", Delegate, "ormas.view_delegate", DELEGATES),
        Listing("undangan", "Undangan", Invitation, "pelatihan.view_invitation", INVITATIONS),
    )
}
