"""The link of an invitation: who holds it speaks for the ormas, so it cannot be guessed, and staff can take it back.

Its token is the invitation's number and a keyed hash of it and its version, in the signs of our codes: small letters
and digits, read whatever the case, o as 0, i and l as 1. Nothing of it is stored; staff can show it at any time.
"""

import re
from hashlib import sha256

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from pelatihan import codes
from pelatihan.models import Invitation

SALT = "pelatihan.registration.links"
ALPHABET = codes.ALPHABET.lower()
PROOF = 21  # signs of five bits: 105 bits
ADDRESS = "/undangan/{token}/"
NO_LONGER = "Tautan ini tidak berlaku lagi, mintalah yang baru kepada panitia."
_SHAPE = re.compile(rf"([{ALPHABET[1:]}][{ALPHABET}]{{0,11}})([{ALPHABET}]{{{PROOF}}})")


def token_of(invitation: Invitation) -> str:
    """The token that opens the invitation until its version is raised."""
    return _written(invitation.pk) + _proof(invitation.pk, invitation.token_version)


def address_of(invitation: Invitation) -> str:
    """The page of the ormas, as a path of this site."""
    return ADDRESS.format(token=token_of(invitation))


def invitation_by(token: str) -> Invitation | None:
    """The invitation, with its batch and ormas, that this token opens now; as somebody may have typed it."""
    shape = _SHAPE.fullmatch(codes.normalise(token).lower())
    if shape is None:
        return None
    number = _read(shape[1])
    invitation = Invitation.objects.select_related("angkatan", "ormas").filter(pk=number).first()
    proof = _proof(number, invitation.token_version if invitation else 0)  # as much work for one that is not there
    return invitation if constant_time_compare(proof, shape[2]) and invitation else None


def _proof(number: int, version: int) -> str:
    """Under a key of its own: ``LINK_KEY``, else one that is derived from ``SECRET_KEY`` by the salt."""
    digest = salted_hmac(SALT, f"{number} {version}", secret=settings.LINK_KEY or None, algorithm="sha256").digest()
    return _written(int.from_bytes(digest) >> (8 * sha256().digest_size - 5 * PROOF)).rjust(PROOF, ALPHABET[0])


def _written(number: int) -> str:
    """A number in the signs of our codes: 1 is ``1``, 32 is ``10``."""
    rest, last = divmod(number, len(ALPHABET))
    return (_written(rest) if rest else "") + ALPHABET[last]


def _read(signs: str) -> int:
    number = 0
    for sign in signs:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    return number
