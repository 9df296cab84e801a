"""Whether a session's code is shown in its room: switched on and off by organisers. Off, it ends at once."""

from datetime import datetime

from django.db import transaction

from pelatihan.desk.room_shown import why_never
from pelatihan.models import Session
from pelatihan.phases import shut_sentence


class NoCode(Exception):
    """The switch stays as it is; the text is a sentence that says why."""


def switch(session: Session, *, on: bool, at: datetime) -> None:
    """Show the code from now on, or no more. Pressed twice it is the same.

    :raises NoCode: nothing written
    """
    with transaction.atomic():
        here = Session.objects.select_related("angkatan").select_for_update(of=("self",)).get(pk=session.pk)
        if sentence := _refusal(here, at, on=on):
            raise NoCode(sentence)
        Session.objects.filter(pk=here.pk).exclude(self_check_in=on).update(self_check_in=on)


def _refusal(session: Session, at: datetime, *, on: bool) -> str:
    if on:
        never = why_never(session, at)
        return f"{never.text} Kode ruangan tidak dinyalakan." if never else ""
    batch = session.angkatan
    return shut_sentence(batch.closed_at, batch.name, "sesinya")
