"""Whether an error means that the database cannot be used just now, so that the same request may succeed later."""

from collections.abc import Iterator

from django.db import Error, InterfaceError, OperationalError

# SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
CLASSES = ("08", "53")  # connection lost; out of disk (53100), memory or connections (53300)
CODES = {
    "25006",  # read-only
    "25P03",  # idle in a transaction for too long
    "40001",  # serialisation failure
    "40P01",  # deadlock
    "55P03",  # lock timeout
    "57014",  # statement timeout
    "57P01",  # administrator's shutdown
    "57P02",  # crash of another connection
    "57P03",  # starting up or shutting down
    "58030",  # input or output failed
}


def is_outage(exception: BaseException | None) -> bool:
    """Whether it, or what it was raised for, is such an error. (Sessions hide theirs behind one of their own.)"""
    return any(_is_outage(one) for one in _chain(exception))


def code_of(exception: Error) -> str:
    """The server's SQLSTATE; empty when it was not reached, or fell silent."""
    return getattr(exception.__cause__, "pgcode", None) or ""


def _is_outage(exception: BaseException) -> bool:
    if not isinstance(exception, Error):
        return False
    code = code_of(exception)
    if not code:
        return isinstance(exception, (OperationalError, InterfaceError))
    return code in CODES or code.startswith(CLASSES)


def _chain(exception: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while exception and id(exception) not in seen:
        seen.add(id(exception))
        yield exception
        exception = exception.__cause__ or exception.__context__
