"""Pictures of signed pages lie in a folder of each test's own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def sheets_folder(settings, tmp_path) -> Path:
    """Where they are kept, empty."""
    folder = tmp_path / "lembar"
    options = settings.STORAGES["sheets"]["OPTIONS"] | {"location": folder}
    settings.STORAGES = settings.STORAGES | {"sheets": settings.STORAGES["sheets"] | {"OPTIONS": options}}
    return folder
