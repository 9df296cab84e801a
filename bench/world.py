"""A batch of the size of Angkatan II 2019, with open sessions enough for a thousand check-ins."""

from datetime import timedelta

from django.utils import timezone

from ormas.models import Delegate
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, Registration, Session

PEOPLE = 97
SESSIONS = 12


def desk_world(sessions: int = SESSIONS, number: int = 98) -> list[tuple[Session, Registration]]:
    """Every accepted person at the door of every open session."""
    now = timezone.now()
    today = timezone.localdate(now)
    batch = Angkatan.objects.create(
        number=number, year=today.year, theme="Ukuran", venue="Gedung Contoh", town="Jakarta", starts_on=today,
        ends_on=today, capacity=PEOPLE,
    )  # fmt: skip
    made = [
        Session(angkatan=batch, title=f"Sesi {place}", starts_at=now, ends_at=now + timedelta(hours=1))
        for place in range(sessions)
    ]
    Session.objects.bulk_create(made)
    people = _people(batch)
    return [(session, person) for session in made for person in people]


def _people(batch: Angkatan) -> list[Registration]:
    """Copies of the reference batch's people; written at once, for nothing of it is measured."""
    source = Registration.objects.filter(angkatan__slug="2019-ii", status=Status.ACCEPTED).select_related("delegate")
    rows = []
    for one in list(source)[:PEOPLE]:
        delegate = Delegate.objects.create(ormas=one.ormas, name=one.name, phone=one.delegate.phone)
        rows.append(
            Registration(
                angkatan=batch, delegate=delegate, ormas=one.ormas, status=Status.ACCEPTED, source=one.source,
                name=one.name, front_title=one.front_title, back_title=one.back_title, position=one.position,
                submitted_at=one.submitted_at,
            )
        )  # fmt: skip
    return Registration.objects.bulk_create(rows)
