"""A mail server of this machine that takes every letter and keeps none: ``python -m bench.sink``, until told to end.

Its first line is its port, its last how many letters it took.
"""

import signal
import socket
import sys
import threading
from typing import Any

from aiosmtpd.controller import Controller


class Taking:
    """Counts letters, and whether the same came twice."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mark = next(line for line in envelope.content.splitlines() if line.lower().startswith(b"message-id:"))
        self.seen[mark.decode()] = self.seen.get(mark.decode(), 0) + 1
        return "250 taken"


def main() -> None:
    taking, over = Taking(), threading.Event()
    with socket.socket() as probe:  # the controller calls itself once, so it has to know its port
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(taking, hostname="127.0.0.1", port=port)
    controller.start()
    signal.signal(signal.SIGTERM, lambda _number, _frame: over.set())
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    over.wait()
    controller.stop()
    sys.stdout.write(f"{len(taking.seen)} {sum(taking.seen.values())}\n")


if __name__ == "__main__":
    main()
