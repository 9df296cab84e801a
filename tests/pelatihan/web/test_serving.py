"""The access log of gunicorn, as it is written."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config

from pelatihan.web import serving
from pelatihan.web.logs import ACCOUNT

ENVIRON = {
    "REQUEST_METHOD": "GET",
    "RAW_URI": "/k/ABCD2345/?hp=081234567890",
    "QUERY_STRING": "hp=081234567890",
    "REMOTE_ADDR": "192.0.2.7",
    "HTTP_REFERER": "https://pelatihan.example/undangan/q7Wx9/",
    "HTTP_USER_AGENT": "Telepon Bu Siti",
    "SERVER_PROTOCOL": "HTTP/1.1",
}


@pytest.fixture
def logger() -> Iterator[serving.PrivateLogger]:
    config = Config()
    config.set("accesslog", serving.accesslog)
    config.set("access_log_format", serving.access_log_format)
    logging.getLogger("gunicorn.access").propagate = True  # so that caplog hears it
    logger = serving.PrivateLogger(config)
    yield logger
    for log in (logger.access_log, logger.error_log):
        log.handlers.clear()


def logged(logger: serving.PrivateLogger, path: str, caplog: pytest.LogCaptureFixture, **more: str) -> str:
    answer: Any = SimpleNamespace(status="200 OK", sent=512, headers=[])
    request: Any = SimpleNamespace(headers=[])
    with caplog.at_level(logging.INFO, "gunicorn.access"):
        logger.access(answer, request, ENVIRON | {"PATH_INFO": path} | more, timedelta(milliseconds=12))
    return caplog.records[-1].getMessage()


def test_access_line_says_what_was_asked(logger, caplog) -> None:
    assert logged(logger, "/k/ABCD2345/", caplog).endswith("GET /k/***/ 200 512 byte 12 ms account=-")


def test_access_line_names_nobody(logger, caplog) -> None:
    line = logged(logger, "/k/ABCD2345/", caplog)
    assert [word for word in ("ABCD2345", "0812", "192.0.2.7", "q7Wx9", "Siti") if word in line] == []


def test_access_line_names_the_account_of_staff(logger, caplog) -> None:
    line = logged(logger, "/admin/pelatihan/registration/7/change/", caplog, **{ACCOUNT: "rina@dki"})
    assert line.endswith("GET /admin/pelatihan/registration/7/change/ 200 512 byte 12 ms account=rina@dki")


@pytest.mark.parametrize(("path", "account"), [("/\nGET /admin/ 200", "rina"), ("/", "rina\nGET /admin/ 200")])
def test_access_line_cannot_be_forged(logger, caplog, path: str, account: str) -> None:
    assert "\n" not in logged(logger, path, caplog, **{ACCOUNT: account})


def test_error_log_masks_addresses(logger) -> None:
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 0, "Error handling request /k/ABCD2345/", (), None)
    (terminal,) = [handler for handler in logger.error_log.handlers if type(handler) is logging.StreamHandler]
    assert terminal.format(record).endswith(" /k/***/")
