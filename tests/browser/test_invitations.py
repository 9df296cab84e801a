"""A verifier sends the links of a batch: copies one, opens WhatsApp for another, takes a third back."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from pelatihan.models import Invitation
from pelatihan.registration import links
from tests.browser.conftest import BOTH
from tests.browser.test_admin import log_in
from tests.factories import UserFactory, a_registration

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invitations(batch) -> list[Invitation]:
    """Three: one that was opened and is full, one with the longest names there may be, one that was not sent yet."""
    ones = list(batch.invitations.select_related("ormas").order_by("ormas__name"))
    for one, name in zip(ones, ("Siti Aminah", "N" * 150, "Bapak Yusuf"), strict=True):
        one.ormas.contact_name, one.ormas.contact_phone = name, "+6281234567890"
        one.ormas.save()
    ones[1].ormas.name = "O" * 200
    ones[1].ormas.save()
    now = timezone.now()
    clerk = UserFactory(username="pengirim")
    Invitation.objects.filter(pk=ones[0].pk).update(told_at=now, told_by=clerk, opened_at=now, last_opened_at=now)
    a_registration(batch, ormas=ones[0].ormas, at=now)
    return ones


def opened_list(page: Page, batch) -> None:
    log_in(page, "verifikator")
    page.goto(reverse("admin:pelatihan_angkatan_invitations", args=[batch.pk]))
    expect(page.get_by_role("heading", name=f"Undangan {batch.name}")).to_be_visible()


def test_links_are_worked_through(desktop_page, batch, invitations, axe_clean) -> None:
    page = desktop_page
    page.set_viewport_size({"width": 320, "height": 900})
    opened_list(page, batch)
    axe_clean(page, 320, *BOTH)

    last = invitations[-1]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=f"Salin tautan {last.ormas}").click()
    expect(page.get_by_text("Tersalin", exact=False).first).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(links.address_of(last))

    page.context.route(re.compile("wa.me"), lambda route: route.fulfill(body="WhatsApp"))
    row = page.locator(f"#undangan-{last.pk}")
    with page.context.expect_page() as opened:
        row.get_by_role("button", name="Kirim lewat WhatsApp").click()
    opened.value.wait_for_url(re.compile(r"https://wa.me/6281234567890\?text="))
    expect(row.get_by_text("Ditandai sudah dikirim")).to_be_visible()
    assert Invitation.objects.get(pk=last.pk).told_by.username == "verifikator"


def test_link_is_taken_back_without_scripts(no_js_page, batch, invitations) -> None:
    page, last = no_js_page, invitations[-1]
    opened_list(page, batch)
    page.get_by_role("link", name="Belum dikirim").click()
    expect(page.get_by_role("link", name="Belum dikirim")).to_have_attribute("aria-current", "true")

    row = page.locator(f"#undangan-{last.pk}")
    row.get_by_text("Lainnya").click()
    row.get_by_role("button", name="Tandai sudah dikirim").click()
    expect(page.get_by_text("ditandai sudah dikirim")).to_be_visible()
    expect(row).to_have_count(0)

    page.get_by_role("link", name="Belum dibuka").click()
    row.get_by_text("Lainnya").click()
    row.get_by_role("link", name="Ganti tautan").click()
    expect(page.get_by_role("heading", name="Ganti tautan")).to_be_visible()
    page.get_by_role("button", name="Ganti tautan").click()
    expect(page.get_by_text("yang lama tidak berlaku lagi")).to_be_visible()
    assert Invitation.objects.get(pk=last.pk).token_version == 2


def test_own_page_and_batch_page_show_the_link(desktop_page, batch, invitations, axe_clean) -> None:
    page = desktop_page
    opened_list(page, batch)
    for address in (
        reverse("admin:pelatihan_invitation_replace", args=[invitations[1].pk]),
        reverse("admin:pelatihan_invitation_change", args=[invitations[1].pk]),
        reverse("admin:pelatihan_angkatan_change", args=[batch.pk]),
    ):
        page.goto(address)
        if summary := page.locator("summary.inline-summary").all():
            summary[-1].click()
        expect(page.locator(".link-box, .btn-outline-danger").first).to_be_visible()
        axe_clean(page, 320, *BOTH)
