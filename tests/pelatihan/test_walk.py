"""Every address of the site, walked by everybody: who gets in, who is sent to log in, who is refused.

The table is written by hand: it says what the office wants, not what the code happens to do. An address that is not
in it fails the walk.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, reverse

from pelatihan import codes
from pelatihan.accounts.actor import CONTACT
from pelatihan.certificates import issuing
from pelatihan.certificates.standing import standings
from pelatihan.desk import room_code
from pelatihan.models import (
    Angkatan,
    Bedroom,
    Bundle,
    CertificateRule,
    ChangeRequest,
    Device,
    Honorarium,
    NumberSeries,
    PaymentList,
    PrintedSheet,
    Printing,
    Registration,
    Session,
    SheetEntry,
    SheetScan,
)
from pelatihan.registration import links, requests
from pelatihan.urls import urlpatterns
from tests.factories import (
    NOON,
    AngkatanFactory,
    HonorariumFactory,
    PaymentListFactory,
    SessionFactory,
    UserFactory,
    a_printing,
    a_registration,
)
from tests.pelatihan.papers import prints

MORNING = datetime(2019, 3, 11, 0, 55, tzinfo=UTC)  # 07.55 WIB, five minutes before the first session
PHONE = "+6281298765432"
PEOPLE = ("nobody", "plain", "petugas", "panitia", "verifikator", "pemantau", "admin")

# 302 leads on within the site, "masuk" to the log-in page. Whoever may open a page finds 405 where it takes no form.
TABLE = """
                         nobody plain petugas panitia verifikator pemantau admin
GET  home                   200   200     200     200         200      200   200
POST home                   405   405     405     405         405      405   405
GET  angkatan               200   200     200     200         200      200   200
POST angkatan               405   405     405     405         405      405   405
GET  calendar               200   200     200     200         200      200   200
POST calendar               405   405     405     405         405      405   405
GET  register               200   200     200     200         200      200   200
POST register               200   200     200     200         200      200   200
GET  listing                200   200     200     200         200      200   200
POST listing                200   200     200     200         200      200   200
GET  find                   200   200     200     200         200      200   200
POST find                   200   200     200     200         200      200   200
GET  lost_code              200   200     200     200         200      200   200
POST lost_code              200   200     200     200         200      200   200
GET  lost_code_asked        200   200     200     200         200      200   200
POST lost_code_asked        405   405     405     405         405      405   405
GET  delegate               200   200     200     200         200      200   200
POST delegate               200   200     200     200         200      200   200
GET  code_picture           302   302     302     302         302      302   302
POST code_picture           302   302     302     302         302      302   302
GET  own_card               302   302     302     302         302      302   302
POST own_card               302   302     302     302         302      302   302
GET  correct                302   302     302     302         302      302   302
POST correct                302   302     302     302         302      302   302
GET  withdraw               302   302     302     302         302      302   302
POST withdraw               302   302     302     302         302      302   302
GET  answer_plan            302   302     302     302         302      302   302
POST answer_plan            302   302     302     302         302      302   302
GET  agree                  302   302     302     302         302      302   302
POST agree                  302   302     302     302         302      302   302
GET  save                   302   302     302     302         302      302   302
POST save                   302   302     302     302         302      302   302
GET  fix                    302   302     302     302         302      302   302
POST fix                    302   302     302     302         302      302   302
GET  undo_withdrawal        302   302     302     302         302      302   302
POST undo_withdrawal        302   302     302     302         302      302   302
GET  take_back              302   302     302     302         302      302   302
POST take_back              302   302     302     302         302      302   302
GET  forget                 302   302     302     302         302      302   302
POST forget                 302   302     302     302         302      302   302
GET  own_certificate        302   302     302     302         302      302   302
POST own_certificate        302   302     302     302         302      302   302
GET  certificate_find       200   200     200     200         200      200   200
POST certificate_find       405   405     405     405         405      405   405
GET  certificate            200   200     200     200         200      200   200
POST certificate            405   405     405     405         405      405   405
GET  invitation             200   200     200     200         200      200   200
POST invitation             200   200     200     200         200      200   200
GET  invitation_fill        200   200     200     200         200      200   200
POST invitation_fill        200   200     200     200         200      200   200
GET  invitation_letter      302   302     302     302         302      302   302
POST invitation_letter      200   200     200     200         200      200   200
GET  invitation_send        302   302     302     302         302      302   302
POST invitation_send        302   302     302     302         302      302   302
GET  invitation_send_all    302   302     302     302         302      302   302
POST invitation_send_all    302   302     302     302         302      302   302
GET  invitation_correct     200   200     200     200         200      200   200
POST invitation_correct     200   200     200     200         200      200   200
GET  invitation_replace     200   200     200     200         200      200   200
POST invitation_replace     200   200     200     200         200      200   200
GET  invitation_withdraw    200   200     200     200         200      200   200
POST invitation_withdraw    200   200     200     200         200      200   200
GET  invitation_undo        302   302     302     302         302      302   302
POST invitation_undo        302   302     302     302         302      302   302
GET  invitation_take_back   302   302     302     302         302      302   302
POST invitation_take_back   302   302     302     302         302      302   302
GET  self_type              200   200     200     200         200      200   200
POST self_type              200   200     200     200         200      200   200
GET  self                   200   200     200     200         200      200   200
POST self                   200   200     200     200         200      200   200
GET  privacy                200   200     200     200         200      200   200
POST privacy                405   405     405     405         405      405   405
GET  health                 200   200     200     200         200      200   200
POST health                 200   200     200     200         200      200   200

