"""Making one person of two rows, and two again.

Both rows stay. The one that is merged away points at the other (``merged_into``) and keeps what it holds; all its
registrations move, with their attendance, decisions and messages. Where both are active in one batch, staff say which
registration stays: the other is cancelled by the one writer of registrations, tells nobody, and its attendance counts
for the one that stays. Each value that is written is kept beside what stood there (``ledger``), so all of it goes back.

Locks: batches by id, their registrations by id, then the people by id; every other writer takes a part of that order.
"""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ormas.models import Delegate
from pelatihan import dates
from pelatihan.accounts.actor import Actor
from pelatihan.attendance import writer as attendance
from pelatihan.lifecycle import ACTIVE, Status
from pelatihan.merging import ledger, pairs
from pelatihan.merging.ledger import Ledger, Step
from pelatihan.models import Angkatan, Merge, Registration, StatusChange
from pelatihan.registration import changes, eligibility, rows, writer
from pelatihan.registration.refusals import Refusal

WRITTEN = ("front_title", "name", "back_title", "nickname", "gender", "position", "ormas_id", "phone", "email")
CONSENTS = ("agrees_photo", "agrees_group", "agrees_invite")
FIELDS = (*WRITTEN, *CONSENTS)
A, B = "a", "b"  # whose value it is: of the one that is kept, of the one that is merged into it
LONGER, NEWER = frozenset({"front_title", "back_title"}), frozenset({"position", "phone", "email", "ormas_id"})
LABELS = {
    "front_title": "Gelar depan", "name": "Nama", "back_title": "Gelar belakang", "nickname": "Nama panggilan",
    "gender": "Jenis kelamin", "position": "Jabatan", "ormas_id": "Ormas", "phone": "Nomor HP", "email": "Surel",
    "agrees_photo": "Izin foto", "agrees_group": "Izin grup WhatsApp", "agrees_invite": "Izin diundang lagi",
}  # fmt: skip
_RANK = [Status.ACCEPTED, Status.SUBMITTED, Status.NEEDS_FIX, Status.WAITLISTED]  # of two the first one is pre-chosen


class Unmerged(Refusal):
    """Nothing was written; the text is a sentence that says what to do next."""


@dataclass(frozen=True)
class Choice:
    """What staff chose: whose value by field, and which registration stays by batch."""

    values: Mapping[str, str]
    stays: Mapping[int, int]


@dataclass(frozen=True)
class Twice:
    """A batch in which both are active, and the registration that is pre-chosen to stay."""

    angkatan: Angkatan
    a: Registration
    b: Registration

    @property
    def likely(self) -> Registration:
        return min(self.a, self.b, key=lambda one: (_RANK.index(Status(one.status)), one.submitted_at, one.pk))

    def other(self, stays: Registration) -> Registration:
        return self.b if stays.pk == self.a.pk else self.a


# ---- Before ----------------------------------------------------------------------------------------


def likely_value(field: str, a: Any, b: Any) -> str:
    """Whose value is pre-chosen: filled beats empty, of two consents the stricter, of titles the longer; of what
    changes in a life that of the newer row.
    """
    if field in CONSENTS:
        return B if a and not b else A
    if not a or not b:
        return A if a or not b else B
    if field in LONGER:
        return B if len(b) > len(a) else A
    return B if field in NEWER else A


def likely_values(a: Delegate, b: Delegate) -> dict[str, str]:
    return {field: likely_value(field, getattr(a, field), getattr(b, field)) for field in FIELDS}


def twice_in(a: list[Registration], b: list[Registration]) -> list[Twice]:
    """The batches in which both are active, in the order of their days."""
    active = {one.angkatan_id: one for one in b if one.status in ACTIVE}
    standing = [one for one in a if one.status in ACTIVE and one.angkatan_id in active]
    pairs = [Twice(one.angkatan, one, active[one.angkatan_id]) for one in standing]
    return sorted(pairs, key=lambda twice: (twice.angkatan.starts_on, twice.angkatan.pk))


def print_of(a: Delegate, b: Delegate, registrations: list[Registration]) -> str:
    """A fingerprint of all that a merge rests on, so that nothing else is merged than was seen."""
    columns = ("pk", "merged_into_id", *FIELDS, "privacy_version", "agrees_special_needs")
    stands = [[str(getattr(each, column)) for column in columns] for each in (a, b)]
    theirs = sorted((one.pk, one.delegate_id, one.status, one.counts_for_id) for one in registrations)
    return hashlib.sha256(repr((stands, theirs)).encode()).hexdigest()[:32]


# ---- Merging ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Both:
    """The two rows and their registrations, as they are while they are locked."""

    kept: Delegate
    gone: Delegate
    of_kept: list[Registration]
    of_gone: list[Registration]

    @property
    def print(self) -> str:
        return print_of(self.kept, self.gone, [*self.of_kept, *self.of_gone])


