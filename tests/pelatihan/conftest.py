"""A queue of known length, for tests that fill it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pelatihan.papers import engine
from pelatihan.web import turns


@pytest.fixture
def queue(monkeypatch, tmp_path) -> Path:
    """Empty; one paper is set at a time, two wait."""
    monkeypatch.setattr(turns, "AT_ONCE", 1)
    monkeypatch.setattr(turns, "PLACES", 3)
    monkeypatch.setattr(engine, "queue_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def full_queue(queue) -> Iterator[ExitStack]:
    """Somebody stands in each place; closing the stack makes them leave."""
    with ExitStack() as crowd:
        for _ in range(3):
            crowd.enter_context(turns.Turn(queue))
        yield crowd
