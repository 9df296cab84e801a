"""Every page of the admin, walked by everybody. The tables say what the office wants; what is not in them fails."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from ormas.models import Delegate, Ormas
from pelatihan.accounts.actor import CONTACT, Actor
from pelatihan.exchange import imports
from pelatihan.lifecycle import Action, Role
from pelatihan.merging import pairs
from pelatihan.models import (
    Angkatan,
    AssignmentLetter,
    ChangeRequest,
    Decision,
    Export,
    Guest,
    Import,
    Invitation,
    Letterhead,
    LikelyPair,
    ListingRequest,
    Merge,
    NumberSeries,
    Office,
    ReadyReason,
    Registration,
    Signatory,
)
from pelatihan.registration import decisions, links, requests
from tests.factories import (
    NOON,
    AngkatanFactory,
    InvitationFactory,
    LetterheadFactory,
    OrmasFactory,
    SessionFactory,
    SignatoryFactory,
    UserFactory,
    a_registration,
    a_request,
)
from tests.pelatihan.test_walk import MORNING, PEOPLE, POLICY, browser_of, digits, faults, seen

NUMBER = "81298765432"

# a add, c change, d delete, v view; the others have no business in the admin at all
MAY = {
    #               panitia  verifikator  pemantau  admin
    Angkatan:       ("acv",  "v",         "v",      "acdv"),
    Registration:   ("",     "acv",       "v",      "acv"),
    Invitation:     ("v",    "acdv",      "v",      "acdv"),
    ListingRequest: ("",     "v",         "v",      "v"),
    Guest:          ("acdv", "",          "",       "acdv"),
    Letterhead:     ("acv",  "",          "",       "acdv"),
    Signatory:      ("acv",  "",          "",       "acdv"),
    NumberSeries:   ("acv",  "",          "",       "acdv"),
    Office:         ("cv",   "",          "",       "cv"),
    Ormas:          ("",     "acv",       "v",      "acdv"),
    Delegate:       ("",     "cv",        "v",      "cdv"),
    User:           ("",     "",          "",       "acv"),
    Import:         ("",     "acv",       "",       "acv"),
    Export:         ("",     "",          "",       "v"),
    ReadyReason:    ("",     "acv",       "",       "acv"),
}  # fmt: skip
STAFF = ("panitia", "verifikator", "pemantau", "admin")
NEEDED = {"changelist": "v", "add": "a", "change": "v", "history": "v", "delete": "d"}

# Pages beside the usual ones: who gets in by GET; the others are refused.
MORE = {
    "pelatihan_angkatan_copy": ("panitia", "admin"),
    "pelatihan_angkatan_move": ("panitia", "admin"),
    "pelatihan_angkatan_news": ("panitia", "verifikator", "admin"),
    "pelatihan_angkatan_invite": ("verifikator", "admin"),
    "pelatihan_angkatan_condition": ("panitia", "admin"),
    "pelatihan_angkatan_invitations": ("panitia", "verifikator", "pemantau", "admin"),
    "pelatihan_invitation_send": ("verifikator", "admin"),
    "pelatihan_invitation_mark": ("verifikator", "admin"),
    "pelatihan_invitation_replace": ("verifikator", "admin"),
    "pelatihan_angkatan_late": ("panitia", "verifikator", "pemantau", "admin"),
    "pelatihan_angkatan_replaced": ("panitia", "admin"),
    "pelatihan_letterhead_emblem": ("panitia", "admin"),
    "pelatihan_registration_decide": ("verifikator", "admin"),
    "pelatihan_registration_request": ("verifikator", "admin"),
    "pelatihan_registration_replace": ("verifikator", "admin"),
    "pelatihan_registration_nik": ("verifikator", "admin"),
    "pelatihan_registration_held_back": ("verifikator", "admin"),
    "pelatihan_registration_release": ("verifikator", "admin"),
    "pelatihan_registration_decide_many": ("verifikator", "admin"),
    "pelatihan_registration_decided": ("verifikator", "admin"),
    "pelatihan_registration_undo": ("verifikator", "admin"),
    "pelatihan_registration_code_requests": ("verifikator", "admin"),
    "pelatihan_registration_code_answer": ("verifikator", "admin"),
    "pelatihan_registration_tell": ("verifikator", "admin"),
    "pelatihan_invitation_letter": ("panitia", "verifikator", "admin"),
    "pelatihan_invitation_received": ("panitia", "verifikator", "admin"),
    "pelatihan_listingrequest_invite": ("verifikator", "admin"),
    "pelatihan_listingrequest_refuse": ("verifikator", "admin"),
    "pelatihan_listingrequest_reopen": ("verifikator", "admin"),
    "pelatihan_listingrequest_tell": ("verifikator", "admin"),
    "ormas_delegate_pairs": ("verifikator", "admin"),
    "ormas_delegate_pair": ("verifikator", "admin"),
    "ormas_delegate_join_again": ("verifikator", "admin"),
    "ormas_delegate_merged": ("verifikator", "admin"),
    "ormas_delegate_unmerge": ("verifikator", "admin"),
    "ormas_ormas_merge": ("verifikator", "admin"),
    "ormas_ormas_pair": ("verifikator", "admin"),
    "ormas_ormas_merged": ("verifikator", "admin"),
    "ormas_ormas_unmerge": ("verifikator", "admin"),
    "auth_user_password_change": ("admin",),
    "pelatihan_import_template": ("verifikator", "admin"),
    "pelatihan_import_show": ("verifikator", "admin"),
    "pelatihan_import_returned": (),  # whoever uploaded it
    "pelatihan_export_wait": (),  # whoever asked for it
    "pelatihan_export_file": (),
    "pelatihan_registration_export": ("verifikator", "pemantau", "admin"),
    "pelatihan_invitation_export": ("panitia", "verifikator", "pemantau", "admin"),
    "ormas_ormas_export": ("verifikator", "pemantau", "admin"),
    "ormas_delegate_export": ("verifikator", "pemantau", "admin"),
}
OF_A_LIST = {
    "ormas_delegate_pairs",
    "pelatihan_registration_held_back",
    "pelatihan_registration_decide_many",
    "pelatihan_registration_code_requests",
    "pelatihan_registration_export",
    "pelatihan_invitation_export",
    "ormas_ormas_export",
    "ormas_delegate_export",
}
OF_ITS_AUTHOR = {"pelatihan_registration_chosen"}  # nobody else's: tests/pelatihan/admin/test_many.py
OF_A_DECISION = {"pelatihan_registration_decided", "pelatihan_registration_undo"}
SITE = {
    #                        nobody   plain  petugas panitia verifikator pemantau admin
    "index":                "masuk    403    403     200     200         200      200",
    "jsi18n":               "masuk    403    403     200     200         200      200",
    "autocomplete":         "masuk    403    403     403     403         403      403",
    "password_change":      "masuk    403    403     302     302         302      302",
    "password_change_done": "masuk    403    403     200     200         200      200",
    "login":                "masuk    masuk  masuk   masuk   masuk       masuk    masuk",
    "logout":               "masuk    403    403     302     302         302      302",
    "jobs":                 "masuk    403    403     200     200         200      200",
    "messages":             "masuk    403    403     403     200         403      200",
    "messages_by_hand":     "masuk    403    403     403     200         403      200",
    "message_texts":        "masuk    403    403     403     200         403      200",
    "mailing_new":          "masuk    403    403     403     200         403      200",
    "trial_mail":           "masuk    403    403     403     200         403      200",
}  # fmt: skip
OF_ONE = {  # pages of one row: their own tests say for whom (tests/pelatihan/admin/)
    *("job", "job_state", "job_stop", "job_resume"),
    *("message", "message_settle", "message_by_hand", "message_state", "message_text", "message_text_reset"),
    *("mailing", "mailing_stop", "trial_letter"),
}


@dataclass(frozen=True)
class Desk:
    """One row of everything, with a phone number wherever there may be one."""

    registration: Registration
    rows: dict[type[Model], Model]

    def address(self, model: type[Model], page: str) -> str:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        return reverse(name, args=[] if page in ("changelist", "add") else [self.rows[model].pk])

    def more(self, name: str) -> str:
        """The address of one of ``MORE``."""
        return reverse(f"admin:{name}", args=arguments_of(name, self.rows[_model(name)]))


def arguments_of(name: str, row: Model) -> list[object]:
    """What the address of one of ``MORE`` holds."""
    if name in OF_A_DECISION:
        return [Decision.objects.get().pk]
    if name == "pelatihan_invitation_letter":
        return [row.pk, AssignmentLetter.objects.get().pk]
    if name in ("ormas_delegate_pair", "ormas_ormas_pair"):
        return [row.pk, type(row)._default_manager.exclude(pk=row.pk).latest("pk").pk]
    if name == "ormas_delegate_join_again":
        return [LikelyPair.objects.get().pk]
    if name.endswith(("_merged", "_unmerge")):
        return [Merge.objects.get(gone__isnull="ormas_ormas" in name).pk]
    if name == "pelatihan_registration_request":
        return [row.pk, ChangeRequest.objects.get().pk]
    if name == "pelatihan_import_template":
        return ["ormas"]
    return [] if name in OF_A_LIST else [row.pk]


def decide_one(registration: Registration) -> None:
    """A decision, so that its pages are there."""
    actor = Actor(Role.STAFF, UserFactory(username="verifikator-lama", role="verifikator"))
    decided = decisions.decide([registration], Action.WAITLIST, actor=actor, at=NOON, seen={}).decision
    assert decided
    decisions.take_back(decided.pk, actor=actor, at=NOON)


def merge_some(person: Delegate, ormas: Ormas) -> None:
    """A pair, and a merge of people and of organisations, so that their pages are there."""
    by = UserFactory(username="penggabung-lama", role="verifikator")
    other, gone = (Delegate.objects.create(name=person.name, ormas=person.ormas) for _ in range(2))
    pairs.compare()
    LikelyPair.objects.exclude(first=person, second=other).delete()
    Merge.objects.create(kept=person, gone=gone, actor=by, at=NOON)
    Merge.objects.create(kept_ormas=ormas, gone_ormas=OrmasFactory(), actor=by, at=NOON)


def send_letter(invitation: Invitation) -> None:
    """A surat tugas, so that its page is there (its file is not)."""
    AssignmentLetter.objects.create(invitation=invitation, kind="pdf", size=1, sha256="0" * 64, uploaded_at=NOON)


def in_and_out(angkatan: Angkatan) -> list[Model]:
    """A list that somebody brought in and has not applied, and one that was taken out."""
    clerk = UserFactory(username="verifikator-lain", role="verifikator")
    rows = f"Nama;Ormas;Nomor HP\nRudi Contoh;Entah;0{NUMBER}\n".encode()
    came = imports.take("registrations", angkatan, "peserta.csv", rows, key=uuid.uuid4(), author=clerk, at=NOON)
    return [came, Export.objects.create(author=clerk, at=NOON, list="Pendaftaran", number=1, format="xlsx")]


@pytest.fixture
def desk(db) -> Iterator[Desk]:
    with time_machine.travel(NOON, tick=False):
        angkatan = AngkatanFactory(help_phone="")
        SessionFactory(angkatan=angkatan)
        ormas = OrmasFactory(contact_name="Bapak Contoh", contact_phone=f"+62{NUMBER}")
        invitation = InvitationFactory(angkatan=angkatan, ormas=ormas)
        registration = a_registration(angkatan, ormas=ormas, phone=f"+62{NUMBER}")
        send_letter(invitation)
        made: list[Model] = [angkatan, registration, registration.delegate, ormas, invitation]
        made.append(NumberSeries.objects.create(label="Sertifikat 2019"))
        made += [LetterheadFactory(emblem=b"png"), SignatoryFactory(), UserFactory(username="lama", role="petugas")]
        made += [
            Guest.objects.create(angkatan=angkatan, name="Tamu Contoh", category="invited"),
            Office.objects.get_or_create(pk=1)[0],
        ]
        made.append(a_request(angkatan, contact_name="Bapak Contoh", phone=f"+62{NUMBER}", note=f"Telepon 0{NUMBER}"))
        made += in_and_out(angkatan)
        made.append(ReadyReason.objects.create(text="Alasan contoh.", actions=["reject"]))
        InvitationFactory(angkatan=angkatan)
        decide_one(registration)
        merge_some(registration.delegate, ormas)
        requests.ask_to_cancel(registration, actor=CONTACT, at=NOON, reason="Sakit")
        yield Desk(registration, {type(row): row for row in made})


PAGES = [(model, page) for model in MAY for page in NEEDED]


def named(value: object) -> str:
    return value.__name__.lower() if isinstance(value, type) else str(value)


# ---- Who gets in ---------------------------------------------------------------------------------


def test_every_model_and_page_is_in_the_tables():
    known = {f"{m._meta.app_label}_{m._meta.model_name}_{page}" for m, page in PAGES} | set(MORE)
    there = {url.name for page in admin.site._registry.values() for url in page.get_urls() if url.name}

    assert set(admin.site._registry) == set(MAY)
    assert there - OF_ITS_AUTHOR == known
    assert {url.name for url in admin.site.get_urls() if getattr(url, "name", None)} - {"app_list"} == set(
        SITE
    ) | OF_ONE


def everybodys_browsers() -> dict[str, Client]:
    return {who: browser_of(who) for who in PEOPLE}


@pytest.mark.parametrize("model", list(MAY), ids=named)
def test_pages_open_for_those_in_the_table(desk, model):
    wanted, browsers = dict[str, dict[str, str]](), everybodys_browsers()
    for page in NEEDED:
        opens = "302" if (model, page) == (Office, "changelist") else "200"  # one row: its list is its form
        wanted[page] = dict.fromkeys(PEOPLE, "403") | {"nobody": "masuk"}
        wanted[page] |= {who: opens for who, may in zip(STAFF, MAY[model], strict=True) if NEEDED[page] in may}

    assert {
        page: {who: seen(browser.get(desk.address(model, page))) for who, browser in browsers.items()}
        for page in NEEDED
    } == wanted


@pytest.mark.parametrize("model", list(MAY), ids=named)
def test_forms_are_taken_from_those_in_the_table(desk, model):
    browsers, before = everybodys_browsers(), model._default_manager.count()
    for page, verb in (("add", "a"), ("change", "c"), ("delete", "d")):
        address = desk.address(model, page)
        for who, may in zip(STAFF, MAY[model], strict=True):
            assert (seen(browsers[who].post(address)) == "403") == (verb not in may), (page, who)
        for who in ("nobody", "plain", "petugas"):
            assert seen(browsers[who].post(address)) in ("masuk", "403"), (page, who)

        assert model._default_manager.count() == before, page


@pytest.mark.parametrize("name", list(MORE))
def test_other_pages_open_for_those_in_the_table(desk, name):
    address, browsers = desk.more(name), everybodys_browsers()

    for method in ("GET", "POST"):
        answers = {who: seen(browser.generic(method, address)) for who, browser in browsers.items()}
        assert answers.pop("nobody") == "masuk"
        assert {who for who, answer in answers.items() if answer in ("200", "302")} == set(MORE[name])
        assert {answer for who, answer in answers.items() if who not in MORE[name]} == {"403"}


def test_site_pages_answer_as_in_the_table(desk):
    answers = {name: [seen(browser_of(who).get(reverse(f"admin:{name}"))) for who in PEOPLE] for name in SITE}

    assert answers == {name: row.split() for name, row in SITE.items()}


@pytest.mark.parametrize("model", [Registration, Angkatan, Ormas], ids=named)
def test_impossible_row_is_not_found(desk, model):
    client, found = browser_of("admin"), dict[str, int]()
    for page in ("change", "history", "delete"):
        for row in ("99999999999999999999", "abc", "0", "-1", "%00", "1%2F2", "_5F_00"):
            address = desk.address(model, page).replace(str(desk.rows[model].pk), row)
            found[address] = client.get(address).status_code

    assert {address: code for address, code in found.items() if code not in (302, 400, 403, 404)} == {}


def test_refused_person_reads_why(desk):
    response = browser_of("petugas").get("/admin/")

    assert "Halaman administrasi hanya untuk verifikator" in response.content.decode()


# ---- What the pages hold -------------------------------------------------------------------------


ENGLISH = re.compile(
    r"\b(save|delete|search|history|home|select|add|change|view|today|now|yes|password|user|entries|results?"
    r"|permissions?|the|and|or|of|filter by|log out|required)\b",
    re.IGNORECASE,
)


def told_against(response: Any) -> list[str]:
    """What breaks the content policy, may be kept by others, or speaks English."""
    html = response.content.decode()
    words = re.sub(r"<head>.*?</head>|<script.*?</script>|<[^>]+>", " ", html, flags=re.DOTALL)
    headers = [response["Content-Security-Policy"] == POLICY, "no-store" in response["Cache-Control"]]
    return [*faults(html), *ENGLISH.findall(words), *(["headers"] if not all(headers) else [])]


def test_pages_of_the_site_obey_the_policy_and_speak_no_english(desk):
    names, client = ("messages", "messages_by_hand", "message_texts", "mailing_new", "jobs"), browser_of("admin")

    assert {name: told_against(client.get(reverse(f"admin:{name}"))) for name in names} == {name: [] for name in names}


@pytest.mark.parametrize("model", list(MAY), ids=named)
def test_pages_obey_the_policy_and_speak_no_english(desk, model):
    client, admin_may = browser_of("admin"), MAY[model][STAFF.index("admin")]
    pages = [page for page, verb in NEEDED.items() if verb in admin_may and (model, page) != (Office, "changelist")]

    assert {page: told_against(client.get(desk.address(model, page))) for page in pages} == {p: [] for p in pages}


def test_calendar_and_clock_speak_indonesian(desk):
    script = browser_of("admin").get("/admin/jsi18n/").content.decode()

    for words in ("Hari ini (%(date)s)", "Kemarin (%(date)s)", "%s (terpilih)", "Berikutnya (%(month)s %(year)s)"):
        assert words in script


@pytest.mark.parametrize(("who", "shown"), [("pemantau", False), ("verifikator", True)])
def test_phone_numbers_are_shown_to_roles_that_need_them(desk, who, shown):
    client = browser_of(who)
    models = [m for m in MAY if "v" in MAY[m][STAFF.index(who)]]
    pages = [client.get(desk.address(m, page)) for m in models for page in ("changelist", "change", "history")]

    assert (NUMBER in digits("".join(page.content.decode() for page in pages))) == shown


# What opens a delegate's page, or is nobody's business, and who needs it for their work.
SEES = {
    #               code   needs  phone  mail   contact person  link
    "plain":       (False, False, False, False, False,          False),
    "petugas":     (False, False, False, False, False,          False),
    "panitia":     (False, False, True,  False, True,           False),
    "verifikator": (True,  True,  True,  True,  True,           True),
    "pemantau":    (False, False, False, False, False,          False),
    "admin":       (True,  True,  True,  True,  True,           True),
}  # fmt: skip


def everything(client, desk: Desk) -> str:
    """All that this person can open: the admin with its histories and searches, the pages of the batch, its paper."""
    slug = desk.registration.angkatan.slug
    session = desk.registration.angkatan.sessions.get().pk
    pages = [reverse("admin:index"), *(desk.address(model, page) for model in MAY for page in NEEDED)]
    pages += [desk.more(name) for name in MORE]
    lists = [desk.address(model, "changelist") for model in MAY]
    asked = ("?q=Siti", f"?q={desk.registration.code}", "?q=peserta@contoh.example", "?angkatan=semua")
    pages += [f"{address}{question}" for address in lists for question in asked]
    pages += [f"/panitia/{slug}/{page}" for page in ("", "rekap/", "cetak/", "presensi/", f"presensi/{session}/")]
    pages += [f"/panitia/{slug}/presensi/{session}/?cari=Siti", f"/panitia/{slug}/?bagian=papan", "/akun/", "/panitia/"]
    return "".join(client.get(page).content.decode(errors="replace") for page in pages) + paper(client, slug)


def paper(client, slug: str) -> str:
    answer = client.get(f"/panitia/{slug}/cetak/daftar-hadir.pdf")
    if answer["Content-Type"] != "application/pdf":
        return ""
    return "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


def _model(name: str) -> type[Model]:
    return next(m for m in MAY if name.startswith(f"{m._meta.app_label}_{m._meta.model_name}_"))


@pytest.mark.parametrize("who", SEES)
def test_everybody_sees_what_their_work_needs(desk, who):
    Registration.objects.update(special_needs="Kursi roda di kamar")
    Delegate.objects.update(email="peserta@contoh.example", agrees_special_needs=True)
    Ormas.objects.update(contact_email="narahubung@contoh.example")
    ListingRequest.objects.update(email="narahubung@contoh.example")
    with time_machine.travel(MORNING, tick=False):  # the board knows who is missing
        shown = everything(browser_of(who), desk)
    shown = re.sub(rf'(value="|q=|q%3D)(peserta(@|%40|%2540)contoh.example|{desk.registration.code})', "", shown)
    code = any(text in shown for text in (desk.registration.code, desk.registration.shown_code))

    assert (
        code,
        "Kursi roda" in shown,
        NUMBER in digits(shown),
        "peserta@contoh.example" in shown,
        "narahubung@contoh.example" in shown or "Bapak Contoh" in shown,
        any(links.token_of(each) in shown for each in Invitation.objects.all()),
    ) == SEES[who]


def test_consent_tells_no_watcher_of_special_needs(desk):
    for who, is_told in (("pemantau", False), ("verifikator", True)):
        page = browser_of(who).get(desk.address(Delegate, "change")).content.decode()
        assert ("kebutuhan khusus" in page.lower()) == is_told


def test_code_finds_nobody_for_a_watcher(desk):
    address, code = desk.address(Registration, "changelist"), desk.registration.shown_code
    row = desk.address(Registration, "change")

    assert row in browser_of("verifikator").get(address, {"q": code}).content.decode()
    assert row not in browser_of("pemantau").get(address, {"q": code}).content.decode()
    assert "Nama, nama atau singkatan ormas." in browser_of("pemantau").get(address).content.decode()


@pytest.mark.parametrize("who", PEOPLE)
def test_no_address_leads_from_a_number_to_a_code(desk, who):
    kind = ContentType.objects.get_for_model(Registration).pk
    answer = browser_of(who).get(f"/admin/r/{kind}/{desk.registration.pk}/")

    assert answer.status_code in (302, 403, 404)
    assert desk.registration.shown_code not in answer.get("Location", "") + answer.content.decode()


@pytest.mark.parametrize("model", [Registration, Delegate, Ormas, ListingRequest], ids=named)
def test_search_tells_no_phone_number_by_finding(desk, model):
    client, row = browser_of("pemantau"), str(getattr(desk.rows[model], "name", ""))
    assert row in client.get(desk.address(model, "changelist"), {"q": row.split()[0]}).content.decode()

    assert row not in client.get(desk.address(model, "changelist"), {"q": f"0{NUMBER}"}).content.decode()
