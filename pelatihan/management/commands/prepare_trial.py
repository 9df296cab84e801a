"""What ``make run`` needs Django for before it serves: tables, reference data, static files."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from pelatihan.trial.collecting import collect_if_changed


class Command(BaseCommand):
    help = "Migrate, load the reference data into an empty database, collect changed static files."
    requires_system_checks = ()  # make check makes them; this is a start in front of a waiting person

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TRIAL:
            raise CommandError("This is for a trial (PELATIHAN_DEMO=1). For production see docs/operations.md.")
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise CommandError(f"Basis data tidak dapat dipakai. Periksa DATABASE_URL. {error}") from error
        call_command("load_reference", stdout=self.stdout)
        collect_if_changed()
