"""Write a dump of the database with its sums beside it. For a nightly timer."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from pelatihan.trial import dumps


class Command(BaseCommand):
    """``dump FOLDER``: the file is named by date and time (UTC)."""

    help = "Tulis cadangan basis data beserta jumlah baris dan jumlah kendali setiap tabel."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="misalnya /var/lib/pelatihan-dumps")

    def handle(self, *, folder: Path, **options: Any) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{now():%Y-%m-%d-%H%M%S}.dump"
        try:
            sums = dumps.dump(file)
        except dumps.NotPossible as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{file}: {len(sums)} tabel, {sum(rows for rows, _ in sums.values())} baris.")
