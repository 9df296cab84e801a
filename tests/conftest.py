"""What all tests share."""

from collections.abc import Iterator

import pytest

from pelatihan import middleware


@pytest.fixture(autouse=True)
def fresh_office() -> Iterator[None]:
    """No test sees the office of another."""
    middleware.forget_office()
    yield
    middleware.forget_office()
