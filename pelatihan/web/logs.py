"""What may stand in a log: no code, no token, no query, no value out of a row."""

import logging
import re

# A path's part after one of these words opens a page that belongs to one person or one ormas.
_SECRET_PART = re.compile(r"/(k|undangan|hadir|sertifikat)/+(?!\*)[^/\s?#\"']+", re.IGNORECASE)
_QUERY = re.compile(r"(?<=[\w/*])\?[^\s\"']*")
# PostgreSQL repeats the row in these lines: "DETAIL:  Key (phone)=(+628...) already exists."
_ROW = re.compile(r"^(DETAIL|CONTEXT|LINE \d+|STATEMENT):.*$", re.MULTILINE)
_NETWORK_ADDRESS = re.compile(r"\bip=[0-9a-fA-F.:]*[0-9a-fA-F]")


def without_secrets(text: str) -> str:
    """The text without codes, tokens, queries, network addresses, and rows that the database quotes."""
    text = _QUERY.sub("", _SECRET_PART.sub(r"/\1/***", text))
    return _NETWORK_ADDRESS.sub("ip=***", _ROW.sub(r"\1: ***", text))


class PrivateFormatter(logging.Formatter):
    """Formats a record, its traceback included, and masks the whole."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
