"""What may stand in a log: no code, no token, no query, no value out of a row or a form; who acted, as an account.

An exception's own words often hold what somebody typed ("got 'Budi 0812…'"), so a traceback keeps the class and the
places, and the words of a few classes that speak of the program alone.
"""

import copy
import logging
import re
import secrets
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.http import HttpRequest
from django.template import TemplateDoesNotExist

ACCOUNT = "pelatihan.account"  # where the access log finds who was logged in: a key of the WSGI environment
# A path's part after one of these words opens a page that belongs to one person or one ormas.
# With the pieces into which a copied link breaks at a space.
_SECRET_PART = re.compile(
    r"(/|%2f)(k|undangan|hadir|sertifikat)(/|%2f)(?:/|%2f)*(?!\*)[^/\s?#\"']+"
    r"(?:\s+(?=[a-z-]*[0-9])(?=[0-9-]*[a-z])[0-9a-z-]{4,}(?![\w=]))*",
    re.IGNORECASE,
)
# The token of an invitation (registration/links.py) in an address that is misspelt: no word of ours is so long.
_TOKEN = re.compile(r"(?<![\w=])(?=[a-z]*[0-9])[0-9a-z]{22,40}(?!\w)", re.IGNORECASE)
_QUERY = re.compile(r"(?<=[\w/*])\?[^\s\"']*")
# PostgreSQL repeats the row in these lines: "DETAIL:  Key (phone)=(+628...) already exists."
_ROW = re.compile(r"^(DETAIL|CONTEXT|LINE \d+|STATEMENT):.*$", re.MULTILINE)
_NETWORK_ADDRESS = re.compile(r"\bip=[0-9a-fA-F.:]*[0-9a-fA-F]")
_SPEAK_OF_THE_PROGRAM = (ImproperlyConfigured, ImportError, TemplateDoesNotExist, MemoryError, RecursionError)
_HERE = Path(__file__).resolve().parent.parent.parent


def without_secrets(text: str) -> str:
    """The text without codes, tokens, queries, network addresses, and rows that the database quotes."""
    text = _TOKEN.sub("***", _QUERY.sub("", _SECRET_PART.sub(r"\1\2\3***", text)))
    return _NETWORK_ADDRESS.sub("ip=***", _ROW.sub(r"\1: ***", text))


def reference(request: HttpRequest) -> str:
    """A name for what went wrong in this request: on the page, and in the log."""
    kept: str | None = vars(request).get("reference")
    if kept is None:
        kept = vars(request)["reference"] = secrets.token_hex(4)
    return kept


class PrivateFormatter(logging.Formatter):
    """Formats a record: what happened, where, by which account; masks the whole."""

    def format(self, record: logging.LogRecord) -> str:
        mine = copy.copy(record)
        mine.exc_text = None  # another formatter may have left the exception's own words there
        if mine.levelno < logging.ERROR:
            mine.exc_info = None  # a refusal is no defect: its line says enough
        message, *rest = super().format(mine).split("\n", 1)
        return without_secrets("\n".join([message + _about(mine), *rest]))

    def formatException(self, ei: object) -> str:
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(_lines(error)) if isinstance(error, BaseException) else ""


def _about(record: logging.LogRecord) -> str:
    """`` account=rina ref=1a2b3c4d``: the account as far as the request has asked for it (a log reads no database)."""
    request = vars(record).get("request")
    if not isinstance(request, HttpRequest):
        return ""
    user = vars(request).get("_cached_user")
    name = user.get_username() if user is not None else ""
    return (f" account={name}" if name else "") + (f" ref={reference(request)}" if record.exc_info else "")


def _lines(error: BaseException) -> Iterator[str]:
    """The exception and what led to it, the first cause first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before)
        yield "which led to"
    yield from _frames(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}{_words(error)}"
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _lines(each)


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in traceback.walk_tb(trace):
        code = frame.f_code
        path = Path(code.co_filename)
        shown = path.relative_to(_HERE) if path.is_relative_to(_HERE) else path
        yield f"  {shown}:{line} in {code.co_name}"


def _words(error: BaseException) -> str:
    """What may be said of it: its own words when they cannot hold a value, of the database the code and the names."""
    if isinstance(error, _SPEAK_OF_THE_PROGRAM):
        return f": {error}"
    source = error.__cause__ if isinstance(error, DatabaseError) else error
    told = getattr(source, "diag", None)
    parts = [getattr(told, name, None) for name in ("sqlstate", "table_name", "column_name", "constraint_name")]
    return f" ({' '.join(part for part in parts if part)})" if any(parts) else ""
