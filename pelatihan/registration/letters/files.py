"""Letters on the disk: written whole or not at all, and gone once no row names them."""

import contextlib
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages

from pelatihan.models import AssignmentLetter

FORGOTTEN = timedelta(days=1)  # a file that no row names by then was left by a server that was killed


def write(name: str, content: bytes) -> None:
    """On the disk for good when this returns; before, under another name.

    :raises OSError: full or closed
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"{name}.part"
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(folder / name)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(folder)


def read(name: str) -> bytes:
    """:raises FileNotFoundError: somebody restored the database without the files"""
    return (_folder() / name).read_bytes()


def remove(name: str) -> None:
    _storage().delete(name)


def strays(at: datetime) -> list[str]:
    """Files of yesterday or before that no row names."""
    known = {letter.file_name for letter in AssignmentLetter.objects.only("kind")}
    before = (at - FORGOTTEN).timestamp()
    with contextlib.suppress(FileNotFoundError):  # nobody has uploaded anything yet
        there = [file for file in _folder().iterdir() if file.stat().st_mtime < before]
        return sorted(file.name for file in there if file.name not in known)
    return []


def _storage() -> FileSystemStorage:
    storage = storages["letters"]
    assert isinstance(storage, FileSystemStorage)
    return storage


def _folder() -> Path:
    return Path(_storage().location)


def _sync(folder: Path) -> None:
    """The name, too, is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
