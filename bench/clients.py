"""Clients on this machine: log in once, then send what they are given over connections that stay open."""

import gzip
import http.client
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


@dataclass(frozen=True)
class Run:
    """What many requests took, in seconds."""

    times: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def slow(self) -> float:
        """95 of 100 were faster."""
        return statistics.quantiles(self.times, n=20)[-1]


class Client:
    """One browser on 127.0.0.1, or on another address of this machine, so that limits see many people."""

    def __init__(self, port: int, address: str = "127.0.0.1", patience: int = 30) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience, source_address=(address, 0))
        self.cookies: dict[str, str] = {}

    def twin(self) -> "Client":
        """Another browser of the same person, with a connection of its own."""
        twin = Client(self._port)
        twin.cookies = dict(self.cookies)
        return twin

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self._connection.request(method, path, body or None, named)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):  # kept open for too long
            self._connection.close()
            self._connection.request(method, path, body or None, named)
            response = self._connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())

    def close(self) -> None:
        self._connection.close()

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """A form, with the token of its page."""
        page = self.send("GET", path)
        token = TOKEN.search(page.body.decode())
        filled = fields | ({"csrfmiddlewaretoken": token[1]} if token else {})
        return self.send("POST", path, urlencode(filled).encode(), Content_Type="application/x-www-form-urlencoded")

    def log_in(self, name: str) -> None:
        answer = self.post("/masuk/", {"username": name, "password": "pelatihan-demo"})
        if answer.status != 302:
            raise RuntimeError(f"{name} cannot log in: {answer.status}")


def run[Visitor, Item](
    clients: Sequence[Visitor], items: Sequence[Item], act: Callable[[Visitor, Item], object]
) -> Run:
    """Let the clients share the items until none is left; ``act`` is one request."""
    queue: SimpleQueue[Item] = SimpleQueue()
    for item in items:
        queue.put(item)
    started = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        times = [one for share in pool.map(lambda client: list(_work(client, queue, act)), clients) for one in share]
    return Run(times, time.perf_counter() - started)


def _work[Visitor, Item](
    client: Visitor, queue: SimpleQueue[Item], act: Callable[[Visitor, Item], object]
) -> Iterator[float]:
    while True:
        try:
            item = queue.get_nowait()
        except Empty:
            return
        before = time.perf_counter()
        act(client, item)
        yield time.perf_counter() - before