GET  committee            masuk   403     200     200         200      200   200
POST committee            masuk   405     405     405         405      405   405
GET  board                masuk   403     200     200         200      200   200
POST board                masuk   403     403     302         403      403   302
GET  desk                 masuk   403     302     302         403      403   302
POST desk                 masuk   405     405     405         405      405   405
GET  desk_session         masuk   403     200     200         403      403   200
POST desk_session         masuk   405     405     405         405      405   405
GET  record               masuk   405     405     405         405      405   405
POST record               masuk   403     302     302         403      403   302
GET  desk_close           masuk   403     403     200         403      403   200
POST desk_close           masuk   403     403     302         403      403   302
GET  prepare              masuk   403     200     200         403      403   200
POST prepare              masuk   403     302     302         403      403   302
GET  copy                 masuk   403     200     200         403      403   200
POST copy                 masuk   405     405     405         405      405   405
GET  device_said          masuk   405     405     405         405      405   405
POST device_said          masuk   403     200     200         403      403   200
GET  devices              masuk   403     403     200         403      403   200
POST devices              masuk   403     403     200         403      403   200
GET  device_revoke        masuk   403     403     200         403      403   200
POST device_revoke        masuk   403     403     302         403      403   302
GET  walk_in              masuk   403     200     200         403      403   200
POST walk_in              masuk   403     200     200         403      403   200
GET  let_in               masuk   403     403     200         403      403   200
POST let_in               masuk   403     403     200         403      403   200
GET  room                 masuk   403     403     200         403      403   200
POST room                 masuk   403     403     302         403      403   302
GET  room_people          masuk   403     403     200         403      403   200
POST room_people          masuk   403     403     200         403      403   200
GET  late                 masuk   403     403     200         403      403   200
POST late                 masuk   403     403     302         403      403   302
GET  recap                masuk   403     403     200         403      200   200
POST recap                masuk   405     405     405         405      405   405
GET  recap_file           masuk   403     403     302         403      302   302
POST recap_file           masuk   403     403     200         403      200   200
GET  mark                 masuk   403     403     200         403      403   200
POST mark                 masuk   403     403     200         403      403   200
GET  mark_many            masuk   403     403     302         403      403   302
POST mark_many            masuk   403     403     302         403      403   302
GET  print                masuk   403     403     200         403      403   200
POST print                masuk   405     405     405         405      405   405
GET  attendance_sheet     masuk   403     403     200         403      403   200
POST attendance_sheet     masuk   405     405     405         405      405   405
GET  recap_paper          masuk   403     403     200         403      200   200
POST recap_paper          masuk   405     405     405         405      405   405
GET  paper                masuk   403     403     200         403      403   200
POST paper                masuk   405     405     405         405      405   405
GET  lodging              masuk   403     403     200         403      403   200
POST lodging              masuk   403     403     200         403      403   200
GET  lodging_suggestion   masuk   403     403     200         403      403   200
POST lodging_suggestion   masuk   403     403     400         403      403   400
GET  lodging_undo         masuk   405     405     405         405      405   405
POST lodging_undo         masuk   403     403     302         403      403   302
GET  lodging_person       masuk   403     403     200         403      403   200
POST lodging_person       masuk   403     403     200         403      403   200
GET  lodging_room         masuk   403     403     200         403      403   200
POST lodging_room         masuk   403     403     200         403      403   200
GET  lodging_remove       masuk   403     403     200         403      403   200
POST lodging_remove       masuk   403     403     302         403      403   302
GET  paper_picture        masuk   403     403     200         403      403   200
POST paper_picture        masuk   405     405     405         405      405   405
GET  paper_choices        masuk   403     403     200         403      403   200
POST paper_choices        masuk   403     403     302         403      403   302
GET  bundle               masuk   403     403     200         403      403   200
POST bundle               masuk   403     403     400         403      403   400
GET  bundle_made          masuk   403     403     200         403      403   200
POST bundle_made          masuk   403     403     200         403      403   200
GET  bundle_file          masuk   403     403     302         403      403   302
POST bundle_file          masuk   405     405     405         405      405   405
GET  printings            masuk   403     403     200         403      403   200
POST printings            masuk   405     405     405         405      405   405
GET  printing             masuk   403     403     200         403      403   200
POST printing             masuk   405     405     405         405      405   405
GET  printing_file        masuk   403     403     200         403      403   200
POST printing_file        masuk   405     405     405         405      405   405
GET  sheets               masuk   403   403     200         403      200   200
POST sheets               masuk   403   403     404         403      403   404
GET  sheet_upload         masuk   405   405     405         405      405   405
POST sheet_upload         masuk   403   302     302         403      403   302
GET  sheet_reading        masuk   405   405     405         405      405   405
POST sheet_reading        masuk   403   403     302         403      403   302
GET  sheets_aside         masuk   403   403     200         403      403   200
POST sheets_aside         masuk   405   405     405         405      405   405
GET  sheet_photo          masuk   403   200     200         403      403   200
POST sheet_photo          masuk   405   405     405         405      405   405
GET  sheet_find           masuk   403   403     200         403      403   200
POST sheet_find           masuk   405   405     405         405      405   405
GET  sheets_aside         masuk   403   403     200         403      403   200
POST sheets_aside         masuk   405   405     405         405      405   405
GET  sheet_scan           masuk   403   403     302         403      403   302
POST sheet_scan           masuk   403   403     302         403      403   302
GET  sheet_picture        masuk   403   403     404         403      404   404
POST sheet_picture        masuk   405   405     405         405      405   405
GET  sheet_straight       masuk   403   403     404         403      404   404
POST sheet_straight       masuk   405   405     405         405      405   405
GET  sheet_review         masuk   403   403     200         403      403   200
POST sheet_review         masuk   403   403     200         403      403   200
GET  sheet_compare        masuk   403   403     200         403      403   200
POST sheet_compare        masuk   403   403     302         403      403   302
GET  sheet_leaf           masuk   403   403     200         403      200   200
POST sheet_leaf           masuk   405   405     405         405      405   405
GET  sheet_printed        masuk   403   403     404         403      404   404
POST sheet_printed        masuk   405   405     405         405      405   405
GET  sheet_type           masuk   403   403     200         403      403   200
POST sheet_type           masuk   403   403     200         403      403   200
GET  sheet_draft          masuk   405   405     405         405      405   405
POST sheet_draft          masuk   403   403     302         403      403   302
GET  sheet_unused         masuk   405   405     405         405      405   405
POST sheet_unused         masuk   403   403     400         403      403   400
GET  sheet_undo           masuk   405   405     405         405      405   405
POST sheet_undo           masuk   403   403     302         403      403   302
GET  guests               masuk   403     403     302         403      403   302
POST guests               masuk   405     405     405         405      405   405
GET  invitation_letters   masuk   403     403     200         200      403   200
POST invitation_letters   masuk   403     403     200         200      403   200
GET  invitation_letter_numbers masuk 405 405      405         405      405   405
POST invitation_letter_numbers masuk 403 403      302         302      403   302
GET  payments             masuk   403     403     200         403      403   200
POST payments             masuk   405     405     405         405      405   405
GET  payment_officials    masuk   403     403     200         403      403   200
POST payment_officials    masuk   403     403     302         403      403   302
GET  payment_list_new     masuk   403     403     200         403      403   200
POST payment_list_new     masuk   403     403     200         403      403   200
GET  payment_list         masuk   403     403     200         403      403   200
POST payment_list         masuk   405     405     405         405      405   405
GET  payment_list_edit    masuk   403     403     200         403      403   200
POST payment_list_edit    masuk   403     403     200         403      403   200
GET  payment_list_delete  masuk   403     403     200         403      403   200
POST payment_list_delete  masuk   403     403     302         403      403   302
GET  honorarium_new       masuk   403     403     200         403      403   200
POST honorarium_new       masuk   403     403     200         403      403   200
GET  honorarium_edit      masuk   403     403     200         403      403   200
POST honorarium_edit      masuk   403     403     200         403      403   200
GET  honorarium_delete    masuk   403     403     200         403      403   200
POST honorarium_delete    masuk   403     403     302         403      403   302
GET  certificates         masuk   403     403     200         403      403   200
POST certificates         masuk   405     405     405         405      405   405
GET  certificate_rule     masuk   403     403     200         403      403   200
POST certificate_rule     masuk   403     403     200         403      403   200
GET  certificate_issue    masuk   403     403     302         403      403   302
POST certificate_issue    masuk   403     403     302         403      403   302
GET  certificate_tell     masuk   405     405     405         405      405   405
POST certificate_tell     masuk   403     403     302         403      403   302
GET  certificate_archive  masuk   403     403     200         403      403   200
POST certificate_archive  masuk   405     405     405         405      405   405
GET  certificate_person   masuk   403     403     200         403      403   200
POST certificate_person   masuk   403     403     200         403      403   200

