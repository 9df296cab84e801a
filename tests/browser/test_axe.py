"""What tells of bad pages tells of them."""

import pytest

from tests.browser.conftest import breaches

pytestmark = pytest.mark.django_db(transaction=True)


def test_breach_is_told_with_its_rule(desktop_page):
    desktop_page.set_content(
        '<html lang="id"><title>Contoh</title><main><h1>Contoh</h1><img src="/x.png"></main></html>'
    )
    assert breaches(desktop_page) == [["image-alt", '<img src="/x.png">']]


def test_page_that_is_exchanged_meanwhile_is_looked_at_when_it_is_there(desktop_page, axe_clean):
    desktop_page.goto("/")
    desktop_page.evaluate("setTimeout(() => location.assign('/masuk/'), 0)")
    axe_clean(desktop_page)
