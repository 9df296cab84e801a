"""Take the pictures of README and docs/panduan/: ``make screenshots``, or ARGS="papan rekap" for some.

A server of its own on a loopback port, a database of its own, the reference data, and a clock that stands on the
second morning of Angkatan II 2019, for some on its last evening. So the pictures show the real case, and change only
when the screens do.
"""

import io
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.test import Client
from django.test.testcases import LiveServerThread
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from ormas import phones
from pelatihan import codes
from pelatihan.accounts import devices
from pelatihan.accounts.actor import DELEGATE, staff
from pelatihan.attendance.locked import Scan
from pelatihan.attendance.writer import record
from pelatihan.certificates import codes as certificate_codes
from pelatihan.desk import pin, room_code
from pelatihan.lifecycle import Action
from pelatihan.merging import pairs
from pelatihan.models import (
    Angkatan,
    Certificate,
    ChangeRequest,
    Device,
    Invitation,
    Registration,
    Session,
    SheetEntry,
    SheetScan,
)
from pelatihan.models.office import office
from pelatihan.papers import engine, returning
from pelatihan.papers.choices import Choices
from pelatihan.papers.offered import Asked
from pelatihan.papers.offers import BY_KEY
from pelatihan.papers.returning import Status
from pelatihan.registration import changes, links, requests, writer
from pelatihan.registration.application import Application, Person
from pelatihan.scans.shapes import Verdict
from pelatihan.trial.reference import batches, certificates, lodging, organisations, paid, written
from pelatihan.trial.reference.invited import NAMING, NEWLY_ELECTED
from pelatihan.trial.reference.office import furnish
from pelatihan.trial.reference.turnout import Turnout
from tests import sheet_pictures
from tests.qr_pictures import picture, write_video
from tools import signed_sheets

FOLDER = settings.BASE_DIR / "docs" / "gambar"
NOW = datetime(2019, 3, 12, 2, 52, tzinfo=UTC)  # Selasa 09.52 WIB: a session began seven minutes ago
EVENING = datetime(2019, 3, 13, 10, 30, tzinfo=UTC)  # Rabu 17.30 WIB: all sessions are over
FREEZE = datetime(2019, 3, 8, 9, 0, tzinfo=UTC)  # of Angkatan II 2019
PHONE, TALL, DESKTOP, LONG, WALL = (390, 844), (390, 1690), (1280, 800), (1280, 1080), (1280, 720)
TALL_DESKTOP = (1280, 1500)
RUNNING, OPEN = "2019-ii", "2019-iv"
LIST = "/admin/pelatihan/registration/"
PIN = "472915"
SITE = "https://pelatihan.example"  # in the words of messages
SWITCHES = [
    "--no-sandbox",
    "--font-render-hinting=none",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",  # which asks nobody
]


@dataclass(frozen=True)
class Shot:
    """One picture: the file's name, who looks (nobody: a delegate), where, on which screen, what is done first."""

    name: str
    user: str
    path: Callable[[], str]
    screen: tuple[int, int]
    act: Callable[[Page], object] = lambda page: None
    whole: bool = False


# ---- What is shown -------------------------------------------------------------------------------


def own_page(name: str) -> Callable[[], str]:
    return lambda: Registration.objects.get(name=name).get_absolute_url()


def organiser(end: str) -> Callable[[], str]:
    return lambda: f"/panitia/{RUNNING}/{end}"


def desk() -> str:
    session = Session.objects.taking_attendance().get(angkatan__slug=RUNNING, starts_at__lte=NOW, ends_at__gt=NOW)
    return f"/panitia/{RUNNING}/presensi/{session.pk}/"


def waiting(place: int = 4) -> Registration:
    """Somebody who has not come yet."""
    session = int(desk().split("/")[-2])
    people = Registration.objects.accepted().filter(angkatan__slug=RUNNING)
    return people.exclude(attendances__session=session).sorted_by_name()[place]


def settings_of(slug: str) -> Callable[[], str]:
    return lambda: f"/admin/pelatihan/angkatan/{Angkatan.objects.get(slug=slug).pk}/change/"


def first_waiting() -> Registration:
    return Registration.objects.filter(angkatan__slug=OPEN, status="submitted").order_by("submitted_at")[0]


