"""Prove that a dump can be restored: into a scratch database, with rows and checksum of every table compared."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pelatihan.trial import dumps


class Command(BaseCommand):
    """``restore_drill FILE`` takes a dump of ``manage.py dump``; without one it makes one that is gone afterwards."""

    help = "Latihan pemulihan: pulihkan cadangan ke basis data percobaan, bandingkan, lalu hapus."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="cadangan dari manage.py dump; kosong: buat yang baru")

    def handle(self, *, file: Path | None, **options: Any) -> None:
        try:
            with tempfile.TemporaryDirectory() as folder:
                self._drill(file or _fresh(Path(folder)))
        except dumps.NotPossible as problem:
            raise CommandError(str(problem)) from problem

    def _drill(self, file: Path) -> None:
        expected = dumps.kept_sums(file)
        found = dumps.restored_sums(file)
        for table, (rows, checksum) in found.items():
            self.stdout.write(f"{table:<42} {rows:>9} baris  {checksum}")
        wrong = dumps.differences(expected, found)
        for one in wrong:
            self.stdout.write(f"BERBEDA {one.table}: di cadangan {one.expected}, dipulihkan {one.found}")
        if wrong:
            raise CommandError(f"Cadangan {file.name} tidak utuh: {len(wrong)} tabel berbeda.")
        rows = sum(count for count, _ in found.values())
        self.stdout.write(f"Cadangan {file.name} utuh: {len(found)} tabel, {rows} baris.")


def _fresh(folder: Path) -> Path:
    file = folder / "latihan.dump"
    dumps.dump(file)
    return file
