"""Make what counts as attendance anew from what happened, and say what was wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pelatihan.attendance import writer
from pelatihan.models import Angkatan


class Command(BaseCommand):
    """``rebuild_attendance 2019-ii``, or all batches."""

    help = "Hitung ulang kehadiran dari kejadian presensi: satu angkatan, atau semua."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", help="misalnya 2019-ii; kosong: semua angkatan")

    def handle(self, *, slug: str | None, **options: Any) -> None:
        batches = Angkatan.objects.filter(slug=slug) if slug else Angkatan.objects.all()
        if slug and not batches:
            raise CommandError(f"Angkatan {slug} tidak ada.")
        for batch in batches:
            wrong = sum(writer.rebuild(session) for session in batch.sessions.select_related("angkatan"))
            self.stdout.write(f"{batch}: {wrong} kehadiran diperbaiki")
