"""``make run``: prepare the database and the files, serve as production would, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from pelatihan.trial.collecting import collect_if_changed
from pelatihan.trial.listening import Place
from pelatihan.trial.localpg.children import die_with_parent
from pelatihan.trial.localpg.server import server_in
from pelatihan.trial.own import is_private, keep_secret_key, only_one
from pelatihan.trial.supervisor import ChildDied, Stopped, Supervisor

READY_SECONDS = 60
WELCOME = """
Pelatihan Ormas siap (basis data: {database})
  {url}/            peserta dan ormas
  {url}/panitia/    panitia dan petugas presensi
  {url}/admin/      staf Kesbangpol
Masuk sebagai admin, verifikator, panitia, petugas, atau pemantau; kata sandi pelatihan-demo.
Berhenti: Ctrl-C.
"""
EXPOSED = "Perhatian: situs uji coba ini terbuka di jaringan, dengan kata sandi yang diketahui umum."


class Command(BaseCommand):
    help = "Prepare and serve a trial (PELATIHAN_DEMO=1) at HOST and PORT, its database included."
    requires_system_checks = ()  # make check makes them; this is a start in front of a waiting person

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TRIAL:
            raise CommandError("serve is for a trial (PELATIHAN_DEMO=1). For production see docs/operations.md.")
        place = Place(os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000")
        keep_secret_key()
        try:
            with only_one(), Supervisor() as supervisor:
                self._serve(place, supervisor)
        except Stopped:
            self.stdout.write("Berhenti. Data tersimpan.")
        except OperationalError as error:
            raise CommandError(f"Basis data tidak dapat dipakai. Periksa DATABASE_URL. {error}") from error
        except ChildDied as death:
            raise CommandError(f"{death} Semuanya dihentikan; jalankan lagi dengan: make run") from death

    def _serve(self, place: Place, supervisor: Supervisor) -> None:
        place.check_free()
        if is_private():
            supervisor.add("PostgreSQL", server_in(settings.LOCAL_PG_DIR).own(), signal.SIGINT)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_reference", stdout=self.stdout)
        collect_if_changed()
        connection.close()
        supervisor.add("gunicorn", _start_gunicorn(place), signal.SIGTERM)
        self._wait_until_ready(place, supervisor)
        self.stdout.write(WELCOME.format(url=place.url, database="milik sendiri" if is_private() else "DATABASE_URL"))
        if not place.is_local:
            self.stdout.write(EXPOSED)
        self.stdout.flush()  # somebody may read it through a pipe
        while True:
            supervisor.check()
            time.sleep(0.5)

    def _wait_until_ready(self, place: Place, supervisor: Supervisor) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not place.answers():
            supervisor.check()
            if time.monotonic() > deadline:
                raise CommandError(f"Situs belum siap setelah {READY_SECONDS} detik; lihat pesan di atas.")
            time.sleep(0.1)


def _start_gunicorn(place: Place) -> subprocess.Popen[bytes]:
    environment = os.environ | {"HOST": place.host, "PORT": place.port}
    if not place.is_local:
        environment.setdefault("ALLOWED_HOSTS", "*")  # phones in the room reach it by an address unknown here
    return subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:pelatihan.web.serving", "pelatihan.wsgi"],
        cwd=settings.BASE_DIR,
        env=environment,
        start_new_session=True,  # Ctrl-C is for the supervisor, which ends things in order
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
