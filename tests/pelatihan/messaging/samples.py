"""Messages for tests, as the machinery would have written them."""

from datetime import datetime
from itertools import count
from typing import Any

from pelatihan.models import Angkatan, Invitation, Message, MessageKind, Registration
from tests.factories import NOON, AngkatanFactory, InvitationFactory, a_registration

_numbers = count(1)


def a_message(to: Registration | Invitation | None = None, *, at: datetime = NOON, **fields: Any) -> Message:
    """Waiting to be sent by WhatsApp that somebody is accepted, unless said otherwise; whatever else waited for them
    is cleared away."""
    to = to or somebody()
    if isinstance(to, Registration):
        Message.objects.filter(registration=to).delete()
        given: dict[str, Any] = {"registration": to, "status": to.status, "kind": MessageKind.ACCEPTED}
    else:
        given = {"invitation": to, "kind": MessageKind.NO_DELEGATES}
    given |= {"angkatan": to.angkatan, "event": f"contoh:{next(_numbers)}", "channel": "whatsapp"}
    given |= {"due_at": at, "created_at": at}
    return Message.objects.create(**(given | fields))


def somebody(angkatan: Angkatan | None = None, **fields: Any) -> Registration:
    """Accepted, with a mobile number and without a mail address; the machinery has written nothing to them."""
    person = a_registration(angkatan or AngkatanFactory(), **fields)
    Message.objects.filter(registration=person).delete()
    return person


def a_contact(angkatan: Angkatan | None = None, phone: str = "+6281200000077", email: str = "") -> Invitation:
    """An organisation without delegates, and its contact person."""
    fields = {"ormas__contact_phone": phone, "ormas__contact_email": email, "ormas__contact_name": "Bapak Contoh"}
    invitation = InvitationFactory(angkatan=angkatan or AngkatanFactory(), **fields)
    assert isinstance(invitation, Invitation)
    return invitation
