"""Send the mails that are due, once. ``python -m pelatihan.messaging`` calls it whenever there are any."""

import logging
import signal
import sys
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from pelatihan.messaging import outbox

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Kirim surel yang sudah waktunya dikirim."
    requires_system_checks = ()
    is_ending = False

    def handle(self, *args: Any, **options: Any) -> None:
        before = signal.signal(signal.SIGTERM, self._end)  # the mail in hand is finished first
        try:
            outbox.send_due(lambda: self.is_ending)
        except Exception:  # in the log's own way: what an exception says may hold an address
            logger.exception("Mails could not be sent")
            sys.exit(1)
        finally:
            signal.signal(signal.SIGTERM, before)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.is_ending = True
