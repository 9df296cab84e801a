"""From the rule to the hand of whoever checks it: the committee issues, a stranger types the code."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from playwright.sync_api import expect

from pelatihan.accounts import access
from pelatihan.accounts.actor import staff
from pelatihan.attendance import sessions
from pelatihan.models import Certificate, NumberSeries
from tests.browser.conftest import BOTH
from tests.browser.people import is_logged_in
from tests.pelatihan.certificates.course import END, course

__all__ = ["course"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_committee_issues_and_a_stranger_checks(open_page, desktop_page, axe_clean, course):
    access.make_groups()
    course.by.groups.set([Group.objects.get(name="panitia")])
    NumberSeries.objects.create(label="Piagam 2019", pattern="{no:03}/PIAGAM")
    course.rule.delete()
    course.person("Ahmad Fauzi", 0, 1)
    course.person("W" * 150, 0)
    for session in course.sessions[:2]:
        sessions.close(session, at=END, actor=staff(course.by))
    page = desktop_page
    is_logged_in(page, course.by)

    page.goto(reverse("certificates", args=[course.angkatan.slug]))
    axe_clean(page, *BOTH)
    page.get_by_role("link", name="Pilih seri nomor").click()
    page.get_by_label("Judul").fill("Piagam")
    page.get_by_label("Seri nomor").select_option("Piagam 2019")
    page.get_by_role("spinbutton").fill("101")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("alert")).to_contain_text("Tulis angka 1 sampai 100.")
    axe_clean(page, *BOTH)
    page.get_by_role("spinbutton").fill("80")
    page.get_by_role("button", name="Simpan").click()

    page.get_by_role("link", name="Terbitkan 1 sertifikat").click()
    expect(page.get_by_text("1 sesi materi belum ditutup")).to_be_visible()
    axe_clean(page, *BOTH)
    page.get_by_label(re.compile("Saya sudah membacanya")).check()
    page.get_by_role("button", name="Terbitkan 1 sertifikat").click()
    expect(page.get_by_text("Nomor 001/PIAGAM")).to_be_visible()
    axe_clean(page, *BOTH)

    page.get_by_role("link", name="Buka Ahmad Fauzi").click()
    page.get_by_role("button", name="Cabut sertifikat ini").click()
    expect(page.get_by_role("alert")).to_contain_text("Tulis alasannya")
    axe_clean(page, *BOTH)

    code = Certificate.objects.get().shown_code
    phone = open_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    phone.goto("/sertifikat/")
    phone.get_by_label("Kode pemeriksaan").fill(code.lower().replace("-", " "))
    phone.get_by_role("button", name="Periksa").click()
    expect(phone.get_by_text("Asli dan berlaku")).to_be_visible()
    expect(phone.get_by_text("Ahmad Fauzi")).to_be_visible()

    page.goto(f"/sertifikat/{code}/")
    axe_clean(page, *BOTH)
    page.get_by_label("Kode pemeriksaan").fill("7K4M-9QXP-2TVRX")
    page.get_by_role("button", name="Periksa").click()
    expect(page.get_by_text("Kami tidak menemukan sertifikat dengan kode ini.")).to_be_visible()
    axe_clean(page, *BOTH)
