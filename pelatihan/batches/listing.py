"""Answering an organisation that asked to be invited: it is one that is known, a new one, or the answer is no.

Each act locks the batch, then the request, and happens once: whoever comes second reads who answered.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.urls import reverse

from ormas.models import Ormas
from ormas.recognising import core
from ormas.search import plain
from pelatihan import dates
from pelatihan.batches.inviting import invite as invite_all
from pelatihan.models import Angkatan, Invitation, ListingRequest, ListingState
from pelatihan.registration import links, rows
from pelatihan.registration.listing import recognised

MOST_NEAR = 6
MOST_FOUND = 20
MOST_LETTERS = ListingRequest._meta.get_field("answer").max_length or 0


class AnswerRefused(Exception):
    """Nothing was written; the text is a sentence for the clerk."""


class Answered(AnswerRefused):
    """Somebody answered since the page was read."""


class ReasonMissing(AnswerRefused):
    """To say no, one says why."""


class SameName(AnswerRefused):
    """An organisation of that name is there, and the page had not shown it."""


REASON_OWED = "Tulis alasannya: narahubung ormas itu membacanya."


# ---- Which organisation it may be ----------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """An organisation that is known, and what speaks for it."""

    ormas: Ormas
    same_name: bool = False
    same_phone: bool = False
    invitation: Invitation | None = None


def candidates(request: ListingRequest, words: str = "") -> list[Candidate]:
    """Known organisations that may be the one that asks; those found by ``words``, when a clerk searches.

    All of the very name stand first, whatever their number: only who has seen them may record another one.
    """
    if words:
        found = list(Ormas.objects.found_by(words).nearest_first(words)[:MOST_FOUND])
        same: set[int] = set()
    else:
        named, known = recognised(request.name, request.abbreviation)
        of_the_name = _of_that_name(request.name, named)
        like = Ormas.objects.near(request.name).nearest_first(request.name)[:MOST_NEAR]
        near = [*known, *_of_the_phone(request.phone), *like]
        same = {ormas.pk for ormas in of_the_name}
        found = of_the_name + [ormas for ormas in near if ormas.pk not in same][:MOST_NEAR]
    ones = list({ormas.pk: ormas for ormas in found}.values())
    invited = {row.ormas_id: row for row in Invitation.objects.filter(angkatan=request.angkatan_id, ormas__in=ones)}
    return [
        Candidate(
            ormas,
            same_name=ormas.pk in same,
            same_phone=bool(request.phone) and ormas.contact_phone == request.phone,
            invitation=invited.get(ormas.pk),
        )
        for ormas in ones
    ]


def _of_the_phone(phone: str) -> list[Ormas]:
    return list(Ormas.objects.filter(contact_phone=phone).order_by("pk")[:MOST_NEAR]) if phone else []


def form_address(request: ListingRequest) -> str:
    """Where an organisation that was invited names its people: by its own link. Somebody else than the contact person
    that is noted of it gets the public form: who holds the link may let go and replace whom it has named.
    """
    ormas, invitation = request.ormas, request.invitation
    if ormas is None or invitation is None or ormas.contact_phone not in ("", request.phone):
        return reverse("register", args=[request.angkatan.slug])
    return links.address_of(invitation)


# ---- Answering -----------------------------------------------------------------------------------


def invite_known(request: ListingRequest, ormas: Ormas, *, by: User, at: datetime) -> bool:
    """Invite one that is known; whether it was invited before, which is told and changes nothing.

    :raises Answered, AnswerRefused: with the sentence to show
    """
    with transaction.atomic():
        now = _waiting(request)
        return _invite(now, ormas, by=by, at=at)


def record_and_invite(request: ListingRequest, *, shown: set[int], by: User, at: datetime) -> Ormas:
    """Note down a new organisation, unverified, with the contact of the request, and invite it.

    :param shown: the known organisations that the clerk has seen and left aside: two rivals may carry one name
    :raises SameName: another one of that name is there, perhaps since a moment ago
    :raises Answered, AnswerRefused: with the sentence to show
    """
    with transaction.atomic():
        now = _waiting(request)
        _one_name_at_a_time(now.name)
        named, _known = recognised(now.name, now.abbreviation)
        if others := [ormas for ormas in _of_that_name(now.name, named) if ormas.pk not in shown]:
            raise SameName(
                f"{others[0]} sudah tercatat dengan nama yang sama. Pilih ormas itu; bila memang ormas lain, tekan"
                " “Catat sebagai ormas baru” sekali lagi."
            )
        ormas = Ormas.objects.create(
            name=now.name,
            abbreviation=now.abbreviation,
            city=now.city,
            contact_name=now.contact_name,
            contact_phone=now.phone,
            contact_email=now.email,
            verification=Ormas.Verification.UNVERIFIED,
        )
        _invite(now, ormas, by=by, at=at)
        return ormas


def refuse(request: ListingRequest, reason: str, *, by: User, at: datetime) -> None:
    """Say no, and why.

    :raises ReasonMissing, Answered: with the sentence to show
    """
    if not reason.strip():
        raise ReasonMissing(REASON_OWED)
    with transaction.atomic():
        _put(_waiting(request), ListingState.REFUSED, by=by, at=at, answer=reason.strip())


def reopen(request: ListingRequest) -> None:
    """Let a refused one wait again. An invitation is taken back where invitations are.

    :raises AnswerRefused: it is not refused, or the same request waits already
    """
    try:
        with transaction.atomic():
            now = _locked(request)
            if now.state != ListingState.REFUSED:
                raise AnswerRefused(
                    f"Permintaan {now.name} sekarang “{now.get_state_display()}”, jadi tidak dibuka lagi."
                )
            now.state, now.answer = ListingState.WAITING, ""
            now.decided_at = now.decided_by = now.told_at = now.told_by = None
            now.save(update_fields=["state", "answer", "decided_at", "decided_by", "told_at", "told_by"])
    except IntegrityError:
        raise AnswerRefused(
            f"{request.name} sudah meminta lagi dengan nomor HP yang sama. Jawab permintaan yang baru itu."
        ) from None


def note_told(request: ListingRequest, *, by: User, at: datetime) -> ListingRequest:
    """Remember that the answer was sent on; the request as it is now.

    :raises AnswerRefused: there is no answer to tell, or nobody to tell it to
    """
    with transaction.atomic():
        now = _locked(request)
        if now.waits:
            raise AnswerRefused(f"Permintaan {now.name} belum dijawab, jadi belum ada yang dikabarkan.")
        if not now.phone:
            raise AnswerRefused(f"Nomor HP narahubung {now.name} sudah dihapus, jadi tidak dapat dikabari lagi.")
        now.told_at, now.told_by = at, by
        now.save(update_fields=["told_at", "told_by"])
        return now


def _locked(request: ListingRequest) -> ListingRequest:
    rows.locked(request.angkatan)
    locked_ones = ListingRequest.objects.select_for_update(of=("self",), no_key=True)
    return locked_ones.select_related("angkatan", "decided_by").get(pk=request.pk)


def _waiting(request: ListingRequest) -> ListingRequest:
    """The request as it is now, locked, if it waits for an answer."""
    now = _locked(request)
    if not now.waits:
        raise Answered(answered_sentence(now))
    return now


def answered_sentence(request: ListingRequest) -> str:
    """Who answered, when and how."""
    assert request.decided_by  # the database holds it
    assert request.decided_at
    who, when = called(request.decided_by), dates.long_moment(request.decided_at)
    return f"Permintaan {request.name} sudah dijawab oleh {who}, {when}: {request.get_state_display()}."


def called(user: User) -> str:
    """Somebody of the office as screens name them."""
    return user.get_full_name() or user.get_username()


def _invite(request: ListingRequest, ormas: Ormas, *, by: User, at: datetime) -> bool:
    if sentence := over_sentence(request.angkatan):
        raise AnswerRefused(sentence)
    if ormas.is_disputed:
        raise AnswerRefused(
            f"{ormas.name} sedang dalam sengketa kepengurusan, jadi belum dapat mendaftar. Selesaikan dulu sengketanya"
            " di halaman ormas itu, atau jawab tidak dengan alasannya."
        )
    was_invited = not invite_all(request.angkatan, [ormas])
    request.ormas, request.invitation = ormas, request.angkatan.invitations.get(ormas=ormas)
    _put(request, ListingState.INVITED, by=by, at=at)
    return was_invited


def over_sentence(angkatan: Angkatan) -> str:
    """Why nobody is invited to this batch any more; empty while somebody may be."""
    if angkatan.closed_at or angkatan.cancelled_at:
        word = "ditutup" if angkatan.closed_at else "dibatalkan"
        return f"{angkatan.name} sudah {word}, jadi tidak ada yang diundang lagi. Jawab tidak, dan sampaikan alasannya."
    return ""


def _put(request: ListingRequest, state: ListingState, *, by: User, at: datetime, answer: str = "") -> None:
    request.state, request.decided_by, request.decided_at, request.answer = state, by, at, answer
    request.save(update_fields=["state", "decided_by", "decided_at", "answer", "ormas", "invitation"])


# ---- One name, once ------------------------------------------------------------------------------


def _one_name_at_a_time(name: str) -> None:
    """Whoever records an organisation of that name waits here until the other one has, in whichever batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"listing {core(name)}"])


def _of_that_name(name: str, named: list[Ormas]) -> list[Ormas]:
    """Those whose name says the same but for signs, level and province. ``named``: those recognised by it."""
    alike = Ormas.objects.filter(Q(name__iexact=name) | Q(plain__startswith=plain(name))).order_by("pk")[:MOST_FOUND]
    found = {ormas.pk: ormas for ormas in [*named, *alike] if core(ormas.name) == core(name)}
    return [found[pk] for pk in sorted(found)]
