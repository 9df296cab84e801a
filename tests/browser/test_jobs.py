"""A long act is watched, stopped, and taken up again; with a script and without."""

import os
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.jobs import running
from pelatihan.models import Angkatan, Job
from tests.browser.test_plan import log_in

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Terima 4.812 pendaftaran Angkatan III: Perkumpulan" + "panjang" * 16


@pytest.fixture
def job(batch: Angkatan) -> Job:
    return running.start(
        "nothing", key=uuid.uuid4(), author=User.objects.create(username="pencatat", first_name="Rina"), title=TITLE,
        total=4812, plan={}, shown_at="/admin/",
    )  # fmt: skip


def in_hand(job: Job, done: int) -> None:
    Job.objects.filter(pk=job.pk).update(
        state="running", done=done, started_at=timezone.now(), lease_until=timezone.now() + timedelta(minutes=2)
    )


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def picture(page: Page, name: str) -> None:
    """For whoever wants to look: PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.mark.parametrize("device", ["phone_page"])
def test_page_keeps_up_by_itself_and_is_stopped_and_taken_up(request, job, device, axe_clean):
    page: Page = request.getfixturevalue(device)
    log_in(page, "verifikator")
    in_hand(job, 1204)
    page.goto(f"/admin/pekerjaan/{job.pk}/")
    expect(page.get_by_text("1.204 dari 4.812 (25 %)")).to_be_visible()
    expect(page.get_by_role("link", name="Lihat kemajuan terbaru")).to_be_hidden()
    axe_clean(page)
    assert fits(page)
    picture(page, "job-running")

    in_hand(job, 2406)
    expect(page.get_by_text("2.406 dari 4.812 (50 %)")).to_be_visible()
    assert page.get_by_role("progressbar").evaluate("bar => bar.value") == 2406

    page.get_by_role("button", name="Hentikan").click()
    expect(page.get_by_text("Diminta berhenti")).to_be_visible()
    picture(page, "job-stopping")
    running._go_on(job.pk)
    expect(page.get_by_role("button", name="Lanjutkan")).to_be_visible()
    expect(page.get_by_role("link", name="Lihat hasil")).to_be_visible()
    axe_clean(page)
    picture(page, "job-stopped")

    page.get_by_role("button", name="Lanjutkan").click()
    expect(page.get_by_text("Menunggu giliran")).to_be_visible()
    Job.objects.filter(pk=job.pk).update(state="failed", ended_at=timezone.now(), why=running.FAILED)
    expect(page.get_by_text("berhenti karena galat")).to_be_visible()
    picture(page, "job-failed")


def test_list_fits_a_phone(phone_page, job, axe_clean):
    log_in(phone_page, "verifikator")
    Job.objects.update(author=User.objects.get(username="petugas-contoh"))
    phone_page.goto("/admin/pekerjaan/")

    expect(phone_page.get_by_role("link", name=TITLE)).to_be_visible()
    axe_clean(phone_page)
    assert fits(phone_page)
    picture(phone_page, "jobs")


def test_without_a_script_the_page_looks_again_by_itself(no_js_page, job):
    log_in(no_js_page, "verifikator")
    in_hand(job, 10)
    no_js_page.goto(f"/admin/pekerjaan/{job.pk}/")
    expect(no_js_page.get_by_text("10 dari 4.812")).to_be_visible()

    in_hand(job, 20)

    expect(no_js_page.get_by_text("20 dari 4.812")).to_be_visible(timeout=15_000)