GET  service_worker       200   200     200     200         200      200   200
POST service_worker       405   405     405     405         405      405   405
GET  login                  200   302     302     302         302      302   302
POST login                  200   302     302     302         302      302   302
GET  logout                 302   302     302     302         302      302   302
POST logout                 302   302     302     302         302      302   302
GET  account              masuk   200     200     200         200      200   200
POST account              masuk   302     302     302         302      302   302
GET  password_change      masuk   200     200     200         200      200   200
POST password_change      masuk   200     200     200         200      200   200
"""
HEAD, *ROWS = [line.split() for line in TABLE.splitlines() if line.strip()]
PUBLIC = {
    *("home", "angkatan", "calendar", "register", "find", "lost_code", "lost_code_asked", "delegate", "code_picture"),
    *("correct", "agree", "withdraw", "answer_plan", "forget", "listing", "privacy", "health"),
    *("service_worker", "login", "logout"),
    *("save", "fix", "undo_withdrawal", "take_back", "invitation_letter", "own_card"),
    *("invitation", "invitation_fill", "invitation_send", "invitation_send_all", "invitation_correct"),
    *("invitation_replace", "invitation_withdraw", "invitation_undo", "invitation_take_back"),
    *("self_type", "self"),
    *("own_certificate", "certificate_find", "certificate"),
}


@dataclass(frozen=True)
class World:
    """Two batches of one day, each with a session and somebody accepted."""

    here: Angkatan
    session: Session
    person: Registration
    elsewhere: Angkatan
    strange_session: Session
    stranger: Registration
    asked: ChangeRequest
    device: Device
    bedroom: Bedroom
    bundle: Bundle
    printing: Printing
    payment: PaymentList
    fee: Honorarium
    sheet: PrintedSheet
    scan: SheetScan
    entry: SheetEntry

    def address(self, name: str) -> str:
        wanted = next(p.pattern.converters for p in urlpatterns if getattr(p, "name", "") == name)
        known = {"slug": self.here.slug, "session": self.session.pk, "code": codes.display(self.person.code)}
        assert self.person.invitation
        known |= {"ref": self.person.ref, "token": links.token_of(self.person.invitation), "key": self.asked.pk}
        known |= {"key": self.device.key} if name == "device_revoke" else {}
        known |= {"token": room_code.token(self.session.pk, MORNING)} if name == "self" else {}
        known |= {"key": "daftar-hadir"} if name.startswith("paper") else {}
        known |= {"key": self.bundle.pk} if name.startswith("bundle") else {}
        known |= {"key": f"p-{self.person.ref}"} if name == "lodging_person" else {}
        known |= {"room": self.bedroom.pk}
        known |= {"key": self.entry.pk if name == "sheet_undo" else self.scan.pk} if name.startswith("sheet_") else {}
        numbered = {"hono": self.fee, "paym": self.payment, "shee": self.sheet}.get(name[:4], self.printing)
        known |= {"number": numbered.pk, "page": 1}
        known |= {"code": self.person.certificate.code} if name == "certificate" else {}
        return reverse(name, kwargs={key: known[key] for key in wanted})


@pytest.fixture
def world(db) -> Iterator[World]:
    here, elsewhere = AngkatanFactory(number=2), AngkatanFactory(number=3)
    sessions = [SessionFactory(angkatan=angkatan, self_check_in=True) for angkatan in (here, elsewhere)]
    people = [a_registration(angkatan, phone=PHONE) for angkatan in (here, elsewhere)]
    asked = requests.ask_to_cancel(people[0], actor=CONTACT, at=NOON, reason="Sakit")
    given_to(people[0])
    device = Device.objects.create(angkatan=here, label="Ponsel meja 1", token_hash="0" * 64, made_at=NOON)
    bedroom = Bedroom.objects.create(angkatan=here, name="101")
    bundle = Bundle.objects.create(angkatan=here, what="semua", form="pdf", parts=[], at=NOON, by=someone("admin"))
    payment, fee = PaymentListFactory(angkatan=here), HonorariumFactory(guest__angkatan=here, session=sessions[0])
    with time_machine.travel(MORNING, tick=False):
        printing = a_printing(here, by=UserFactory(role="panitia"))
        leaves = leaves_of(people[0], sessions[0])
        ours = (here, sessions[0], people[0], elsewhere, sessions[1], people[1])
        yield World(*ours, asked, device, bedroom, bundle, printing, payment, fee, *leaves)


def given_to(person: Registration) -> None:
    """A certificate, by a decision: nobody has been to a session yet."""
    by = UserFactory(role="panitia")
    series = NumberSeries.objects.create(label="Sertifikat")
    CertificateRule.objects.create(angkatan=person.angkatan, series=series)
    issuing.decide(person, "grant", "Bertugas", by=by, at=NOON)
    due = issuing.digest(standings(person.angkatan))
    issuing.issue(person.angkatan, uuid.uuid4(), due, by=by, at=NOON)


def leaves_of(person: Registration, session: Session) -> tuple[PrintedSheet, SheetScan, SheetEntry]:
    """A list of two pages: of the first a picture waits for review, the second is entered."""
    sheet = prints.a_print(session, pages=2, rows=[[person.pk, "a"]], ends=[1, 1])
    return sheet, prints.a_scan(sheet), prints.entered(sheet, 2)[0]


def browser_of(person: str) -> Client:
    client = Client()
    if person != "nobody":
        client.force_login(someone(person))
    return client


def someone(person: str) -> User:
    return UserFactory(role=None if person == "plain" else person)


def seen(response: HttpResponseBase) -> str:
    to_log_in = response.status_code == 302 and response["Location"].startswith("/masuk/")
    return "masuk" if to_log_in else str(response.status_code)


# ---- The site ------------------------------------------------------------------------------------


def test_every_address_is_in_the_table():
    names = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}

    assert list(PEOPLE) == HEAD
    assert {(row[0], row[1]) for row in ROWS} == {(method, name) for name in names for method in ("GET", "POST")}


@pytest.mark.parametrize("name", dict.fromkeys(row[1] for row in ROWS))
def test_everybody_gets_the_answer_in_the_table(world, name):
    rows = {row[0]: dict(zip(PEOPLE, row[2:], strict=True)) for row in ROWS if row[1] == name}
    answers = {
        method: {who: seen(browser_of(who).generic(method, world.address(name))) for who in PEOPLE} for method in rows
    }

    assert answers == rows


def test_only_pages_marked_so_are_public():
    patterns = [pattern for pattern in urlpatterns if isinstance(pattern, URLPattern)]

    assert {p.name for p in patterns if not getattr(p.callback, "login_required", True)} == PUBLIC


OF_A_SESSION = [
    (row[0], row[1])
    for row in ROWS
    if row[1] in ("desk_session", "record", "desk_close", "walk_in", "room", "room_people")
]


@pytest.mark.parametrize(("method", "name"), OF_A_SESSION)
def test_session_of_another_batch_is_not_found(world, method, name):
    address = reverse(name, args=[world.here.slug, world.strange_session.pk])

    assert browser_of("admin").generic(method, address).status_code in (404, 405)
    assert browser_of("petugas").generic(method, address).status_code in (403, 404, 405)


@pytest.mark.parametrize("name", [p.name for p in urlpatterns if "slug" in p.pattern.converters])
def test_unknown_batch_is_not_found(world, name):
    address = world.address(name).replace(world.here.slug, "2019-xx")

    assert browser_of("admin").get(address).status_code in (404, 405)


def test_sheet_takes_no_session_of_another_batch(world):
    address = reverse("attendance_sheet", args=[world.here.slug])

    assert browser_of("panitia").get(address, {"sesi": world.strange_session.pk}).status_code in (400, 404)


@pytest.mark.parametrize("name", [p.name for p in urlpatterns if set(p.pattern.converters) == {"slug"}])
def test_batch_without_sessions_or_people_opens(world, name):
    empty = AngkatanFactory(number=4)
    address = world.address(name).replace(world.here.slug, empty.slug)

    expected = {
        "attendance_sheet": 404,
        "recap_paper": 404,
        "device_said": 405,
        "recap_file": 302,
        "lodging_undo": 405,
        "invitation_letter_numbers": 405,
        "certificate_archive": 404,
        "certificate_tell": 405,
        "certificate_issue": 302,
        "guests": 302,
        "sheet_upload": 405,
        "sheet_reading": 405,
    }.get(name, 200)
    assert browser_of("admin").get(address).status_code == expected


@pytest.mark.parametrize("name", ["angkatan", "calendar", "register", "listing"])
def test_unpublished_batch_is_hidden_from_the_public(world, name):
    Angkatan.objects.update(published=False)

    assert browser_of("nobody").get(world.address(name)).status_code == 404
    assert browser_of("plain").get(world.address(name)).status_code == 404


@pytest.mark.parametrize(
    "name", ["delegate", "code_picture", "own_card", "correct", "agree", "withdraw", "answer_plan", "forget"]
)
def test_own_page_opens_no_other_persons(world, name):
    client = browser_of("nobody")
    assert client.post(world.address("delegate"), {"phone": PHONE}).status_code == 302
    assert world.person.name in client.get(world.address("delegate")).content.decode()

    response = client.get(reverse(name, args=[codes.display(world.stranger.code)]), follow=True)
    assert world.stranger.name not in response.content.decode()


# ---- What the pages hold -------------------------------------------------------------------------

STYLE = re.compile(r"<style|\sstyle\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE)
HANDLER = re.compile(r"<[^>]+\son\w+\s*=", re.IGNORECASE)
DATA = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?data:""", re.IGNORECASE)
ELSEWHERE = re.compile(r"""<(?:script|link|img|iframe|use)[^>]+(?:src|href)=["'](?:https?:)?//""", re.IGNORECASE)
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"


