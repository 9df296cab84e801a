"""What the stories of signed sheets share; their pictures lie in a folder of each test's own."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pelatihan.accounts.actor import SYSTEM
from pelatihan.attendance import writer
from pelatihan.attendance.locked import Scan
from pelatihan.scans.leaves import Leaf
from tests.pelatihan.door import at


@pytest.fixture(autouse=True)
def sheets_folder(settings, tmp_path) -> Path:
    """Where they are kept, empty."""
    folder = tmp_path / "lembar"
    options = settings.STORAGES["sheets"]["OPTIONS"] | {"location": folder}
    settings.STORAGES = settings.STORAGES | {"sheets": settings.STORAGES["sheets"] | {"OPTIONS": options}}
    return folder


@pytest.fixture
def door_of() -> Callable[..., None]:
    """``door_of(leaf, 4)``: the person of row 4 was let in at the desk of the first session."""

    def let_in(leaf: Leaf, number: int, clock: str = "08.02") -> None:
        session = next(one for one in leaf.sessions if one)
        person = next(row.person for row in leaf.people if row.number == number)
        assert person
        writer.record(session, [Scan(uuid.uuid4(), at(clock), code=person.code)], actor=SYSTEM, at=at(clock))

    return let_in


@pytest.fixture
def counted() -> Callable[[Callable[[], Any]], int]:
    """How many questions to the database an act asks."""

    def count(act: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as asked:
            act()
        return len(asked)

    return count
