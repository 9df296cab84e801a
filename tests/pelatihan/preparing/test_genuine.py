"""Anybody checks a certificate by its code: genuine, revoked or unknown, and nothing else about anybody."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pelatihan.certificates import codes, issuing
from pelatihan.models import Registration
from pelatihan.preparing import genuine
from pelatihan.web.limits import HOUR, Limit
from tests.pelatihan.certificates.course import END, certificate_of, course
from tests.pelatihan.preparing.test_certificates import text_of

__all__ = ["course"]


@pytest.fixture(autouse=True)
def _after_the_last_session():
    with time_machine.travel(END, tick=False):
        yield


@pytest.fixture
def person(course) -> Registration:
    made = course.person("Ahmad Fauzi", 0, 1, position="Wakil Sekretaris", phone="+6281298765432")
    course.issue()
    return made


def answer(code: str, client: Client | None = None):
    return (client or Client()).get(reverse("certificate", args=[code]))


def test_genuine_tells_name_training_dates_and_hours_and_nothing_else(person, course):
    held = certificate_of(person)

    for code in (held.code, held.shown_code, held.code.lower()):
        page = answer(code)
        assert page.status_code == 200
        text = text_of(page.text)
        for words in ("Asli dan berlaku", "Ahmad Fauzi", course.angkatan.theme, "11–13 Maret 2019", "5 JP"):
            assert words in text
        for secret in (
            person.ormas_name,
            "Wakil Sekretaris",
            person.shown_code,
            "298765432",
            held.number,
            str(person.ref),
        ):
            assert secret not in page.text
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]


def test_revoked_tells_when_and_not_whose_nor_why(person, course):
    held = certificate_of(person)
    issuing.revoke(held, "Tertangkap menyontek", by=course.by, at=END)

    page = answer(held.code)

    assert page.status_code == 200
    text = text_of(page.text)
    assert "Tidak berlaku lagi" in text
    assert "dicabut Senin, 11 Maret 2019" in text
    assert "Ahmad" not in page.text
    assert "menyontek" not in page.text


def test_copy_shows_the_name_that_it_bears(person, course):
    held = certificate_of(person)
    Registration.objects.filter(pk=person.pk).update(name="Ahmad Fauzan")
    assert "Ahmad Fauzi" in answer(held.code).text  # what the sheet in hand says

    issuing.reissue(held, "Nama dibetulkan", copies=1, by=course.by, at=END)

    assert "Ahmad Fauzan" in answer(held.code).text


def test_every_code_that_nobody_has_is_answered_alike(person, django_assert_num_queries):
    held = certificate_of(person).code
    changed = held[:5] + ("A" if held[5] != "A" else "B") + held[6:]
    nobodys = codes.new_code()

    answer(nobodys)  # the office is read
    pages = {}
    for code in (changed, nobodys, "x", "7K4M-9QXP-2TWRM", "a" * 300, "%F0%9F%98%80"):
        with django_assert_num_queries(3):
            page = Client().get(f"/sertifikat/{code}/")
        assert page.status_code == 404
        pages[code] = re.sub(r'value="[^"]*"', "", page.text)

    assert len(set(pages.values())) == 1
    assert "Kode tidak dikenal" in text_of(page.text)


def test_code_is_typed_as_people_type(person):
    held = certificate_of(person)

    for typed in (held.shown_code.lower(), f" {held.code} ", f"https://x.example/sertifikat/{held.code}/"):
        page = Client().get(reverse("certificate_find"), {"kode": typed}, follow=True)
        assert "Asli dan berlaku" in page.text
    for typed, status, words in (
        ("", 200, "Tulis kode yang tercetak di sertifikat."),
        ("7K4M-9QXP-2TVR1", 404, "Kode ini tidak dikenal."),
        ("x" * 201, 200, "Terlalu panjang."),
    ):
        page = Client().get(reverse("certificate_find"), {"kode": typed})
        assert page.status_code == status
        assert words in page.text


def test_wrong_codes_are_counted_and_right_ones_are_not(person, monkeypatch):
    monkeypatch.setattr(genuine, "WRONG", Limit("certificate-wrong", 3, HOUR))
    held = certificate_of(person).code

    assert [answer(held).status_code for _ in range(5)] == [200] * 5
    assert [answer(codes.new_code()).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert "Terlalu banyak kode keliru" in answer(held).text
