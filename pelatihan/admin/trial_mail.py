"""The letters of a trial: they go into files instead of to people, and here one reads them. In production: nothing."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import get_current_timezone

from pelatihan.admin import messages

FOLDER = "admin/pesan"
BETWEEN = b"-" * 79  # as Django's file back end parts its letters
MOST_FILES, MOST = 50, 50
LONGEST = 1_000_000  # bytes that are read of one file


@dataclass(frozen=True)
class Letter:
    """One letter of one file."""

    file: str
    number: int
    at: datetime
    subject: str
    to: str
    body: str
    attachments: list[str]


def listed(site: Any, request: HttpRequest) -> HttpResponse:
    """The newest first."""
    _check(request)
    context = {**site.each_context(request), "title": "Surel uji coba", "letters": _letters()[:MOST]}
    return TemplateResponse(request, f"{FOLDER}/trial_mail.html", context)


def show(site: Any, request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One letter, whole."""
    _check(request)
    letter = next((one for one in _letters() if (one.file, one.number) == (name, number)), None)
    if letter is None:
        raise Http404
    context = {**site.each_context(request), "title": letter.subject or "(tanpa judul)", "letter": letter}
    return TemplateResponse(request, f"{FOLDER}/trial_letter.html", context)


def _check(request: HttpRequest) -> None:
    """:raises Http404: letters go out"""
    if not settings.TRIAL:
        raise Http404
    messages.check_sending(request.user)


def _folder() -> Path | None:
    mailer: dict[str, Any] = settings.MAILERS["default"]
    path = mailer.get("OPTIONS", {}).get("file_path")
    return Path(path) if path else None


def _letters() -> list[Letter]:
    """Of the newest files, newest first."""
    folder = _folder()
    if folder is None or not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [letter for file in files[:MOST_FILES] for letter in reversed(_of_file(file))]


def _of_file(file: Path) -> list[Letter]:
    at = datetime.fromtimestamp(file.stat().st_mtime, get_current_timezone())
    with file.open("rb") as opened:
        parts = opened.read(LONGEST).split(BETWEEN)
    written = [part.strip() for part in parts if part.strip()]
    return [_read(file.name, number, at, part) for number, part in enumerate(written)]


def _read(name: str, number: int, at: datetime, written: bytes) -> Letter:
    message = message_from_bytes(written, EmailMessage, policy=policy.default)
    body = message.get_body(("plain", "html"))
    files = [each.get_filename() or each.get_content_type() for each in message.iter_attachments()]
    return Letter(
        name, number, at, str(message["Subject"] or ""), str(message["To"] or ""),
        str(body.get_content()).strip() if body else "", files,
    )  # fmt: skip
