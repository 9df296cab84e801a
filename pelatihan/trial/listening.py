"""Where a trial listens, whether that place is free, and whether the site answers there."""

import errno
import socket
import time
from dataclasses import dataclass

from pelatihan.trial.own import Refused

RETRY_SECONDS = 2.0  # a server killed a moment ago may still be going


@dataclass(frozen=True)
class Place:
    """A host and a port, as given by HOST and PORT."""

    host: str
    port: str

    @property
    def near(self) -> str:
        """The host by which this machine itself reaches the place."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)

    @property
    def url(self) -> str:
        return f"http://{f'[{self.near}]' if ':' in self.near else self.near}:{self.port}"

    @property
    def is_local(self) -> bool:
        return self.host in {"127.0.0.1", "::1", "localhost"}

    def check_free(self) -> None:
        """Raise ``Refused`` in the operator's words unless a server can listen here."""
        if not self.port.isdecimal() or not 0 < int(self.port) < 65536:
            raise Refused(f"PORT={self.port} bukan nomor porta (1–65535).")
        deadline = time.monotonic() + RETRY_SECONDS
        while (problem := self._problem()) == errno.EADDRINUSE and time.monotonic() < deadline:
            time.sleep(0.2)
        if problem == errno.EADDRINUSE:
            raise Refused(
                f"Porta {self.port} sedang dipakai program lain. Hentikan program itu, "
                f"atau pilih porta lain: make run PORT={int(self.port) + 1}"
            )
        if problem == errno.EACCES:
            raise Refused(f"Porta {self.port} hanya boleh dipakai root. Pilih di atas 1023: make run PORT=8001")
        if problem:
            raise Refused(f"HOST={self.host} bukan alamat mesin ini. Coba: make run HOST=127.0.0.1")

    def _problem(self) -> int | None:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(self.host, int(self.port), type=socket.SOCK_STREAM)[
                0
            ]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            return error.errno or -1
        return None

    def answers(self) -> bool:
        """Whether the site behind it says that it can serve (``/sehat/``)."""
        request = f"GET /sehat/ HTTP/1.0\r\nHost: {self.near}\r\n\r\n"
        try:
            with socket.create_connection((self.near, int(self.port)), timeout=5) as connection:
                connection.sendall(request.encode())
                return connection.recv(12)[8:] == b" 200"  # after HTTP/1.0 or 1.1
        except OSError:
            return False
