"""Filling a column of the recap: by JSON and by the plain form, and what is said of what cannot be."""

import json
import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import marking
from pelatihan.board import filling
from pelatihan.board.cells import how_recorded
from pelatihan.models import AttendanceEvent, Session
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.door import at


@pytest.fixture
def clerk(organiser):
    """Fills the column at 09.00, while the session runs."""
    return Clerk(organiser)


class Clerk:
    """An organiser before the recap of one session."""

    def __init__(self, client) -> None:
        self.client = client

    def post(self, session, body, clock="09.00", **options):
        with time_machine.travel(at(clock), tick=False):
            return self.client.post(address(session), json.dumps(body), content_type="application/json", **options)

    def mark(self, session, *marks, clock="09.00"):
        return self.post(session, {"marks": list(marks)}, clock).json()["results"]

    def send(self, session, fields, clock="09.00", query=""):
        with time_machine.travel(at(clock), tick=False):
            return self.client.post(address(session) + query, fields)

    def read(self, session, clock="09.00"):
        with time_machine.travel(at(clock), tick=False):
            asked = {"sesi": session.pk}
            return self.client.get(reverse("recap", args=[session.angkatan.slug]), asked).content.decode()


def address(session) -> str:
    return reverse("mark_many", args=[session.angkatan.slug, session.pk])


def a_mark(person, state, seen=None, **more):
    return {"id": str(uuid.uuid4()), "ref": str(person.ref), "state": state, "seen": seen} | more


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# ---- JSON ----------------------------------------------------------------------------------------


def test_a_mark_is_entered_and_told_as_the_grid_shows_it(door, person, clerk):
    [told] = clerk.mark(door.session, a_mark(person, "excused", reason="Surat"))
    who = AttendanceEvent.objects.get().author
    assert told == {
        "ref": str(person.ref),
        "state": "excused",
        "word": "Izin",
        "how": f"Izin: diisi oleh {who.get_full_name() or who.username}, 11 Mar 09.00. Alasan: Surat",
        "left_at": "",
        "owes": True,
        "event": str(AttendanceEvent.objects.get().pk),
        "refusal": "",
    }


def test_what_somebody_else_did_meanwhile_is_told_and_the_rest_is_entered(door, person, clerk):
    other = a_registration(door.session.angkatan)
    scan = door.scan(person, "08.10")
    told = clerk.mark(door.session, a_mark(person, "sick", reason="x"), a_mark(other, "sick"))
    assert [one["state"] for one in told] == ["present", "sick"]
    assert "berubah menjadi Hadir" in told[0]["refusal"]
    assert told[0]["event"] == str(scan.event.pk)
    assert told[0]["how"].startswith("Hadir 08.10: dipindai oleh ")


def test_overriding_owes_a_reason(door, person, clerk):
    seen = str(door.scan(person, "08.10").event.pk)
    [told] = clerk.mark(door.session, a_mark(person, "sick", seen))
    assert told["refusal"].startswith("Tulis alasannya")
    [told] = clerk.mark(door.session, a_mark(person, "sick", seen, reason="Surat dokter"))
    assert (told["refusal"], door.state(person)) == ("", "sick")


def test_who_leaves_early_leaves_at_a_time(door, person, clerk):
    [told] = clerk.mark(door.session, a_mark(person, "left", left_at="08.45"))
    assert (told["how"][:18], told["left_at"]) == ("Pulang awal 08.45:", "08.45")
    [told] = clerk.mark(door.session, a_mark(person, "left", told["event"], left_at="25.99"))
    assert told["refusal"] == filling.NO_CLOCK
    [told] = clerk.mark(door.session, a_mark(person, "left", told.get("event")))
    assert told["refusal"] == "Isi jam pulangnya, misalnya 10.30."


def test_sent_twice_it_is_one_mark(door, person, clerk):
    mark = a_mark(person, "excused")
    first, second = clerk.mark(door.session, mark), clerk.mark(door.session, mark)
    assert first == second
    assert AttendanceEvent.objects.count() == 1


def test_a_cell_is_emptied_and_taken_back(door, person, clerk):
    seen = str(door.scan(person, "08.10").event.pk)
    clear = a_mark(person, "", seen, reason="Salah orang")
    assert [one["word"] for one in clerk.mark(door.session, clear)] == ["Belum"]
    undo = {"undo": [clear["id"]]}
    for _ in range(2):
        [told] = clerk.post(door.session, undo).json()["results"]
        assert (told["state"], told["event"], told["refusal"]) == ("present", seen, "")


