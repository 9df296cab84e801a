"""``make run``: prepare the database and the files, serve as production would, and leave nothing behind.

This process stays as long as the site does, so it stays small: it knows no Django, and leaves what needs Django to
children that end.
"""

import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

from pelatihan.trial import own
from pelatihan.trial.listening import Place
from pelatihan.trial.localpg.server import USER, LocalServer, server_in
from pelatihan.trial.own import Refused
from pelatihan.trial.supervisor import KeepsDying, Stopped, Supervisor
from pelatihan.web.children import die_with_parent

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
GUNICORN = ("gunicorn", "--config", "python:pelatihan.web.serving", "pelatihan.wsgi")
# glibc keeps a freed block for its next use, and raises the size from which it returns one to the system with
# every large block freed: after one big sheet it would return nothing any more. Named, the size stays.
MALLOC = {"MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "1048576"}


def main() -> int:
    """Serve a trial (PELATIHAN_DEMO=1) at HOST and PORT until told to end; the exit code."""
    place = Place(os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000")
    try:
        own.check_wanted()
        with own.only_one(), Supervisor(tell) as supervisor:
            _serve(place, supervisor)
    except Stopped:
        tell("Berhenti. Data tersimpan.")
        return 0
    except (Refused, RuntimeError) as problem:
        sys.stderr.write(f"{problem}\n")
    except KeepsDying as problem:
        sys.stderr.write(f"{problem} Semuanya dihentikan; jalankan lagi dengan: make run\n")
    return 1


def tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()  # somebody may read it through a pipe


def _serve(place: Place, supervisor: Supervisor) -> None:
    place.check_free()
    own.keep_secret_key()
    own.make_mail_folder()
    environment = os.environ | {"HOST": place.host, "PORT": place.port} | MALLOC
    if own.is_private():
        server = server_in(own.database_folder())
        supervisor.keep("PostgreSQL", server.own, signal.SIGINT)
        environment["DATABASE_URL"] = _url_of(server)  # so that only this process starts it
    if not place.is_local:
        environment.setdefault("ALLOWED_HOSTS", "*")  # phones in the room reach it by an address unknown here
    _prepare(environment)
    supervisor.keep("gunicorn", lambda: _start(environment, *GUNICORN), signal.SIGTERM)
    supervisor.keep("Pekerja", lambda: _start(environment, "pelatihan.jobs"), signal.SIGTERM)
    _wait_until_ready(place, supervisor)
    tell(WELCOME.format(url=place.url, database="milik sendiri" if own.is_private() else "DATABASE_URL"))
    if not place.is_local:
        tell(EXPOSED)
    while True:
        supervisor.check()
        time.sleep(0.5)


def _url_of(server: LocalServer) -> str:
    return f"postgres://{USER}@{quote(str(server.sockets), safe='')}/postgres"


def _prepare(environment: dict[str, str]) -> None:
    """Migrate, load and collect, in a process that gives its memory back."""
    command = [sys.executable, "manage.py", "prepare_trial"]
    ends = die_with_parent(signal.SIGTERM)
    done = subprocess.run(command, cwd=own.BASE_DIR, env=environment, preexec_fn=ends, check=False)
    if done.returncode:
        raise Refused("Persiapan gagal; lihat pesan di atas.")


def _wait_until_ready(place: Place, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not place.answers():
        supervisor.check()
        if time.monotonic() > deadline:
            raise Refused(f"Situs belum siap setelah {READY_SECONDS} detik; lihat pesan di atas.")
        time.sleep(0.05)


def _start(environment: dict[str, str], *module: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=own.BASE_DIR,
        env=environment,
        start_new_session=True,  # Ctrl-C is for the supervisor, which ends things in order
        preexec_fn=die_with_parent(signal.SIGTERM),
    )


if __name__ == "__main__":
    sys.exit(main())