def unlock(name: str) -> Callable[[Page], None]:
    """The delegate's phone number opens the page."""

    return lambda page: unlock_as(page, Registration.objects.get(name=name))


def unlock_as(page: Page, person: Registration) -> None:
    page.get_by_label("Nomor HP").fill(phones.display(person.delegate.phone))
    page.get_by_role("button", name="Buka halaman saya").click()
    page.locator(".decision").wait_for()


def fill_in(page: Page) -> None:
    page.get_by_label("Nama lengkap").fill("Siti Rahmawati")
    page.get_by_label("Nomor HP").fill("0812-0000-0999")
    page.get_by_label("Nomor HP").blur()
    page.evaluate("window.scrollTo(0, 0)")


def invitation(ormas: str, end: str = "") -> Callable[[], str]:
    """The page of the link that an organisation got for the open batch."""
    return lambda: links.address_of(Invitation.objects.get(angkatan__slug=OPEN, ormas__name=ormas)) + end


def replacing() -> str:
    """Where the contact person sends somebody else instead of the first who was named."""
    one = Registration.objects.filter(angkatan__slug=OPEN, ormas__name=NAMING).earliest("pk")
    return invitation(NAMING, f"ganti/{one.ref}/")()


def name_two(page: Page) -> None:
    """The first is whole, the second has a number that lacks digits."""
    people = [("Siti Nurbaiti", "Ketua", "0812-0000-0701"), ("Umar Faruq", "Sekretaris", "0812-00")]
    for row, (name, position, phone) in enumerate(people):
        page.locator(f"#id_utusan-{row}-name").fill(name)
        page.locator(f"#id_utusan-{row}-position").fill(position)
        page.locator(f"#id_utusan-{row}-phone").fill(phone)
        page.locator(f"#div_id_utusan-{row}-gender").get_by_label("Perempuan" if row == 0 else "Laki-laki").check()
    page.get_by_label("Para utusan tahu").check()
    page.get_by_role("button", name="Kirim data utusan").last.click()
    page.locator(".error-summary").wait_for()


def choose_reason(page: Page) -> None:
    page.get_by_label("Alasan").select_option("Sakit")
    page.get_by_label("Alasan").blur()
    page.evaluate("window.scrollTo(0, 0)")


def asking() -> str:
    """The verifier's page of whoever wants something put right."""
    waiting = ChangeRequest.objects.get(registration__angkatan__slug=OPEN, state="waiting")
    return f"{LIST}{waiting.registration_id}/change/"


def late() -> str:
    """All sheets were printed after the freeze; then one came in, two were put right, and one asks for it."""
    batch = Angkatan.objects.get(slug=RUNNING)
    clerk, printed_at = staff(User.objects.get(username="verifikator")), FREEZE + timedelta(days=2)
    client = Client(SERVER_NAME="127.0.0.1")
    with time_machine.travel(printed_at):
        client.force_login(User.objects.get(username="panitia"))
        client.get(f"/panitia/{RUNNING}/cetak/daftar-hadir.pdf")
    people = batch.registrations.accepted().sorted_by_name()
    for place, edits in ((20, {"back_title": "S.E."}), (40, {"position": "Ketua"})):
        right = Person(**vars(Person.of(people[place])) | edits)
        changes.correct(people[place], right, actor=clerk, at=printed_at + timedelta(minutes=place))
    last = batch.registrations.get(status="needs_fix")
    writer.move(last, Action.ACCEPT, actor=clerk, at=printed_at + timedelta(hours=1))
    wanted = replace(Person.of(people[30]), position="Wakil Bendahara")
    requests.mend(people[30], wanted, actor=DELEGATE, at=printed_at + timedelta(hours=2))
    return f"/admin/pelatihan/angkatan/{batch.pk}/terlambat/"


def tick_some(page: Page) -> None:
    """Those who wait, some who stand elsewhere, and on to the page that says what would become of each."""
    boxes = page.locator("input.action-select")
    for place in range(14):
        boxes.nth(place).check()
    page.get_by_role("button", name="Terima", exact=True).click()
    page.get_by_text("Belum ada yang berubah").wait_for()


def import_page() -> str:
    batch = Angkatan.objects.get(slug=OPEN)
    return f"{reverse('admin:pelatihan_import_add')}?isi=registrations&angkatan={batch.pk}"


