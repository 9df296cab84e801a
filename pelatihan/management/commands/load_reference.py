"""Fill an empty trial with three batches, so that every screen has something true to show."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from ormas.models import Ormas
from pelatihan.models import Angkatan, Registration
from pelatihan.models.office import office
from pelatihan.trial.reference import batches, certificates, lodging, on_paper, organisations, paid, written
from pelatihan.trial.reference.office import USERS, furnish
from pelatihan.trial.reference.turnout import Turnout

REFUSED = (
    "Data contoh memuat akun dengan sandi yang diketahui umum, jadi hanya dimuat pada pemasangan percobaan."
    " Jalankan dengan PELATIHAN_DEMO=1 bila ini memang percobaan."
)
NOT_EMPTY = "Basis data sudah berisi data; data contoh tidak dimuat dan tidak ada yang diubah."


class Command(BaseCommand):
    help = "Memuat data contoh (tiga angkatan dan lima akun) ke basis data yang masih kosong."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TRIAL:
            raise CommandError(REFUSED)
        if has_data():
            self.stdout.write(NOT_EMPTY)
            return
        load(timezone.now())
        self.stdout.write(
            f"Data contoh dimuat: {Angkatan.objects.count()} angkatan, {Ormas.objects.count()} ormas,"
            f" {Registration.objects.count()} pendaftaran, akun {', '.join(USERS)}."
        )


def has_data() -> bool:
    """Whether anybody has entered anything that the reference data could get into the way of."""
    return Angkatan.objects.exists() or Ormas.objects.exists() or Registration.objects.exists()


@transaction.atomic
def load(at: datetime) -> None:
    """Load everything as it stands at that moment."""
    desk = furnish()
    with timezone.override(office().zone):
        world = batches.World(desk, organisations.found(), at)
        open_one = batches.upcoming(world)
        ended = batches.finished(world)
        for angkatan in (ended, batches.running(world)):
            lodging.fill(angkatan, desk.committee)
            Turnout(angkatan, desk, at).play()
        on_paper.bring_back(ended, desk)
        certificates.give(ended, desk)
        paid.fill(ended, desk)
        written.fill(open_one, desk, at)
