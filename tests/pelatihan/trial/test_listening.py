"""Where a trial listens: said clearly when it cannot."""

import socket
from collections.abc import Iterator

import pytest

from pelatihan.trial.listening import Place
from pelatihan.trial.own import Refused


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


def test_taken_port_names_another(taken: str) -> None:
    with pytest.raises(Refused, match=f"make run PORT={int(taken) + 1}"):
        Place("127.0.0.1", taken).check_free()


@pytest.mark.parametrize("port", ["0", "70000", "delapan", "-1"])
def test_wrong_port_is_refused(port: str) -> None:
    with pytest.raises(Refused, match="bukan nomor porta"):
        Place("127.0.0.1", port).check_free()


def test_foreign_host_is_refused() -> None:
    with pytest.raises(Refused, match="bukan alamat mesin ini"):
        Place("192.0.2.1", "8000").check_free()


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")],
)
def test_url_is_one_to_click(host: str, url: str) -> None:
    assert Place(host, "80").url == url
