"""The desk's door: forms are answered by pages, JSON by JSON, errors too."""

import json
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pelatihan.lifecycle import Action
from pelatihan.models import Attendance, AttendanceEvent
from pelatihan.registration.writer import move
from tests.factories import SessionFactory, a_registration, clerk
from tests.pelatihan.door import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _eight_o_clock():
    with time_machine.travel(at("08.00"), tick=False):
        yield


def address(session) -> str:
    return reverse("record", args=[session.angkatan.slug, session.pk])


def scan(person, clock="08.00", **fields):
    return {"id": str(uuid.uuid4()), "code": person.code, "at": at(clock).isoformat()} | fields


def send(client, session, *scans, **body):
    body = {"device": "Meja 1", "sent_at": at("08.00").isoformat(), "scans": list(scans)} | body
    return client.post(address(session), json.dumps(body), content_type="application/json")


def outcomes(response) -> list[str]:
    return [result["outcome"] for result in response.json()["results"]]


# ---- JSON ----------------------------------------------------------------------------------------


def test_json_answers_with_name_and_time(door, officer, person):
    wish = scan(person)
    assert send(officer, door.session, wish).json() == {
        "results": [
            {
                "id": wish["id"],
                "outcome": "present",
                "name": "Siti Rahmawati",
                "ormas": person.ormas.name,
                "first_at": "2019-03-11T01:00:00+00:00",
                "note": "Tercatat pukul 08.00",
            }
        ],
        "clock_error": 0,
        "clock_note": "",
    }


def test_json_answers_in_order(door, officer, person):
    second = a_registration(door.session.angkatan)
    answer = send(officer, door.session, scan(second), {"id": "x"}, scan(person), scan(second), {"id": 7}, "x")
    assert outcomes(answer) == ["present", "invalid", "present", "already", "invalid", "invalid"]


def test_json_keeps_device_and_officer(door, officer, person):
    send(officer, door.session, scan(person))
    event = AttendanceEvent.objects.get()
    assert (event.device, event.author, event.arrived_at) == ("Meja 1", door.officer, at("08.00"))


def test_json_reads_codes_as_people_type_them(door, officer, person):
    typed = f" {person.code[:4]}-{person.code[4:]} ".lower().replace("0", "o").replace("1", "l")
    assert outcomes(send(officer, door.session, scan(person, code=typed))) == ["present"]


def test_json_undoes_a_check_in(door, officer, person):
    first = scan(person)
    undo = {"id": str(uuid.uuid4()), "kind": "undo", "undoes": first["id"], "at": at("08.00").isoformat()}
    send(officer, door.session, first)
    assert outcomes(send(officer, door.session, undo)) == ["undone"]
    assert not Attendance.objects.exists()


def test_json_picks_a_person_by_reference(door, officer, person):
    wish = scan(person, kind="ref", ref=str(person.ref))
    assert outcomes(send(officer, door.session, wish)) == ["present"]


def test_json_lets_in_whom_the_device_let_in(door, officer, person):
    move(person, Action.CANCEL, actor=clerk(), at=at("07.50"), reason="Berhalangan")
    wishes = [
        scan(person),
        scan(person, "07.49"),
        scan(person, shown="present"),
        scan(person, "07.49", shown="present"),
    ]
    assert outcomes(send(officer, door.session, *wishes)) == ["not_accepted"] * 3 + ["present"]


def test_json_says_who_decides_about_whom_the_device_let_in(door, officer):
    person = a_registration(door.session.angkatan, "rejected")
    answer = send(officer, door.session, scan(person, shown="late")).json()["results"][0]
    assert answer["outcome"] == "not_accepted"
    assert answer["note"].endswith("Belum dihitung hadir: menunggu keputusan panitia di Kiriman susulan.")


def test_json_says_that_an_undo_was_done_already(door, officer, person):
    first = scan(person)
    undos = [
        {"id": str(uuid.uuid4()), "kind": "undo", "undoes": first["id"], "at": at("08.00").isoformat()}
        for _ in range(2)
    ]
    answer = send(officer, door.session, first, *undos)
    assert outcomes(answer) == ["present", "undone", "already_undone"]
    assert "sudah diurungkan" in answer.json()["results"][2]["note"]


