"""One text to many: who is meant by a choice, the job that writes the messages part by part, and stopping it.

Who is meant is asked again when a part is written: whoever has left meanwhile gets nothing.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from ormas import phones
from ormas.models import Ormas
from ormas.search import search_words
from pelatihan.jobs import running
from pelatihan.messaging import mail, post
from pelatihan.models import Angkatan, Attendance, Invitation, Job, Mailing, MessageKind, Registration

PART = 200  # receivers
WORK = "pelatihan.messaging.mailing.write_part"
KINDS = (MessageKind.FREE, MessageKind.REMINDER, MessageKind.PLACE_CHANGED, MessageKind.NO_DELEGATES)
PRESENT, NEVER = "hadir", "belum"
ATTENDANCE = {PRESENT: "Hadir di sesi tertentu", NEVER: "Belum pernah hadir"}


@dataclass(frozen=True)
class Choice:
    """Whom a mailing is for: people of a batch by status, organisation and attendance; or, for its kind alone, the
    organisations that have sent nobody yet.
    """

    statuses: tuple[str, ...] = ()
    ormas: str = ""  # words of its name or its abbreviation
    attendance: str = ""
    session: int | None = None

    @classmethod
    def read(cls, chosen: dict[str, Any]) -> Self:
        """As a mailing keeps it."""
        return cls(
            tuple(chosen.get("statuses", ())), chosen.get("ormas", ""), chosen.get("attendance", ""),
            chosen.get("session"),
        )  # fmt: skip

    def kept(self) -> dict[str, Any]:
        return {
            "statuses": list(self.statuses), "ormas": self.ormas, "attendance": self.attendance,
            "session": self.session,
        }  # fmt: skip


# ---- Who is meant ----------------------------------------------------------------------------------


def receivers(angkatan: int, kind: str, choice: Choice) -> QuerySet[Any]:
    """Registrations, or for organisations without delegates their invitations; in a fixed order."""
    if kind == MessageKind.NO_DELEGATES:
        return _silent(angkatan, choice).order_by("pk")
    people = Registration.objects.filter(angkatan=angkatan, status__in=choice.statuses)
    for word in search_words(choice.ormas):
        listed = Ormas.objects.matching(word).order_by().values("pk")
        people = people.filter(Q(ormas__in=listed) | Q(ormas_text__icontains=word))
    there = Attendance.objects.filter(registration=OuterRef("pk")).came()
    if choice.attendance == PRESENT:
        people = people.filter(Exists(there.filter(session=choice.session)))
    elif choice.attendance == NEVER:
        people = people.filter(~Exists(there))
    return people.order_by("pk")


def _silent(angkatan: int, choice: Choice) -> QuerySet[Invitation]:
    sending = Registration.objects.active().filter(angkatan=OuterRef("angkatan"), ormas=OuterRef("ormas"))
    invitations = Invitation.objects.filter(~Exists(sending), angkatan=angkatan)
    for word in search_words(choice.ormas):
        invitations = invitations.filter(ormas__in=Ormas.objects.matching(word).order_by().values("pk"))
    return invitations


@dataclass(frozen=True)
class Ways:
    """How many are meant, and by which way each can be reached."""

    total: int
    by_mail: int
    by_whatsapp: int
    nowhere: int

    @property
    def reached(self) -> int:
        return self.by_mail + self.by_whatsapp


def ways(found: QuerySet[Any], kind: str) -> Ways:
    """One query."""
    counted = found.order_by().aggregate(
        total=Count("pk"),
        mail=Count("pk", filter=mailable(kind)),
        nowhere=Count("pk", filter=unreachable(kind)),
    )
    total, by_mail, nowhere = counted["total"], counted["mail"], counted["nowhere"]
    return Ways(total, by_mail, total - by_mail - nowhere, nowhere)


def unreachable(kind: str) -> Q:
    """Neither a mail address nor a mobile number."""
    phone = "ormas__contact_phone" if kind == MessageKind.NO_DELEGATES else "delegate__phone"
    return ~mailable(kind) & ~Q(**{f"{phone}__regex": phones.STORED})


def mailable(kind: str) -> Q:
    """``mail.can_arrive``, as the database says it."""
    address = "ormas__contact_email" if kind == MessageKind.NO_DELEGATES else "delegate__email"
    if not settings.SENDS_MAIL:
        return Q(pk__in=[])
    return ~Q(**{address: ""}) & ~Q(**{f"{address}__iregex": mail.NOWHERE})


# ---- Sending ---------------------------------------------------------------------------------------


def start(
    key: uuid.UUID, *, angkatan: Angkatan, kind: str, subject: str, body: str, choice: Choice, author: User,
    at: datetime, shown_at: str,
) -> Mailing:  # fmt: skip
    """Keep the mailing and queue the job that writes it. The same key again is the same mailing."""
    with transaction.atomic():
        mailing, is_new = Mailing.objects.get_or_create(
            pk=key,
            defaults={
                "angkatan": angkatan, "kind": kind, "subject": subject, "body": body, "chosen": choice.kept(),
                "author": author, "at": at,
            },
        )  # fmt: skip
        if is_new:
            meant = receivers(angkatan.pk, kind, choice).order_by().aggregate(total=Count("pk"), last=Max("pk"))
            mailing.job = running.start(
                WORK, key=key, author=author, total=meant["total"], shown_at=shown_at,
                title=f"Kirim ke banyak: {MessageKind(kind).label}, {angkatan.name}",
                plan={"mailing": str(key), "until": meant["last"] or 0},
            )  # fmt: skip
            mailing.save(update_fields=["job"])
    return mailing


def write_part(job: Job) -> int:
    """The messages of the next receivers; a work of ``jobs.running``."""
    mailing = Mailing.objects.select_related("angkatan").select_for_update(of=("self",)).get(pk=job.plan["mailing"])
    if mailing.stopped_at:  # taken up again by mistake: nothing more is written
        job.total = job.done
        return 0
    choice, after = Choice.read(mailing.chosen), job.outcome.get("after", 0)
    found = receivers(mailing.angkatan_id, mailing.kind, choice).filter(pk__gt=after, pk__lte=job.plan["until"])
    part = list(found.select_related(*_NEEDED[mailing.kind == MessageKind.NO_DELEGATES])[:PART])
    if part:
        is_of_ormas = mailing.kind == MessageKind.NO_DELEGATES
        post.of_mailing(mailing, *([[], part] if is_of_ormas else [part]), at=timezone.now())
        job.outcome["after"] = part[-1].pk
    return len(part)


_NEEDED = {True: ("angkatan", "ormas"), False: ("angkatan", "delegate", "ormas")}


def stop(mailing: Mailing, *, by: User, at: datetime) -> int:
    """What is not sent stays unsent, written or not; how many messages that took back. Twice is once."""
    with transaction.atomic():
        count = post.stop(mailing, by=by, at=at)
        if mailing.job:  # last: the worker, too, writes the job's row behind the mailing's
            running.stop(mailing.job, author=by, at=at)
        return count


@dataclass(frozen=True)
class Figures:
    """How far a mailing has come. ``unwritten``: receivers whose message was not even made."""

    total: int
    written: int
    sent: int
    mails: int  # still to be sent by the worker
    by_hand: int  # still to be sent by WhatsApp
    doubtful: int
    failed: int
    dropped: int

    @property
    def unwritten(self) -> int:
        return max(self.total - self.written, 0)

    @property
    def ended(self) -> int:
        return self.sent + self.doubtful + self.failed + self.dropped


def figures(mailing: Mailing) -> Figures:
    """One query."""
    state = {
        name: Count("pk", filter=Q(state=name)) for name in ("sent", "doubtful", "failed", "dropped")
    }  # fmt: skip
    open_mail = Q(state__in=["waiting", "sending"], channel="email")
    counted = mailing.messages.order_by().aggregate(
        written=Count("pk"), mails=Count("pk", filter=open_mail),
        by_hand=Count("pk", filter=Q(state="waiting", channel="whatsapp")), **state,
    )  # fmt: skip
    total = mailing.job.total if mailing.job else counted["written"]
    return Figures(total=max(total, counted["written"]), **counted)


def earlier(angkatan: Angkatan, kind: str, most: int = 3) -> list[Mailing]:
    """What was sent to this batch on the same occasion before, newest first."""
    same = Mailing.objects.filter(angkatan=angkatan, kind=kind)
    return list(same.select_related("author", "job").order_by("-at", "pk")[:most])
