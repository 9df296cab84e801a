"""One's own account: where one is logged in, and a new password."""

import logging
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pelatihan.accounts import devices, guessing, known, sessions
from pelatihan.accounts.login import start_page

log = logging.getLogger("pelatihan.accounts")


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Lists one's sessions; a POST ends one (``sesi``) or all others."""
    user, key = cast(User, request.user), request.session.session_key
    if request.method == "POST":
        ended = sessions.end(user, name=request.POST.get("sesi", ""), keep=key)
        devices.silence(user, request)
        log.info("Sessions ended: %s, account=%s", ended, user.get_username())
        messages.success(request, f"{ended} perangkat dikeluarkan." if ended else "Tidak ada yang perlu dikeluarkan.")
        return redirect("account")
    rows = [
        {"session": each, "name": sessions.name_of(each), "is_this": each.session_key == key}
        for each in sessions.of(user)
    ]
    return render(request, "accounts/account.html", {"rows": sorted(rows, key=lambda row: not row["is_this"])})


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
            "Sedikitnya 12 karakter, tidak hanya angka, tidak mirip nama Anda atau kantor, dan bukan kata sandi yang"
            " umum.",
        ),
        "new_password2": ("Ulangi kata sandi baru", ""),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in self.WORDS.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        if self.is_bound:
            del self.fields["old_password"].widget.attrs["autofocus"]

    def clean_old_password(self) -> str:
        """Counted like a log-in: whoever sits down at an open page must not try out passwords.

        :raises TooMany: too many were wrong
        """
        key = str(self.user.pk)
        tally = guessing.PASSWORD.take(key)
        if not tally.passes:
            log.warning("Old password refused: too many tries, account=%s", self.user.get_username())
            raise guessing.refusal(guessing.PASSWORD, tally.until)
        typed = super().clean_old_password()
        guessing.PASSWORD.forget(key)
        return typed

    def validate_password_for_user(self, user: User, password_field_name: str = "new_password1") -> None:
        """Beside the field where a better one is to be typed, not beside its repetition."""
        super().validate_password_for_user(user, "new_password1")


class PasswordChange(views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = NewPasswordForm

    def get_success_url(self) -> str:
        return start_page(self.request.user)

    def form_valid(self, form: Any) -> HttpResponse:
        """Other browsers are out; this one stays in and stays known."""
        answer = super().form_valid(form)
        user = cast(User, self.request.user)
        sessions.end(user, keep=self.request.session.session_key)
        known.remember(self.request, answer, user)
        devices.arrived(self.request, user)
        log.info("Password changed: account=%s", user.get_username())
        messages.success(self.request, "Kata sandi Anda sudah diganti. Pakailah yang baru mulai sekarang.")
        return answer
