"""Logging in and out, and changing one's password."""

from typing import Any

from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse


class LogIn(views.LoginView):
    template_name = "accounts/login.html"


class LogOut(views.LogoutView):
    pass


class PasswordChange(views.PasswordChangeView):
    template_name = "accounts/password_change.html"


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many failed attempts with this name from this address."""
    return HttpResponse(status=429)
