"""The site as the walk finds it: one of everything, somebody of every role, every address."""

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, reverse

import pelatihan
from pelatihan import codes
from pelatihan.accounts.actor import CONTACT, SYSTEM
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.desk import room_code
from pelatihan.models import (
    Angkatan,
    AngkatanSignatory,
    Bedroom,
    Bundle,
    Certificate,
    ChangeRequest,
    Guest,
    Honorarium,
    NumberSeries,
    Office,
    PaymentList,
    PrintedSheet,
    Printing,
    ReadyReason,
    Registration,
    Session,
    SheetEntry,
    SheetScan,
)
from pelatihan.registration import links, requests
from pelatihan.urls import urlpatterns
from tests import factories as make
from tests.pelatihan.hostile.forms import Form
from tests.pelatihan.test_walk import MORNING, PEOPLE, browser_of, given_to, leaves_of
from tests.pelatihan.test_walk_admin import (
    MAY,
    MORE,
    NEEDED,
    SITE,
    arguments_of,
    decide_one,
    in_and_out,
    merge_some,
    send_letter,
)

PHONE = "+6281298765432"
EVERYBODY = (*PEOPLE, "delegate")  # who has shown the phone number of the registration, and no account
ROOMS = Path(pelatihan.__file__).parent
ASKED = re.compile(r"""(?:GET|POST|wish)(?:\.get|\.getlist)?[(\[]"(\w+)"|"(\w+)" (?:not )?in request\.(?:GET|POST)""")
FIELD = re.compile(r"^    (\w+) = [\w.]*(?:Field|letters)\(", re.MULTILINE)
OF_LISTS = ("q", "p", "o", "all", "e", "_facets", "_popup", "_to_field", "_source_model", "index", "action")
OF_FORMS = ("_changelist_filters", "_popup", "_to_field")
OF_NEW_ROWS = (*OF_FORMS, "ormas", "angkatan", "starts_on", "opens_at", "number")


@dataclass(frozen=True)
class Address:
    """One address of the site; ``names`` are the parameters that its code asks for."""

    name: str
    path: str
    names: frozenset[str]


@dataclass(frozen=True)
class World:
    rows: dict[type[Model], Model]
    session: Session
    upcoming: Angkatan
    waiting: Registration
    asked: ChangeRequest
    bundle: Bundle
    printing: Printing
    payment: PaymentList
    fee: Honorarium
    sheet: PrintedSheet
    scan: SheetScan
    entry: SheetEntry

    @property
    def angkatan(self) -> Angkatan:
        return self.rows[Angkatan]  # type: ignore[return-value]

    @property
    def person(self) -> Registration:
        return self.rows[Registration]  # type: ignore[return-value]


def a_world() -> World:
    """A batch that runs, and one that is open for registration; one row of everything."""
    running = make.AngkatanFactory(number=2, letterhead=make.LetterheadFactory())
    upcoming = make.AngkatanFactory(number=3, starts_on=make.FIRST_DAY.replace(month=4), closes_at=None)
    session = make.SessionFactory(angkatan=running)
    ormas = make.OrmasFactory(contact_name="Bapak Contoh", contact_phone=PHONE)
    make.LegalDocumentFactory(ormas=ormas)
    person = make.a_registration(running, ormas=ormas, phone=PHONE)
    waiting = make.a_registration(upcoming, "submitted", phone=PHONE)
    AngkatanSignatory.objects.create(angkatan=running, signatory=make.SignatoryFactory())
    decide_one(person)
    asked = requests.ask_to_cancel(person, actor=CONTACT, at=make.NOON, reason="Sakit")
    assert person.invitation
    send_letter(person.invitation)
    assert running.letterhead
    made: list[Model] = [running, person, person.delegate, ormas, person.invitation, running.letterhead]
    made += [running.signers.get().signatory, make.UserFactory(username="lama", role="petugas")]
    made.append(make.a_request(upcoming, phone=PHONE, at=make.NOON))
    guest = Guest.objects.create(angkatan=running, name="Tamu Contoh", category="invited")
    made += [guest, Office.objects.get_or_create(pk=1)[0]]
    made += in_and_out(upcoming)
    made.append(ReadyReason.objects.create(text="Alasan contoh.", actions=["reject"]))
    for batch in (running, upcoming):
        Bedroom.objects.create(angkatan=batch, name="101")
    given_to(person)
    made.append(NumberSeries.objects.get())
    merge_some(person.delegate, ormas)
    come_late(session, person)
    by = make.UserFactory(username="pencetak", role="panitia")
    bundle = Bundle.objects.create(angkatan=running, what="semua", form="pdf", parts=[], at=make.NOON, by=by)
    printing = make.a_printing(running, by=by)
    payment, fee = make.PaymentListFactory(angkatan=running), make.HonorariumFactory(guest=guest, session=session)
    rows: dict[type[Model], Model] = {type(row): row for row in made}
    leaves = leaves_of(person, session)
    return World(rows, session, upcoming, waiting, asked, bundle, printing, payment, fee, *leaves)