def faults(html: str) -> list[str]:
    return [found[0] for rule in (STYLE, SCRIPT, HANDLER, DATA, ELSEWHERE) if (found := rule.search(html))]


PAGES = sorted({row[1] for row in ROWS if row[0] == "GET" and row[8] == "200"})


MINE = [row[1] for row in ROWS if row[0] == "GET" and row[1] not in PUBLIC and row[8] != "405"] + ["delegate"]


@pytest.mark.parametrize("name", sorted({*PAGES, *MINE}))
def test_page_obeys_the_content_policy_and_no_browser_keeps_a_personal_one(world, name):
    response = browser_of("admin").get(world.address(name))

    assert response["Content-Security-Policy"] == POLICY
    assert response["Permissions-Policy"].startswith("camera=(self)")
    assert not response["Content-Type"].startswith("text/html") or faults(response.content.decode()) == []
    assert name not in MINE or "no-store" in response["Cache-Control"]


def test_static_file_carries_the_policy_too(settings):
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    response = Client().get("/static/css/site.css")
    assert response.getvalue()  # read to its end, which closes the file

    assert response.status_code == 200
    assert response["Content-Security-Policy"] == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "html",
    [
        '<p style="x">',
        "<style>",
        "<script>x</script>",
        '<script type="module">',
        '<a onclick="x">',
        '<img src="data:x">',
        '<script src="//x">',
    ],
)
def test_faults_are_found(html):
    assert faults(html)


