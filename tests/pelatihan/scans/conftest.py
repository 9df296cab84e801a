"""Pictures of signed pages lie in a folder of each test's own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_folder(sheets_folder) -> Path:
    return sheets_folder
