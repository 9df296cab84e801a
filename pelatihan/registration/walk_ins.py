"""Who comes to the door without a registration: written down there, for a verifier to decide about.

Nobody is turned away for what only a verifier can settle: a disputed organisation is kept as it was written, and there
is no seat to be had before somebody accepts the person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from ormas import names, phones
from ormas.models import Ormas
from pelatihan.accounts.actor import Actor
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration
from pelatihan.registration import eligibility, rows
from pelatihan.registration.application import Application, Person
from pelatihan.registration.refusals import AlreadyRegistered

LONGEST_ORMAS = Registration._meta.get_field("ormas_text").max_length or 0
UNKNOWN_ORMAS = "Ormas belum diketahui"  # its number means none, and no name came along
ORMAS_OWED = "Pilih ormasnya dari daftar, atau tulis namanya."


@dataclass(frozen=True)
class WalkIn:
    """Who came, as it was written at the door: the organisation by its number, or as text."""

    name: str
    ormas: int | None = None
    ormas_text: str = ""
    phone: str = ""


def read(name: str, ormas: int | None, ormas_text: str, phone: str) -> WalkIn:
    """What a device sent. A phone number that is none is left out: nobody is lost for it.

    :raises ValidationError: with the sentence to show
    """
    name, ormas_text = names.tidy(name), names.tidy(ormas_text)
    names.check_name(name)
    names.check_text(ormas_text)
    if len(ormas_text) > LONGEST_ORMAS:
        raise ValidationError(f"Nama ormas terlalu panjang. Tulis paling banyak {LONGEST_ORMAS} huruf.")
    if ormas is None and not ormas_text:
        raise ValidationError(ORMAS_OWED)
    return WalkIn(name, ormas, ormas_text, phones.read(phone))


def organisations(walk_ins: Iterable[WalkIn]) -> dict[int, Ormas]:
    """Those that the numbers mean, one that was merged away by the one that stands for it; one query."""
    ids = {each.ormas for each in walk_ins if each.ormas is not None}
    found = Ormas.with_merged.filter(pk__in=ids).select_related("merged_into") if ids else []
    return {each.pk: each.merged_into or each for each in found}


def application(walk_in: WalkIn, ormas: Ormas | None, token: UUID) -> Application:
    """The wish to take part. ``ormas``: what the number means; where it means none, the written name has to do."""
    person = Person(walk_in.name, phone=walk_in.phone)
    if ormas is not None and not ormas.is_disputed:
        return Application(person, Registration.Source.WALK_IN, ormas=ormas, token=token)
    text = ormas.name if ormas else walk_in.ormas_text or UNKNOWN_ORMAS
    return Application(person, Registration.Source.WALK_IN, ormas_text=text, token=token)


@rows.whole
def register(angkatan: Angkatan, wish: Application, *, actor: Actor, at: datetime) -> Registration:
    """Write somebody down who stands at the door. A repeated token returns the registration it made; who is active in
    the batch under this name, phone and organisation is that registration. Nobody is written to: they stand there.

    :raises BatchOver: the batch was cancelled or closed; nothing written
    """
    angkatan = rows.locked(angkatan)
    if known := Registration.objects.filter(submission_token=wish.token).first():
        return known
    eligibility.check_going_on(angkatan, eligibility.REGISTER)
    try:
        eligibility.check_new(angkatan, wish)
    except AlreadyRegistered as refusal:
        if refusal.other:
            return refusal.other
        raise
    invitation = eligibility.invitation_of(angkatan, wish, actor)
    registration = rows.create(angkatan, wish, rows.Place(Status.SUBMITTED), at=at, invitation=invitation)
    rows.note(registration, eligibility.REGISTER, "", actor=actor, at=at, angkatan=angkatan, is_told=False)
    return registration
