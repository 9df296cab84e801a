"""The one number that says whether anything that boards show has changed, and the mark made of it.

Triggers step a sequence with every write (models/triggers.py). A number is taken before its transaction ends, so who
reads it must know whether somebody is still writing: else a board would read the old rows under the new number, and
keep them. Whoever has taken a number holds a lock until the end; while anybody holds it the name of what is shown also
says which transactions had ended, and so is another one as soon as one more has.
"""

import hashlib
from datetime import datetime

from pelatihan.models.raw import rows
from pelatihan.models.triggers import SHOWN_ABOVE

NUMBER = "SELECT last_value, tableoid::bigint FROM pelatihan_shown"
# Empty when nobody is writing; the lock is given back in the same breath.
WRITING = """
    SELECT CASE WHEN pg_try_advisory_lock(%s) THEN (CASE WHEN pg_advisory_unlock(%s) THEN '' END)
           ELSE pg_current_snapshot()::text END
"""


def now() -> str:
    """Names all that boards show as it is committed now. Ask before you read what it names: two tiny statements.

    Two answers that are alike mean that what is read after them is alike, too.
    """
    number, sequence = rows(NUMBER, [])[0]
    key = sequence + SHOWN_ABOVE
    writing = rows(WRITING, [key, key])[0][0]
    return f"{sequence}.{number}.{writing}"


def tag(name: str, *asked: object, until: datetime | None) -> str:
    """The ETag of an answer.

    :param name: :func:`now`, from before the answer was made
    :param asked: whatever else it hangs on: the address, rights, words of the program
    :param until: from when on the clock alone makes it another one; None: never
    """
    return f'W/"{_digest(name, asked)}-{int(until.timestamp()) if until else 0}"'


def holds(sent: str, name: str, *asked: object, at: datetime) -> bool:
    """Whether an answer that somebody has, by the ETag that they send back, is still what they would get now."""
    digest, _, until = sent.removeprefix("W/").strip('"').partition("-")
    if not until.isdecimal() or digest != _digest(name, asked):
        return False
    return until == "0" or at.timestamp() < int(until[:15])


def _digest(name: str, asked: tuple[object, ...]) -> str:
    return hashlib.sha256(repr((name, *asked)).encode()).hexdigest()[:32]
