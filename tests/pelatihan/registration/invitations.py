"""An invitation as its contact person uses it: the addresses, and the forms as they are filled in."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from pelatihan.models import Invitation, Registration
from pelatihan.registration import links, writer
from pelatihan.registration.application import Application
from tests.factories import NOON, InvitationFactory, a_person

PHONE = "081200000101"


def an_invitation(**edits: Any) -> Invitation:
    """HIPAKAD, three seats, in an open batch."""
    names = {"ormas__name": "Himpunan Putra-Putri Keluarga Angkatan Darat", "ormas__abbreviation": "HIPAKAD"}
    return InvitationFactory(**names | edits)


def address(name: str, invitation: Invitation, **rest: Any) -> str:
    return reverse(name, kwargs={"token": links.token_of(invitation), **rest})


def a_row(**edits: str) -> dict[str, str]:
    """One person as typed."""
    fields = {"name": "Siti Rahmawati", "position": "Wakil Sekretaris", "gender": "P", "phone": PHONE}
    return fields | edits


def rows(*people: Mapping[str, str], total: int = 0, **edits: str) -> dict[str, str]:
    """The group form filled in."""
    form = {"utusan-TOTAL_FORMS": str(total or len(people)), "utusan-INITIAL_FORMS": "0"}
    for number, person in enumerate(people):
        form |= {f"utusan-{number}-{field}": value for field, value in person.items()}
    return form | {"agreed": "on", "token": str(uuid4()), "kursi": str(len(people))} | edits


def fill(client: Client, invitation: Invitation, form: Mapping[str, Any], **options: Any) -> Any:
    return client.post(address("invitation_fill", invitation), form, **options)


def named(invitation: Invitation, count: int = 1, **person: Any) -> list[Registration]:
    """People whom the contact person has named already."""
    wishes = [
        Application(a_person(privacy_version="", **person), Registration.Source.GROUP, token=uuid4())
        for _ in range(count)
    ]
    return writer.register_group(invitation, wishes, at=NOON)
