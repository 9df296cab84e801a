"""Asking to be put on the list: which invited organisation was perhaps meant, and the request, kept once.

Nobody is registered by it, and nobody learns who else has asked. Staff answer (batches/listing.py).
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from ormas.models import Ormas
from ormas.recognising import recognise
from ormas.search import plain
from pelatihan.models import Angkatan, Invitation, ListingRequest
from pelatihan.phases import closed_sentence
from pelatihan.registration.refusals import NotOpenNow

MOST_NEAR = 3


@dataclass(frozen=True)
class Asking:
    """What somebody wrote about an organisation, checked by a form. ``phone`` as ``+628…``."""

    name: str
    contact_name: str
    phone: str
    abbreviation: str = ""
    city: str = ""
    email: str = ""
    note: str = ""


def token_of(shown: uuid.UUID, angkatan: Angkatan, asking: Asking) -> uuid.UUID:
    """The same form sent twice is one request; sent again for another organisation or number it is another."""
    return uuid.uuid5(shown, f"{angkatan.pk} {asking.phone} {plain(asking.name)}")


def ask(angkatan: Angkatan, asking: Asking, *, token: uuid.UUID, at: datetime) -> None:
    """Keep the request, unless this form was taken already or the same name and phone wait in this batch.

    The database decides (``ON CONFLICT DO NOTHING``), so nothing is locked, and the answer is the same either way.

    :raises NotOpenNow: with the sentence to show
    """
    if sentence := closed_sentence(angkatan, at):
        raise NotOpenNow(sentence)
    wish = ListingRequest(angkatan=angkatan, token=token, asked_at=at, **vars(asking))
    ListingRequest.objects.bulk_create([wish], ignore_conflicts=True)


def recognised(name: str, abbreviation: str) -> tuple[list[Ormas], list[Ormas]]:
    """Known organisations that the name alone is, or is like; and the one it is with its abbreviation, else these."""
    alone, both = recognise([name, f"{name} ({abbreviation})" if abbreviation else name])
    named = [alone.ormas] if alone.ormas else alone.offered
    return named, [both.ormas] if both.ormas else named


def perhaps_meant(angkatan: Angkatan, asking: Asking) -> list[Ormas]:
    """The invited organisations that the name is, or is like: to be offered first. Of disputed ones it says nothing."""
    disputed = Ormas.Verification.DISPUTED
    invited = Invitation.objects.filter(angkatan=angkatan).exclude(ormas__verification=disputed)
    _named, known = recognised(asking.name, asking.abbreviation)
    open_ones = set(invited.filter(ormas__in=known).values_list("ormas_id", flat=True))
    if found := [ormas for ormas in known if ormas.pk in open_ones]:
        return found[:MOST_NEAR]
    like = Ormas.objects.filter(pk__in=invited.values("ormas")).found_by(asking.name)
    return list(like.nearest_first(asking.name)[:MOST_NEAR])
