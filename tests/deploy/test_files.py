"""The files in deploy/ agree with the site, and with each other. (Real nginx and systemd: docs/operations.md.)"""

import json
import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.csp import build_policy

from pelatihan.messaging.outbox import LEASE
from pelatihan.papers import typesetter
from pelatihan.registration.pages.invitation import letters
from pelatihan.scans import sending
from pelatihan.web.errors import SENTENCES

FOLDER = Path(__file__).resolve().parents[2] / "deploy"
NGINX = (FOLDER / "nginx.conf").read_text()
SERVICES = sorted(FOLDER.glob("*.service"))
PAGES = FOLDER / "pages" / "galat"


def service(file: Path) -> dict[str, list[str]]:
    """The section [Service], each name with all its values."""
    section: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", file.read_text().partition("[Service]")[2], re.MULTILINE):
        section.setdefault(name, []).append(value)
    return section


def box(file: Path) -> str:
    """What the unit may touch."""
    return file.read_text().partition("# What it may touch")[2].partition("\n[Install]")[0].strip()


# ---- nginx ---------------------------------------------------------------------------------------


def test_nginx_takes_what_the_site_takes_and_no_more() -> None:
    limits = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    usual, letter, sheets = (int(megabytes) * 1024 * 1024 for megabytes in limits)
    many = NGINX.partition("lembar/unggah/$ {")[2].partition("}")[0]
    place = NGINX.partition("surat-tugas/$ {")[2].partition("}")[0]

    assert usual == settings.BODY_LIMIT
    assert letter == vars(letters.takes_letter(lambda: None))["body_limit"]
    assert f"client_max_body_size {letter // 1024 // 1024}m;" in place
    assert "proxy_pass" in place
    assert sheets == vars(sending.upload)["body_limit"]
    assert f"client_max_body_size {sheets // 1024 // 1024}m;" in many


def test_nginx_limits_requests_and_connections() -> None:
    site = NGINX.partition("location / {")[2]
    zones = re.findall(r"zone=(\w+):\d+m", NGINX)
    assert re.search(rf"limit_req zone={zones[0]} ", site)
    assert re.search(rf"limit_conn {zones[1]} ", site)
    assert re.search(r"client_header_timeout \d+s;", NGINX)


def test_nginx_drops_the_address_that_a_client_claims() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in NGINX


def test_nginx_speaks_only_good_tls() -> None:
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in NGINX
    assert "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;" in NGINX


def test_nginx_own_pages_carry_the_headers_of_the_site(settings) -> None:
    given = dict(re.findall(r'add_header ([\w-]+) "?([^"]*?)"? always;', NGINX))
    assert given["Content-Security-Policy"] == build_policy(settings.SECURE_CSP)
    assert given["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")
    assert given["Referrer-Policy"] == settings.SECURE_REFERRER_POLICY
    assert given["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", ["html", "json"])
def test_nginx_has_a_page_for_each_of_its_errors(kind: str) -> None:
    wanted = set(re.findall(r"error_page [\d =]+ /galat/(\d+)\.", NGINX))
    assert wanted == {page.stem for page in PAGES.glob(f"*.{kind}")} == {"413", "429", "503"}


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.html")), ids=lambda page: page.stem)
def test_error_page_needs_nothing_of_the_site(page: Path) -> None:
    assert set(re.findall(r'(?:src|href)="([^"]+)"', page.read_text())) == {"/galat/galat.css", "/"}
    assert not re.search(r"<style|<script| style=", page.read_text())


def test_programs_read_the_codes_that_the_site_uses() -> None:
    codes = {page.stem: json.loads(page.read_text())["error"] for page in PAGES.glob("*.json")}
    assert codes == {"413": "too_large", "429": "too_many", "503": "unavailable"}
    assert set(codes.values()) <= SENTENCES.keys()


# ---- systemd -------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.stem)
def test_service_is_boxed_in(file: Path) -> None:
    found = service(file)
    assert found["UMask"] == ["0077"]
    assert found["NoNewPrivileges"] == ["yes"]
    assert found["MemoryMax"]
    assert found["EnvironmentFile"] == ["/etc/pelatihan.env"]
    assert box(file) == box(FOLDER / "pelatihan.service")


def test_typesetter_may_do_what_it_does_first() -> None:
    """It calls nice(); without the right to, no paper would ever be set under the unit."""
    filters = service(FOLDER / "pelatihan.service")["SystemCallFilter"]
    assert "os.nice(" in Path(typesetter.__file__).read_text()
    assert filters.index("setpriority") > filters.index("~@privileged @resources")


def test_papers_fit_into_the_memory_and_their_end_is_not_the_sites() -> None:
    found = service(FOLDER / "pelatihan.service")
    assert found["OOMPolicy"] == ["continue"]
    assert in_bytes(found["MemoryHigh"][0]) >= (250 + 600) * 2**20  # bench/README.md: the site, and the longest list
    assert in_bytes(found["MemoryMax"][0]) > in_bytes(found["MemoryHigh"][0])


def in_bytes(size: str) -> int:
    return int(size[:-1]) * {"M": 2**20, "G": 2**30}[size[-1]]


def test_nobody_reads_the_history_of_the_source() -> None:
    for file in SERVICES:
        (folder,) = service(file)["WorkingDirectory"]
        assert service(file)["InaccessiblePaths"] == [f"-{folder}/.git"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.stem)
def test_systemd_finds_little_exposed(file: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=30", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    units = [tmp_path / file.name for file in [*SERVICES, *FOLDER.glob("*.timer")]]
    for unit in units:  # an installation's Python is not here, any other is
        unit.write_text((FOLDER / unit.name).read_text().replace("/srv/pelatihan/app/.venv/bin/python", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("timer", sorted(FOLDER.glob("*.timer")), ids=lambda file: file.stem)
def test_timer_has_its_service(timer: Path) -> None:
    unit = ConfigParser(interpolation=None)
    unit.read(timer)
    assert unit["Timer"]["OnCalendar"]
    assert unit["Timer"]["Persistent"] == "yes"
    assert timer.with_suffix(".service") in SERVICES


def test_services_call_commands_that_exist() -> None:
    commands = {name for file in SERVICES for name in re.findall(r"manage\.py (\w+)", file.read_text())}
    ours = {file.stem for file in (FOLDER.parent / "pelatihan/management/commands").glob("*.py")}
    assert commands == {"dump", "purge", "clearsessions"}
    assert commands - {"clearsessions"} <= ours


def test_web_service_starts_what_make_run_starts() -> None:
    (start,) = service(FOLDER / "pelatihan.service")["ExecStart"]
    assert start.endswith("-m gunicorn -c python:pelatihan.web.serving pelatihan.wsgi")


def test_post_starts_what_make_run_starts_and_finishes_the_letter_in_hand() -> None:
    found = service(FOLDER / "pelatihan-worker.service")
    assert found["ExecStart"][0].endswith("-m pelatihan.jobs")
    assert (found["Restart"], found["KillMode"]) == (["always"], ["mixed"])
    assert LEASE.total_seconds() > int(found["TimeoutStopSec"][0]) > 60
