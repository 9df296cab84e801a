"""A thousand letters through a mail server of this machine: written, sent by the worker, and what it takes of memory.

Each letter is the reminder before departure, with the rundown attached, over one connection.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psutil
from django.contrib.auth.models import User
from django.db.models import Max, Min
from django.utils import timezone

from bench.site import Site
from bench.tables import table
from ormas.models import Delegate
from pelatihan.lifecycle import Status
from pelatihan.messaging import post, texts
from pelatihan.models import Angkatan, Mailing, Message, MessageKind, Registration, Session
from pelatihan.trial.localpg.server import PORT, USER

LETTERS = 1000
AIM = 50  # letters a second
ROOT = Path(__file__).resolve().parent.parent
WORKER = """
import os, time, django
django.setup()
from django.conf import settings
options = {"host": "127.0.0.1", "port": int(os.environ["SINK"]), "timeout": 10}
settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
from pelatihan.messaging import working
before = time.process_time()
working.work()
print(time.process_time() - before)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def measure(site: Site) -> str:
    address = f"postgres://{USER}@{quote(str(site.database.sockets), safe='')}:{PORT}/postgres"
    environment = os.environ | {"DATABASE_URL": address}
    idle = _idle(environment)
    mailing, people = _sending()
    began = time.perf_counter()
    count = post.of_mailing(mailing, people, at=timezone.now())
    written = time.perf_counter() - began
    with _sink() as (port, taken):
        began = time.perf_counter()
        command, ours = [sys.executable, "-c", WORKER], environment | {"SINK": port}
        done = subprocess.run(command, cwd=ROOT, env=ours, stdout=subprocess.PIPE, text=True, check=True)
        whole = time.perf_counter() - began
    sent = mailing.messages.filter(state=Message.State.SENT)
    ends = sent.aggregate(first=Min("ended_at"), last=Max("ended_at"))
    seconds = (ends["last"] - ends["first"]) / timedelta(seconds=1)
    unlike, all_of_them = taken[0].split()
    cpu, memory = done.stdout.split()
    rows = [
        [f"{count} messages written", f"{written * 1000:.0f} ms", ""],
        [f"{sent.count()} letters sent, of which arrived once each", f"{unlike} of {all_of_them}", f"{LETTERS}"],
        ["letters a second", f"{(sent.count() - 1) / seconds:.0f}", f"≥ {AIM}"],
        ["from the worker's start to its end", f"{whole:.1f} s", ""],
        ["CPU of the worker for a letter", f"{float(cpu) / LETTERS * 1000:.1f} ms", ""],
        ["memory of the watcher that waits", f"{idle:.0f} MiB", ""],
        ["most memory of the worker", f"{int(memory) / 1024:.0f} MiB", ""],
    ]
    return table(f"{LETTERS} e-mails through a local SMTP server", ["what", "measured", "aim"], rows)


def _sending() -> tuple[Mailing, list[Registration]]:
    """A reminder to people of a batch of their own, with a rundown."""
    start = timezone.localdate() + timedelta(days=20)
    batch = Angkatan.objects.create(
        number=97, year=start.year, theme="Ukuran", venue="Gedung Contoh", town="Jakarta", starts_on=start,
        ends_on=start, capacity=LETTERS,
    )  # fmt: skip
    now = timezone.now()
    Session.objects.bulk_create(
        Session(angkatan=batch, title=f"Sesi {place}", starts_at=now, ends_at=now + timedelta(hours=1))
        for place in range(12)
    )
    delegates = Delegate.objects.bulk_create(
        Delegate(name=f"Peserta {number:04d}", email=f"peserta{number:04d}@contoh.id") for number in range(LETTERS)
    )
    Registration.objects.bulk_create(
        Registration(
            angkatan=batch, delegate=each, ormas_text="Ukuran", source="staff", name=each.name,
            submitted_at=now, status=Status.ACCEPTED,
        )
        for each in delegates
    )  # fmt: skip
    text = texts.original(MessageKind.REMINDER)
    mailing = Mailing.objects.create(
        angkatan=batch, kind=MessageKind.REMINDER, author=User.objects.get(username="verifikator"), at=now,
        **text._asdict(),
    )  # fmt: skip
    return mailing, list(batch.registrations.select_related("delegate"))


def _idle(environment: dict[str, str]) -> float:
    """MiB (PSS) of the process that only looks."""
    watcher = subprocess.Popen([sys.executable, "-m", "pelatihan.jobs"], cwd=ROOT, env=environment)
    try:
        time.sleep(5)
        return float(psutil.Process(watcher.pid).memory_full_info().pss) / 2**20
    finally:
        watcher.send_signal(signal.SIGTERM)
        watcher.wait()


@contextmanager
def _sink() -> Iterator[tuple[str, list[str]]]:
    """The port of a mail server; afterwards how many letters it took: different ones, and all."""
    server = subprocess.Popen([sys.executable, "-m", "bench.sink"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    taken: list[str] = []
    try:
        yield server.stdout.readline().strip(), taken
    finally:
        server.send_signal(signal.SIGTERM)
        taken.append(server.stdout.read())
        server.wait()
