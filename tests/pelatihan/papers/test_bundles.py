"""Everything of a day or of a batch in one file: what is in it, made once, part by part, whoever is killed."""

import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO

import pikepdf
import pytest
import time_machine
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from pelatihan.accounts import access
from pelatihan.jobs import running
from pelatihan.models import Angkatan, Bundle, Job, Printed, Session
from pelatihan.models.office import office
from pelatihan.papers import bundles, engine, remembered
from pelatihan.papers.bundles import BundleRefused, Form, Plan, What
from pelatihan.papers.catalogue import Desk
from pelatihan.papers.engine import LetterMissing, QueueFull, TypesettingFailed
from pelatihan.papers.making import make
from pelatihan.papers.offers import BY_KEY
from tests.factories import AngkatanFactory, SessionFactory, UserFactory, a_registration
from tests.pelatihan.attendance.threads import at_once
from tests.pelatihan.papers.conftest import FEW
from tests.pelatihan.papers.test_gallery import ROOMS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few")]
HERE = "/panitia/2019-ii/cetak/"
EVENING = datetime(2019, 3, 10, 12, 30, tzinfo=UTC)  # 19.30 WIB, before the first day


class Killed(BaseException):
    """What a worker does not live to catch."""


@pytest.fixture(autouse=True)
def evening(settings, tmp_path, queue) -> Iterator[time_machine.Traveller]:
    if not Group.objects.exists():  # an earlier test with real transactions has emptied the tables
        access.make_groups()
    settings.PRIVATE_DIR = tmp_path
    with time_machine.travel(EVENING, tick=False) as clock:
        yield clock


@pytest.fixture
def angkatan() -> Angkatan:
    batch = AngkatanFactory(number=2)
    for name in ("Togar Simanjuntak", "Neneng Komariah"):
        a_registration(batch, name=name)
    return batch


@pytest.fixture
def sessions(angkatan) -> list[Session]:
    return [SessionFactory(angkatan=angkatan, day=day, title=f"Materi hari {day + 1}") for day in range(3)]


@pytest.fixture
def clerk() -> User:
    return UserFactory(role="panitia", first_name="Rina", last_name="Kartika")


@pytest.fixture
def organiser(client, clerk) -> Client:
    client.force_login(clerk)
    return client


def desk_of(angkatan: Angkatan, clerk: User) -> Desk:
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    return Desk(angkatan, sessions, office(), clerk, EVENING, remembered.known_of(angkatan))


def a_plan(angkatan: Angkatan, clerk: User, what: Bundle.What = What.ALL) -> Plan:
    return bundles.plan_of(desk_of(angkatan, clerk), what)


def asked(angkatan: Angkatan, clerk: User, what: Bundle.What = What.ALL, form: Bundle.Form = Form.PDF) -> Bundle:
    plan = a_plan(angkatan, clerk, what)
    return bundles.start(plan, form, angkatan=angkatan, key=uuid.uuid4(), by=clerk, at=EVENING)


def work(bundle: Bundle, is_ending: Callable[[], bool] = lambda: False) -> None:
    """What a worker does with it."""
    assert bundle.job_id
    running.carry_out(bundle.job_id, is_ending)
    bundle.refresh_from_db()


def made(bundle: Bundle) -> bytes:
    """The file, once a worker has gone through it."""
    work(bundle)
    assert bundle.job
    assert bundle.job.state == Job.State.DONE
    return bundles.FILES.path(bundles.file_name(bundle)).read_bytes()


# ---- What is in it -------------------------------------------------------------------------------


def test_day_has_its_lists_and_a_blank_one(angkatan, sessions, clerk):
    plan = a_plan(angkatan, clerk, What.DAY)

    assert plan.name == "Semua lembar Senin, 11 Maret 2019"
    assert [(part.name, part.asked) for part in plan.parts] == [
        ("Daftar hadir peserta", "hari=2019-03-11&cap=1"),
        ("Lembar kosong", "cap=1&lembar=kosong"),
    ]


