"""Delete personal data whose time is over, as the privacy notice says. For a daily timer."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate

from pelatihan.privacy import purge


class Command(BaseCommand):
    """``purge --dry-run`` only counts."""

    help = "Hapus data pribadi yang masa simpannya habis: kebutuhan khusus dan kontak peserta."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="hanya menghitung, tidak menghapus")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        today = localdate()
        if dry_run:
            due = purge.due(today)
            needs, contacts = due.special_needs.count(), due.contacts.count()
        else:
            needs, contacts = purge.purge(today)
        word = "akan dihapus" if dry_run else "dihapus"
        self.stdout.write(f"Kebutuhan khusus {word}: {needs}. Kontak peserta {word}: {contacts}.")