def test_undo_of_what_is_not_here_is_a_sentence(door, clerk):
    told = clerk.post(door.session, {"undo": [str(uuid.uuid4()), "x", 7]}).json()["results"]
    assert [one["refusal"] for one in told] == [marking.NOT_HERE, filling.UNREADABLE, filling.UNREADABLE]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"id": "x"}, {"id": None}, {"ref": 7}, {"ref": "' OR 1=1"}, {"state": None}, {"state": ["sick"]},
        {"reason": [1]}, {"left_at": 830},
    ],
)  # fmt: skip
def test_what_cannot_be_read_spoils_nothing_else(door, person, clerk, spoilt):
    other = a_registration(door.session.angkatan)
    told = clerk.mark(door.session, a_mark(person, "sick") | spoilt, None, a_mark(other, "sick"))
    assert [one["refusal"] for one in told] == [filling.UNREADABLE, filling.UNREADABLE, ""]


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"state": "flown"}, marking.NOT_A_STATE),
        ({"reason": "x" * 301}, "Alasannya paling banyak 300 huruf. Ringkaskan."),
        ({"reason": "\0"}, marking.UNREADABLE),
        ({"reason": "Surat \ud800"}, marking.UNREADABLE),  # half a letter: no database takes it
        ({"reason": "\udfff"}, marking.UNREADABLE),
        ({"ref": str(uuid.UUID(int=5))}, marking.NOBODY),
    ],
)
def test_hostile_values_are_sentences(door, person, clerk, wish, refusal):
    [told] = clerk.mark(door.session, a_mark(person, "sick") | wish)
    assert told["refusal"] == refusal
    assert not AttendanceEvent.objects.exists()


@pytest.mark.parametrize("body", ["[]", "{", '{"marks": 3}', '{"undo": {}}', "null", "9" * 5000])
def test_what_is_no_request_is_told_so(door, clerk, body):
    response = clerk.client.post(address(door.session), body, content_type="application/json")
    assert (response.status_code, response.json()["error"]) == (400, "bad_request")


def test_more_than_are_taken_at_once_are_refused_whole(door, person, clerk):
    marks = [a_mark(person, "sick") for _ in range(marking.MOST + 1)]
    response = clerk.post(door.session, {"marks": marks})
    assert (response.status_code, AttendanceEvent.objects.count()) == (413, 0)


def test_another_account_in_the_same_browser_writes_nothing(door, person, clerk):
    body = {"user": str(UserFactory().pk), "marks": [a_mark(person, "sick")]}
    response = clerk.post(door.session, body)
    assert (response.status_code, response.json()["message"]) == (403, filling.OTHER_ACCOUNT)
    assert not AttendanceEvent.objects.exists()


def test_a_session_that_is_gone_is_told_so(door, person, clerk):
    other = SessionFactory(angkatan=AngkatanFactory(number=9))
    elsewhere = reverse("mark_many", args=[door.session.angkatan.slug, other.pk])
    body = json.dumps({"marks": [a_mark(person, "sick")]})
    response = clerk.client.post(elsewhere, body, content_type="application/json")
    assert (response.status_code, response.json()["message"]) == (404, filling.GONE)
    assert clerk.client.post(elsewhere, {}).status_code == 404


@pytest.mark.parametrize("role", ["petugas", "pemantau", "verifikator"])
def test_who_may_not_mark_reads_why(door, person, client_of, role):
    response = Clerk(client_of(role)).post(door.session, {"marks": [a_mark(person, "sick")]})
    assert (response.status_code, AttendanceEvent.objects.count()) == (403, 0)
    assert response.json()["message"]


def test_before_it_opens_nothing_is_entered_and_the_recap_only_read(door, person, clerk):
    [told] = clerk.mark(door.session, a_mark(person, "sick"), clock="06.00")
    assert "baru dibuka" in told["refusal"]
    assert "<select" not in clerk.read(door.session, "06.00").split("<tbody")[1]


@pytest.mark.parametrize("number", [1, 4])
def test_many_marks_ask_no_more_than_one(door, clerk, number, django_assert_max_num_queries):
    marks = [a_mark(a_registration(door.session.angkatan), "sick") for _ in range(number)]
    clerk.mark(door.session)
    with django_assert_max_num_queries(24):
        clerk.mark(door.session, *marks)


# ---- The form ------------------------------------------------------------------------------------


def fields_of(html: str) -> dict[str, str]:
    """The form as a browser would send it untouched."""
    rows = html.split("<tbody")[1]
    chosen = dict(re.findall(r'name="(state-[0-9a-f-]+)".*?<option value="(\w*)" selected>', rows))
    hidden = dict(re.findall(r'name="((?:seen-[0-9a-f-]+))" value="([^"]*)"', rows))
    [form] = re.findall(r'name="form" value="([^"]+)"', html)
    return chosen | hidden | {"form": form, "reason": "", "left_at": "08.45", "save": "1"}