def test_what_cannot_be_made_is_said_before_and_left_out(angkatan, sessions, clerk, monkeypatch):
    monkeypatch.setattr(bundles, "OFFERS", (*FEW, ROOMS))
    clerk.groups.clear()
    clerk.user_permissions.set(Permission.objects.filter(codename="print_papers"))
    plan = a_plan(angkatan, User.objects.get(pk=clerk.pk))

    assert [part.name for part in plan.parts] == ["Daftar hadir peserta"]
    assert [(one.name, one.why[:34], one.way) for one in plan.missing] == [
        ("Daftar kamar", "Belum ada kamar yang dibagi.", ("Bagi kamar", HERE)),
        ("Rekap kehadiran", "Rekap kehadiran hanya untuk paniti", None),
    ]


def test_pack_has_the_days_to_come_in_the_chosen_order(angkatan, sessions, clerk, evening):
    remembered.remember(angkatan, BY_KEY["daftar-hadir"], {"kertas": "a4", "urut": "nama"}, by=clerk, at=EVENING)
    plan = a_plan(angkatan, clerk, What.PACK)

    assert [part.name for part in plan.parts] == [
        "Paket darurat",
        "Daftar hadir peserta, Senin, 11 Maret 2019",
        "Daftar hadir peserta, Selasa, 12 Maret 2019",
        "Daftar hadir peserta, Rabu, 13 Maret 2019",
        "Lembar kosong",
    ]
    assert plan.parts[0].asked == "kertas=a4&urut=nama"
    assert bundles.coming_days(desk_of(angkatan, clerk)) == [session.day for session in sessions]


def test_nothing_chosen_is_not_begun(organiser, angkatan, sessions):
    response = organiser.post(f"{HERE}semua/", {"isi": "semua"})

    assert response.status_code == 400
    assert "Belum ada lembar yang dipilih. Centang paling sedikit satu." in response.content.decode()
    plan, by = Plan(What.ALL, "Kosong", [], []), response.wsgi_request.user
    with pytest.raises(BundleRefused):
        bundles.start(plan, Form.PDF, angkatan=angkatan, key=uuid.uuid4(), by=by, at=EVENING)
    assert not Job.objects.exists()


# ---- Made ----------------------------------------------------------------------------------------


