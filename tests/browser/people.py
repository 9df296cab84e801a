"""Somebody of the office at a browser. Who logs in by the form is the business of ``test_accounts.py`` alone: the form
costs each journey two pages and two sums of Argon2."""

from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page

PASSWORD = "sandi-uji-coba-2019"


@cache
def password_kept() -> str:
    """``PASSWORD`` as the database keeps it."""
    return make_password(PASSWORD)


def is_logged_in(page: Page, user: User) -> None:
    """Gives the page's browser a session, as if the form had been sent."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}])
