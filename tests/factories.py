"""Worlds for tests. A registration at a status is built by walking the real transitions."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, cast

import factory
from django.contrib.auth.models import Group, User

from ormas.models import LegalDocument, Ormas
from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import Action, Role, Status
from pelatihan.models import (
    Angkatan,
    Guest,
    Honorarium,
    Invitation,
    Letterhead,
    ListingRequest,
    PaymentList,
    PrintedFile,
    PrintedSheet,
    Printing,
    Registration,
    Session,
    Signatory,
)
from pelatihan.registration import changes, listing, writer
from pelatihan.registration.application import Application, Person
from pelatihan.registration.listing import Asking

NOON = datetime(2019, 2, 20, 5, 0, tzinfo=UTC)  # 12.00 WIB, while registration is open
FIRST_DAY = date(2019, 3, 11)

ROADS = {
    Status.SUBMITTED: [],
    Status.NEEDS_FIX: [(Action.ASK_FIX, "Nama belum lengkap")],
    Status.ACCEPTED: [(Action.ACCEPT, "")],
    Status.WAITLISTED: [(Action.WAITLIST, "")],
    Status.REJECTED: [(Action.REJECT, "Bukan pengurus")],
    Status.CANCELLED: [(Action.CANCEL, "Berhalangan")],
}


class Making[M](Protocol):
    """A factory as tests use it: called, it makes and saves one. (factory-boy's own types say otherwise.)"""

    def __call__(self, **fields: Any) -> M: ...
    def build(self, **fields: Any) -> M: ...
    def create_batch(self, size: int, **fields: Any) -> list[M]: ...


def making[M](maker: type[factory.django.DjangoModelFactory[M]]) -> Making[M]:
    return cast(Making[M], maker)


class _OrmasFactory(factory.django.DjangoModelFactory[Ormas]):
    class Meta:
        model = Ormas

    name = factory.Sequence(lambda n: f"Perkumpulan Contoh {n}")
    abbreviation = factory.Sequence(lambda n: f"PC{n}")
    city = "Jakarta Pusat"
    verification = Ormas.Verification.VERIFIED


OrmasFactory = making(_OrmasFactory)


class _LegalDocumentFactory(factory.django.DjangoModelFactory[LegalDocument]):
    class Meta:
        model = LegalDocument

    ormas = factory.SubFactory(OrmasFactory)
    kind = LegalDocument.Kind.APPROVAL
    number = "AHU-0000000.AH.01.07.TAHUN 2016"


LegalDocumentFactory = making(_LegalDocumentFactory)


class _LetterheadFactory(factory.django.DjangoModelFactory[Letterhead]):
    class Meta:
        model = Letterhead

    label = "Kop contoh"
    first_line = "Pemerintah Provinsi Daerah Khusus Ibukota Jakarta"
    second_line = "Badan Kesatuan Bangsa dan Politik"
    address = "Jalan Contoh Nomor 1"
    city = "Jakarta"
    postcode = "10110"


LetterheadFactory = making(_LetterheadFactory)


class _SignatoryFactory(factory.django.DjangoModelFactory[Signatory]):
    class Meta:
        model = Signatory

    name = factory.Sequence(lambda n: f"Drs. Pejabat Contoh {n}, M.Si.")
    title = "Ketua Panitia Pelaksana"
    employee_number = "198001012005011001"


SignatoryFactory = making(_SignatoryFactory)


class _AngkatanFactory(factory.django.DjangoModelFactory[Angkatan]):
    """Registration is open at ``NOON``; the batch runs 11-13 March 2019."""

    class Meta:
        model = Angkatan

    number = factory.Sequence(lambda n: n % 98 + 1)
    year = 2019
    theme = "Peningkatan Peran Organisasi Kemasyarakatan"
    venue = "Hotel Contoh, Bogor"
    town = "Bogor"
    starts_on = FIRST_DAY
    ends_on = factory.LazyAttribute(lambda a: a.starts_on + timedelta(days=2))
    opens_at = NOON - timedelta(days=10)
    closes_at = NOON + timedelta(days=10)
    capacity = 20
    published = True
    help_name = "Ibu Rina Kartika"
    help_phone = "+6281200000011"


AngkatanFactory = making(_AngkatanFactory)


class _SessionFactory(factory.django.DjangoModelFactory[Session]):
    """By default the session of 08.00-09.30 WIB on the first day; ``hour`` moves it."""

    class Meta:
        model = Session

    class Params:
        hour = 8
        day = 0

    angkatan = factory.SubFactory(AngkatanFactory)
    title = factory.Sequence(lambda n: f"Materi {n}")
    starts_at = factory.LazyAttribute(
        lambda s: datetime(2019, 3, 11, tzinfo=UTC) + timedelta(days=s.day, hours=s.hour - 7)
    )
    ends_at = factory.LazyAttribute(lambda s: s.starts_at + timedelta(minutes=90))
    speaker = "Bawaslu Provinsi DKI Jakarta"


SessionFactory = making(_SessionFactory)


class _InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    angkatan = factory.SubFactory(AngkatanFactory)
    ormas = factory.SubFactory(OrmasFactory)


InvitationFactory = making(_InvitationFactory)


class _GuestFactory(factory.django.DjangoModelFactory[Guest]):
    class Meta:
        model = Guest

    angkatan = factory.SubFactory(AngkatanFactory)
    category = Guest.Category.SPEAKER
    name = "Dr. Ratih Kusumadewi, S.H., M.H."
    position = "Anggota"
    institution = "Bawaslu Provinsi DKI Jakarta"


GuestFactory = making(_GuestFactory)


class _PaymentListFactory(factory.django.DjangoModelFactory[PaymentList]):
    """By default whoever came to a session of each day gets it."""

    class Meta:
        model = PaymentList

    angkatan = factory.SubFactory(AngkatanFactory)
    label = "Uang Transpor Peserta"
    gross = 150_000
    tax_percent = Decimal(5)


PaymentListFactory = making(_PaymentListFactory)


class _HonorariumFactory(factory.django.DjangoModelFactory[Honorarium]):
    """By default 90 minutes at Rp900.000 each orang-jam."""

    class Meta:
        model = Honorarium

    guest = factory.SubFactory(GuestFactory)
    session = factory.SubFactory(SessionFactory, angkatan=factory.SelfAttribute("..guest.angkatan"))
    rate = 900_000
    tax_percent = Decimal(5)


HonorariumFactory = making(_HonorariumFactory)


class _UserFactory(factory.django.DjangoModelFactory[User]):
    """A person with one role: ``UserFactory(role="petugas")``; without a role a mere account."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"pengguna{n}")
    first_name = "Rina"
    last_name = "Kartika"

    @factory.post_generation
    def role(self: User, create: bool, extracted: str | None, **_: Any) -> None:
        if create and extracted:
            self.groups.add(Group.objects.get(name=extracted))


UserFactory = making(_UserFactory)


def clerk() -> Actor:
    """A verifier, as the writer wants to know one."""
    user = User.objects.filter(username="verifikator-contoh").first()
    return Actor(Role.STAFF, user or UserFactory(username="verifikator-contoh", role="verifikator"))


_numbers = iter(range(10_000_000))


def a_person(**edits: Any) -> Person:
    """Somebody who filled in the form; every call another phone number."""
    number = next(_numbers)
    fields = {
        "name": f"Siti Rahmawati {'abcdefghij'[number % 10]}",
        "gender": "P",
        "position": "Sekretaris",
        "phone": f"+62812{number:08d}",
        "privacy_version": "2019-01",
    }
    return Person(**(fields | edits))


def a_registration(
    angkatan: Angkatan,
    status: Status | str = Status.ACCEPTED,
    *,
    ormas: Ormas | None = None,
    at: datetime = NOON,
    source: Registration.Source = Registration.Source.WEB,
    **person: Any,
) -> Registration:
    """A registration that came to its status by the table's own moves."""
    invitation = (
        InvitationFactory(angkatan=angkatan)
        if ormas is None
        else Invitation.objects.get_or_create(angkatan=angkatan, ormas=ormas)[0]
    )
    wish, by = Application(a_person(**person), source, ormas=invitation.ormas), clerk()
    registration = writer.register(angkatan, wish, actor=by, at=at)
    if status == Status.REPLACED:
        changes.replace(registration, Application(a_person(), source), actor=by, at=at)
    for action, reason in ROADS.get(Status(status), []):
        writer.move(registration, action, actor=by, at=at, reason=reason)
    return registration


def a_request(angkatan: Angkatan, *, at: datetime = NOON, **changes: str) -> ListingRequest:
    """An organisation that asked to be invited; every call another phone number."""
    fields = {"name": "Perkumpulan Belum Tercantum", "city": "Jakarta Timur", "contact_name": "Budi Santoso"}
    asking = Asking(**(fields | {"phone": f"+62813{next(_numbers):08d}"} | changes))
    token = uuid.uuid4()
    listing.ask(angkatan, asking, token=token, at=at)
    return ListingRequest.objects.select_related("angkatan").get(token=token)


def a_printing(angkatan: Angkatan, *, by: User, at: datetime = NOON, pdf: bytes = b"%PDF-", **changes: Any) -> Printing:
    """Something that was printed, with a file that nobody could read; every call another version."""
    usual = {"paper": "daftar-hadir", "name": "Daftar hadir peserta", "file_name": "contoh.pdf", "words": {}}
    figures = {"words_hash": "0" * 64, "sha256": "0" * 64, "size": len(pdf), "pages": 1}
    made = Printing.objects.create(angkatan=angkatan, at=at, by=by, **(usual | figures | changes))
    PrintedFile.objects.create(printing=made, content=pdf)
    version = PrintedSheet.objects.filter(angkatan=angkatan).count() + 1
    PrintedSheet.objects.create(
        printing=made, number=1, angkatan=angkatan, slot=made.paper, version=version, kind="other", ends=[1]
    )
    return made
