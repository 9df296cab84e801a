"""What is to be done: by batch, the soonest first, each with how many, since when, and the page where one does it.

Only what is not zero has a row, and only for who may do it. The one filled button is the most urgent: of the batch
that begins soonest, what has waited longest.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import localdate

from pelatihan import dates
from pelatihan.accounts import access
from pelatihan.accounts.access import Person
from pelatihan.admin import code_requests, late_changes
from pelatihan.admin.closing import messages_of
from pelatihan.lifecycle import Status
from pelatihan.models import Angkatan, ChangeRequest, Invitation, LikelyPair, ListingRequest, Message, Registration
from pelatihan.models.merge import Strength
from pelatihan.phases import Phase
from pelatihan.registration.legality import with_ending_papers

MOST = 12
SOON = 7  # days before the first in which everything is urgent

State, Channel = Message.State, Message.Channel


@dataclass(frozen=True)
class Task:
    """One row: how many, what, since when, where."""

    count: int
    what: str
    address: str
    word: str  # of the button
    note: str = ""
    oldest: datetime | None = None
    is_first: bool = False  # of the whole page: its button is the filled one


@dataclass(frozen=True)
class Waiting:
    """One batch and what is to be done in it."""

    angkatan: Angkatan
    phase: Phase
    held: int
    days_left: int
    tasks: list[Task] = field(default_factory=list)

    @property
    def when(self) -> str:
        """How soon it begins, where that is soon."""
        if self.phase == Phase.RUNNING:
            return "sedang berlangsung"
        if self.days_left > SOON:
            return ""
        return "mulai besok" if self.days_left == 1 else f"mulai {self.days_left} hari lagi"


def waiting_work(at: datetime, reader: Person) -> list[Waiting]:
    """The batches that are not over, soonest first; at most nine queries whatever their number."""
    batches = list(Angkatan.objects.not_over(at).with_seats_held().order_by("starts_on", "number")[:MOST])
    rows = _Rows(reader, at, batches).by_batch()
    work = [
        Waiting(batch, batch.phase(at), batch.held, (batch.starts_on - localdate(at)).days, rows[batch.pk])
        for batch in batches
    ]
    return _with_first(work, at)


def _with_first(work: list[Waiting], at: datetime) -> list[Waiting]:
    """The same with one task marked: of the soonest batch that has any, what has waited longest."""
    for place, item in enumerate(work):
        if not item.tasks:
            continue
        dated = [row for row, task in enumerate(item.tasks) if task.oldest]
        first = min(dated, key=lambda row: item.tasks[row].oldest or at, default=0)
        tasks = [replace(task, is_first=row == first) for row, task in enumerate(item.tasks)]
        return [*work[:place], replace(item, tasks=tasks), *work[place + 1 :]]
    return work


def likely_pairs(user: Person) -> int:
    """How many pairs of people are strongly alike, for those who may merge them; one query."""
    if not access.has(user, access.MERGE):
        return 0
    return LikelyPair.objects.open().filter(strength=Strength.STRONG).count()


def lost_codes(user: Person, at: datetime) -> int:
    """How many people wait for their code from staff, for those who may send it; one query."""
    return code_requests.count(at) if code_requests.may_answer(user) else 0


# ---- The rows, each kind for all batches by one query ----------------------------------------------


class _Rows:
    """What is to be done in these batches, for this reader."""

    def __init__(self, reader: Person, at: datetime, batches: list[Angkatan]) -> None:
        self.reader, self.at, self.batches = reader, at, batches
        self.people = reverse("admin:pelatihan_registration_changelist")

    def by_batch(self) -> dict[int, list[Task]]:
        kinds: list[tuple[bool, Callable[[], dict[int, Task]]]] = [
            (self._may("pelatihan.view_registration"), self._requests),
            (self._may("pelatihan.view_registration"), self._undecided),
            (self._may("pelatihan.view_listingrequest"), self._asking),
            (True, self._late),
            (self._may("pelatihan.send_message") or self._may(access.DECIDE), self._messages),
            (self._may("pelatihan.view_invitation"), self._without_people),
            (self._may("ormas.view_legaldocument"), self._papers),
        ]
        found = [rows() for may_see, rows in kinds if may_see]
        return {batch.pk: [rows[batch.pk] for rows in found if batch.pk in rows] for batch in self.batches}

    def _may(self, permission: str) -> bool:
        return access.has(self.reader, permission)

    def _word(self, act: str) -> str:
        """Who may only look, looks."""
        return act if self._may(access.DECIDE) else "Lihat"

    def _list(self, batch: Angkatan, question: str) -> str:
        return f"{self.people}?angkatan={batch.slug}&{question}"

    def _requests(self) -> dict[int, Task]:
        waiting = ChangeRequest.objects.filter(
            registration__angkatan__in=self.batches, state=ChangeRequest.State.WAITING
        )
        correct = Count("pk", filter=Q(kind=ChangeRequest.Kind.CORRECT))
        counted = waiting.order_by().values("registration__angkatan")
        found = {
            row["registration__angkatan"]: row
            for row in counted.annotate(number=Count("pk"), oldest=Min("asked_at"), corrections=correct)
        }
        return {
            batch.pk: Task(
                row["number"], "permintaan peserta atau ormas", self._list(batch, "permintaan=menunggu"),
                self._word("Putuskan"), _joined(_since(row["oldest"], self.at), _corrections(row)), row["oldest"],
            )
            for batch in self.batches
            if (row := found.get(batch.pk))
        }  # fmt: skip

    def _undecided(self) -> dict[int, Task]:
        waiting = Registration.objects.filter(angkatan__in=self.batches, status=Status.SUBMITTED)
        counted = waiting.order_by().values("angkatan").annotate(
            number=Count("pk"), oldest=Min("submitted_at"), answered=Count("answered_at")
        )  # fmt: skip
        found = {row["angkatan"]: row for row in counted}
        return {
            batch.pk: Task(
                row["number"], "pendaftaran belum diputuskan", self._list(batch, "status=submitted"),
                self._word("Verifikasi"),
                _joined(_since(row["oldest"], self.at), _answered(row["answered"])), row["oldest"],
            )
            for batch in self.batches
            if (row := found.get(batch.pk))
        }  # fmt: skip

    def _asking(self) -> dict[int, Task]:
        waiting = ListingRequest.objects.waiting().filter(angkatan__in=self.batches).order_by()
        counted = waiting.values("angkatan").annotate(number=Count("pk"), oldest=Min("asked_at"))
        found, listing = {row["angkatan"]: row for row in counted}, reverse("admin:pelatihan_listingrequest_changelist")
        word = "Jawab" if self._may(access.LISTING) else "Lihat"
        return {
            batch.pk: Task(
                row["number"], "ormas minta diundang", f"{listing}?angkatan={batch.slug}&keadaan=waiting", word,
                _since(row["oldest"], self.at), row["oldest"],
            )
            for batch in self.batches
            if (row := found.get(batch.pk))
        }  # fmt: skip

    def _late(self) -> dict[int, Task]:
        counted = late_changes.counted(self.batches, self.reader)
        return {
            batch.pk: Task(
                counted[batch.pk],
                "perubahan setelah daftar dibekukan",
                reverse("admin:pelatihan_angkatan_late", args=[batch.pk]),
                "Lihat dan cetak ulang" if self._may(access.PRINT) else "Lihat",
                "Periksa cetakan yang tidak lagi cocok",
            )
            for batch in self.batches
            if counted[batch.pk]
        }

    def _messages(self) -> dict[int, Task]:
        """What a person has to send or to decide; mails that wait for their turn are only told of."""
        unsent = Message.objects.unsent().filter(angkatan__in=self.batches).order_by()
        is_due = Q(state=State.WAITING, channel=Channel.WHATSAPP, due_at__lte=self.at)
        counted = unsent.values("angkatan").annotate(
            by_hand=Count("pk", filter=is_due),
            mails=Count("pk", filter=Q(state__in=[State.WAITING, State.SENDING], channel=Channel.EMAIL)),
            doubtful=Count("pk", filter=Q(state=State.DOUBTFUL)),
            failed=Count("pk", filter=Q(state=State.FAILED)),
            oldest=Min("due_at", filter=is_due | Q(state__in=[State.DOUBTFUL, State.FAILED])),
        )
        found = {row["angkatan"]: row for row in counted}
        return {
            batch.pk: Task(number, "pesan belum sampai", messages_of(batch), "Kirim", _of_messages(row), row["oldest"])
            for batch in self.batches
            if (row := found.get(batch.pk)) and (number := row["by_hand"] + row["doubtful"] + row["failed"])
        }

    def _without_people(self) -> dict[int, Task]:
        """Ormas that have their link and have named nobody, while they still may."""
        open_ones = [batch for batch in self.batches if batch.phase(self.at) in (Phase.OPEN, Phase.NOT_YET_OPEN)]
        named = Registration.objects.active().filter(invitation=OuterRef("pk"))
        counted = Invitation.objects.filter(angkatan__in=open_ones, told_at__isnull=False).order_by()
        found = {
            row["angkatan"]: row
            for row in counted.values("angkatan").annotate(
                told=Count("pk"), number=Count("pk", filter=~Exists(named)), oldest=Min("told_at")
            )
        }
        return {
            batch.pk: Task(
                row["number"],
                "ormas belum mengirim utusan",
                reverse("admin:pelatihan_angkatan_invitations", args=[batch.pk]) + "?tampil=belum-lengkap",
                "Lihat dan ingatkan" if self._may(access.LINKS) else "Lihat",
                _joined(f"Dari {dates.thousands(row['told'])} yang sudah dikirimi tautan", self._days_open(batch)),
            )
            for batch in open_ones
            if (row := found.get(batch.pk)) and row["number"]
        }

    def _days_open(self, batch: Angkatan) -> str:
        if batch.closes_at is None or batch.closes_at < self.at:
            return ""
        days = (localdate(batch.closes_at) - localdate(self.at)).days
        return f"pendaftaran tinggal {days} hari" if days else "pendaftaran ditutup hari ini"

    def _papers(self) -> dict[int, Task]:
        ending: Any = with_ending_papers(Invitation.objects.filter(angkatan__in=self.batches)).order_by()
        counted = ending.values_list("angkatan", "term_ends", "papers_end").annotate(number=Count("pk"))
        terms, papers, both = Counter[int](), Counter[int](), defaultdict[int, int](int)
        for batch, term_ends, papers_end, number in counted:
            terms[batch] += number * term_ends
            papers[batch] += number * papers_end
            both[batch] += number
        address = reverse("admin:ormas_ormas_changelist") + "?dokumen=berakhir"
        return {
            batch.pk: Task(
                both[batch.pk], "ormas diundang, dokumennya berakhir sebelum pelatihan", address, "Lihat",
                _joined(_some(terms[batch.pk], "masa bakti pengurus"), _some(papers[batch.pk], "dokumen legalitas")),
            )
            for batch in self.batches
            if both[batch.pk]
        }  # fmt: skip


# ---- Words -----------------------------------------------------------------------------------------


def _since(oldest: datetime, at: datetime) -> str:
    """Since when the longest has waited; on the same day how many hours."""
    hours = int((at - oldest).total_seconds() // 3600)
    if dates.local_date(oldest) == dates.local_date(at):
        return f"Tertua {hours} jam lalu" if hours else "Tertua kurang dari sejam lalu"
    return f"Tertua {dates.long_date(oldest)}"


def _answered(number: int) -> str:
    return f"termasuk {dates.thousands(number)} yang sudah diperbaiki peserta" if number else ""


def _corrections(row: Mapping[str, Any]) -> str:
    return f"{dates.thousands(row['corrections'])} di antaranya pembetulan data" if row["corrections"] else ""


def _of_messages(row: Mapping[str, Any]) -> str:
    return _joined(
        _some(row["by_hand"], "lewat WhatsApp"),
        _some(row["doubtful"], "tidak pasti"),
        _some(row["failed"], "gagal"),
        _some(row["mails"], "surel menunggu gilirannya"),
    )


def _some(number: int, what: str) -> str:
    return f"{dates.thousands(number)} {what}" if number else ""


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))
