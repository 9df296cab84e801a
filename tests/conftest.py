"""What all tests share."""

from collections.abc import Iterator

import pytest

from pelatihan.models.office import forget_office


@pytest.fixture(autouse=True)
def fresh_office() -> Iterator[None]:
    """No test sees the office of another."""
    forget_office()
    yield
    forget_office()