def test_a_form_that_changes_nothing_writes_nothing(door, person, clerk):
    door.scan(person, "08.10")
    fields = fields_of(clerk.read(door.session))
    response = clerk.send(door.session, fields)
    assert response.status_code == 302
    assert AttendanceEvent.objects.count() == 1


def test_the_column_is_saved_and_leads_back_to_its_sheet(door, person, clerk):
    fields = fields_of(clerk.read(door.session)) | {f"state-{person.ref}": "left"}
    response = clerk.send(door.session, fields, query="?lembar=1&lp=1")
    assert response.url == f"{reverse('recap', args=[door.session.angkatan.slug])}?lembar=1&lp=1&sesi={door.session.pk}"
    event = AttendanceEvent.objects.get()
    assert (event.state, event.left_at) == ("left", at("08.45"))
    assert clerk.send(door.session, fields).status_code == 302
    assert AttendanceEvent.objects.count() == 1, "sent twice it is one mark"


def test_what_owes_a_reason_comes_back_as_it_was_chosen(door, person, clerk):
    other = a_registration(door.session.angkatan)
    door.scan(person, "08.10")
    wish = {f"state-{person.ref}": "sick", f"state-{other.ref}": "excused"}
    response = clerk.send(door.session, fields_of(clerk.read(door.session)) | wish)
    assert response.status_code == 200
    assert "1 perubahan disimpan. 1 perubahan belum disimpan" in words(response)
    assert "Tulis alasannya, karena ini mengganti yang sudah tercatat: Hadir." in words(response)
    assert [door.state(one) for one in (person, other)] == ["present", "excused"]

    assert 'name="reason" value="" autocomplete="off" aria-invalid="true"' in response.content.decode()
    again = fields_of(response.content.decode())
    assert again[f"state-{person.ref}"] == "sick"
    clerk.send(door.session, again | {"reason": "Surat dokter"})
    assert door.state(person) == "sick"


def test_ticked_rows_are_set_by_one_button_and_the_rest_is_saved_too(door, person, clerk):
    others = [a_registration(door.session.angkatan) for _ in range(3)]
    fields = fields_of(clerk.read(door.session)) | {f"state-{others[0].ref}": "late"}
    del fields["save"]
    clerk.send(door.session, fields | {"bulk": "excused", "pick": [str(person.ref), str(others[1].ref)]})
    assert [door.state(one) for one in (person, *others)] == ["excused", "late", "excused", None]


def test_ticked_rows_are_emptied_by_the_button_of_that_name(door, person, clerk):
    door.scan(person, "08.10")
    fields = fields_of(clerk.read(door.session)) | {"bulk": filling.NONE, "pick": [str(person.ref)], "reason": "Salah"}
    clerk.send(door.session, fields)
    assert door.state(person) is None


def test_a_button_without_ticks_asks_for_them_and_forgets_nothing(door, person, clerk):
    fields = fields_of(clerk.read(door.session)) | {f"state-{person.ref}": "late", "bulk": "sick"}
    response = clerk.send(door.session, fields)
    assert filling.NO_TICKS in words(response)
    assert fields_of(response.content.decode())[f"state-{person.ref}"] == "late"
    assert not AttendanceEvent.objects.exists()


def test_a_time_that_is_none_comes_back_with_the_rest(door, person, clerk):
    fields = fields_of(clerk.read(door.session)) | {
        f"state-{person.ref}": "left",
        "left_at": "nanti",
        "reason": "Sakit",
    }
    response = clerk.send(door.session, fields)
    assert filling.NO_CLOCK in words(response)
    assert 'value="nanti"' in response.content.decode()
    assert 'value="Sakit"' in response.content.decode()


def test_a_time_of_leaving_is_read_of_who_left_early_alone(door, person, clerk):
    fields = fields_of(clerk.read(door.session)) | {f"state-{person.ref}": "sick", "left_at": "nanti"}
    assert clerk.send(door.session, fields).status_code == 302
    assert door.state(person) == "sick"


def test_two_clerks_on_one_cell_the_second_reads_of_the_first(door, person, clerk):
    fields = fields_of(clerk.read(door.session)) | {f"state-{person.ref}": "sick"}
    door.scan(person, "08.50")
    response = clerk.send(door.session, fields)
    assert "kehadirannya berubah menjadi Terlambat" in words(response)
    assert door.state(person) == "late"


