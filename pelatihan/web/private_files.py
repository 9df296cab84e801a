"""Files that no address leads to, in folders of their own below ``settings.PRIVATE_DIR``: written whole, read, removed,
and swept away by age. What a letter is kept as has rules of its own (``registration/letters``)."""

import contextlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class PrivateFolder:
    """One kind of such files, and how long they stay if nobody removes them."""

    name: str
    stay: timedelta

    def path(self, name: str) -> Path:
        """Where the file is or will be; its folder is there."""
        folder = Path(settings.PRIVATE_DIR) / self.name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / Path(name).name

    def write(self, name: str, content: bytes) -> None:
        """Whole or not at all: before it is whole it has another name.

        :raises OSError: the disk is full or closed
        """
        place = self.path(name)
        part = place.with_name(f"{place.name}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
            part.rename(place)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def remove(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def sweep(self, at: datetime) -> int:
        """Delete what has stayed long enough; how many."""
        before, count = (at - self.stay).timestamp(), 0
        with contextlib.suppress(FileNotFoundError):  # nobody has left anything here yet
            for file in (Path(settings.PRIVATE_DIR) / self.name).iterdir():
                if file.stat().st_mtime < before:
                    file.unlink(missing_ok=True)
                    count += 1
        return count


UPLOADS = PrivateFolder("impor", timedelta(days=1))  # until a worker has read them
DOWNLOADS = PrivateFolder("ekspor", timedelta(days=1))
