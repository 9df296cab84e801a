"""Logging in and out."""

import logging
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from pelatihan.accounts import access, devices, guessing, known, sessions
from pelatihan.web.limits import TooMany

LONGEST_PASSWORD = 4_096
TOO_LONG = "Terlalu panjang. Tulis paling banyak %(limit_value)d huruf."
log = logging.getLogger("pelatihan.accounts")


class LogInForm(AuthenticationForm):
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "Nama pengguna atau kata sandi tidak cocok. Perhatikan huruf besar dan huruf kecil.",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label, password.label = "Nama pengguna", "Kata sandi"
        for field, most in ((name, self.username_field.max_length), (password, LONGEST_PASSWORD)):
            field.validators.append(MaxLengthValidator(most, TOO_LONG))  # Django's own form has none
        if self.is_bound:  # the summary of errors takes the focus
            del name.widget.attrs["autofocus"]

    def clean(self) -> dict[str, Any]:
        """Every guess is counted before it is looked at (accounts.guessing).

        :raises TooMany: too many were wrong
        """
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password"):
            return self.cleaned_data
        user = User.objects.filter(username=name).first()
        try:
            attempt = guessing.begin(cast(HttpRequest, self.request), name, user)
            super().clean()
        except TooMany:
            log.warning("Log-in refused: too many tries, account=%s", _account(user))
            raise
        except ValidationError:
            log.warning("Log-in failed: account=%s", _account(user))
            raise
        attempt.was_right()
        return self.cleaned_data


def _account(user: User | None) -> str:
    """What the log may hold: a name that exists. What else people type there may be a password."""
    return user.get_username() if user else "unknown"


def start_page(user: access.Person) -> str:
    """Where a person's work begins: for admin and verifiers the administration, with what waits for a decision;
    for others the choice of an angkatan, which tells somebody without a role whom to ask."""
    only_decides = access.has(user, access.DECIDE) and not access.has(user, access.DESK)
    return reverse("admin:index" if only_decides or access.has(user, "auth.change_user") else "committee")


class LogIn(views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        return start_page(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        del context["site"]  # the view's own, of django.contrib.sites, would hide the office
        return context

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        answer = super().form_valid(form)
        sessions.begin(self.request, user)
        known.remember(self.request, answer, user)
        devices.arrived(self.request, user)
        log.info("Logged in: account=%s", user.get_username())
        return answer


@method_decorator(login_not_required, name="dispatch")
class LogOut(views.LogoutView):
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Somebody typed the address: logging out takes the button, so that no foreign page can do it."""
        return redirect(start_page(request.user) if request.user.is_authenticated else "home")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
        name = request.user.get_username()
        devices.left(request)
        answer = cast(HttpResponseRedirect, super().post(request, *args, **kwargs))
        if name:
            log.info("Logged out: account=%s", name)
        messages.success(request, "Anda sudah keluar.")
        return answer
