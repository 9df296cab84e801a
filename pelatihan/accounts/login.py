"""Logging in and out, and changing one's password."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.web import errors
from pelatihan.web.proxy import client_network


@contextmanager
def one_at_a_time(name: str, network: str | None) -> Iterator[None]:
    """Lets attempts with one name from one network wait for each other.

    django-axes looks at the count before the password is checked and adds to it afterwards: whoever sends fifty
    guesses at once would have all fifty checked. In a row, no guess is checked beyond the limit.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"log in {network} {name}"])
        yield


class LogInForm(AuthenticationForm):
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "Nama pengguna atau kata sandi tidak cocok. Perhatikan huruf besar dan huruf kecil.",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label, password.label = "Nama pengguna", "Kata sandi"
        if self.is_bound:  # the summary of errors takes the focus
            del name.widget.attrs["autofocus"]

    def clean(self) -> dict[str, Any]:
        refusal: ValidationError | None = None
        with one_at_a_time(self.cleaned_data.get("username", ""), client_network(cast(HttpRequest, self.request))):
            try:
                super().clean()
            except ValidationError as raised:  # not past the transaction: the failed attempt must stay counted
                refusal = raised
        if refusal:
            raise refusal
        return self.cleaned_data


class NewPasswordForm(PasswordChangeForm):
    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "Kata sandi yang sekarang tidak cocok.",
        "password_mismatch": "Kedua kata sandi baru tidak sama. Ketik ulang keduanya.",
    }
    WORDS = {
        "old_password": ("Kata sandi sekarang", ""),
        "new_password1": (
            "Kata sandi baru",
            "Sedikitnya 12 karakter, tidak hanya angka, tidak mirip nama Anda, dan bukan kata sandi yang umum.",
        ),
        "new_password2": ("Ulangi kata sandi baru", ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in self.WORDS.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        if self.is_bound:
            del self.fields["old_password"].widget.attrs["autofocus"]

    def validate_password_for_user(self, user: User, password_field_name: str = "new_password1") -> None:
        """Beside the field where a better one is to be typed, not beside its repetition."""
        super().validate_password_for_user(user, "new_password1")


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


@method_decorator(login_not_required, name="dispatch")
class LogOut(views.LogoutView):
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Somebody typed the address: logging out takes the button, so that no foreign page can do it."""
        return redirect(start_page(request.user) if request.user.is_authenticated else "home")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
        answer = cast(HttpResponseRedirect, super().post(request, *args, **kwargs))
        messages.success(request, "Anda sudah keluar.")
        return answer


class PasswordChange(views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = NewPasswordForm

    def get_success_url(self) -> str:
        return start_page(self.request.user)

    def form_valid(self, form: Form) -> HttpResponse:
        messages.success(self.request, "Kata sandi Anda sudah diganti. Pakailah yang baru mulai sekarang.")
        return super().form_valid(cast(NewPasswordForm, form))


# ---- Too many attempts ---------------------------------------------------------------------------


def locked_until(request: HttpRequest, credentials: dict[str, str] | None) -> datetime:
    """When this name may try again from this address."""
    (attempts,) = AxesDatabaseHandler().get_user_attempts(request, credentials)
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    return cast(datetime, last + get_cool_off(request))


def locked_out(
    request: HttpRequest, response: HttpResponseBase | None, credentials: dict[str, str] | None
) -> HttpResponse:
    """Too many failed attempts with this name from this address."""
    until = locked_until(request, credentials)
    wait = max(1, round((until - timezone.now()).total_seconds()))
    return errors.too_many(
        request,
        seconds=wait,
        reason="Nama pengguna atau kata sandi terlalu sering salah. Demi keamanan, masuk dengan nama itu dari"
        f" jaringan Anda ditutup sampai pukul {dates.clock(until)} {dates.zone_label()}"
        f" ({-(-wait // 60)} menit lagi).",
        advice="Sesudah itu silakan coba lagi. Lupa kata sandi? Mintalah kata sandi baru kepada admin.",
    )
