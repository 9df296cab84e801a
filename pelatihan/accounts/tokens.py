"""The token of an invitation's link: whoever holds it speaks for the ormas, so it cannot be guessed.

It is the invitation's number and a keyed hash of it and its version, in the signs of our codes. Nothing of it is
stored; what may be done with it: ``registration.links``.
"""

from hashlib import sha256

from django.conf import settings
from django.utils.crypto import salted_hmac

from pelatihan import codes
from pelatihan.models import Invitation

SALT = "pelatihan.registration.links"  # as it always was: links that people have in hand stay good
ALPHABET = codes.ALPHABET.lower()
PROOF = 21  # signs of five bits: 105 bits
ADDRESS = "/undangan/{token}/"


def token_of(invitation: Invitation) -> str:
    """The token that opens the invitation until its version is raised."""
    return _written(invitation.pk) + proof(invitation.pk, invitation.token_version)


def address_of(invitation: Invitation) -> str:
    """The page of the ormas, as a path of this site."""
    return ADDRESS.format(token=token_of(invitation))


def proof(number: int, version: int) -> str:
    """Under a key of its own: ``LINK_KEY``, else one that is derived from ``SECRET_KEY`` by the salt."""
    digest = salted_hmac(SALT, f"{number} {version}", secret=settings.LINK_KEY or None, algorithm="sha256").digest()
    return _written(int.from_bytes(digest) >> (8 * sha256().digest_size - 5 * PROOF)).rjust(PROOF, ALPHABET[0])


def read(signs: str) -> int:
    """The number that these signs write."""
    number = 0
    for sign in signs:
        number = number * len(ALPHABET) + ALPHABET.index(sign)
    return number


def _written(number: int) -> str:
    """A number in the signs of our codes: 1 is ``1``, 32 is ``10``."""
    rest, last = divmod(number, len(ALPHABET))
    return (_written(rest) if rest else "") + ALPHABET[last]
