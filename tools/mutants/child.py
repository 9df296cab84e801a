"""One run of tests in a process of its own, forked from one that has everything loaded but the project.

The broken source takes the module's place when it is imported, so nothing on the disk changes. The database is a
copy of one that is made once: no migration runs, and what a killed run leaves behind is gone with its copy.
"""

import gc
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import django
import psycopg2
import pytest
from coverage import Coverage
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

from tools.mutants.source import ROOT

TEMPLATE = "mutants_template"
QUIET = ["-q", "-x", "--no-header", "--tb=line", "--assert=plain", "-p", "no:cacheprovider"]
ALIKE = ["-p", "no:randomly", "-n0", "-m", "not browser", "--reuse-db", "--hypothesis-seed=1"]  # each run as the last
LOADED = (
    "django.contrib.admin",
    "django.contrib.auth",
    "django.template.defaulttags",
    "django.test",
    "factory",
    "hypothesis",
    "time_machine",
    "xml.etree.ElementTree",
)


@dataclass(frozen=True)
class Job:
    """What a child is asked: these tests in this order, on this database, with this source in the module's place."""

    tests: Sequence[str]  # files and folders, or the tests themselves
    module: str = ""
    source: str = ""
    measured: Sequence[str] = ()  # modules of which to learn which test runs which line
    database: str = ""
    result: Path = Path()
    copied: bool = True  # the database is new and clean; else it is made anew before it is used
    migrated: bool = False  # the module has a say in what migrate leaves in the database: the roles


def run(job: Job) -> None:
    """Run the tests and leave the process; 0: all passed, 1: one failed, more: pytest could not even begin."""
    os.setsid()
    sys.setrecursionlimit(1500)
    log = os.open(job.result.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if job.source:
        sys.meta_path.insert(0, Broken(job.module, job.source))
    plugin = Measured(job) if job.measured else Ordered(job)
    files = list(dict.fromkeys(test.partition("::")[0] for test in job.tests))
    code = pytest.main([*QUIET, *ALIKE, *files], plugins=[plugin])
    job.result.write_text(json.dumps(plugin.findings()))
    sys.stdout.flush()
    os._exit(int(code))


def make_template(result: Path) -> None:
    """In a process of its own: the database from which all are copied, with every migration applied."""
    django.setup()
    fresh_database(TEMPLATE, "template1")
    connections["default"].settings_dict["NAME"] = TEMPLATE
    call_command("migrate", verbosity=0)
    connections.close_all()
    os._exit(0)


def fresh_database(name: str, template: str) -> None:
    connection = psycopg2.connect(**connections["default"].get_connection_params() | {"dbname": "postgres"})
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET client_min_messages = error")
        names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(**names))
        cursor.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log").format(**names))
    connection.close()


class Broken(MetaPathFinder):
    """Finds one module in a source of our own."""

    def __init__(self, path: str, source: str) -> None:
        self.module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.loader = BrokenSource(self.module, str(ROOT / path))
        self.loader.text = source

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        return spec_from_file_location(name, self.loader.path, loader=self.loader) if name == self.module else None


class BrokenSource(SourceFileLoader):
    """Its place in the tree is the module's own; its text is not."""

    text = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec")


class Ordered:
    """Only the tests that were asked for, the likeliest to notice first; on the copied database."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.failed: list[str] = []
        self.is_clean = job.copied

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(copied(self))  # only now: of two fixtures the one registered last holds

    def set_up(self) -> None:
        if not self.job.copied:
            fresh_database(self.job.database, TEMPLATE)
        self.is_clean = not self.job.migrated
        connections["default"].settings_dict["NAME"] = self.job.database
        if self.job.migrated:
            self.migrate()

    def migrate(self) -> None:
        """As on the first day: what the template's migrate made stands for nothing."""
        forget_roles()
        call_command("migrate", verbosity=0)

    def pytest_sessionfinish(self) -> None:
        here = connections["default"].settings_dict["NAME"]
        if connections["default"].connection and here != self.job.database:
            raise SystemExit(f"The tests ran on {here}, which others use as well, not on {self.job.database}.")

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.is_clean = self.is_clean and not is_transactional(item)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if any("::" in test for test in self.job.tests):
            places = {function_of(test): place for place, test in reversed(list(enumerate(self.job.tests)))}
            items[:] = [item for item in items if function_of(item.nodeid) in places]
            items.sort(key=lambda item: (is_transactional(item), places[function_of(item.nodeid)]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def findings(self) -> Mapping[str, Any]:
        return {"failed": self.failed, "clean": self.is_clean}


def copied(plugin: Ordered) -> ModuleType:
    """A plugin that puts the copied database in place of the one that pytest-django would make."""

    @pytest.fixture(scope="session")
    def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> None:
        with django_db_blocker.unblock():
            plugin.set_up()

    made = ModuleType("mutants_database")
    vars(made)["django_db_setup"] = django_db_setup
    return made


class Measured(Ordered):
    """The unbroken run: which test runs which line of the module, and how long each takes."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.seconds: dict[str, float] = {}
        self.now = ""
        files = [str(ROOT / module) for module in job.measured]
        self.coverage = Coverage(data_file=None, config_file=False, include=files)
        self.coverage.set_option("run:core", "ctrace")
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.seconds[item.nodeid] = 0.0
        self.now = item.nodeid
        self.coverage.switch_context(self.now)
        return (yield)

    def migrate(self) -> None:
        """Runs in the first test that asks for the database, but every test stands on it, as on the import."""
        self.coverage.switch_context("")
        super().migrate()
        self.coverage.switch_context(self.now)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        super().pytest_runtest_logreport(report)
        self.seconds[report.nodeid] += report.duration

    def findings(self) -> Mapping[str, Any]:
        self.coverage.stop()
        lines = {module: self._lines(str(ROOT / module)) for module in self.job.measured}
        return {**super().findings(), "seconds": self.seconds, "lines": lines}

    def _lines(self, file: str) -> dict[int, list[str]]:
        """Each line with the tests that run it; "" among them is the import."""
        return dict(self.coverage.get_data().contexts_by_lineno(file))


def forget_roles() -> None:
    """Take away the roles and permissions, so that only what migrate makes now is there."""
    for model in ("Group", "Permission"):
        apps.get_model("auth", model).objects.all().delete()


def function_of(test: str) -> str:
    """A test without its parameters: what is broken may be among them."""
    return test.partition("[")[0]


def is_transactional(item: pytest.Item) -> bool:
    """Whether the test empties the database after itself; such run last, as pytest-django has it."""
    marker = item.get_closest_marker("django_db")
    asked = set(getattr(item, "fixturenames", ()))
    return bool(marker and marker.kwargs.get("transaction")) or bool(asked & {"transactional_db", "live_server"})


def load() -> None:
    """Load what every child would load anyway: all but the project. The database server stays with us."""
    sys.dont_write_bytecode = False  # whatever is set: each child would compile the project anew
    sys.pycache_prefix = str(ROOT / ".cache" / "mutants" / "compiled")
    for name in LOADED:
        import_module(name)
    assert settings.DEBUG is not None  # reads the settings; the apps stay for the children
    connections["default"].ensure_connection()  # starts the server
    connections.close_all()
    gc.freeze()  # what is loaded is no child's garbage