def test_json_says_when_an_id_is_taken(door, officer, person):
    other = a_registration(door.session.angkatan)
    first = scan(person)
    answer = send(officer, door.session, first, scan(other, id=first["id"]))
    assert outcomes(answer) == ["present", "id_taken"]
    assert "Catat sekali lagi" in answer.json()["results"][1]["note"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "not-a-uuid"},
        {"id": None},
        {"id": 7},
        {"id": []},
        {"id": "\ud800"},
        {"id": "x" * 1000},
        {"at": "tadi pagi"},
        {"at": "2019-03-11T08:00:00"},
        {"at": "0001-01-01T00:00:00+07:00"},
        {"at": "9999-12-31T23:59:59-14:00"},
        {"at": "1969-12-31T23:59:59Z"},
        {"at": None},
        {"at": float("inf")},
        {"at": "\ud800"},
        {"code": 12345678},
        {"code": None},
        {"code": "\ud800\0"},
        {"code": {"a": [{"b": "c"}]}},
        {"kind": "walk_in"},
        {"kind": ["code"]},
        {"kind": {}},
        {"kind": None},
        {"kind": "ref", "ref": "x"},
        {"kind": "ref", "ref": ["x"]},
        {"kind": "undo"},
        {"kind": "undo", "undoes": 1},
    ],
)
def test_item_that_cannot_be_read_is_invalid(door, officer, person, wrong):
    answer = send(officer, door.session, scan(person, **wrong), scan(person))
    assert outcomes(answer) == ["invalid", "present"]


@pytest.mark.parametrize(
    "odd",
    [
        {"at": "2019-03-11T17:00:00+16:00"},
        {"at": "2019-03-11T01:00:00Z"},
        {"shown": []},
        {"shown": {}},
        {"shown": None},
        {"seq": 10**400},
        {"seq": [[[[1]]]]},
        {"undoes": "x"},
        {"more": "\0"},
    ],
)
def test_item_with_something_odd_is_taken(door, officer, person, odd):
    assert outcomes(send(officer, door.session, scan(person, **odd))) == ["present"]


@pytest.mark.parametrize("device", ["\ud800", "\0", [], {}, 5, None, "x" * 1000, True])
def test_device_may_call_itself_anything(door, officer, person, device):
    assert outcomes(send(officer, door.session, scan(person), device=device)) == ["present"]
    assert len(AttendanceEvent.objects.get().device) <= 60


def test_number_of_a_million_digits_loses_nothing(door, officer, person):
    body = json.dumps({"scans": [scan(person)]})[:-2] + ', {"seq": ' + "9" * 1_000_000 + "}]}"
    answer = officer.post(address(door.session), body, content_type="application/json")
    assert outcomes(answer) == ["present", "invalid"]


def test_clock_that_is_behind_is_put_right_and_told(door, officer, person):
    answer = send(officer, door.session, scan(person, "06.30"), sent_at=at("06.30").isoformat()).json()
    assert answer["results"][0]["first_at"] == "2019-03-11T01:00:00+00:00"
    note = "Jam perangkat terlambat 1 jam 30 menit; waktunya sudah disesuaikan. Mohon betulkan jam perangkat."
    assert (answer["clock_error"], answer["clock_note"]) == (-5400, note)
    assert answer["results"][0]["note"] == f"Tercatat pukul 08.00. {note}"


def test_clock_of_a_phone_that_began_anew_is_put_right(door, officer, person):
    answer = send(officer, door.session, scan(person, at="1970-01-01T07:01:00+07:00"), sent_at="1970-01-01T00:01:00Z")
    assert answer.json()["results"][0]["first_at"] == "2019-03-11T01:00:00+00:00"


@pytest.mark.parametrize(
    "sent_at", [None, 5, [], "kemarin", "2019-03-11T08:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"]
)
def test_device_whose_clock_nobody_can_read_is_believed(door, officer, person, sent_at):
    answer = send(officer, door.session, scan(person, "07.30"), sent_at=sent_at).json()
    assert (answer["results"][0]["first_at"], answer["clock_error"]) == ("2019-03-11T00:30:00+00:00", 0)


@pytest.mark.parametrize("sent_at", ["1970-01-01T00:00:00Z", "2100-12-31T23:59:59Z"])
def test_clock_that_is_absurd_lets_nobody_in_before_the_doors(door, officer, person, sent_at):
    answer = send(officer, door.session, scan(person, "08.00"), sent_at=sent_at).json()["results"][0]
    assert answer["outcome"] == ("present" if sent_at.startswith("1970") else "not_open")
    assert answer["first_at"] in {None, "2019-03-11T01:00:00+00:00"}


def test_scan_from_next_year_counts_as_now(door, officer, person):
    answer = send(officer, door.session, scan(person, at="2020-03-11T08:00:00+07:00"))
    assert answer.json()["results"][0]["first_at"] == "2019-03-11T01:00:00+00:00"
    assert AttendanceEvent.objects.get().is_clock_ahead