def upload(page: Page) -> None:
    """Somebody new, somebody who holds another office by now, one who is nearly somebody known, one wrong number."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Peserta")
    for row in (
        ["Nama", "L/P", "Ormas", "Jabatan", "Nomor HP", "Status"],
        ["Teguh Priyanto", "L", "HIPAKAD", "Bendahara", "0812-0000-0901", ""],
        ["Galang Samudra", "L", "WALHI", "Anggota", phone_of("Galang Samudera"), ""],
        ["Nikmatul Khasanah", "P", "Fatayat NU", "Bendahara", phone_of("Nikmatul Khasanah"), ""],
        ["Dewi Larasati", "P", "KNPI", "Anggota", "0812-34", ""],
        ["Cecep Gumilar", "L", "Paguyuban Pasundan", "Anggota", phone_of("Cecep Gumilar"), ""],
    ):
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    page.get_by_label("Berkas Excel atau CSV").set_input_files(
        {"name": "peserta-angkatan-iv.xlsx", "mimeType": "", "buffer": kept.getvalue()}
    )
    page.get_by_role("button", name="Periksa berkas ini").click()
    page.locator(".filters").get_by_role("link", name="Semua").click()


def phone_of(name: str) -> str:
    return phones.display(Registration.objects.get(name=name, angkatan__slug=OPEN).delegate.phone)


def check_receivers(page: Page) -> None:
    page.get_by_role("button", name="Periksa penerima").click()
    page.locator(".many-samples").wait_for()


def of_pairs() -> str:
    """Two beside each other: who came to the batch before registers again, with another spelling."""
    before = Registration.objects.get(angkatan__slug=RUNNING, name="Moh. Badrus Sholeh")
    batch, person = Angkatan.objects.get(slug=OPEN), Person.of(before)
    wish = Application(
        person=replace(person, name="Muhammad Badrus Soleh", front_title="", position="Wakil Ketua"),
        source=Registration.Source.WEB,
        ormas=before.ormas,
        token=uuid.uuid4(),
    )
    again = writer.register(batch, wish, actor=DELEGATE, at=timezone.now())
    while pairs.compare():
        pass
    pair = pairs.pair_of(before.delegate_id, again.delegate_id)
    if pair is None:
        raise SystemExit("kembar: the two are not taken for one")
    return reverse("admin:ormas_delegate_pair", args=[pair.first_id, pair.second_id])


def check_in(page: Page) -> None:
    page.get_by_label("Kode atau nama").fill(codes.display(waiting().code))
    page.get_by_role("button", name="Catat").click()
    page.locator(".answer-present").wait_for()


def search(page: Page) -> None:
    page.get_by_label("Kode atau nama").press_sequentially("masjid", delay=30)
    page.locator(".match").first.wait_for()


def of_desk(end: str) -> Callable[[], str]:
    return lambda: f"{desk()}{end}"


def open_camera(page: Page) -> None:
    """It shows the card of somebody who has not come yet (``film``)."""
    page.get_by_role("button", name="Buka kamera").click()
    page.locator(".answer-present").wait_for()


def make_ready(page: Page, label: str = "Ponsel meja 1") -> None:
    """A phone as it leaves the office; the browser promises to keep what it is given, which a headless one does not."""
    page.add_init_script("navigator.storage.persisted = async () => true")
    page.reload()
    page.locator("[data-line=pages]", has_text="Siap").wait_for()
    page.get_by_label("Nama perangkat").fill(label)
    page.get_by_label("PIN meja").fill(PIN)
    page.get_by_role("button", name="Siapkan perangkat ini").click()
    page.locator("[data-line=copy]", has_text="Disalin").wait_for()
    page.get_by_role("button", name="Uji").click()
    page.locator("[data-line=camera]", has_text="Kode terbaca").wait_for()


def lose_signal(page: Page) -> None:
    """Three come while nothing answers; the device does."""
    make_ready(page, "Ponsel meja 2")
    page.goto(page.url.split("/panitia/")[0] + desk())
    page.locator("[data-state]", has_text="Semua terkirim").wait_for()
    page.context.set_offline(True)
    for place in (6, 7, 8):
        person = waiting(place)
        page.get_by_label("Kode atau nama").fill(codes.display(person.code))
        page.get_by_role("button", name="Catat", exact=True).click()
        page.locator(".answer-present", has_text=person.name).wait_for()


def write_down(page: Page) -> None:
    page.get_by_label("Nama seperti di KTP").fill("Ahmad Fauzi")
    page.get_by_label("Ormas", exact=True).press_sequentially("masjid", delay=30)
    page.get_by_role("option").first.wait_for()


def on_responsibility() -> str:
    refused = Registration.objects.filter(angkatan__slug=RUNNING, status__in=("rejected", "cancelled")).earliest("pk")
    return f"{desk()}tanggung/{refused.ref}/"


def give_reason(page: Page) -> None:
    page.get_by_label("Keterangan").fill("Surat nomor 12/III/2019")
    page.get_by_label("Keterangan").blur()


def of_devices() -> str:
    """Those that were made ready for other pictures, and one that has been silent for a while."""
    batch, user = Angkatan.objects.get(slug=RUNNING), User.objects.get(username="petugas")
    Device.objects.create(
        angkatan=batch, label="Laptop pintu", token_hash=devices.hashed(devices.new_token()),
        user=user, user_mark="contoh", signed_in_at=NOW - timedelta(hours=3), made_at=NOW - timedelta(hours=3),
        seen_at=NOW - timedelta(minutes=25), copied_at=NOW - timedelta(hours=3), unsent=12,
    )  # fmt: skip
    return organiser("perangkat/")()


def too_late() -> str:
    """What two devices sent when their signal was back: of a cancelled one, after the doors shut, of nobody known."""
    sessions = Session.objects.taking_attendance().filter(angkatan__slug=RUNNING, ends_at__lte=NOW)
    over = sessions.select_related("angkatan").latest("starts_at")
    absent = Registration.objects.accepted().filter(angkatan__slug=RUNNING).exclude(attendances__session=over)
    people, start = list(absent.sorted_by_name()[:3]), over.starts_at
    clerk, user = staff(User.objects.get(username="verifikator")), User.objects.get(username="petugas")
    writer.move(people[0], Action.CANCEL, actor=clerk, at=start - timedelta(minutes=20), reason="Berhalangan")
    for device, scans in (
        ("Ponsel meja 2", [(people[0].code, 1, "present"), (codes.new_code(), 6, "saved")]),
        ("Laptop pintu", [(people[1].code, 2, "present"), (people[2].code, 4, "present")]),
    ):
        kept = [
            Scan(uuid.uuid4(), start + timedelta(minutes=after), code=code, let_in=shown == "present", shown=shown)
            for code, after, shown in scans
        ]
        record(over, kept, actor=staff(user, device), at=timezone.now(), sent_at=timezone.now())
    return organiser("susulan/")()


def of_room() -> str:
    """The screen in the room of the session under way."""
    return desk().replace("/presensi/", "/layar/")


def name_the_site(page: Page) -> None:
    """Not the loopback port of this server."""
    page.locator(".wall-type strong").evaluate("(shown, site) => { shown.textContent = site }", f"{SITE[8:]}/hadir")


def enter_two(page: Page) -> None:
    """By keyboard, not saved yet; the table fills the screen."""
    empty = [cell for cell in page.locator("[data-rows] select").all() if cell.input_value() == ""]
    for cell, key in zip(empty[:2], "is", strict=True):
        cell.focus()
        page.keyboard.press(key)
    page.locator("[data-bar]").evaluate("bar => bar.scrollIntoView()")


def somebody_missing() -> str:
    return waiting(11).get_absolute_url()


def scan_the_room(page: Page) -> None:
    """Who was on the own page of this phone needs one tap."""
    session, person = int(desk().split("/")[-2]), waiting(11)
    unlock_as(page, person)
    page.goto(page.url.split("/k/")[0] + reverse("self", args=[room_code.token(session, timezone.now())]))
    page.get_by_role("button", name="Saya hadir").wait_for()


def of_printings() -> str:
    """Some papers were printed, one of them twice."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="panitia"))
    papers = ("daftar-hadir.pdf", "kartu.pdf", "daftar-kamar.pdf", "daftar-hadir.pdf?bentuk=harian", "rekap.pdf")
    for hours, paper in enumerate((*papers, "rekap.pdf"), start=1):
        with time_machine.travel(EVENING - timedelta(hours=60) + timedelta(hours=9 * hours)):
            client.get(f"/panitia/{RUNNING}/cetak/{paper}")
    return organiser("cetak/riwayat/")()


