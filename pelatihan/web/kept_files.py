"""Files that are kept for years, in a private storage each (``settings.STORAGES``): written whole or not at all, on the
disk for good when that is said, and gone once no row names them. What is kept for days is ``private_files.py``."""

import contextlib
import os
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages

FORGOTTEN = timedelta(days=1)  # a file that no row names by then was left by a server that was killed


@dataclass(frozen=True)
class KeptFiles:
    """One kind of such files. A row names a file only once it is there; it goes after its row is gone."""

    storage: str

    def write(self, name: str, content: bytes) -> None:
        """On the disk for good when this returns; before, under another name.

        :raises OSError: full or closed
        """
        folder = self._folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f"{name}.part"
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.rename(folder / name)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync(folder)

    def read(self, name: str) -> bytes:
        """:raises FileNotFoundError: somebody restored the database without the files"""
        return (self._folder() / Path(name).name).read_bytes()

    def has(self, name: str) -> bool:
        return (self._folder() / Path(name).name).exists()

    def remove(self, name: str) -> None:
        self._storage().delete(name)

    def strays(self, at: datetime, known: Container[str]) -> list[str]:
        """Files of yesterday or before that no row names."""
        before = (at - FORGOTTEN).timestamp()
        with contextlib.suppress(FileNotFoundError):  # nobody has brought anything yet
            there = [file for file in self._folder().iterdir() if file.stat().st_mtime < before]
            return sorted(file.name for file in there if file.name not in known)
        return []

    def _storage(self) -> FileSystemStorage:
        storage = storages[self.storage]
        assert isinstance(storage, FileSystemStorage)
        return storage

    def _folder(self) -> Path:
        return Path(self._storage().location)


def _sync(folder: Path) -> None:
    """The name, too, is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


LETTERS = KeptFiles("letters")
SHEETS = KeptFiles("sheets")  # signed sheets as they were photographed or scanned
