"""Money and letters of a batch, as the committee enters them: on a phone without JavaScript, and at a desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from pelatihan.models import NumberSeries
from tests.browser.conftest import BOTH
from tests.browser.people import is_logged_in
from tests.factories import GuestFactory, HonorariumFactory, SessionFactory, UserFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)


def test_committee_enters_money_and_letters(no_js_page, desktop_page, batch, axe_clean):
    for page in (no_js_page, desktop_page):
        is_logged_in(page, UserFactory(role="panitia"))
    at = timezone.now()
    a_registration(batch, name="Togar Simanjuntak", at=at)
    guest = GuestFactory(angkatan=batch)
    later = SessionFactory(angkatan=batch, starts_at=at + timedelta(days=31), title="Wawasan kebangsaan")
    HonorariumFactory(guest=guest, session=later)
    NumberSeries.objects.create(label="Undangan", code="UND")
    money, letters = (reverse(name, args=[batch.slug]) for name in ("payments", "invitation_letters"))

    page = no_js_page
    page.goto(money)
    page.get_by_role("link", name="Susun tanda terima").click()
    page.get_by_label("Nama pembayaran").fill("Uang Transpor Peserta")
    page.get_by_label("Jumlah bruto tiap orang (Rp)").fill("-150")
    page.get_by_label("Semua peserta di daftar hadir").check()
    page.get_by_role("button", name="Simpan").click()
    page.get_by_role("link", name="Jumlah bruto tiap orang (Rp): Jumlah uang tidak boleh kurang dari nol.").click()
    page.get_by_label("Jumlah bruto tiap orang (Rp)").fill("150.000")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("heading", name="Penerima: 1 orang")).to_be_visible()
    expect(page.get_by_text("Seratus Lima Puluh Ribu Rupiah")).to_be_visible()

    page.goto(letters)
    page.get_by_label("Seri nomor").select_option(label="Undangan")
    page.get_by_label("Tanggal surat").fill("2026-01-05")
    page.get_by_role("button", name="Simpan isi surat").click()
    page.get_by_role("button", name="Beri nomor 4 surat").click()
    expect(page.get_by_text("4 surat sudah diberi nomor: 001/UND/I/2026 sampai 004/UND/I/2026.")).to_be_visible()

    page = desktop_page
    payment = batch.payment_lists.get()
    for address in (
        money, f"{money}daftar/{payment.pk}/", f"{money}daftar/{payment.pk}/hapus/", f"{money}honor/",
        f"{money}pejabat/", letters,
    ):  # fmt: skip
        page.goto(address)
        axe_clean(page, *BOTH)