def genuine() -> str:
    return reverse("certificate", args=[certificate_codes.display(Certificate.objects.earliest("no").code)])


def strike(page: Page) -> None:
    """One is struck, and asks for the reason."""
    part = page.locator(".late-part", has_text="Dibatalkan sebelum dipindai")
    part.get_by_role("radio", name="Coret").first.check()
    part.evaluate("part => part.scrollIntoView()")


def owed_leaf(end: str) -> Callable[[], str]:
    """The first that is not back."""

    def address() -> str:
        lists = returning.lists_of(Angkatan.objects.get(slug=RUNNING), timezone.now()).lists
        leaf = next(leaf for one in lists for leaf in one.leaves if leaf.status == Status.OWED)
        return f"/panitia/{RUNNING}/lembar/{leaf.sheet}/{leaf.page}/{end}"

    return address


def type_some(page: Page) -> None:
    """Five rows, by the keys of the page."""
    for key in "hhihs":
        page.keyboard.press(key)


def read_page() -> str:
    """The one with the most to decide."""
    scans = SheetScan.objects.to_review().order_by("upload__at", "pk")
    scan = max(
        scans,
        key=lambda one: sum(cell["verdict"] == Verdict.UNSURE for cell in (one.reading or {"cells": ()})["cells"]),
    )
    return f"/panitia/{RUNNING}/lembar/gambar/{scan.pk}/tinjau/"


