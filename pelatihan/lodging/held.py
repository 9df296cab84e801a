"""A batch whose rooms somebody is about to change: held until the change is written, and refused once it is closed."""

from django.db import transaction

from pelatihan.models import Angkatan
from pelatihan.phases import shut_sentence


class Refused(Exception):
    """Nothing was changed; the text is a sentence for whoever tried."""


def hold(angkatan: Angkatan) -> Angkatan:
    """The batch as it is now, locked: two clerks who change its rooms do so one after the other.

    :raises Refused: it is closed
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Rooms are changed within a transaction: open one first.")
    now = Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)
    if sentence := shut_sentence(now.closed_at, now.name, "pembagian kamarnya"):
        raise Refused(sentence)
    return now
