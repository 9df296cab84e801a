"""Send what is due and carry out long acts, once. ``python -m pelatihan.jobs`` calls it whenever there is any."""

import logging
import signal
import sys
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from pelatihan.messaging import working

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Kirim pesan yang sudah waktunya dikirim, dan kerjakan pekerjaan panjang yang menunggu."
    requires_system_checks = ()
    is_ending = False

    def handle(self, *args: Any, **options: Any) -> None:
        before = signal.signal(signal.SIGTERM, self._end)  # the mail or the part in hand is finished first
        try:
            working.work(lambda: self.is_ending)
        except Exception:  # in the log's own way: what an exception says may hold an address
            logger.exception("The worker could not go on")
            sys.exit(1)
        finally:
            signal.signal(signal.SIGTERM, before)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.is_ending = True