def photograph(page: Page) -> None:
    """By itself, once the page lies still and whole in the picture."""
    page.get_by_role("status", name="Foto").filter(has_text="Terfoto").wait_for()


def entered_leaf() -> str:
    entry = SheetEntry.objects.standing().filter(kind="read").earliest("at")
    return f"/panitia/{RUNNING}/lembar/{entry.sheet_id}/{entry.page}/"


SHOTS = [
    Shot("beranda", "", lambda: "/", PHONE),
    Shot("angkatan", "", lambda: f"/angkatan/{OPEN}/", PHONE),
    Shot("daftar", "", lambda: f"/angkatan/{OPEN}/daftar/", PHONE, fill_in, whole=True),
    Shot("formulir", "", lambda: f"/angkatan/{OPEN}/daftar/", PHONE),
    Shot("kode", "", own_page("Sarah Nainggolan"), PHONE, unlock("Sarah Nainggolan")),
    Shot("halaman-peserta", "", own_page("Sarah Nainggolan"), PHONE, unlock("Sarah Nainggolan"), whole=True),
    Shot("perlu-perbaikan", "", own_page("Kevin Lie"), PHONE, unlock("Kevin Lie")),
    Shot("cadangan", "", own_page("Zaenuddin Kosim"), PHONE, unlock("Zaenuddin Kosim")),
    Shot("permintaan-peserta", "", own_page(NEWLY_ELECTED), PHONE, unlock(NEWLY_ELECTED)),
    Shot("undangan", "", invitation("Mathla'ul Anwar"), PHONE),
    Shot("isi-utusan", "", invitation("Mathla'ul Anwar", "isi/"), PHONE, name_two),
    Shot("undangan-lengkap", "", invitation(NAMING), TALL),
    Shot("ganti-utusan", "", replacing, PHONE, choose_reason),
    Shot("masuk", "", lambda: "/masuk/", PHONE),
    Shot("presensi", "petugas", desk, PHONE, check_in),
    Shot("presensi-cari", "petugas", desk, PHONE, search),
    Shot("presensi-lebar", "petugas", desk, DESKTOP, check_in),
    Shot("meja-kamera", "petugas", desk, PHONE, open_camera),
    Shot("siapkan", "petugas", organiser("siapkan/"), PHONE, make_ready, whole=True),
    Shot("meja-luring", "petugas", organiser("siapkan/"), PHONE, lose_signal),
    Shot("langsung", "petugas", of_desk("langsung/"), PHONE, write_down),
    Shot("tanggung", "panitia", on_responsibility, PHONE, give_reason, whole=True),
    Shot("papan", "panitia", organiser(""), DESKTOP),
    Shot("papan-ponsel", "petugas", organiser(""), PHONE),
    Shot("rekap", "panitia", organiser("rekap/"), DESKTOP, enter_two),
    Shot("layar-kode", "panitia", of_room, WALL, name_the_site),
    Shot("hadir-diri", "", somebody_missing, PHONE, scan_the_room),
    Shot("cetak", "panitia", organiser("cetak/"), DESKTOP),
    Shot("perangkat", "panitia", of_devices, DESKTOP),
    Shot("pengaturan", "panitia", settings_of(RUNNING), DESKTOP),
    Shot("administrasi", "verifikator", lambda: "/admin/", DESKTOP),
    Shot("pendaftaran", "verifikator", lambda: f"{LIST}?angkatan={OPEN}", DESKTOP),
    Shot("verifikasi", "verifikator", lambda: f"{LIST}{first_waiting().pk}/change/", DESKTOP),
    Shot("permintaan", "verifikator", asking, DESKTOP),
    Shot("massal", "verifikator", lambda: f"{LIST}?angkatan={OPEN}", LONG, tick_some),
    Shot("impor", "verifikator", import_page, DESKTOP, upload),
    Shot("pesan", "verifikator", lambda: f"/admin/pesan/?angkatan={OPEN}", LONG),
    Shot("pesan-wa", "verifikator", lambda: f"/admin/pesan/wa/?angkatan={OPEN}", DESKTOP),
    Shot("pesan-teks", "verifikator", lambda: "/admin/pesan/teks/accepted/", DESKTOP),
    Shot("kirim-banyak", "verifikator", lambda: f"/admin/pesan/banyak/?angkatan={OPEN}", DESKTOP, check_receivers),
    Shot("kembar", "verifikator", of_pairs, LONG),  # it adds somebody
    Shot("susulan", "panitia", too_late, DESKTOP, strike),
    Shot("perubahan-terlambat", "panitia", late, DESKTOP),  # the last: it changes the list
]
AFTER = [
    Shot("kamar", "panitia", organiser("kamar/"), DESKTOP),
    Shot("uang", "panitia", organiser("uang/"), DESKTOP),
    Shot("sertifikat", "panitia", organiser("sertifikat/"), DESKTOP),
    Shot("sertifikat-asli", "", genuine, PHONE),
    Shot("riwayat-cetak", "panitia", of_printings, DESKTOP),
]
SIGNED = [  # behind AFTER: they print, and read what was signed
    Shot("lembar", "panitia", organiser("lembar/"), TALL_DESKTOP),
    Shot("lembar-ketik", "panitia", owed_leaf("ketik/"), LONG, type_some),
    Shot("lembar-tinjau", "panitia", read_page, (1280, 900)),
    Shot("lembar-auditor", "pemantau", entered_leaf, (1280, 900)),
    Shot("lembar-foto", "petugas", organiser("lembar/foto/"), PHONE, photograph),  # the last: it sends a page
]
SHEETS = {"daftar-hadir": 744, "kartu": 520}  # the first pages of papers, so many dots wide
PICTURES = [*(shot.name for shot in (*SHOTS, *AFTER, *SIGNED)), *SHEETS]


