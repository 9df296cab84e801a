"""``/sehat/`` tells a monitor the truth."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


@pytest.mark.django_db
def test_health_is_good_when_migrated(client: Client) -> None:
    answer = client.get("/sehat/")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "migrations": "ok"})


@pytest.mark.django_db
def test_health_is_bad_when_migration_pending(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("pelatihan", "0001_initial")
    answer = client.get("/sehat/")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "pending")


@pytest.fixture
def no_database() -> Iterator[None]:
    def refuse(*args: object) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.django_db
def test_health_is_bad_without_database(client: Client, no_database: None) -> None:
    answer = client.get("/sehat/")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")


@pytest.mark.django_db
def test_health_costs_two_queries(client: Client, django_assert_max_num_queries) -> None:
    client.get("/sehat/")
    with django_assert_max_num_queries(2):
        client.get("/sehat/")
