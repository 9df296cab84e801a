"""The main journeys once more: register, own page, log-in, desk, a decision."""

from datetime import timedelta

import pytest
from django.utils import timezone
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from pelatihan.accounts import access
from pelatihan.lifecycle import Status
from pelatihan.models import Attendance, Registration
from tests.factories import AngkatanFactory, InvitationFactory, SessionFactory, UserFactory, a_registration

PASSWORD = "kuda lumping 17"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),  # selenium's own, for WebKitGTK
]


@pytest.fixture
def batch():
    """Open now, a month away, with one organisation invited."""
    access.make_groups()
    now = timezone.now()
    start = timezone.localdate(now) + timedelta(days=30)
    made = AngkatanFactory(
        number=3, year=start.year, starts_on=start, opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=9)
    )
    InvitationFactory(angkatan=made, ormas__name="Keluarga Besar Putra-Putri Polri", ormas__abbreviation="KBPP")
    return made


@pytest.fixture
def door():
    """A session that begins in ten minutes, and one accepted person."""
    access.make_groups()
    now, today = timezone.now(), timezone.localdate()
    batch = AngkatanFactory(number=4, starts_on=today, year=today.year)
    session = SessionFactory(angkatan=batch, starts_at=now + timedelta(minutes=10), ends_at=now + timedelta(minutes=70))
    return session, a_registration(batch, name="Siti Rahmawati")


def button(page: WebDriver, word: str) -> WebElement:
    return page.find_element(By.XPATH, f"//button[normalize-space()='{word}' or .//text()[normalize-space()='{word}']]")


def field(page: WebDriver, label: str) -> WebElement:
    """The input that a label names."""
    return page.find_element(
        By.ID, page.find_element(By.XPATH, f"//label[contains(., '{label}')]").get_attribute("for")
    )


def press(page: WebDriver, element: WebElement) -> None:
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def shows(page: WebDriver, words: str) -> None:
    WebDriverWait(page, 15).until(lambda now: words in now.find_element(By.TAG_NAME, "body").text, words)


def log_in(page: WebDriver, base: str, role: str) -> None:
    user = UserFactory(username=f"{role}-masuk", role=role)
    user.set_password(PASSWORD)
    user.save()
    page.get(f"{base}/masuk/")
    field(page, "Nama pengguna").send_keys(user.username)
    field(page, "Kata sandi").send_keys(PASSWORD, Keys.ENTER)
    shows(page, "Keluar")


def test_delegate_registers_and_keeps_the_own_page(phone, live_server, batch):
    phone.get(f"{live_server.url}/angkatan/{batch.slug}/daftar/")
    phone.find_element(By.CSS_SELECTOR, "[role=combobox]").send_keys("putra polri")
    press(phone, phone.find_element(By.CSS_SELECTOR, "[role=option]"))
    field(phone, "Jabatan Anda di ormas").send_keys("Sekretaris")
    field(phone, "Nama lengkap").send_keys("Siti Rahmawati")
    press(phone, phone.find_element(By.XPATH, "//label[contains(., 'Perempuan')]"))
    field(phone, "Nomor HP (WhatsApp)").send_keys("0812-3456-7890")
    press(phone, field(phone, "Saya sudah membaca Pemberitahuan Privasi"))
    press(phone, button(phone, "Kirim pendaftaran"))

    shows(phone, "Menunggu verifikasi")
    registration = Registration.objects.get()
    assert phone.find_element(By.CSS_SELECTOR, ".pass-code").text == registration.shown_code
    phone.get(f"{live_server.url}/k/{registration.shown_code}/")
    shows(phone, registration.shown_code)


def test_desk_checks_somebody_in_by_code(phone, live_server, door):
    session, person = door
    log_in(phone, live_server.url, "petugas")
    phone.get(f"{live_server.url}/panitia/{session.angkatan.slug}/presensi/{session.pk}/")
    phone.find_element(By.NAME, "code").send_keys(person.shown_code, Keys.ENTER)

    shows(phone, "Siti Rahmawati")
    WebDriverWait(phone, 10).until(lambda _: Attendance.objects.filter(registration=person, session=session).exists())


def test_verifier_decides(desktop, live_server, batch):
    waiting = a_registration(batch, Status.SUBMITTED, name="Budi Santoso")
    log_in(desktop, live_server.url, "verifikator")
    desktop.get(f"{live_server.url}/admin/pelatihan/registration/{waiting.pk}/change/")
    press(desktop, desktop.find_element(By.CSS_SELECTOR, "button[name=decision][value=accept]"))

    WebDriverWait(desktop, 15).until(
        lambda _: Registration.objects.filter(pk=waiting.pk, status=Status.ACCEPTED).exists()
    )
    shows(desktop, "Diterima: Budi Santoso.")