# ---- Taking them ---------------------------------------------------------------------------------


@contextmanager
def site(at: datetime, *, signed: bool = False) -> Iterator[str]:
    """The address of a server that shows the reference data at that moment, as long as this lasts.

    :param signed: with signed sheets on their way back, whose pictures lie in a folder of their own
    """
    connection.settings_dict["TEST"]["NAME"] = "gambar"
    connection.settings_dict["CONN_MAX_AGE"] = 0  # or the server would hold the database after its end
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with (
            TemporaryDirectory() as folder,
            time_machine.travel(at, tick=True),
            override_settings(SITE_URL=SITE, STORAGES=settings.STORAGES | {"sheets": pictures_in(folder)}),
        ):
            load(at)
            if signed:
                signed_sheets.fill(Angkatan.objects.get(slug=RUNNING), timezone.now())
            server = LiveServerThread("127.0.0.1", StaticFilesHandler)
            server.daemon = True
            server.start()
            server.is_ready.wait()
            yield f"http://127.0.0.1:{server.port}"
            server.terminate()
    finally:
        drop()


def pictures_in(folder: str) -> dict[str, Any]:
    """The storage of signed sheets, there."""
    usual = settings.STORAGES["sheets"]
    return usual | {"OPTIONS": usual["OPTIONS"] | {"location": folder}}


