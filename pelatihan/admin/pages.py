"""Every page of the admin: loading this room registers them (pelatihan.apps, once the site itself stands)."""

from pelatihan.admin import (
    angkatan,
    exports,
    imports,
    invitations,
    listing,
    numbering,
    office,
    ormas,
    papers,
    reasons,
    registrations,
    users,
)

__all__ = [
    "angkatan",
    "exports",
    "imports",
    "invitations",
    "listing",
    "numbering",
    "office",
    "ormas",
    "papers",
    "reasons",
    "registrations",
    "users",
]
