"""Seal every NIK with the newest key, so that an older one may go."""

from typing import Any

from django.core.management.base import BaseCommand

from pelatihan.registration import nik


class Command(BaseCommand):
    """After a new key was put first in ``NIK_KEY``."""

    help = "Segel ulang semua NIK dengan kunci terbaru di NIK_KEY. Sesudah itu kunci lama boleh dihapus."

    def handle(self, **options: Any) -> None:
        renewed = nik.renew()
        self.stdout.write(f"NIK disegel ulang: {renewed.count}. Tidak terbaca: {renewed.unreadable}.")