@rows.whole
def merge(
    kept: Delegate, gone: Delegate, choice: Choice, *, key: uuid.UUID, seen: str, actor: Actor, at: datetime
) -> Merge:
    """Make one of two. The same key again is the same merge.

    :param seen: the fingerprint that the page showed
    :raises Unmerged: with the sentence to show
    :raises Refusal: one of them cannot give way in a batch that was closed
    """
    if kept.pk == gone.pk:
        raise Unmerged("Ini satu data yang sama, jadi tidak ada yang digabung.")
    both = _locked(kept, gone)
    if known := Merge.objects.filter(pk=key).first():
        return known
    _check_free(both.kept)
    _check_free(both.gone)
    if both.print != seen:
        raise Unmerged(
            "Sementara halaman ini terbuka, data atau pendaftaran salah satunya berubah. Belum ada yang digabung:"
            " periksa lagi yang tertulis sekarang, lalu gabungkan bila masih perlu."
        )
    assert actor.user is not None  # staff alone merge
    one = Merge.objects.create(pk=key, kept=both.kept, gone=both.gone, actor=actor.user, at=at)
    book = Ledger(one)
    _put_values(book, both, choice, actor=actor, at=at)
    parted = [_one_stays(book, twice, choice) for twice in twice_in(both.of_kept, both.of_gone)]
    for stays, gives_way in parted:  # while each is still somebody's own: one active registration a person
        change = writer.give_way(gives_way, stays, actor=actor, at=at)
        book.note("registration", gives_way.pk, "counts_for_id", None, stays.pk)
        book.note(ledger.HISTORY, change.pk, "registration_id", gives_way.pk, gives_way.pk)
    book.put_all(both.of_gone, "delegate_id", both.kept.pk)
    book.put_all(Delegate.objects.filter(merged_into=both.gone), "merged_into_id", both.kept.pk)
    book.put(both.gone, "merged_into_id", both.kept.pk)
    book.close()
    if parted:
        attendance.recount([stays for stays, _gives_way in parted])
    pairs.compare(people=[kept.pk, gone.pk])
    return one


def _locked(kept: Delegate, gone: Delegate) -> Both:
    theirs = Registration.objects.filter(delegate__in=[kept.pk, gone.pk])
    batches = set(theirs.values_list("angkatan", flat=True))
    list(Angkatan.objects.select_for_update(no_key=True).filter(pk__in=batches).order_by("pk"))
    current = list(rows.current_ones(theirs))
    if not {one.angkatan_id for one in current} <= batches:
        raise Unmerged("Salah satunya baru saja mendaftar. Muat ulang halaman, lalu periksa lagi.")
    people = {
        one.pk: one
        for one in Delegate.objects.select_for_update(no_key=True).filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    }
    if len(people) < 2:
        raise Unmerged("Data salah satunya sudah dihapus. Buka daftar pasangan lagi.")
    of = {pk: [one for one in current if one.delegate_id == pk] for pk in people}
    return Both(people[kept.pk], people[gone.pk], of[kept.pk], of[gone.pk])


def _check_free(one: Delegate) -> None:
    """:raises Unmerged: it stands for nobody any more"""
    if one.merged_into is None:
        return
    raise Unmerged(
        f"{one.full_name} sudah digabung ke {one.merged_into.full_name}. Buka data {one.merged_into.name}, lalu"
        " gabungkan dari sana bila masih perlu."
    )


def _put_values(book: Ledger, both: Both, choice: Choice, *, actor: Actor, at: datetime) -> None:
    """The chosen values, the notice that was read first, and special needs as far as somebody has agreed to them."""
    kept, gone = both.kept, both.gone
    chosen = likely_values(kept, gone) | dict(choice.values)
    values: dict[str, Any] = {field: getattr(gone if chosen[field] == B else kept, field) for field in FIELDS}
    read = [(one.privacy_at, one.privacy_version) for one in (kept, gone) if one.privacy_at]
    if read:
        values["privacy_at"], values["privacy_version"] = min(read)
    has_needs = any(one.special_needs for one in (*both.of_kept, *both.of_gone))
    strict = kept.agrees_special_needs and gone.agrees_special_needs
    values["agrees_special_needs"] = has_needs or strict
    for one in (kept, gone):  # their registrations tell what is different there from now on
        edits = {field: (getattr(one, field), new) for field, new in values.items() if getattr(one, field) != new}
        changes.note_on_registrations(one, edits, actor=actor, at=at)
    book.put_together(kept, values)


def _one_stays(book: Ledger, twice: Twice, choice: Choice) -> tuple[Registration, Registration]:
    """Which registration of the batch stays, and which gives way.

    :raises Unmerged: nobody has chosen
    :raises BatchOver: the batch was closed
    """
    chosen = choice.stays.get(twice.angkatan.pk)
    stays = next((one for one in (twice.a, twice.b) if one.pk == chosen), None)
    if stays is None:
        raise Unmerged(f"Pilih dahulu pendaftaran mana yang tetap di {twice.angkatan.name}.")
    eligibility.check_going_on(twice.angkatan, eligibility.MERGE)
    gives_way = twice.other(stays)
    book.put_all(Registration.objects.filter(counts_for=gives_way), "counts_for_id", stays.pk)
    return stays, gives_way


