"""Production refuses to start half configured; a trial needs nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import Tags
from django.core.checks.registry import registry

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "SECRET_KEY": "kunci-contoh-yang-panjang-dan-acak-0123456789-abcdefghijklmnop",
    "ALLOWED_HOSTS": "pelatihan.example",
    "DATABASE_URL": "postgres://nobody@localhost/none",
}
OURS = {
    *PRODUCTION,
    "DEBUG",
    "LINK_KEY",
    "NIK_KEY",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "MAKELEVEL",
    "PELATIHAN_DEMO",
    "PELATIHAN_LEAST_SECONDS",
    "BEHIND_PROXY",
    "PELATIHAN_DATA",
    "LOCAL_PG_DIR",
}


def manage(*arguments: str, program: str = "manage.py", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py as a new process that knows these variables of ours and no other."""
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    command = [sys.executable, *program.split(), *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False)


def refusal(**environment: str) -> str:
    """What the settings say as soon as they are read, without all that manage.py loads after them."""
    settings = {"DJANGO_SETTINGS_MODULE": "pelatihan.settings"}
    return manage("from django.conf import settings; settings.DEBUG", program="-c", **settings, **environment).stderr


def test_program_does_not_start_without_a_setting() -> None:
    result = manage("check", **{name: value for name, value in PRODUCTION.items() if name != "ALLOWED_HOSTS"})
    assert result.returncode != 0
    assert "Set ALLOWED_HOSTS" in result.stderr


@pytest.mark.parametrize("missing", PRODUCTION)
def test_production_refuses_without_setting(missing: str) -> None:
    assert f"Set {missing}" in refusal(**{name: value for name, value in PRODUCTION.items() if name != missing})


@pytest.mark.parametrize("blank", PRODUCTION)
def test_production_refuses_blank_setting(blank: str) -> None:
    assert f"Set {blank}" in refusal(**PRODUCTION | {blank: "  "})


def test_production_refuses_a_short_key_of_links() -> None:
    assert "LINK_KEY needs at least 50 characters" in refusal(**PRODUCTION, LINK_KEY="k" * 49)


def test_production_refuses_a_short_key_of_nik() -> None:
    assert "NIK_KEY needs at least 50 characters a key" in refusal(**PRODUCTION, NIK_KEY=f"{'k' * 50} {'k' * 49}")


def test_whole_production_is_refused_nothing() -> None:
    assert refusal(**PRODUCTION) == ""


@pytest.mark.parametrize(
    "extra",
    [{}, {"BEHIND_PROXY": "1", "LINK_KEY": "k" * 50, "NIK_KEY": f"{'k' * 50} {'o' * 50}"}],
    ids=["direct", "behind a proxy with keys of its own"],
)
def test_deployment_check_finds_nothing(extra: dict[str, str]) -> None:
    tags = registry.tags_available(deployment_checks=True) - {Tags.models}  # which ask the database for its version
    result = manage(
        "check", "--deploy", "--fail-level=WARNING", *(f"--tag={tag}" for tag in tags), **PRODUCTION, **extra
    )
    assert result.returncode == 0, result.stderr


def test_production_cookies_belong_to_this_host_alone() -> None:
    """Browsers take a cookie named ``__Host-…`` by HTTPS only, from this host, for all its paths."""
    names = (
        "from django.conf import settings as s; from pelatihan.accounts import known; from pelatihan.web import flash;"
        " from pelatihan.registration.pages.own import remembered;"
        " print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, remembered.cookie_name(), known.cookie_name(),"
        " flash.FlashCookie.cookie_name, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    shown = manage("shell", "--no-imports", "-c", names, **PRODUCTION).stdout.split()

    assert shown[:5] == [f"__Host-{name}" for name in ("sessionid", "csrftoken", "utusan", "perangkat", "messages")]
    assert shown[5:] == ["True", "True"]


@pytest.mark.parametrize("program", ["-m pelatihan.trial", "manage.py prepare_trial"])
def test_production_refuses_a_trial(program: str) -> None:
    assert "for a trial" in manage(program=program, **PRODUCTION).stderr


def test_production_refuses_demo_reset() -> None:
    assert "for a trial" in manage("demo_reset", **PRODUCTION).stderr


def test_trial_needs_no_setting() -> None:
    result = manage("check", PELATIHAN_DEMO="1")
    assert result.returncode == 0, result.stderr


def test_demo_reset_spares_database_url(tmp_path: Path) -> None:
    result = manage("demo_reset", PELATIHAN_DEMO="1", PELATIHAN_DATA=str(tmp_path), **PRODUCTION)
    assert result.returncode != 0
    assert "tidak ada yang dihapus" in result.stderr
