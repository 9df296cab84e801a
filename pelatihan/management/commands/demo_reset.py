"""``make demo-reset``: throw a trial's data away, so that the next start begins with the reference data."""

import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from pelatihan.trial.localpg.server import server_in
from pelatihan.trial.own import Refused, is_private, only_one


class Command(BaseCommand):
    help = "Delete everything in the trial's own database."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--empty-database-url", action="store_true", help="empty the one of DATABASE_URL, too")

    def handle(self, *args: Any, empty_database_url: bool, **options: Any) -> None:
        if not settings.TRIAL:
            raise CommandError("demo_reset is for a trial (PELATIHAN_DEMO=1) only.")
        if not is_private() and not empty_database_url:
            raise CommandError(
                "DATABASE_URL menunjuk basis data lain; tidak ada yang dihapus. Bila seluruh isinya memang "
                "boleh hilang: make demo-reset ARGS=--empty-database-url"
            )
        try:
            with only_one():
                _empty()
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        self.stdout.write("Data uji coba dihapus. make run mulai dari awal.")


def _empty() -> None:
    if is_private():
        server = server_in(settings.LOCAL_PG_DIR)
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
