"""Who takes part: the organisations and the people they send."""

from django.apps import AppConfig


class OrmasConfig(AppConfig):
    name = "ormas"
    verbose_name = "Ormas"
