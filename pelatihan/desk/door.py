"""The session that a desk's address names."""

from django.http import Http404

from pelatihan.attendance import sessions, statements
from pelatihan.attendance.sessions import Crowd
from pelatihan.models import Session


def at_door(slug: str, session_id: int) -> Session:
    """A session with its batch.

    :raises Http404: for a session of another batch
    """
    session = statements.session_at(slug, session_id)
    if session is None:
        raise Http404
    return session


def with_crowd(slug: str, session_id: int) -> tuple[Session, Crowd]:
    """A session with its batch, and how many are in.

    :raises Http404: for a session of another batch
    """
    found = sessions.with_crowd(slug, session_id)
    if found is None:
        raise Http404
    return found
