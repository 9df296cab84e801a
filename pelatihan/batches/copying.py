"""A new batch from an old one: same texts, place, signers, letter and rundown, on other days; nobody in it yet."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from pelatihan.models import Angkatan, AngkatanSignatory, Invitation, InvitationLetter, PaymentOfficials, Session

TAKEN_OVER = (
    "theme", "intro", "bring", "decision_days", "venue", "meeting_point", "welcomes_walk_ins", "town", "capacity",
    "seats_per_ormas", "open_minutes", "late_minutes", "help_name", "help_phone", "help_hours", "asks_nik",
    "letterhead", "house_rules",
)  # fmt: skip

OF_LETTER = ("town", "urgency", "subject", "opening", "request", "rules", "closing", "copies", "signer_id")
OF_OFFICIALS = ("payer", "approver_id", "treasurer_id", "manager_id")


class NumberTaken(Exception):
    """Another batch of that year has the number."""


def copy_angkatan(source: Angkatan, *, number: int, starts_on: date, with_invitations: bool) -> Angkatan:
    """The copy, not published. Sessions, registration window and the day of the letter keep their distance to day one.

    :raises NumberTaken: also when somebody else copies to the same number at the same moment
    """
    try:
        with transaction.atomic():
            return _copied(source, number, starts_on, with_invitations)
    except IntegrityError as refusal:
        raise NumberTaken from refusal


def _copied(source: Angkatan, number: int, starts_on: date, with_invitations: bool) -> Angkatan:
    shift = starts_on - source.starts_on
    copy = Angkatan.objects.create(
        number=number,
        year=starts_on.year,
        starts_on=starts_on,
        ends_on=source.ends_on + shift,
        opens_at=_moved(source.opens_at, shift) if source.opens_at else None,
        closes_at=_moved(source.closes_at, shift) if source.closes_at else None,
        letter_due_on=source.letter_due_on + shift if source.letter_due_on else None,
        **{field: getattr(source, field) for field in TAKEN_OVER},
    )
    Session.objects.bulk_create(_session(copy, session, shift) for session in source.sessions.all())
    AngkatanSignatory.objects.bulk_create(
        AngkatanSignatory(angkatan=copy, signatory_id=signer.signatory_id, heading=signer.heading, place=signer.place)
        for signer in source.signers.all()
    )
    _take_over(InvitationLetter, OF_LETTER, source, copy)
    _take_over(PaymentOfficials, OF_OFFICIALS, source, copy)
    if with_invitations:
        Invitation.objects.bulk_create(
            Invitation(angkatan=copy, ormas_id=invited.ormas_id, own_seats=invited.own_seats)
            for invited in source.invitations.all()
        )
    return copy


def _take_over(
    model: type[InvitationLetter | PaymentOfficials], fields: tuple[str, ...], source: Angkatan, copy: Angkatan
) -> None:
    """The one row of a batch that says how something is written; its dates and numbers are the old batch's own."""
    for kept in model._default_manager.filter(angkatan=source).values(*fields):
        model._default_manager.create(angkatan=copy, **kept)


def _moved(moment: datetime, shift: timedelta) -> datetime:
    return localtime(moment) + shift  # the same hour on the wall


def _session(copy: Angkatan, session: Session, shift: timedelta) -> Session:
    return Session(
        angkatan=copy,
        title=session.title,
        kind=session.kind,
        starts_at=_moved(session.starts_at, shift),
        ends_at=_moved(session.ends_at, shift),
        takes_attendance=session.takes_attendance,
        speaker=session.speaker,
        room=session.room,
        own_jp=session.own_jp,
    )
