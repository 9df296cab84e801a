"""What happens: batches, sessions, registration, attendance, papers."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.db.models.signals import post_migrate


class PelatihanConfig(AppConfig):
    name = "pelatihan"
    verbose_name = "Pelatihan"

    def ready(self) -> None:
        from pelatihan.accounts.access import make_groups  # noqa: PLC0415  (models are not loaded before)

        # Permissions do not exist while a migration runs, so the roles are made when migrate has ended.
        post_migrate.connect(make_groups, sender=self)


class AdminConfig(DjangoAdminConfig):
    default_site = "pelatihan.admin.site.OfficeAdminSite"

    def ready(self) -> None:
        super().ready()
        import_module("pelatihan.admin.pages")  # not by the room's __init__: that would load before its site stands
