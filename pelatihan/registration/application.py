"""The person as typed, and the application to take part. Plain data, no database."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from ormas import names
from ormas.models import Ormas
from pelatihan.models import Angkatan, Registration

# What the registration keeps (papers print it), and what the delegate's row keeps across trainings.
PRINTED = ("front_title", "name", "back_title", "nickname", "position", "special_needs")
AGREEMENTS = ("agrees_photo", "agrees_group", "agrees_invite", "agrees_special_needs")
KEPT_ALONE = ("gender", "phone", "email", "privacy_version", *AGREEMENTS)
KEPT = (*(field for field in PRINTED if field != "special_needs"), *KEPT_ALONE)


@dataclass(frozen=True)
class Person:
    """What somebody typed about a person, checked by a form. ``phone`` as ``+628…`` or empty."""

    name: str
    front_title: str = ""
    back_title: str = ""
    nickname: str = ""
    gender: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""
    special_needs: str = ""
    privacy_version: str = ""
    agrees_photo: bool = False
    agrees_group: bool = False
    agrees_invite: bool = False
    agrees_special_needs: bool = False

    @classmethod
    def of(cls, registration: Registration) -> "Person":
        """As the registration and its delegate hold it now."""
        printed = {field: getattr(registration, field) for field in PRINTED}
        return cls(**printed, **{field: getattr(registration.delegate, field) for field in KEPT_ALONE})

    @property
    def full_name(self) -> str:
        return names.with_titles(self.front_title, self.name, self.back_title)

    @property
    def printed(self) -> dict[str, str]:
        """What the registration keeps as it was for this training."""
        return {field: getattr(self, field) for field in PRINTED}

    def kept(self, at: datetime) -> dict[str, object]:
        """What the delegate's own row holds."""
        return {field: getattr(self, field) for field in KEPT} | {"privacy_at": at if self.privacy_version else None}


def token_of(shown: uuid.UUID, angkatan: Angkatan, ormas: Ormas | str, person: Person) -> uuid.UUID:
    """The same form sent twice is one registration; sent again for somebody else (back, new name) it is another.

    ``shown``: made when the form was shown.
    """
    which = ormas.pk if isinstance(ormas, Ormas) else ormas
    return uuid.uuid5(shown, f"{angkatan.pk} {which} {person.phone} {person.name.lower()}")


@dataclass(frozen=True)
class Application:
    """One wish to take part: who, of which organisation, by which way."""

    person: Person
    source: Registration.Source
    ormas: Ormas | None = None
    ormas_text: str = ""
    token: uuid.UUID | None = None
    nik: str = ""  # kept only where the batch asks for it; of no part of the person, so that no request keeps it
    network: str = ""  # as networks.network_of() knows the place; empty: never held back