OPEN = ("home", "angkatan", "calendar", "register", "listing", "find", "privacy")


@pytest.mark.parametrize("name", OPEN)
def test_open_page_says_how_long_it_is_kept(world, name):
    """Going back shows it at once; nobody else gets it, and it is asked for again."""
    kept = browser_of("nobody").get(world.address(name))["Cache-Control"]

    assert set(kept.split(", ")) == {"private", "max-age=0", "must-revalidate"}


def test_page_that_names_who_is_logged_in_is_not_kept(world):
    assert "no-store" not in browser_of("nobody").get("/tidak-ada/")["Cache-Control"]
    assert "no-store" in browser_of("petugas").get("/tidak-ada/")["Cache-Control"]


@pytest.mark.parametrize("name", ["register", "listing", "find", "login"])
def test_answer_to_what_was_typed_is_not_kept(world, name):
    assert "no-store" in browser_of("nobody").post(world.address(name), {"name": "Budi"})["Cache-Control"]


def test_every_answer_says_how_long_it_is_kept(world):
    for name in {row[1] for row in ROWS}:
        for method in ("GET", "POST"):
            assert "Cache-Control" in browser_of("nobody").generic(method, world.address(name)), (method, name)
    assert "Cache-Control" in browser_of("nobody").get("/tidak-ada/")


def digits(html: str) -> str:
    return re.sub(r"[\s.\-]", "", html)


@pytest.mark.parametrize(("person", "leaks"), [("petugas", False), ("pemantau", False), ("panitia", True)])
def test_phone_numbers_are_shown_to_roles_that_need_them(world, person, leaks):
    client, shown = browser_of(person), []
    for name in ("committee", "board", "desk_session", "desk_close", "recap", "print"):
        for query in ("", "?cari=Siti", "?bagian=papan"):
            shown.append(digits(client.get(world.address(name) + query).content.decode()))

    assert ("81298765432" in "".join(shown)) == leaks
