"""A bad network between a device and the server, on this machine: it loses answers, lets them wait, cuts them off."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Self

LONG = 5.0  # seconds that a delayed answer waits


class Cut(Exception):
    """The connection ends here."""


type Fault = Callable[["_Passing", bytes], None]  # what becomes of an answer


def lose(_passing: "_Passing", _answer: bytes) -> None:
    """The server has done it; nobody hears of it."""
    raise Cut


def delay(passing: "_Passing", answer: bytes) -> None:
    """It comes, but late: a device that has given it up has gone by then."""
    time.sleep(LONG)
    passing.wfile.write(answer)


def halve(passing: "_Passing", answer: bytes) -> None:
    """Its second half is missing."""
    passing.wfile.write(answer[: len(answer) * 3 // 4])
    raise Cut


def pass_on(passing: "_Passing", answer: bytes) -> None:
    passing.wfile.write(answer)


@dataclass
class Proxy:
    """Passes requests on to a port and spoils every second one. ``with Proxy(port, fault) as proxy:``"""

    target: int
    fault: Fault = pass_on
    cuts_requests: bool = False  # the request itself is cut off, and no answer comes
    spoiled: int = 0
    _numbers: Iterator[int] = field(default_factory=count)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Passing)
        self._server.proxy = self
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def spoils(self) -> bool:
        """Whether this one is spoiled: every second."""
        mine = next(self._numbers) % 2 == 1
        self.spoiled += mine
        return mine


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    proxy: Proxy


class _Passing(StreamRequestHandler):
    """One connection of a device."""

    server: _Server

    def handle(self) -> None:
        proxy = self.server.proxy
        try:
            while request := _message(self.rfile.readline, self.rfile.read):
                spoils = proxy.spoils()
                if spoils and proxy.cuts_requests:
                    self._ask(request[: len(request) * 3 // 4])  # whatever the server says to half a request
                    raise Cut
                answer = self._ask(request)
                (proxy.fault if spoils else pass_on)(self, answer)
        except (Cut, OSError):
            return  # closes the device's connection

    def _ask(self, request: bytes) -> bytes:
        """The server's answer; it comes on a connection of its own.

        :raises Cut: there is none
        """
        with socket.create_connection(("127.0.0.1", self.server.proxy.target)) as line:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)  # of a request that was cut no more will come
            with line.makefile("rb") as stream:
                if answer := _message(stream.readline, stream.read):
                    return answer
        raise Cut


def _message(read_line: Callable[[], bytes], read: Callable[[int], bytes]) -> bytes:
    """A whole request or answer of HTTP; empty when nothing more comes."""
    head, length = b"", 0
    while line := read_line():
        head += line
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
        if line == b"\r\n":
            return head + read(length)
    return b""
