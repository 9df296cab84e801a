"""The page of a long act: who sees it, what it says, stopping and going on."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from pelatihan.jobs import running, tasks
from pelatihan.models import Job
from tests.factories import NOON, UserFactory

pytestmark = pytest.mark.django_db
WORK = "tests.pelatihan.admin.test_jobs.part"


def part(job: Job) -> int:
    """Ten at a time, of fifty."""
    return min(10, job.total - job.done)


@pytest.fixture(autouse=True)
def _now(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def clerk_and_client(as_role):
    client = as_role("panitia")
    from django.contrib.auth.models import User  # noqa: PLC0415

    return User.objects.get(pk=client.session["_auth_user_id"]), client


def started(by, **fields) -> Job:
    given: dict[str, Any] = {"title": "Terima 50 orang", "total": 50, "plan": {}, "shown_at": "/admin/hasil/"} | fields
    return running.start(WORK, key=uuid.uuid4(), author=by, **given)


def shown(client, job: Job, name: str = "job") -> str:
    return client.get(reverse(f"admin:{name}", args=[job.pk])).content.decode()


def test_page_says_how_far_it_is_and_looks_again_by_itself(clerk_and_client):
    clerk, client = clerk_and_client
    job = started(clerk)
    Job.objects.update(state="running", lease_until=NOON + running.LEASE, done=10, started_at=NOON)

    html = shown(client, job)

    assert "10 dari 50 (20 %)" in html
    assert '<progress class="job-bar" value="10" max="50"' in html
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in html
    assert "Hentikan" in html
    assert "Lihat hasil" not in html


def test_ended_page_leads_to_the_result_and_stands_still(clerk_and_client):
    clerk, client = clerk_and_client
    job = started(clerk)
    tasks.carry_out_ready()

    html = shown(client, job)

    assert 'href="/admin/hasil/">Lihat hasil' in html
    assert "http-equiv" not in html
    assert "Hentikan</button>" not in html
    assert "50 dari 50 (100 %)" in html


@pytest.mark.parametrize("address", ["https://jahat.example/", "//jahat.example/", "javascript:alert(1)"])
def test_result_is_a_page_of_this_site(clerk_and_client, address):
    clerk, client = clerk_and_client
    job = started(clerk, shown_at=address)
    tasks.carry_out_ready()

    assert "Lihat hasil" not in shown(client, job)


def test_script_is_told_the_same(clerk_and_client):
    clerk, client = clerk_and_client
    job = started(clerk)

    answer = client.get(reverse("admin:job_state", args=[job.pk]))

    assert answer.json() == {
        "state": "waiting", "is_open": True, "word": "Menunggu giliran", "done": 0, "total": 50,
        "figures": "0 dari 50 (0 %)", "note": "",
    }  # fmt: skip
    assert "no-store" in answer["Cache-Control"]


def test_job_that_nobody_takes_up_says_so(clerk_and_client):
    clerk, client = clerk_and_client
    job = started(clerk)

    with time_machine.travel(NOON + timedelta(seconds=31), tick=False):
        assert "Belum ada pekerja yang mengambilnya" in shown(client, job)


def test_stopped_job_goes_on_where_it_was(clerk_and_client):
    clerk, client = clerk_and_client
    job = started(clerk)
    client.post(reverse("admin:job_stop", args=[job.pk]))
    job.refresh_from_db()
    assert (job.state, job.stop_asked_by) == ("stopped", clerk)
    assert "Lanjutkan" in shown(client, job)

    client.post(reverse("admin:job_resume", args=[job.pk]))
    tasks.carry_out_ready()

    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 50)


def test_running_job_says_that_it_will_stop(clerk_and_client):
    clerk, client = clerk_and_client
    job = started(clerk)
    Job.objects.update(state="running", lease_until=NOON + running.LEASE)

    client.post(reverse("admin:job_stop", args=[job.pk]))

    html = shown(client, job)
    assert "Diminta berhenti" in html
    assert "Hentikan</button>" not in html


@pytest.mark.parametrize("name", ["job_stop", "job_resume"])
def test_looking_changes_nothing_and_too_late_is_said(clerk_and_client, name):
    clerk, client = clerk_and_client
    job = started(clerk)
    address = reverse(f"admin:{name}", args=[job.pk])
    client.get(address)
    job.refresh_from_db()
    assert job.state == "waiting"
    tasks.carry_out_ready()

    said = client.post(address, follow=True).content.decode()

    assert "selesai" in said
    job.refresh_from_db()
    assert job.state == "done"


def test_others_do_not_see_it_but_who_decides_does(as_role):
    job = started(UserFactory(role="verifikator"))
    addresses = [reverse(f"admin:{name}", args=[job.pk]) for name in ("job", "job_state")]

    stranger, verifier = as_role("panitia"), as_role("verifikator")

    assert [stranger.get(address).status_code for address in addresses] == [403, 403]
    assert "dimulai petugas lain" in stranger.get(addresses[0]).content.decode()
    assert stranger.post(reverse("admin:job_stop", args=[job.pk])).status_code == 403
    assert [verifier.get(address).status_code for address in addresses] == [200, 200]


def test_who_may_not_enter_the_admin_sees_none(as_role):
    job = started(UserFactory())

    assert as_role("petugas").get(reverse("admin:job", args=[job.pk])).status_code == 403


def test_list_shows_ones_own_newest_first_by_few_questions(clerk_and_client, django_assert_max_num_queries):
    clerk, client = clerk_and_client
    started(UserFactory(), title="Milik orang lain")
    with transaction.atomic():
        for number in range(30):
            Job.objects.filter(pk=started(clerk, title=f"Nomor {number:02d}").pk).update(
                created_at=NOON + timedelta(minutes=number)
            )

    with django_assert_max_num_queries(5):
        html = client.get(reverse("admin:jobs")).content.decode()

    assert "Milik orang lain" not in html
    assert html.index("Nomor 29") < html.index("Nomor 28") < html.index("Nomor 00")


def test_hostile_title_is_only_shown(clerk_and_client):
    clerk, client = clerk_and_client
    job = started(clerk, title="<script>x</script>" + "a" * 150)

    assert "<script>x" not in shown(client, job)


def test_unknown_job_is_not_found(verifier):
    assert verifier.get(reverse("admin:job", args=[uuid.uuid4()])).status_code == 404
