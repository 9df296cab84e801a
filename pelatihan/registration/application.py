"""Who asks for what: the person as typed, the wish to take part, and who acts. Plain data, no database."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from ormas.models import Ormas
from pelatihan.lifecycle import Role
from pelatihan.models import Registration


@dataclass(frozen=True)
class Actor:
    """Who acts: a delegate, the system, or staff with their name."""

    role: Role
    user: User | None = None


DELEGATE = Actor(Role.DELEGATE)
SYSTEM = Actor(Role.SYSTEM)


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

    @property
    def printed(self) -> dict[str, str]:
        """What papers show, kept on the registration."""
        return {
            field: getattr(self, field)
            for field in ("front_title", "name", "back_title", "nickname", "position", "special_needs")
        }

    def kept(self, at: datetime) -> dict[str, object]:
        """What the delegate's own row holds."""
        fields = (
            "front_title", "name", "back_title", "nickname", "gender", "position", "phone", "email",
            "privacy_version", "agrees_photo", "agrees_group", "agrees_invite",
        )  # fmt: skip
        return {field: getattr(self, field) for field in fields} | {"privacy_at": at if self.privacy_version else None}


@dataclass(frozen=True)
class Request:
    """One wish to take part: who, of which organisation, by which way."""

    person: Person
    source: Registration.Source
    ormas: Ormas | None = None
    ormas_text: str = ""
    token: uuid.UUID | None = None
