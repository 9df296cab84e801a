"""Logs tell what happened, not to whom."""

import logging

import pytest

from pelatihan.web.logs import PrivateFormatter, without_secrets


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("GET /k/ABCD2345/ 200", "GET /k/***/ 200"),
        ("GET /k/ABCD-2345/ubah/", "GET /k/***/ubah/"),
        ("GET /undangan/q7Wx-_9/", "GET /undangan/***/"),
        ("GET /hadir/q7Wx9/", "GET /hadir/***/"),
        ("GET /sertifikat/9F3KQ7TMX2ABC/", "GET /sertifikat/***/"),
        ("GET //K//ABCD2345", "GET //K/***"),
        ("Not Found: /k/ABCD2345", "Not Found: /k/***"),
        ("/masuk/?next=/k/ABCD2345/", "/masuk/"),
        ("/panitia/2019-ii/presensi/7/?q=Siti%20Aminah", "/panitia/2019-ii/presensi/7/"),
        ("Invalid request from ip=192.0.2.7: oops", "Invalid request from ip=***: oops"),
        ("DETAIL:  Key (phone)=(+6281234567890) already exists.", "DETAIL: ***"),
        ("/angkatan/2019-ii/daftar/ 200", "/angkatan/2019-ii/daftar/ 200"),
        ("/k/ 200", "/k/ 200"),
    ],
)
def test_log_line_keeps_no_secret(line: str, kept: str) -> None:
    assert without_secrets(line) == kept


def test_traceback_keeps_no_row() -> None:
    message = "duplicate key\nDETAIL:  Key (name)=(Siti Aminah) already exists."
    try:
        raise ValueError(message)
    except ValueError as error:
        record = logging.LogRecord("django", logging.ERROR, "", 0, "Error: %s", ("/k/ABCD2345/",), None)
        record.exc_info = (ValueError, error, error.__traceback__)
    text = PrivateFormatter().format(record)
    assert "duplicate key" in text
    assert "Siti" not in text
    assert "ABCD2345" not in text
