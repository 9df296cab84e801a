"""One connection to the mail server for many letters, and what its failures mean: it did not go, or nobody knows."""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.core.mail import EmailMessage, mailers


class NotSent(Exception):
    """The mail certainly did not go; ``for_good``: another try would end the same way; ``is_away``: no fault of this
    letter, any other would fare alike.
    """

    def __init__(self, problem: BaseException, *, for_good: bool = False, is_away: bool = False) -> None:
        super().__init__()
        self.problem, self.for_good, self.is_away = problem, for_good, is_away

    @property
    def code(self) -> str:
        """What the server answered, by its number."""
        return code_of(self.problem)


def code_of(problem: BaseException) -> str:
    """Of a refusal by the server, its number: its words hold addresses."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return str(min((code for code, _words in problem.recipients.values()), default=""))
    return str(getattr(problem, "smtp_code", ""))


class Line:
    """Opened with the first letter, and again when the server has hung up in between. Used as a context."""

    def __init__(self) -> None:
        self._server: Any = None
        self._is_handed_over = True  # by a backend that cannot tell, always
        self._away: BaseException | None = None

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def send(self, letter: EmailMessage) -> None:
        """Hand it to the mail server.

        :raises NotSent: it did not go
        :raises Exception: any other means that nobody knows
        """
        is_used = self._server is not None
        self._open()
        self._is_handed_over = not self._tells
        try:
            self._server.send_messages([letter])
        except smtplib.SMTPRecipientsRefused as problem:
            self._forget_if_closed()
            raise NotSent(problem, for_good=int(code_of(problem) or 0) >= 500) from problem
        except smtplib.SMTPResponseException as problem:  # the server said no
            self._forget_if_closed()
            if problem.smtp_code == 421 and is_used:  # enough of this connection
                return self.send(letter)
            raise NotSent(problem, is_away=problem.smtp_code == 421) from problem
        except ValueError as problem:  # no such letter can be written
            raise NotSent(problem, for_good=True) from problem
        except Exception as problem:
            self._hang_up()
            if self._is_handed_over:
                raise
            if is_used:
                return self.send(letter)  # it had hung up while nobody wrote
            raise self._gone(problem) from problem

    def _open(self) -> None:
        if self._away:  # once it is away, the others of this run need not wait for it
            raise NotSent(self._away, is_away=True)
        if self._server is not None:
            return
        server: Any = mailers.default
        try:
            server.open()
        except Exception as problem:
            with suppress(Exception):
                server.close()
            raise self._gone(problem) from problem
        self._server = server
        if self._tells:
            server.connection.data = self._noting(server.connection.data)

    @property
    def _tells(self) -> bool:
        """Whether one can tell if a letter had begun to be handed over."""
        return isinstance(getattr(self._server, "connection", None), smtplib.SMTP)

    def _noting(self, data: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def noted(letter: Any) -> Any:
            self._is_handed_over = True
            return data(letter)

        return noted

    def _gone(self, problem: BaseException) -> NotSent:
        self._away = problem
        return NotSent(problem, is_away=True)

    def _forget_if_closed(self) -> None:
        if self._tells and self._server.connection.sock is None:
            self._server = None

    def _hang_up(self) -> None:
        """Without a word: who broke off, or is silent, answers no parting either."""
        if self._tells:
            self._server.connection.close()
            self._server = None
        else:
            self.close()

    def close(self) -> None:
        if self._server is not None:
            with suppress(Exception):  # what was said at the parting changes nothing
                self._server.close()
        self._server = None