def come_late(session: Session, person: Registration) -> None:
    """A scan from before the doors, one by a wrong clock, and a code that nobody has: all wait for an organiser."""
    known = Session.objects.select_related("angkatan").get(pk=session.pk)
    early, day = session.opens_at - timedelta(minutes=30), timedelta(days=1)
    for code, at in ((person.code, early), (person.code, early - day), (codes.new_code(), early)):
        scan = Scan(uuid.uuid4(), at, code=code, let_in=True, shown="present")
        writer.record(known, [scan], actor=SYSTEM, at=session.opens_at)


def browsers(world: World) -> dict[str, Client]:
    """One for everybody."""
    known = {who: browser_of(who if who in PEOPLE else "nobody") for who in EVERYBODY}
    for client in (known["delegate"], known["admin"]):
        for registration in (world.person, world.waiting):
            address = reverse("delegate", args=[codes.display(registration.code)])
            assert client.post(address, {"phone": PHONE}).status_code == 302
    return known


# ---- Addresses -----------------------------------------------------------------------------------


def of_the_site(world: World) -> list[Address]:
    """What urls.py names itself."""
    found = []
    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern) and pattern.name:
            wanted, asked = pattern.pattern.converters, names_in(pattern.callback.__module__.split(".")[1])
            for batch, person in ((world.angkatan, world.person), (world.upcoming, world.waiting)):
                assert person.invitation
                known = {"slug": batch.slug, "session": world.session.pk, "code": codes.display(person.code)}
                known |= {"ref": person.ref, "token": links.token_of(person.invitation), "key": world.asked.pk}
                numbered = {"hono": world.fee, "paym": world.payment, "shee": world.sheet}
                known |= {"number": numbered.get(pattern.name[:4], world.printing).pk, "page": 1}
                known |= {"token": room_code.token(world.session.pk, MORNING)} if pattern.name == "self" else {}
                known |= {"room": batch.bedrooms.get().pk}
                known |= {"key": f"p-{person.ref}"} if pattern.name == "lodging_person" else {}
                known |= {"key": "daftar-hadir"} if pattern.name.startswith("paper") else {}
                known |= {"key": world.bundle.pk} if pattern.name.startswith("bundle") else {}
                known |= {"key": world.scan.pk} if pattern.name.startswith("sheet_") else {}
                known |= {"key": world.entry.pk} if pattern.name == "sheet_undo" else {}
                known |= {"code": Certificate.objects.get().code} if pattern.name == "certificate" else {}
                path = reverse(pattern.name, kwargs={key: known[key] for key in wanted})
                found.append(Address(pattern.name, path, asked))
    return list({address.path: address for address in found}.values())


def of_the_admin(world: World) -> list[Address]:
    """All that the admin's own walk knows (it fails for what it does not know)."""
    found = []
    for model, row in world.rows.items():
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        asked = names_in("admin") if model in (Registration, Angkatan) else frozenset()
        for page in NEEDED:
            more = of_list(model) if page == "changelist" else OF_NEW_ROWS if page == "add" else OF_FORMS
            found.append(Address(stem + page, address(stem + page, row), asked.union(more)))
        others = [f"admin:{name}" for name in MORE if f"admin:{name}".startswith(stem)]
        found += [
            Address(name, reverse(name, args=arguments_of(name.removeprefix("admin:"), row)), asked.union(OF_FORMS))
            for name in others
        ]
    autocomplete = {"app_label", "model_name", "field_name", "term", "page", "to_field"}
    found += [Address(name, reverse(f"admin:{name}"), frozenset(autocomplete | {"next"})) for name in SITE]
    assert set(world.rows) == set(MAY)
    return found


