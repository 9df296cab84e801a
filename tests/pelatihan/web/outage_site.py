"""The site on a PostgreSQL of its own that a test may break; gunicorn as production starts it."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest

from bench.clients import Client
from pelatihan.trial.localpg import files
from pelatihan.trial.localpg.server import PORT, USER, LocalServer

ROOT = Path(__file__).resolve().parents[3]
ROLE = "web"  # no superuser, as in production
START_SECONDS = 120.0
THREADS = 16  # 2 workers × 8


class BreakableSite:
    """Holds the reference data. What a test breaks, it mends."""

    def __init__(self, folder: Path) -> None:
        self.database = LocalServer(folder, durable=False)
        self.port = _free_port()
        self._clients: list[Client] = []

    def open(self, data: Path) -> None:
        self.database.own()
        self.run(f"CREATE ROLE {ROLE} LOGIN", f"CREATE DATABASE site OWNER {ROLE}")
        url = f"postgres://{ROLE}@{quote(str(self.database.sockets), safe='')}/site"
        rest = {name: value for name, value in os.environ.items() if name != "DEBUG"}
        environment = rest | {"PELATIHAN_DEMO": "1", "PELATIHAN_DATA": str(data), "DATABASE_URL": url}
        environment |= {"HOST": "127.0.0.1", "PORT": str(self.port), "SECRET_KEY": "kunci-uji-" * 6}
        subprocess.run([sys.executable, "manage.py", "prepare_trial"], cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "gunicorn", "-c", "python:pelatihan.web.serving", "pelatihan.wsgi"]
        self.log = (data / "gunicorn.log").open("wb")
        self.gunicorn = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self.log, stderr=self.log)
        assert self.becomes_healthy(), Path(self.log.name).read_text()

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self.gunicorn.terminate()
        self.gunicorn.wait(timeout=30)
        self.database.stop()
        self.log.close()

    # ---- Asking ----------------------------------------------------------------------------------

    def client(self, role: str = "") -> Client:
        client = Client(self.port)
        self._clients.append(client)
        if role:
            client.log_in(role)
        return client

    def becomes_healthy(self) -> bool:
        """Within the time that a start takes on a busy machine."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with suppress(OSError):
                if self.client().send("GET", "/sehat/").status == 200:
                    return True
            time.sleep(0.1)
        return False

    # ---- Breaking --------------------------------------------------------------------------------

    def connect(self, name: str = "site") -> Any:
        return psycopg2.connect(host=str(self.database.sockets), port=PORT, user=USER, dbname=name)

    def run(self, *statements: str) -> None:
        """As superuser, outside any transaction."""
        connection = self.connect("postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()

    def cut_connections(self) -> None:
        """End those of the site, so that it must connect anew."""
        self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'site'")

    @contextmanager
    def locked(self, *tables: str) -> Iterator[None]:
        """Somebody else holds these tables."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
            yield
        finally:
            connection.rollback()
            connection.close()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and says nothing."""
        pid = int((self.database.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    @contextmanager
    def altered(self, change: str, back: str) -> Iterator[None]:
        self.run(change)
        self.cut_connections()
        try:
            yield
        finally:
            self.run(back)
            self.cut_connections()


def _free_port() -> int:
    while True:
        number = random.SystemRandom().randrange(10_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", number)):
            return number


@contextmanager
def breakable_site(factory: pytest.TempPathFactory) -> Iterator[BreakableSite]:
    parent = files.ROOT_HOME if files.is_root() else factory.mktemp("pg")
    site = BreakableSite(parent / f"outage {time.time_ns()}")
    try:
        site.open(factory.mktemp("outage"))
        yield site
    finally:
        site.close()
        subprocess.run(["rm", "-rf", str(site.database.folder)], check=True)


def words(body: bytes) -> str:
    html = re.sub(r"<head>.*?</head>|<[^>]+>", " ", body.decode(), flags=re.DOTALL)
    return " ".join(html.split())