# ---- Taking back -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Back:
    """What an undo would do: the lines that go back, and what does not, in sentences."""

    steps: list[Step]
    stays: list[str]


def back(merge: Merge) -> Back:
    """What taking it back does, before it is done."""
    steps = ledger.steps_back(merge)
    since = _registered_since(merge)
    return Back(steps, [*filter(None, map(_stays_sentence, steps)), *since])


def _stays_sentence(step: Step) -> str:
    """Why a value stays as it is; empty when it goes back, or stands for the same since another merge was undone."""
    if step.goes_back:
        return ""
    if step.line.table == "delegate" and step.line.field in LABELS:
        return f"{LABELS[step.line.field]} sudah diubah lagi setelah digabung, jadi tetap seperti sekarang."
    if (step.line.table, step.line.field) == ("registration", "delegate_id"):
        if Merge.objects.filter(gone=step.row.delegate_id).exclude(undone_at=None).exists():
            return ""
        return (
            f"Pendaftaran {step.row.name} sudah dipindah ke data orang lain oleh pembetulan, jadi tidak kembali."
            " Periksa pendaftarannya."
        )
    return ""


def _registered_since(merge: Merge) -> list[str]:
    if not merge.kept_id:
        return []
    later = Registration.objects.filter(delegate=merge.kept_id, submitted_at__gt=merge.at).select_related("angkatan")
    return [
        f"Pendaftaran di {one.angkatan.name} ({dates.plain_date(one.submitted_at)}) dibuat setelah digabung, jadi tetap"
        f" pada {one.name}."
        for one in later
    ]


@rows.whole
def undo(merge: Merge, *, actor: Actor, at: datetime) -> list[str]:
    """Make two of one again; what does not go back, in sentences. Quiet when it was done already.

    :raises Unmerged: one of the rows is gone
    """
    kept, gone = merge.kept_id, merge.gone_id
    assert kept  # of people
    assert gone
    assert actor.user is not None  # by staff
    moved = [int(line.row) for line in merge.rows.filter(table="registration")]
    _lock_for_undo(kept, gone, moved)
    now = Merge.objects.select_for_update().get(pk=merge.pk)
    if now.undone_at:
        return list(now.not_undone)
    if Delegate.objects.filter(pk__in=[kept, gone]).count() < 2:
        raise Unmerged("Data salah satunya sudah dihapus sesuai batas waktu penyimpanan, jadi tidak dapat diurungkan.")
    plan = back(now)
    was = Delegate.objects.get(pk=kept)
    ledger.take_back(plan.steps)
    _note_values_back(was, kept, gone, actor=actor, at=at)
    stays = [*plan.stays, *_stand_again(now, actor=actor, at=at)]
    concerned = [step.row for step in plan.steps if step.line.field == "counts_for_id"]
    if concerned:
        ids = {one.pk for one in concerned} | {one.counts_for_id for one in concerned if one.counts_for_id}
        attendance.recount(list(Registration.objects.filter(pk__in=ids)))
    now.undone_at, now.undone_by, now.not_undone = at, actor.user, stays
    now.save(update_fields=["undone_at", "undone_by", "not_undone"])
    pairs.compare(people=[kept, gone])
    return stays


def _lock_for_undo(kept: int, gone: int, moved: list[int]) -> None:
    concerned = Registration.objects.filter(pk__in=moved)
    batches = set(concerned.values_list("angkatan", flat=True))
    list(Angkatan.objects.select_for_update(no_key=True).filter(pk__in=batches).order_by("pk"))
    partners = Registration.objects.filter(pk__in=moved) | Registration.objects.filter(counted__in=moved)
    list(rows.current_ones(Registration.objects.filter(pk__in=partners.values("pk"))))
    list(Delegate.objects.select_for_update(no_key=True).filter(pk__in=[kept, gone]).order_by("pk"))


def _note_values_back(was: Delegate, *people: int, actor: Actor, at: datetime) -> None:
    """The registrations of each tell what stands there now, where ``was`` stood."""
    for one in Delegate.objects.filter(pk__in=people):
        edits = {f: (getattr(was, f), getattr(one, f)) for f in FIELDS if getattr(was, f) != getattr(one, f)}
        changes.note_on_registrations(one, edits, actor=actor, at=at)


def _stand_again(merge: Merge, *, actor: Actor, at: datetime) -> list[str]:
    """Whoever gave way stands again where that is possible; why not, in sentences."""
    numbers = [line.row for line in merge.rows.filter(table=ledger.HISTORY)]
    refused = []
    for change in StatusChange.objects.filter(pk__in=numbers).select_related("registration__angkatan"):
        try:
            writer.come_back(change.registration, change, actor=actor, at=at)
        except Refusal as refusal:
            refused.append(f"{change.registration.angkatan.name}: {refusal}")
    return refused
