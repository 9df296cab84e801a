"""What all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as wiring
from django.db import connections
from django.test import TransactionTestCase

from pelatihan.models.office import forget_office
from pelatihan.papers import engine
from pelatihan.registration.letters import content
from tests import database


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: stories about whole servers mostly wait."""
    return (os.cpu_count() or 1) + 1


LONGEST = {"test_hostile.py", "test_words.py"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker is left with it when the others are done."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker) -> Iterator[None]:
    """The tests' database is a copy, and is emptied cheaply."""
    if wiring.DATABASES["default"]["ENGINE"] != database.OURS:
        yield
        return
    with django_db_blocker.unblock():
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = database.make_copied()
    with pytest.MonkeyPatch.context() as patch:
        emptying = database.Emptying(TransactionTestCase._fixture_teardown)  # type: ignore[attr-defined]
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptying(case))
        yield


@pytest.fixture(autouse=True)
def fresh_office() -> Iterator[None]:
    """No test sees the office of another."""
    forget_office()
    yield
    forget_office()


@pytest.fixture(autouse=True, scope="session")
def own_print_queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests that run side by side do not wait for each other's papers."""
    folder = tmp_path_factory.mktemp("papers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "queue_folder", lambda: folder)
        yield


@pytest.fixture
def letters_folder(settings, monkeypatch, tmp_path) -> Path:
    """Where surat tugas are kept, empty."""
    folder = tmp_path / "surat"
    options = settings.STORAGES["letters"]["OPTIONS"] | {"location": folder}
    settings.STORAGES = settings.STORAGES | {"letters": settings.STORAGES["letters"] | {"OPTIONS": options}}
    monkeypatch.setattr(content, "queue_folder", lambda: tmp_path / "queue")
    return folder


@pytest.fixture
def sheets_folder(settings, tmp_path) -> Path:
    """Where pictures of signed sheets are kept, empty."""
    folder = tmp_path / "lembar"
    options = settings.STORAGES["sheets"]["OPTIONS"] | {"location": folder}
    settings.STORAGES = settings.STORAGES | {"sheets": settings.STORAGES["sheets"] | {"OPTIONS": options}}
    return folder