def drop() -> None:
    """Also when a thread of the server still holds it."""
    connection.close()
    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE gambar WITH (FORCE)")


def load(at: datetime) -> None:
    """Two of the batches of ``manage.py load_reference``: the real case, and one that is open."""
    team = furnish()
    with timezone.override(office().zone):
        world = batches.World(team, organisations.found(), at)
        running = batches.finished(world)
        lodging.fill(running, team.committee)
        Turnout(running, team, at).play()
        paid.fill(running, team)
        if at > NOW:
            certificates.give(running, team)
        written.fill(batches.upcoming(world), team, at)
        pin.make(Angkatan.objects.get(slug=RUNNING), PIN, user=User.objects.get(username="panitia"), at=FREEZE)


def take(browser: Browser, address: str, shot: Shot) -> None:
    width, height = shot.screen
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=1.5 if shot.screen == PHONE and not shot.whole else 1,  # shown at two thirds of its width
        is_mobile=width == PHONE[0],
        has_touch=width == PHONE[0],
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        reduced_motion="reduce",
    )
    context.clock.install(time=timezone.now())
    if shot.user:
        client = Client()
        client.force_login(User.objects.get(username=shot.user))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    page = context.new_page()
    answer = page.goto(address + shot.path())
    if answer is None or not answer.ok:
        raise SystemExit(f"{shot.name}: {answer.status if answer else 'no'} answer at {shot.path()}")
    shot.act(page)
    page.wait_for_load_state("networkidle")
    save(shot.name, page.screenshot(full_page=shot.whole, animations="disabled", caret="hide"))
    context.close()


def save(name: str, png: bytes) -> None:
    """With the 64 colours that a page needs: a quarter of the bytes."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    picture.save(FOLDER / f"{name}.png", optimize=True)


def sheet(key: str, width: int) -> None:
    """The first page of a paper: of the session under way, where it is about one."""
    angkatan = Angkatan.objects.select_related("letterhead").get(slug=RUNNING)
    sessions = list(angkatan.sessions.taking_attendance().in_time_order())
    choices = Choices(session=int(desk().split("/")[-2]), stamp=True)
    with timezone.override(office().zone):
        asked = Asked(angkatan, sessions, choices, office(), timezone.now(), User.objects.get(username="panitia"))
        paper = BY_KEY[key].build(asked)
    with engine.Print() as place:
        save(key, place.picture(paper.template, paper.first_page(), width))


MOMENTS = {"morning": (NOW, SHOTS, SHEETS), "evening": (EVENING, AFTER, {}), "signed": (EVENING, SIGNED, {})}


def main(moment: str, names: list[str]) -> None:
    """Those of one moment, in a process of its own: the second server in one would find the first one's database."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    at, shots, sheets = MOMENTS[moment]
    chosen = [shot for shot in shots if not names or shot.name in names]
    papers = {name: width for name, width in sheets.items() if not names or name in names}
    if not chosen and not papers:
        return
    chromium = which("chromium") or which("chromium-browser") or which("google-chrome")
    with site(at, signed=moment == "signed") as address, sync_playwright() as play, TemporaryDirectory() as folder:
        for name, width in papers.items():
            sheet(name, width)
        args = list(SWITCHES)
        if at == NOW:  # somebody has not come yet
            film = write_video(Path(folder) / "film.y4m", [picture(waiting(9).code, turn=8)])
            args.append(f"--use-file-for-fake-video-capture={film}")
        if moment == "signed":
            seen = signed_sheets.seen(Angkatan.objects.get(slug=RUNNING), timezone.now())
            film = sheet_pictures.write_film(Path(folder) / "lembar.y4m", [seen])
            args.append(f"--use-file-for-fake-video-capture={film}")
        browser = play.chromium.launch(executable_path=chromium, args=args)
        for shot in chosen:
            take(browser, address, shot)
        browser.close()