def test_one_pdf_says_what_it_is_and_where_each_paper_begins(angkatan, sessions, clerk):
    bundle = asked(angkatan, clerk)
    with pikepdf.open(BytesIO(made(bundle))) as pdf, pdf.open_outline() as outline, pdf.open_metadata() as about:
        starts = [pikepdf.Page(one.destination[0]).index for one in outline.root]
        names = [one.title for one in outline.root]
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "B")
        assert about["dc:title"] == "Semua lembar angkatan, Angkatan II Tahun 2019"
        assert str(pdf.Root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert "/Info" not in pdf.trailer
        assert "/ID" in pdf.trailer
        assert (names, starts, len(pdf.pages)) == (["Daftar hadir peserta", "Rekap kehadiran"], [0, 3], 5)

    assert {one.kind for one in Printed.objects.all()} == {"session", "recap"}
    assert bundle.pages == 5
    left = [file.name for file in bundles.FILES.path("x").parent.iterdir()]
    assert left == [f"{bundle.pk}.pdf"]


def test_zip_has_a_file_for_each_paper_in_their_order(angkatan, sessions, clerk):
    with zipfile.ZipFile(BytesIO(made(asked(angkatan, clerk, form=Form.ZIP)))) as whole:
        names = whole.namelist()
        assert all(whole.read(name).startswith(b"%PDF") for name in names)

    assert names == [
        "01-daftar-hadir-2019-ii-f4-per-2019-03-10-1930.pdf",
        "02-rekap-2019-ii-f4-per-2019-03-10-1930.pdf",
    ]


def test_paper_that_fails_is_left_out_with_its_words(organiser, angkatan, sessions, clerk, monkeypatch):
    def without_recap(offer, wish):
        if offer.key == "rekap":
            raise LetterMissing("Tanda “🎉” tidak ada pada huruf yang dipakai mencetak.")
        return make(offer, wish)

    monkeypatch.setattr(bundles, "make", without_recap)
    bundle = asked(angkatan, clerk)
    made(bundle)

    html = organiser.get(reverse("bundle_made", args=["2019-ii", bundle.pk])).content.decode()
    assert "Tidak termasuk" in html
    assert "Tanda “🎉” tidak ada pada huruf" in html
    assert bundle.pages == 3


def test_worker_waits_behind_those_who_print(angkatan, sessions, clerk, monkeypatch):
    crowd = [1, 2]

    def later(offer, wish):
        if crowd:
            raise QueueFull(crowd.pop())
        return make(offer, wish)

    monkeypatch.setattr(bundles, "make", later)
    monkeypatch.setattr(bundles, "GLANCE", 0)
    bundle = asked(angkatan, clerk)

    made(bundle)
    assert (bundle.pages, bundle.left_out) == (5, [])


def test_worker_killed_in_the_middle_makes_nothing_twice(angkatan, sessions, clerk, monkeypatch, evening):
    done: list[str] = []

    def killed(offer, wish):
        if len(done) == 1:
            done.append("killed")
            raise Killed
        done.append(offer.key)
        return make(offer, wish)

    monkeypatch.setattr(bundles, "make", killed)
    bundle = asked(angkatan, clerk)
    with pytest.raises(Killed):
        work(bundle)
    assert not bundles.FILES.path(bundles.file_name(bundle)).exists()
    assert Job.objects.get().done == 1

    evening.shift(running.LEASE + timedelta(seconds=1))
    made(bundle)
    assert done == ["daftar-hadir", "killed", "rekap"]
    assert bundle.pages == 5


def test_one_that_was_swept_in_the_middle_is_made_anew(angkatan, sessions, clerk, monkeypatch, evening):
    bundle = asked(angkatan, clerk)
    work(bundle, lambda: True)  # told to end behind the first part
    bundles.FILES.remove(f"{bundle.pk}.0.pdf")
    evening.shift(timedelta(days=8))

    made(bundle)
    assert bundle.pages == 5


def test_stopped_one_is_made_anew_when_it_is_asked_for_again(organiser, angkatan, sessions, clerk):
    bundle = asked(angkatan, clerk)
    here = reverse("bundle_made", args=["2019-ii", bundle.pk])
    organiser.post(here, {"lalu": "berhenti"})
    assert "Pekerjaan ini dihentikan." in organiser.get(here).content.decode()

    assert asked(angkatan, clerk).pk == bundle.pk
    assert "Menunggu giliran." in organiser.get(here).content.decode()
    made(bundle)
    assert "Berkasnya siap" in organiser.get(here).content.decode()


def test_fault_that_may_pass_is_tried_again_and_then_told(organiser, angkatan, sessions, clerk, monkeypatch):
    def stopped(offer, wish):
        raise TypesettingFailed("Penyusunan lembar ini terhenti sebelum selesai.", may_pass=True)

    monkeypatch.setattr(bundles, "make", stopped)
    bundle = asked(angkatan, clerk)
    work(bundle)

    html = organiser.get(reverse("bundle_made", args=["2019-ii", bundle.pk])).content.decode()
    assert running.FAILED in html
    assert "Lanjutkan" in html


# ---- Once ----------------------------------------------------------------------------------------


def test_page_pressed_twice_makes_it_once(organiser, angkatan, sessions):
    page = organiser.get(f"{HERE}semua/", {"isi": "semua"}).content.decode()
    keys = [piece.split('"')[0] for piece in page.split('name="bagian" value="')[1:]]
    sent = {"isi": "semua", "kunci": page.split('name="kunci" value="')[1].split('"')[0], "bagian": keys}

    first, second = (organiser.post(f"{HERE}semua/", sent) for _ in range(2))
    work(Bundle.objects.get())
    third = organiser.post(f"{HERE}semua/", sent)

    assert first["Location"] == second["Location"] == third["Location"]
    assert (Bundle.objects.count(), Job.objects.count()) == (1, 1)


def test_press_of_another_batch_is_refused_in_words(angkatan, sessions, clerk):
    done, other = asked(angkatan, clerk), AngkatanFactory(number=3)

    with pytest.raises(BundleRefused, match="halaman angkatan lain"):
        bundles.start(a_plan(angkatan, clerk), Form.PDF, angkatan=other, key=done.pk, by=clerk, at=EVENING)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_ask_at_once_get_one(angkatan, sessions):
    clerks = [UserFactory(role="panitia") for _ in range(4)]
    found = at_once([partial(lambda clerk: asked(angkatan, clerk).pk, clerk) for clerk in clerks])

    assert len(set(found)) == 1
    assert (Bundle.objects.count(), Job.objects.count()) == (1, 1)


def test_asked_again_when_it_is_there_is_another_one(angkatan, sessions, clerk):
    first = asked(angkatan, clerk)
    made(first)

    assert asked(angkatan, clerk).pk != first.pk


# ---- Who, and for how long -----------------------------------------------------------------------


def test_file_is_opened_by_whoever_may_print_what_is_in_it(organiser, angkatan, sessions, clerk, client):
    bundle = asked(angkatan, clerk)
    address = reverse("bundle_file", args=["2019-ii", bundle.pk])
    assert organiser.get(address).status_code == 302  # not yet there
    made(bundle)

    response = organiser.get(address)
    assert response["Content-Disposition"] == 'inline; filename="semua-lembar-2019-ii-per-2019-03-10-1930.pdf"'
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    other = Client()
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename="print_papers"))
    other.force_login(user)
    assert other.get(address).status_code == 403  # the recap is not for them
    assert organiser.get(address.replace("2019-ii", AngkatanFactory(number=3).slug)).status_code == 404


