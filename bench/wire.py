"""Many clients in one thread: what they take of the processors that they share with the server is as little as can be.

Each has a connection of its own that stays open, sends one request, waits for the whole answer, and takes the next.
"""

import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.clients import Run

PATIENCE = 30.0  # seconds without any answer at all
END_OF_HEAD = b"\r\n\r\n"

type Check = Callable[[int, int, bytes], None]


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST of JSON as it goes over the wire."""
    given = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body))} | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


@dataclass
class _Line:
    """One client's connection, and what it waits for since when."""

    socket: socket.socket
    place: int = -1
    began: float = 0.0
    got: bytearray = field(default_factory=bytearray)
    body: int = -1  # where the answer's body begins, once its head is there
    length: int = -1

    def begin(self, waiting: Iterator[tuple[int, Callable[[], bytes]]]) -> None:
        """Send the next request, if there is one."""
        if taken := next(waiting, None):
            self.place, make = taken
            self.got, self.body = bytearray(), -1
            wanted = make()
            self.began = time.perf_counter()
            self.socket.sendall(wanted)

    def takes(self) -> bool:
        """Read what has come; whether the answer is whole."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("The server closed the connection in the middle of an answer.")
        self.got += piece
        if self.body < 0 and (end := self.got.find(END_OF_HEAD)) >= 0:
            self.body = end + len(END_OF_HEAD)
            self.length = self.body + _content_length(bytes(self.got[:end]))
        return self.body >= 0 and len(self.got) >= self.length

    def answer(self) -> tuple[int, bytes]:
        """Status and body."""
        return int(self.got[9:12]), bytes(self.got[self.body :])


def run(port: int, clients: int, requests: Sequence[Callable[[], bytes]], check: Check) -> Run:
    """Let the clients share the requests until none is left; each is made when its turn comes.

    :param check: is told each answer: the place of its request, status and body
    """
    waiting = iter(enumerate(requests))
    lines = [_Line(socket.create_connection(("127.0.0.1", port))) for _ in range(clients)]
    times: list[float] = []
    started = time.perf_counter()
    with selectors.DefaultSelector() as ready:
        for line in lines:
            ready.register(line.socket, selectors.EVENT_READ, line)
            line.begin(waiting)
        while len(times) < len(requests):
            found = ready.select(PATIENCE)
            if not found:
                raise TimeoutError(f"No answer within {PATIENCE:.0f} seconds.")
            for line in [key.data for key, _ in found]:
                if line.takes():
                    times.append(time.perf_counter() - line.began)
                    place, answer = line.place, line.answer()
                    line.begin(waiting)
                    check(place, *answer)
        seconds = time.perf_counter() - started
    for line in lines:
        line.socket.close()
    return Run(times, seconds)


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise ConnectionError("An answer of unknown length.")
