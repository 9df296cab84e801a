"""Who does something: what both writers note down about it."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from pelatihan.lifecycle import Role
from pelatihan.models import Device


@dataclass(frozen=True)
class Actor:
    """A delegate, the contact person of an ormas, the system, or staff with their account; ``device`` is the label of
    the phone at the desk, ``tool`` its row when it was prepared.
    """

    role: Role
    user: User | None = None
    device: str = ""
    tool: Device | None = None


DELEGATE = Actor(Role.DELEGATE)
CONTACT = Actor(Role.CONTACT)
SYSTEM = Actor(Role.SYSTEM)


def staff(user: User | AnonymousUser, device: str = "", tool: Device | None = None) -> Actor:
    """The account behind a private page."""
    assert isinstance(user, User)  # private pages let nobody else in
    return Actor(Role.STAFF, user, device, tool)
