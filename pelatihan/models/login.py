"""Who is logged in where, and how often something was tried."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class LoginSession(AbstractBaseSession):
    """A browser's session. What a person sees of it stands in columns; the rest is Django's."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="login_sessions"
    )
    device = models.CharField("perangkat", max_length=60, blank=True)  # in words, never the browser's whole line
    started_at = models.DateTimeField("masuk")
    used_at = models.DateTimeField("terakhir dipakai")

    class Meta:
        verbose_name = "sesi masuk"
        verbose_name_plural = "sesi masuk"


class Tries(models.Model):
    """How often one thing was tried since its window began. The key is a keyed hash: whose it is, it does not tell."""

    key = models.CharField(max_length=100, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "hitungan percobaan"
        verbose_name_plural = "hitungan percobaan"

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
