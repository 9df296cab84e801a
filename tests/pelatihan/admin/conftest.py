"""Staff at their desks: one client a role."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories import UserFactory


@pytest.fixture
def as_role(db: None) -> Callable[[str], Client]:
    """``as_role("verifikator")``: a client logged in with that role."""

    def log_in(role: str) -> Client:
        client = Client()
        client.force_login(UserFactory(role=role))
        return client

    return log_in


@pytest.fixture
def verifier(as_role: Callable[[str], Client]) -> Client:
    return as_role("verifikator")
