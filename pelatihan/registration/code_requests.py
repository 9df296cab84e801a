"""A lost code is asked for again by phone number: whose requests are written, and how staff answer them.

Nobody may learn here whether a number is known. So one statement does the whole work, alike for a number that somebody
has and for one that nobody has; it tells nothing back, and of a stranger's number nothing is kept.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from pelatihan.lifecycle import ACTIVE
from pelatihan.messaging.mail import NOWHERE
from pelatihan.models import CodeRequest

OVERDUE = timedelta(minutes=30)  # a mail that has not gone by then is staff's, whatever holds it up
# Of one number all people, and of each all batches that are not over. Who waits for an answer already waits on.
ASK = """
    INSERT INTO pelatihan_coderequest (registration_id, asked_at, due_at, way)
    SELECT r.id, %(at)s, %(at)s,
        CASE WHEN %(sends_mail)s AND d.email > '' AND d.email !~* %(nowhere)s THEN 'email' ELSE 'staff' END
    FROM ormas_delegate d
    JOIN pelatihan_registration r ON r.delegate_id = d.id
    JOIN pelatihan_angkatan a ON a.id = r.angkatan_id
    WHERE d.phone = %(phone)s AND r.status = ANY(%(active)s)
        AND a.ends_on >= %(today)s AND a.cancelled_at IS NULL AND a.closed_at IS NULL
    ORDER BY r.id
    ON CONFLICT (registration_id) WHERE sent_at IS NULL AND told_at IS NULL DO NOTHING
"""


def ask(phone: str, *, at: datetime) -> None:
    """Write down who is to get a code again; ``phone`` as it is kept (``+628…``)."""
    values: dict[str, Any] = {
        "at": at,
        "today": localdate(at),
        "phone": phone,
        "active": sorted(ACTIVE),
        "sends_mail": settings.SENDS_MAIL,
        "nowhere": NOWHERE,
    }
    with connection.cursor() as cursor:
        cursor.execute(ASK, values)


def for_staff(at: datetime) -> QuerySet[CodeRequest]:
    """What waits for a person, the longest wait first."""
    return CodeRequest.objects.for_staff(at - OVERDUE).order_by("asked_at", "pk")


def of_one_number(request: CodeRequest, at: datetime) -> list[CodeRequest]:
    """Those of the list that go to the same phone as this one: one message carries all their codes."""
    phone = request.registration.delegate.phone
    whose = Q(registration__delegate__phone=phone) if phone else Q(pk=request.pk)
    same = for_staff(at).filter(whose)
    return list(same.select_related("registration__angkatan", "registration__ormas", "registration__delegate"))


def answer(requests: Iterable[CodeRequest], *, by: User, at: datetime, by_whatsapp: bool) -> int:
    """Staff have dealt with these; how many still waited. What was answered meanwhile stays as it is."""
    waiting = CodeRequest.objects.waiting().filter(pk__in=[each.pk for each in requests])
    return waiting.update(told_at=at, told_by=by, by_whatsapp=by_whatsapp, sending_until=None)


def newest_answers(most: int) -> QuerySet[CodeRequest]:
    """The last answers, by mail and by staff."""
    done = CodeRequest.objects.exclude(sent_at=None, told_at=None)
    return done.order_by(Coalesce("sent_at", "told_at").desc(), "-pk")[:most]