def test_who_did_not_touch_a_cell_says_nothing_of_it(door, person, clerk):
    other = a_registration(door.session.angkatan)
    fields = fields_of(clerk.read(door.session)) | {f"state-{other.ref}": "sick"}
    door.scan(person, "08.50")
    assert clerk.send(door.session, fields).status_code == 302
    assert [door.state(one) for one in (person, other)] == ["late", "sick"]


def test_nonsense_in_the_form_writes_nothing(door, person, clerk):
    fields = {"state-x": "sick", f"state-{person.ref}": "\0", "seen-": "..", "pick": "x", "form": "x", "bulk": ""}
    response = clerk.send(door.session, fields)
    assert response.status_code == 200
    assert not AttendanceEvent.objects.exists()


def test_the_address_opened_as_a_page_is_the_recap(door, clerk):
    response = clerk.client.get(address(door.session), {"lembar": "2"})
    assert response.url.endswith(f"?lembar=2&sesi={door.session.pk}")


# ---- What cells tell -----------------------------------------------------------------------------


def test_a_cell_tells_who_recorded_it_how_and_why(door, person, clerk):
    door.officer.first_name, door.officer.last_name = "Eko", "Prasetyawan"
    door.officer.save()
    later = SessionFactory(angkatan=door.session.angkatan, hour=9, starts_at=at("09.30"), ends_at=at("10.30"))
    door.scan(person, "08.10")
    html = clerk.read(later, "10.00")
    assert 'title="Hadir 08.10: dipindai oleh Eko Prasetyawan">H<' in html


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (("check_in", "scan", "Ponsel meja 1", "Eko", ""), "dipindai di Ponsel meja 1 oleh Eko"),
        (("check_in", "self", "", "", ""), "lewat kode ruangan"),
        (("check_in", "name", "Ponsel", "Eko", ""), "dicari namanya di Ponsel oleh Eko"),
        (("check_in", "walk_in", "", "Eko", ""), "datang langsung, dicatat oleh Eko"),
        (("check_in", "override", "", "Rina", ""), "dipersilakan masuk oleh Rina"),
        (("mark", "paper", "", "Rina", "2019-03-12 16.05"), "menurut lembar, diisi oleh Rina, 12 Mar 16.05"),
        (
            ("mark", "closing", "", "Rina", "2019-03-11 09.40"),
            "belum tercatat saat sesi ditutup oleh Rina, 11 Mar 09.40",
        ),
        (("mark", "correction", "Ponsel", "Rina", "2019-03-12 16.05"), "diisi oleh Rina, 12 Mar 16.05"),
        (
            ("keep", "scan", "Ponsel", "Rina", "2019-03-12 16.05"),
            "dipertahankan oleh Rina, 12 Mar 16.05",
        ),
    ],
)
def test_how_something_was_recorded_in_words(told, words):
    assert how_recorded(*told) == words


def test_names_and_reasons_are_shown_as_they_were_written(door, clerk):
    odd = a_registration(door.session.angkatan, name='D\'Arcy "<b>" & Co')
    clerk.mark(door.session, a_mark(odd, "sick", reason='<script>alert("x")</script>'))
    later = SessionFactory(angkatan=door.session.angkatan, starts_at=at("09.30"), ends_at=at("10.30"))
    for session in (door.session, later):
        html = clerk.read(session, "10.00")
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(&quot;x&quot;)" in html
        assert "D&#x27;Arcy" in html


def test_closing_marks_may_be_changed_without_a_reason(door, person, clerk):
    Session.objects.filter(pk=door.session.pk).update(closed_at=at("09.20"))
    closing = marking.Mark(uuid.uuid4(), person.ref, "absent", None)
    marking.mark_many(door.session, [closing], actor=SYSTEM, at=at("09.20"), means=AttendanceEvent.Means.CLOSING)
    assert " data-free" in clerk.read(door.session, "09.25")
    [told] = clerk.mark(door.session, a_mark(person, "excused"), clock="09.25")
    assert (told["owes"], told["state"]) == (False, "absent")
    [told] = clerk.mark(door.session, a_mark(person, "excused", str(closing.id)), clock="09.25")
    assert told["refusal"] == ""


def test_the_time_of_leaving_goes_on_with_the_clock(door, person, clerk):
    html = clerk.read(door.session, "09.10")
    assert 'name="left_at" value="09.10"' in html
    assert f'data-left-ms="{timedelta(minutes=20).total_seconds() * 1000:.0f}"' in html
    assert 'value="09.30"' in clerk.read(door.session, "12.00")
