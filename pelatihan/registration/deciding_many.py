"""One decision on up to five thousand, part by part by a worker; each told, and taken back in the same parts.

Selection, decision and job carry one number. A part is one transaction: who is moved, who is refused and how far it
got are kept together, so whoever takes the job up after a kill goes on behind it. The ten minutes in which all of it
can be taken back are counted from the last part, and messages wait as long.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from pelatihan import dates
from pelatihan.accounts.actor import staff
from pelatihan.jobs import running
from pelatihan.lifecycle import Action, NotAllowed
from pelatihan.messaging import post
from pelatihan.models import Decision, Job, Registration, Selection
from pelatihan.models.selection import MOST_CHOSEN
from pelatihan.registration import decisions, writer
from pelatihan.registration.refusals import Refusal

MOST_AT_ONCE = 200  # while the clerk waits; above it a worker does it
PART = 100  # who registers meanwhile waits for one part at most
KEPT_FOR = timedelta(days=1)
TOO_MANY = (
    "Yang dipilih lebih dari {most} pendaftaran, jadi belum ada yang diputuskan. Persempit saringannya, lalu putuskan"
    " sebagian demi sebagian."
)


class TooMany(Refusal):
    """More were chosen than one decision takes."""


# ---- Choosing ------------------------------------------------------------------------------------


def choose(
    chosen: QuerySet[Registration], action: Action, *, author: User, at: datetime, question: str = ""
) -> Selection:
    """Keep who was chosen, in the order in which they are decided, and how each stands.

    :raises TooMany: nothing kept
    """
    turn = chosen.order_by("angkatan_id", "submitted_at", "pk").values_list("pk", "status")
    found = list(turn[: MOST_CHOSEN + 1])
    if len(found) > MOST_CHOSEN:
        raise TooMany(TOO_MANY.format(most=dates.thousands(MOST_CHOSEN)))
    forget_old(at)
    kept = question if len(question) <= (Selection._meta.get_field("question").max_length or 0) else ""
    ids, seen = [pk for pk, _ in found], [status for _, status in found]
    return Selection.objects.create(author=author, action=action, ids=ids, seen=seen, question=kept, at=at)


def forget_old(at: datetime) -> int:
    """Choices of the day before, but for those whose work is not done; how many. The filter that they came from may
    hold a name.
    """
    unfinished = Job.objects.exclude(state=Job.State.DONE).values("pk")
    return Selection.objects.filter(at__lt=at - KEPT_FOR).exclude(pk__in=unfinished).delete()[0]


# ---- Deciding ------------------------------------------------------------------------------------


@transaction.atomic
def start(
    selection: Selection, *, author: User, at: datetime, reason: str = "", fields: Sequence[str] = (), shown_at: str
) -> Job:
    """Put the decision in the queue. Pressed twice is once; ``shown_at``: address of the page with the result."""
    action = Action(selection.action)
    asked = list(fields) if action == Action.ASK_FIX else []
    Decision.objects.get_or_create(
        pk=selection.pk,
        defaults={"action": action, "reason": reason.strip(), "fields": asked, "actor": author, "at": at},
    )
    title = f"{action.label}: {dates.thousands(len(selection.ids))} pendaftaran"
    return running.start(
        f"{__name__}.decide_part",
        key=selection.pk, author=author, title=title, total=len(selection.ids), plan={}, shown_at=shown_at,
    )  # fmt: skip


def decide_part(job: Job) -> int:
    """Decide the next of those chosen; how many. Nothing more of what was taken back meanwhile."""
    decision = Decision.objects.select_for_update(no_key=True).get(pk=job.pk)
    selection = Selection.objects.get(pk=job.pk)
    part = selection.ids[job.done : job.done + PART]
    if decision.undone_at:  # taken back, and the job taken up again all the same
        job.total = job.done
    if decision.undone_at or not part:
        return 0
    at, later = timezone.now(), selection.ids[job.done + PART :]
    seen = dict(zip(part, selection.seen[job.done : job.done + PART], strict=True))
    decision.at = at
    told = _decide(decision, part, later, job.author, at, seen)
    decision.refused = [*decision.refused, *told["refused"]]
    decision.save(update_fields=["at", "refused"])
    post.wait_for(decision)
    for word in ("done", "already", "gone"):
        job.outcome[word] = job.outcome.get(word, 0) + len(told[word])
    return len(part)


def _decide(
    decision: Decision, part: list[int], later: list[int], author: User, at: datetime, seen: dict[int, str]
) -> dict[str, list[object]]:
    """What became of each: moved, standing there already, refused with the sentence, not there any more."""
    chosen = list(Registration.objects.filter(pk__in=part).select_related("angkatan"))
    told: dict[str, list[object]] = {"done": [], "already": [], "refused": []}
    told["gone"] = [pk for pk in part if pk not in {one.pk for one in chosen}]
    for angkatan in decisions.batches_of(chosen):
        ours = [one.pk for one in chosen if one.angkatan_id == angkatan.pk]
        try:
            answers = writer.move_together(
                angkatan, ours, decision, actor=staff(author), at=at, seen=seen, later=later
            )  # fmt: skip
        except Refusal as refusal:
            told["refused"] += [(pk, str(refusal)) for pk in ours]
            continue
        for registration, answer in answers:
            if isinstance(answer, (Refusal, NotAllowed)):
                told["refused"].append((registration.pk, str(answer)))
            else:
                told["done" if answer else "already"].append(registration.pk)
    return told


# ---- Taking back ---------------------------------------------------------------------------------


def is_long(decision: Decision) -> bool:
    """Whether taking it back is work for a worker."""
    return decision.changes.count() > MOST_AT_ONCE


def undo_key(key: uuid.UUID) -> uuid.UUID:
    """The number of the job that takes a decision back: asked for twice, it is one."""
    return uuid.uuid5(key, "undo")


@transaction.atomic
def start_undo(key: uuid.UUID, *, author: User, at: datetime, shown_at: str) -> Job:
    """Put taking back in the queue. It counts from now, so the time does not run out while it is done.

    :raises decisions.UndoGone: undone already, too late, or still being carried out
    """
    decision = Decision.objects.select_for_update(no_key=True).get(pk=key)
    own = undo_key(key)
    if known := Job.objects.filter(pk=own).first():
        return known
    if sentence := decisions.undo_sentence(decision, at):
        raise decisions.UndoGone(sentence)
    decision.undone_at, decision.undone_by = at, author
    decision.save(update_fields=["undone_at", "undone_by"])
    total = decision.changes.count()
    title = f"Urungkan “{decision.get_action_display()}”: {dates.thousands(total)} pendaftaran"
    return running.start(
        f"{__name__}.undo_part",
        key=own, author=author, title=title, total=total, plan={"decision": str(key)}, shown_at=shown_at,
    )  # fmt: skip


def undo_part(job: Job) -> int:
    """Take back what was moved in one part, the last part first; how many it was."""
    decision = Decision.objects.select_for_update(no_key=True).get(pk=job.plan["decision"])
    moves = decision.changes.all()
    if before := job.plan.get("before"):
        moves = moves.filter(at__lt=datetime.fromisoformat(before))
    part = moves.aggregate(last=Max("at"))["last"]
    if part is None:
        return 0
    moved = [change.registration for change in moves.filter(at=part).select_related("registration__angkatan")]
    refused = _undo(decision, moved, job.author, part)
    decision.not_undone = [*decision.not_undone, *refused]
    decision.save(update_fields=["not_undone"])
    job.plan["before"] = part.isoformat()
    job.outcome["undone"] = job.outcome.get("undone", 0) + len(moved) - len(refused)
    return len(moved)


def _undo(decision: Decision, moved: Iterable[Registration], author: User, part: datetime) -> list[tuple[int, str]]:
    everyone, refused = list(moved), []
    for angkatan in decisions.batches_of(everyone):
        try:
            answers = writer.undo(angkatan, decision, actor=staff(author), at=timezone.now(), part=part)
            refused += [(one.pk, str(refusal)) for one, refusal in answers]
        except Refusal as refusal:
            refused += [(one.pk, str(refusal)) for one in everyone if one.angkatan_id == angkatan.pk]
    return refused
