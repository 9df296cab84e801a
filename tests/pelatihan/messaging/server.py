"""What sends mails in tests talks to: a mail server that fails at the step it is told to, and the tests' database."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

from django.db import connection


@dataclass
class Server:
    """``says`` answers another than 250 to a step (MAIL, RCPT, DATA, END); an empty answer hangs up."""

    port: int = 0
    says: dict[str, str] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)
    refuses: str = ""  # this address
    letters_a_talk: int = 0  # then it hangs up
    talks: int = 0

    @property
    def mailers(self) -> dict[str, object]:
        options = {"host": "127.0.0.1", "port": self.port, "timeout": 5}
        return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


class Talk(socketserver.StreamRequestHandler):
    """One client."""

    server: "Listener"

    def handle(self) -> None:
        told, before = self.server.told, len(self.server.told.letters)
        told.talks += 1
        self.wfile.write(b"220 uji\r\n")
        for line in self.rfile:
            if told.refuses and line.startswith(b"rcpt") and told.refuses.encode() in line:
                self._say("550 no such user")
            elif not self._answered(line.decode().upper()[:4].strip()):
                return
            if told.letters_a_talk and len(told.letters) - before >= told.letters_a_talk:
                return

    def _answered(self, step: str) -> bool:
        told = self.server.told
        if step == "QUIT":
            self.wfile.write(b"221 bye\r\n")
            return False
        if not self._say(told.says.get(step, "354 go on" if step == "DATA" else "250 ok")):
            return False
        return step != "DATA" or step in told.says or self._took_letter()

    def _took_letter(self) -> bool:
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.told.letters.append(b"".join(lines).decode())
        return self._say(self.server.told.says.get("END", "250 taken"))

    def _say(self, answer: str) -> bool:
        if answer:
            self.wfile.write(f"{answer}\r\n".encode())
        return bool(answer)


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int) -> None:
        self.told = Server()
        super().__init__(("127.0.0.1", port), Talk)
        self.told.port = self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up is no news."""


@contextmanager
def listening(port: int = 0) -> Iterator[Server]:
    with Listener(port) as listener:
        threading.Thread(target=listener.serve_forever, args=[0.02], daemon=True).start()
        yield listener.told
        listener.shutdown()


def database_url() -> str:
    """The database of this test, for a process of its own."""
    server = connection.get_connection_params()
    return f"postgres://{server['user']}@{quote(server['host'], safe='')}:{server['port']}/{server['dbname']}"
