import os
import pytest
from django.utils import timezone
from django.urls import reverse
from datetime import timedelta
from pelatihan.models import Message, MessageKind, PlanChange
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_admin import log_in
from tests.pelatihan.messaging.samples import a_contact, a_message, somebody
pytestmark = pytest.mark.django_db(transaction=True)

def world(batch):
    now = timezone.now()
    names = ["Siti Rahmawati", "Yohanes Lamak", "Maria Magdalena Ratnaningsih Kusumawardani", "Tri Wahyuni Handayaningrum", "Fitri Nur Azizah", "W" * 150, "Abd. Hamid Syafi'i"]
    people = [somebody(batch, name=n, at=now) for n in names]
    for p in people[:5]: a_message(p, at=now)
    a_message(people[5], at=now, kind="needs_fix")
    a_message(people[6], at=now, state="doubtful", channel="email", why="Terputus saat diserahkan.", address="hamid@contoh.example")
    q = somebody(batch, name="Drs. Mochamad Ridwan", at=now, email="mochamad.ridwan.prawiranegara.panjang@contoh-kantor-sekali.id")
    a_message(q, at=now, state="failed", channel="email", why="Alamat tidak ada.", tries=3)
    r = somebody(batch, name="Zaenuddin Kosim", at=now, email="z.kosim@contoh.id")
    a_message(r, at=now, channel="email", tries=1, why="Server surel penuh.", due_at=now + timedelta(minutes=4))
    s = somebody(batch, name="Nadia Rahmatika", at=now)
    a_message(s, at=now, due_at=now + timedelta(minutes=8))
    a_message(a_contact(batch), at=now)
    n = somebody(batch, name="Tanpa Kontak", at=now)
    n.delegate.phone = ""; n.delegate.save()
    a_message(n, at=now, state="failed", why="Tidak ada nomor HP dan surel.")

@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1280", "390"])
def test_shots(open_page, batch, axe_clean, size):
    world(batch)
    page = open_page(**size)
    w = size["viewport"]["width"]
    page.context.route("https://wa.me/**", lambda route: route.fulfill(body="ok"))
    log_in(page, "verifikator")
    page.wait_for_load_state()
    def shot(name):
        page.screenshot(path=f"/tmp/b/{name}-{w}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        try: axe_clean(page)
        except AssertionError as e: print("AXE", name, w, str(e)[:600])
    page.goto(reverse("admin:index")); shot("mulai")
    page.goto(reverse("admin:messages")); shot("catatan")
    page.goto(reverse("admin:messages_by_hand"))
    with page.expect_popup() as p: page.get_by_role("button", name="Buka WhatsApp").click()
    p.value.close()
    page.wait_for_timeout(1500)
    shot("wa")
    page.goto(reverse("admin:message", args=[Message.objects.filter(state="doubtful").get().pk])); shot("pesan")
    page.goto(reverse("admin:message_texts")); shot("templat")
    page.goto(reverse("admin:message_text", args=["accepted"])); shot("teks")
    page.get_by_label("Isi, untuk").fill("Yth. {nama},\n\nAnda *diterima*. Kumpul {waktu_kumpul}.\n{tautan}")
    page.get_by_role("button", name="Simpan teks").click(); shot("teks-galat")
    page.get_by_label("Isi, untuk").fill("Yth. {nama},\n\nAnda *diterima*. Kode {kode} {tautan}")
    page.get_by_role("button", name="Simpan teks").click(); shot("teks-simpan")
    page.get_by_role("link", name="Kembalikan teks asli").click(); shot("teks-asli")
    page.goto(reverse("admin:mailing_new")); shot("banyak")
    page.get_by_role("button", name="Periksa penerima").click(); shot("banyak-periksa")
    page.get_by_role("button", name="Kirim ke").click(); page.wait_for_timeout(500); shot("banyak-hasil")
    page.get_by_role("button", name="Hentikan").click(); shot("banyak-henti")
    page.goto(reverse("admin:mailing_new") + "?pakai=tanpa-utusan"); shot("ormas")
    page.get_by_role("button", name="Periksa penerima").click(); shot("ormas-periksa")
    page.goto(reverse("admin:trial_mail")); shot("surel")