def address(name: str, row: Model) -> str:
    return reverse(name, args=[] if name.endswith(("_changelist", "_add", "_held_back")) else [row.pk])


def of_list(model: type[Model]) -> set[str]:
    """What Django reads, what the list declares, and columns that it does not declare, in some lookups each."""
    page = admin.site._registry[model]
    filters = [
        each if isinstance(each, str) else getattr(each, "parameter_name", "") or each[0] for each in page.list_filter
    ]
    declared = {f"{name}{end}" for name in filters for end in ("", "__exact", "__isnull", "__id__exact")}
    columns = [column.name for column in model._meta.concrete_fields]
    ends = ("", "__regex", "__startswith", "__year", "__unaccent", "__in", "__isnull", "__x", "[]")
    undeclared = {column + ends[number % len(ends)] for number, column in enumerate(columns)}
    return declared | undeclared | set(OF_LISTS)


def names_in(room: str) -> frozenset[str]:
    """The parameters that the code of a room asks for by name, and the fields of its forms."""
    texts = [file.read_text() for file in sorted((ROOMS / room).rglob("*.py"))]
    asked = {one or other for text in texts for one, other in ASKED.findall(text)}
    fields = set() if room == "admin" else {name for text in texts for name in FIELD.findall(text)}
    return frozenset(asked | fields)


# ---- What no page shows as a form ----------------------------------------------------------------


def by_hand(world: World) -> list[Form]:
    """What scripts send, and what the second of two pages sends."""
    slug, session, row = world.angkatan.slug, world.session.pk, world.person.pk
    registration, angkatan = "admin:pelatihan_registration_", "admin:pelatihan_angkatan_"
    autocomplete = {"app_label": "pelatihan", "model_name": "registration", "field_name": "ormas", "term": "C"}
    list_action = {
        "action": "decide_cancel",
        "_selected_action": row,
        f"seen-{row}": "accepted",
        "reason": "x",
    }
    many = list_action | {"action": "cancel"}
    scan = {"ref": world.person.ref, "id": uuid.UUID(int=5), "undoes": "", "code": ""}
    return [
        a_form("GET", reverse("desk_session", args=[slug, session]), bagian="cari", cari="Siti"),
        a_form("GET", reverse("desk_session", args=[slug, session]), bagian="terakhir", jawaban=uuid.UUID(int=5)),
        a_form("GET", reverse("walk_in", args=[slug, session]), bagian="mirip", cari="Siti"),
        a_form("GET", reverse("walk_in", args=[slug, session]), bagian="ormas", cari="Forum"),
        a_form("GET", reverse("board", args=[slug]), bagian="papan", hari="2019-03-11", sesi=session),
        a_form("GET", reverse("admin:autocomplete"), **autocomplete),
        a_form("POST", reverse("record", args=[slug, session]), **scan),
        a_form("POST", reverse("record", args=[slug, session]), code=world.person.code, id=uuid.UUID(int=6)),
        a_form("POST", reverse(registration + "decide", args=[row]), decision="cancel", reason="x"),
        a_form("POST", reverse(registration + "changelist"), index="0", **list_action),
        a_form("POST", reverse(registration + "decide_many"), key=uuid.UUID(int=7), question="q=x", semua=row, **many),
        a_form("POST", reverse(registration + "undo", args=[uuid.UUID(int=7)]), orang=row, question="q=x"),
        a_form("POST", reverse(angkatan + "condition", args=[world.angkatan.pk]), step="cancel", reason="x"),
        a_form("POST", reverse(angkatan + "invite", args=[world.angkatan.pk]), ormas="1"),
        a_form("POST", reverse("listing", args=[world.upcoming.slug]), name="Forum", city="x", phone="081234567890"),
        a_form("POST", reverse("login"), username="petugas", password="x", next="/panitia/"),
    ]


def a_form(method: str, address: str, **sent: object) -> Form:
    return Form(method, address, [(name, str(value)) for name, value in sent.items()], set(sent))
