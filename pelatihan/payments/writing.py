"""The lock under which whatever is paid for a batch is written: one after the other, and not once it is closed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from pelatihan.models import Angkatan
from pelatihan.phases import shut_sentence


class Shut(Exception):
    """The batch is closed; the text is a sentence that says what to do first."""


@contextmanager
def changing(angkatan: Angkatan) -> Iterator[Angkatan]:
    """The batch as it is now, locked until the block ends.

    :raises Shut: nothing was written
    """
    with transaction.atomic():
        held = Angkatan.objects.select_for_update(no_key=True).get(pk=angkatan.pk)
        if sentence := shut_sentence(held.closed_at, held.name, "pembayarannya"):
            raise Shut(sentence)
        yield held