@pytest.mark.parametrize("body", ["bukan json", "[]", '{"scans": 5}', "null", '{"scans"', "[" * 100_000])
def test_body_that_is_not_json_is_a_bad_request(door, officer, body):
    answer = officer.post(address(door.session), body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_five_hundred_scans_are_taken(door, officer, person):
    assert len(outcomes(send(officer, door.session, *[scan(person) for _ in range(500)]))) == 500


def test_more_than_five_hundred_scans_are_too_many(door, officer, person):
    answer = send(officer, door.session, *[scan(person) for _ in range(501)])
    assert (answer.status_code, "500 catatan" in answer.json()["message"]) == (413, True)
    assert not AttendanceEvent.objects.exists()


def test_body_over_the_limit_is_too_large(door, officer, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = officer.post(address(door.session), '"' + "x" * 2000 + '"', content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_json_from_a_stranger_is_unauthorised(door, client, person):
    answer = send(client, door.session, scan(person))
    assert (answer.status_code, answer.json()["error"]) == (401, "login_required")


@pytest.mark.parametrize("role", ["verifikator", "pemantau"])
def test_json_from_another_role_is_forbidden(door, client_of, person, role):
    answer = send(client_of(role), door.session, scan(person))
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


def test_json_without_token_is_forbidden(door, person):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(door.officer)
    answer = send(careful, door.session, scan(person))
    assert (answer.status_code, answer.json()["error"]) == (403, "csrf")


def test_json_to_a_session_of_another_batch_is_not_found(door, officer, person):
    other = SessionFactory()
    wrong = reverse("record", args=[other.angkatan.slug, door.session.pk])
    answer = officer.post(wrong, json.dumps({"scans": [scan(person)]}), content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_json_to_a_session_of_an_impossible_number_is_not_found(door, officer, person):
    door.session.pk = 2**63
    assert send(officer, door.session, scan(person)).status_code == 404


def test_check_in_needs_four_queries(door, officer, person, django_assert_num_queries):
    send(officer, door.session, scan(person))
    second = a_registration(door.session.angkatan)
    log_in, transaction, check_in = 2, 2, 4
    with django_assert_num_queries(log_in + transaction + check_in):
        send(officer, door.session, scan(second))


# ---- Forms ---------------------------------------------------------------------------------------


def post(client, session, **fields):
    return client.post(address(session), fields, follow=True)


def text(response) -> str:
    return response.content.decode()


def test_form_shows_who_is_in(door, officer, person):
    page = text(post(officer, door.session, code=person.code))
    assert "answer-present" in page
    assert "Tercatat pukul 08.00" in page


def test_form_sent_twice_is_one_event(door, officer, person):
    act = str(uuid.uuid4())
    pages = [text(post(officer, door.session, code=person.code, id=act)) for _ in range(2)]
    assert all("answer-present" in page for page in pages)
    assert AttendanceEvent.objects.count() == 1


def test_form_with_letters_shows_whom_they_fit(door, officer, person):
    page = text(post(officer, door.session, code="rahma"))
    assert f'value="{person.ref}"' in page
    assert not AttendanceEvent.objects.exists()


def test_form_picks_a_person(door, officer, person):
    assert "answer-present" in text(post(officer, door.session, ref=str(person.ref)))


def test_form_undoes(door, officer, person):
    post(officer, door.session, code=person.code)
    page = text(post(officer, door.session, undoes=str(AttendanceEvent.objects.get().pk)))
    assert "Diurungkan" in page
    assert not Attendance.objects.exists()


def test_name_that_looks_like_a_code_is_looked_up(door, officer):
    # eight letters of the alphabet whose last happens to be the check sign of the others
    person = a_registration(door.session.angkatan, name="Bandarad Kusuma")
    assert f'value="{person.ref}"' in text(post(officer, door.session, code="Bandarad"))


@pytest.mark.parametrize("junk", [{}, {"code": "x"}, {"ref": "x"}, {"undoes": "x"}, {"code": "\0😀<b>"}, {"id": "x"}])
def test_form_with_junk_leads_back_to_the_desk(door, officer, junk):
    answer = post(officer, door.session, **junk)
    assert answer.status_code == 200
    assert "Kode atau nama peserta" in text(answer)


def test_form_from_a_stranger_leads_to_the_log_in(door, client, person):
    answer = client.post(address(door.session), {"code": person.code})
    assert answer["Location"].startswith(reverse("login"))
    assert not AttendanceEvent.objects.exists()
