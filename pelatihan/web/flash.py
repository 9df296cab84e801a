"""Messages that outlive one answer, in a cookie with this site's prefix."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class FlashCookie(CookieStorage):
    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class FlashStorage(FallbackStorage):
    """Django's own: a cookie, and the session for what is too long for one."""

    storage_classes = (FlashCookie, SessionStorage)
