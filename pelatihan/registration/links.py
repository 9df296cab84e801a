"""The link of an invitation: who holds it speaks for the ormas, so it cannot be guessed, and staff can take it back.

Its token is the invitation's number and a keyed hash of it and its version, in the signs of our codes: small letters
and digits, read whatever the case, o as 0, i and l as 1. Nothing of it is stored; staff can show it at any time.
"""

import re
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from pelatihan import codes
from pelatihan.accounts.tokens import ALPHABET, PROOF, address_of, proof, read, token_of
from pelatihan.models import Invitation
from pelatihan.models.angkatan import InvitationQuerySet

__all__ = [
    "ALPHABET", "NO_LONGER", "OPENED_EVERY", "address_of", "forget_told", "invitation_by", "is_opened_by",
    "note_opened", "note_told", "replace", "token_of",
]  # fmt: skip

NO_LONGER = "Tautan ini tidak berlaku lagi, mintalah yang baru kepada panitia."
OPENED_EVERY = timedelta(hours=1)
# Programs that look at a link to show a picture beside it, before anybody follows it.
_PREVIEWS = re.compile(
    r"WhatsApp/|facebookexternalhit|TelegramBot|Twitterbot|Slackbot|bot\b|crawler|spider", re.IGNORECASE
)
_SHAPE = re.compile(rf"([{ALPHABET[1:]}][{ALPHABET}]{{0,11}})([{ALPHABET}]{{{PROOF}}})")


def invitation_by(token: str) -> Invitation | None:
    """The invitation, with its batch and ormas, that this token opens now; as somebody may have typed it."""
    shape = _SHAPE.fullmatch(codes.normalise(token).lower())
    if shape is None:
        return None
    number = read(shape[1])
    invitation = Invitation.objects.select_related("angkatan__plan_change", "ormas").filter(pk=number).first()
    right = proof(number, invitation.token_version if invitation else 0)  # as much work for one that is not there
    return invitation if constant_time_compare(right, shape[2]) and invitation else None


# ---- What became of it ---------------------------------------------------------------------------


def note_told(invitation: Invitation, *, by: User, at: datetime) -> None:
    """That staff sent the link that holds now."""
    _of_this_link(invitation).update(told_at=at, told_by=by)


def forget_told(invitation: Invitation) -> None:
    """That it was not sent after all."""
    _of_this_link(invitation).update(told_at=None, told_by=None)


def is_opened_by(request: HttpRequest) -> bool:
    """Whether this request tells that the ormas opened its link: no preview, and nobody of the staff."""
    preview = _PREVIEWS.search(request.headers.get("User-Agent", ""))
    return request.method == "GET" and not preview and not request.user.is_authenticated


def note_opened(invitation: Invitation, at: datetime) -> None:
    """That the ormas opened its link: first and last, written at most once an hour (ask :func:`is_opened_by`)."""
    last = invitation.last_opened_at
    if last is not None and at < last + OPENED_EVERY:
        return
    is_long_ago = Q(last_opened_at=None) | Q(last_opened_at__lte=at - OPENED_EVERY)
    _of_this_link(invitation).filter(is_long_ago).update(opened_at=Coalesce("opened_at", at), last_opened_at=at)


def replace(invitation: Invitation) -> bool:
    """Another link instead of the one that was shown; False when somebody replaced that one already."""
    gone = {"told_at": None, "told_by": None, "opened_at": None, "last_opened_at": None}
    return bool(_of_this_link(invitation).update(token_version=F("token_version") + 1, **gone))


def _of_this_link(invitation: Invitation) -> InvitationQuerySet:
    return Invitation.objects.filter(pk=invitation.pk, token_version=invitation.token_version)