def test_file_of_somebody_who_sees_phones_is_not_for_those_who_do_not(angkatan, sessions, clerk):
    other = UserFactory()
    other.user_permissions.set(Permission.objects.filter(codename__in=["print_papers", "view_recap"]))
    mine, theirs = (asked(angkatan, User.objects.get(pk=one.pk)) for one in (clerk, other))

    assert (access.CONTACT in mine.needs, access.CONTACT in theirs.needs) == (True, False)
    assert mine.pk != theirs.pk
    browser = Client()
    browser.force_login(other)
    assert browser.get(reverse("bundle_made", args=["2019-ii", mine.pk])).status_code == 403
    assert browser.get(reverse("bundle_made", args=["2019-ii", theirs.pk])).status_code == 200


def test_file_is_deleted_after_a_week_and_the_page_says_so(organiser, angkatan, sessions, clerk, evening):
    bundle = asked(angkatan, clerk)
    made(bundle)
    here = reverse("bundle_made", args=["2019-ii", bundle.pk])
    assert "Disimpan sampai Minggu, 17 Maret 2019" in " ".join(organiser.get(here).content.decode().split())

    bundles.forget_old(datetime.now(UTC) + timedelta(days=4000))
    assert not bundles.FILES.path(bundles.file_name(bundle)).exists()
    assert not Bundle.objects.exists()


# ---- Too long for a request ----------------------------------------------------------------------


def test_list_that_is_too_long_is_made_in_several_by_a_worker(organiser, angkatan, sessions, monkeypatch):
    monkeypatch.setattr(engine, "MOST_ROWS", 8)
    response = organiser.get(f"{HERE}daftar-hadir.pdf", {"kertas": "a4"})
    html = response.content.decode()
    assert response.status_code == 400
    assert "satu berkas memuat paling banyak 8" in html
    assert "Buat semuanya" in html
    assert "Buat semuanya" not in organiser.get(f"{HERE}rekap.pdf", {"kertas": "a3"}).content.decode()

    sent = {"isi": "lembar", "lembar_apa": "daftar-hadir", "kertas": "a4", "sesi": "semua"}
    page = organiser.post(f"{HERE}semua/", sent)["Location"]
    bundle = Bundle.objects.get()
    made(bundle)

    assert [part["name"] for part in bundle.parts] == [
        f"Daftar hadir peserta, {day} 08.00 · Materi hari {number}"
        for number, day in enumerate(("Senin", "Selasa", "Rabu"), start=1)
    ]
    assert page == reverse("bundle_made", args=["2019-ii", bundle.pk])
    assert bundle.pages == 3
