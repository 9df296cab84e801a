"""Changes of a batch's plan that people have to be told of: noting one, whom it concerns, what they answer.

A change concerns who was active when it was made. It is settled with somebody who was told of it since, or has answered
on the own page; when new days are told, also with somebody who is no longer coming anyway.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Case, Exists, Max, OuterRef, Q, QuerySet, Subquery, When
from django.utils.timezone import localdate

from pelatihan import dates
from pelatihan.accounts.actor import SYSTEM, Actor
from pelatihan.lifecycle import ACTIVE, Role
from pelatihan.messaging import post
from pelatihan.models import Angkatan, Invitation, PlanAnswer, PlanChange, Registration, StatusChange, Told
from pelatihan.models.counting import number_of
from pelatihan.phases import Phase
from pelatihan.registration.refusals import Refusal

Kind, Answer = PlanChange.Kind, PlanAnswer.Answer
TOLD_BY = (Role.STAFF, Role.SYSTEM)  # by WhatsApp, by mail
CANNOT_REASON = "Tidak bisa pada tanggal baru"  # of the withdrawal that follows

# ---- Noting --------------------------------------------------------------------------------------


def note(
    angkatan: Angkatan,
    kind: PlanChange.Kind,
    reason: str,
    *,
    at: datetime,
    actor: Actor = SYSTEM,
    since: tuple[date, date] | None = None,
) -> PlanChange:
    """Keep one change and make it the batch's latest. Call under the batch's lock, in the transaction of the change.

    :param since: first and last day until now, of a batch that has already moved
    """
    history = StatusChange.objects.filter(registration__angkatan=angkatan).aggregate(last=Max("pk"))
    earlier = angkatan.plan_changes.aggregate(last=Max("number"))
    days = (angkatan.starts_on, angkatan.ends_on)
    change = PlanChange.objects.create(
        angkatan=angkatan,
        number=(earlier["last"] or 0) + 1,
        kind=kind,
        old_starts_on=(since or days)[0],
        old_ends_on=(since or days)[1],
        new_starts_on=days[0] if since else None,
        new_ends_on=days[1] if since else None,
        reason=reason.strip(),
        actor=actor.user,
        at=at,
        history_until=history["last"] or 0,
    )
    angkatan.plan_change = change
    angkatan.save(update_fields=["plan_change"])
    post.of_plan(change, concerned(change), silent_invitations(angkatan))
    return change


# ---- What everybody reads ------------------------------------------------------------------------


def shown(angkatan: Angkatan, at: datetime) -> PlanChange | None:
    """The change that pages for everybody tell: until the training is over, and as long as its days still hold.

    A batch that is called off says so by itself (``phases``).
    """
    change = angkatan.plan_change
    if change is None or angkatan.phase(at) in {Phase.CANCELLED, Phase.FINISHED} or not change.fits(angkatan):
        return None
    return change


# ---- Whom it concerns ----------------------------------------------------------------------------


def concerned(change: PlanChange) -> QuerySet[Any]:
    """Who was active when the plan changed; each with ``is_told`` (since then), ``plan_answer`` and ``is_owed``.

    Who has left since and knew of nothing is not among them, unless the training is called off: then all are told.
    """
    return _rows(change.angkatan_id, change.pk, change.history_until, change.at)


def _rows(batch: Any, change: Any, until: Any, since: Any) -> QuerySet[Any]:
    """The same for one change, and for the change of each row of an outer query."""
    past = StatusChange.objects.filter(registration=OuterRef("pk"), pk__lte=_inner(until)).order_by("-pk")
    told = Told.objects.standing().filter(
        Q(plan_change=_inner(change)) | Q(plan_change=None, at__gte=_inner(since)),
        registration=OuterRef("pk"),
        role__in=TOLD_BY,
    )
    answers = PlanAnswer.objects.filter(plan_change=_inner(change), registration=OuterRef("pk"))
    is_reached = Q(is_told=True) | Q(plan_answer__isnull=False)
    must_know = Q(status__in=sorted(ACTIVE)) | Q(angkatan__cancelled_at__isnull=False)
    rows = Registration.objects.filter(angkatan=batch).annotate(
        stood=Subquery(past.values("to_status")[:1]),
        is_told=Exists(told),
        plan_answer=Subquery(answers.values("answer")[:1]),
    )
    owed = Case(When(~is_reached & must_know, then=True), default=False, output_field=BooleanField())
    return rows.filter(must_know | is_reached, stood__in=sorted(ACTIVE)).annotate(is_owed=owed)


def _inner(value: Any) -> Any:
    """A value as it is; a column of the outermost query one query further in."""
    return OuterRef(value) if isinstance(value, OuterRef) else value


def owing(at: datetime) -> list[Angkatan]:
    """The batches whose people are not all told yet, soonest first, each with ``owed``: how many are not. One query."""
    rows = _rows(
        OuterRef("pk"), OuterRef("plan_change"), OuterRef("plan_change__history_until"), OuterRef("plan_change__at")
    )
    owed = number_of(rows.filter(is_owed=True), "angkatan")
    told = Angkatan.objects.filter(plan_change__isnull=False, ends_on__gte=localdate(at), closed_at=None)
    return list(
        told.annotate(owed=owed).filter(owed__gt=0).select_related("plan_change").order_by("starts_on", "number")
    )


def news(angkatan: Angkatan, at: datetime) -> PlanChange | None:
    """The change that staff still have to tell of: the latest, until the training is over."""
    is_over = angkatan.closed_at is not None or localdate(at) > angkatan.ends_on
    return None if is_over else angkatan.plan_change


def silent_invitations(angkatan: Angkatan) -> QuerySet[Invitation]:
    """The invited organisations that have nobody in the batch: only their contact persons can be told."""
    sending = Registration.objects.active().filter(angkatan=OuterRef("angkatan"), ormas=OuterRef("ormas"))
    invitations = angkatan.invitations.filter(~Exists(sending))
    return invitations.select_related("ormas").order_by("ormas__name", "pk")


# ---- What they answer ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """What somebody is asked about the new plan on the own page, and what they answered before."""

    change: PlanChange
    answer: str
    until: str


def question(registration: Registration, at: datetime) -> Question | None:
    """Asked of whom the change concerns, until the first day. Asks the database only where there was a change."""
    change = shown(registration.angkatan, at)
    if change is None or registration.status not in ACTIVE or _has_begun(registration.angkatan, at):
        return None
    rows = concerned(change).filter(pk=registration.pk).values_list("plan_answer", flat=True)
    for said in rows:
        return Question(change, said or "", dates.long_date(date.fromordinal(change_day(change).toordinal() - 1)))
    return None


def change_day(change: PlanChange) -> date:
    """The first day that holds since the change."""
    return change.new_starts_on or change.old_starts_on


def _has_begun(angkatan: Angkatan, at: datetime) -> bool:
    return localdate(at) >= angkatan.starts_on


def answer(registration: Registration, number: int | None, said: str, *, at: datetime) -> PlanChange:
    """Keep what somebody says to the change that their page showed; the later answer counts.

    :param number: of the change (``PlanChange.number``)
    :raises Refusal: the plan has changed again, the training has begun or is off, or they are not asked
    """
    asked = question(registration, at)
    if asked is None:
        raise Refusal(_not_asked(registration, at))
    if said not in Answer.values or asked.change.number != number:
        raise Refusal("Tanggalnya berubah lagi sejak halaman ini dibuka. Baca yang terbaru di bawah, lalu jawab lagi.")
    PlanAnswer.objects.update_or_create(
        registration=registration, plan_change=asked.change, defaults={"answer": said, "at": at}
    )
    return asked.change


def _not_asked(registration: Registration, at: datetime) -> str:
    angkatan = registration.angkatan
    ask = f"Hubungi {angkatan.help_name or 'panitia'} bila ada pertanyaan."
    if angkatan.phase(at) == Phase.CANCELLED:
        return f"{angkatan.name} dibatalkan, jadi tidak ada yang perlu Anda jawab. {ask}"
    if registration.status not in ACTIVE:
        return f"Pendaftaran ini tidak berlaku lagi, jadi tidak ada yang perlu Anda jawab. {ask}"
    if _has_begun(angkatan, at):
        return f"Pelatihan sudah dimulai, jadi jawaban tidak diubah lagi di sini. {ask}"
    return f"Tidak ada tanggal baru yang perlu Anda jawab. {ask}"


def withdraw_reason(registration: Registration) -> str:
    """Why somebody withdraws who has said that they cannot come on the new days; empty for others."""
    change = registration.angkatan.plan_change
    if change is None:
        return ""
    said = PlanAnswer.objects.filter(registration=registration, plan_change=change, answer=Answer.CANNOT)
    return CANNOT_REASON if said.exists() else ""
