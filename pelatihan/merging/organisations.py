"""Making one organisation of two rows of it, and two again.

As with people (``people``) nothing is deleted: papers, delegates, invitations, registrations and requests move to the
row that is kept, each value in the ledger. Where both were invited to one batch, staff choose which invitation stays,
with its link and its seats; the people of both are then of one organisation, and where they would hold more seats than
it has, nothing is merged: nobody loses a seat. Two rivals may carry one name, so a row in dispute needs a tick of its
own.

Locks: batches by id, registrations by id, then the two organisations by id.
"""

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ormas.models import Delegate, LegalDocument, Ormas
from pelatihan.accounts.actor import Actor
from pelatihan.merging import ledger
from pelatihan.merging.ledger import Ledger, Step
from pelatihan.merging.people import A, B, Unmerged
from pelatihan.models import (
    Angkatan,
    AssignmentLetter,
    ChangeRequest,
    Invitation,
    ListingRequest,
    Merge,
    Message,
    Registration,
)
from pelatihan.phases import Phase
from pelatihan.registration import changes, rows, seats, writer

FIELDS = (
    "name", "abbreviation", "level", "kind", "legal_form", "field", "city", "secretariat_address", "contact_name",
    "contact_phone", "contact_email", "board_term_until", "verification", "notes",
)  # fmt: skip
LABELS = {
    field.name: str(field.verbose_name).capitalize().replace("hp", "HP")
    for field in Ormas._meta.concrete_fields
    if field.name in FIELDS
}
NEWER = frozenset({"contact_name", "contact_phone", "contact_email", "secretariat_address", "board_term_until"})
_WEIGHT = [
    Ormas.Verification.DISPUTED, Ormas.Verification.VERIFIED, Ormas.Verification.REJECTED,
    Ormas.Verification.UNVERIFIED,
]  # of two the first is pre-chosen: a dispute does not vanish by a merge  # fmt: skip
_OVER = frozenset({Phase.FINISHED, Phase.CANCELLED})


@dataclass(frozen=True)
class Choice:
    """What staff chose: whose value by field, which invitation stays by batch, and that a dispute was looked at."""

    values: Mapping[str, str]
    stays: Mapping[int, int]
    knows_of_dispute: bool = False


@dataclass(frozen=True)
class InvitedTwice:
    """A batch to which both are invited."""

    angkatan: Angkatan
    a: Invitation
    b: Invitation

    @property
    def likely(self) -> Invitation:
        """The one whose link is in somebody's hands; else that of the row which is kept."""
        return self.b if self.b.opened_at and not self.a.opened_at else self.a

    def other(self, stays: Invitation) -> Invitation:
        return self.b if stays.pk == self.a.pk else self.a


# ---- Before ----------------------------------------------------------------------------------------


def likely_value(field: str, a: Any, b: Any) -> str:
    """Whose value is pre-chosen: filled beats empty, a dispute everything, else that of the newer row where life
    changes it.
    """
    if field == "verification":
        return A if _WEIGHT.index(Ormas.Verification(a)) <= _WEIGHT.index(Ormas.Verification(b)) else B
    empty = {"", None, Ormas.LegalForm.UNKNOWN.value}
    if a in empty or b in empty:
        return B if a in empty and b not in empty else A
    return B if field in NEWER else A


def likely_values(a: Ormas, b: Ormas) -> dict[str, str]:
    return {field: likely_value(field, getattr(a, field), getattr(b, field)) for field in FIELDS}


def invited_twice(a: Ormas, b: Ormas) -> list[InvitedTwice]:
    """One statement."""
    both = Invitation.objects.filter(ormas__in=[a.pk, b.pk]).select_related("angkatan")
    by_batch: dict[int, dict[int, Invitation]] = {}
    for one in both.order_by("angkatan__starts_on", "pk"):
        by_batch.setdefault(one.angkatan_id, {})[one.ormas_id] = one
    return [InvitedTwice(of[a.pk].angkatan, of[a.pk], of[b.pk]) for of in by_batch.values() if len(of) == 2]


def print_of(a: Ormas, b: Ormas, twice: list[InvitedTwice]) -> str:
    """A fingerprint of what a merge rests on, so that nothing else is merged than was seen."""
    stands = [[str(getattr(each, column)) for column in ("pk", "merged_into_id", *FIELDS)] for each in (a, b)]
    invited = [(one.a.pk, one.a.own_seats, one.b.pk, one.b.own_seats) for one in twice]
    return hashlib.sha256(repr((stands, invited)).encode()).hexdigest()[:32]


def oversold(a: Ormas, b: Ormas, stays: Mapping[int, int], at: datetime) -> list[str]:
    """Where the people of both would hold more seats than one organisation has, in sentences with what to do."""
    held: dict[int, Counter[int | None]] = defaultdict(Counter)
    holding = Registration.objects.holding_seat().filter(ormas__in=[a.pk, b.pk]).order_by()
    for number, ormas in holding.values_list("angkatan", "ormas"):
        held[number][ormas] += 1
    both = [number for number, of in held.items() if len(of) == 2]
    invited: dict[int, list[Invitation]] = defaultdict(list)
    for one in Invitation.objects.filter(angkatan__in=both, ormas__in=[a.pk, b.pk]).order_by("pk"):
        invited[one.angkatan_id].append(one)
    sentences = []
    for batch in Angkatan.objects.filter(pk__in=both).order_by("starts_on", "pk"):
        if batch.phase(at) in _OVER:
            continue
        theirs = invited[batch.pk]
        chosen = next((one for one in theirs if one.pk == stays.get(batch.pk)), next(iter(theirs), None))
        each, people = seats.seats_of(batch, chosen), held[batch.pk].total()
        if people > each:
            sentences.append(
                f"Di {batch.name} keduanya memegang {people} kursi, sedangkan ormas yang tetap mempunyai {each}. Tambah"
                " dahulu kursi pada undangannya, atau batalkan pendaftaran yang berlebih."
            )
    return sentences


# ---- Merging ---------------------------------------------------------------------------------------


@rows.whole
def merge(kept: Ormas, gone: Ormas, choice: Choice, *, key: uuid.UUID, seen: str, actor: Actor, at: datetime) -> Merge:
    """Make one of two. The same key again is the same merge.

    :param seen: the fingerprint that the page showed
    :raises Unmerged: with the sentence to show
    """
    if kept.pk == gone.pk:
        raise Unmerged("Ini satu data ormas yang sama, jadi tidak ada yang digabung.")
    _lock_batches([kept.pk, gone.pk])
    moving = list(rows.current_ones(Registration.objects.filter(ormas=gone.pk)))
    kept, gone = _locked(kept.pk, gone.pk)
    if known := Merge.objects.filter(pk=key).first():
        return known
    twice = invited_twice(kept, gone)
    _check(kept, gone, choice, twice, seen, at)
    assert actor.user is not None  # staff alone merge
    one = Merge.objects.create(pk=key, kept_ormas=kept, gone_ormas=gone, actor=actor.user, at=at)
    book = Ledger(one)
    for both in twice:
        _one_invitation(book, both, choice.stays[both.angkatan.pk])
    book.put_all(Invitation.with_merged.filter(ormas=gone), "ormas_id", kept.pk)
    book.put_all(moving, "ormas_id", kept.pk)
    changes.note_other_row(moving, gone, kept, actor=actor, at=at)
    for model in (LegalDocument, Delegate, ListingRequest, ChangeRequest):
        book.put_all(model._base_manager.filter(ormas=gone.pk), "ormas_id", kept.pk)
    book.put_all(Ormas.with_merged.filter(merged_into=gone), "merged_into_id", kept.pk)
    book.put(gone, "merged_into_id", kept.pk)
    chosen = likely_values(kept, gone) | dict(choice.values)
    book.put_together(kept, {field: getattr(gone if chosen[field] == B else kept, field) for field in FIELDS})
    book.close()
    return one


def _lock_batches(ormas: list[int]) -> None:
    invited = Invitation.with_merged.filter(ormas__in=ormas).order_by().values("angkatan")
    sending = Registration.objects.filter(ormas__in=ormas).order_by().values("angkatan")
    batches = Angkatan.objects.filter(pk__in=invited) | Angkatan.objects.filter(pk__in=sending)
    ids = set(batches.values_list("pk", flat=True))
    list(Angkatan.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def _locked(kept: int, gone: int) -> tuple[Ormas, Ormas]:
    found = Ormas.with_merged.select_for_update(no_key=True).filter(pk__in=[kept, gone]).order_by("pk")
    rows_now = {one.pk: one for one in found}
    if len(rows_now) < 2:
        raise Unmerged("Data salah satu ormas sudah dihapus. Muat ulang daftar ormas.")
    return rows_now[kept], rows_now[gone]


def _check(kept: Ormas, gone: Ormas, choice: Choice, twice: list[InvitedTwice], seen: str, at: datetime) -> None:
    """:raises Unmerged: with the sentence to show"""
    for one in (kept, gone):
        if one.merged_into:
            into = one.merged_into.name
            raise Unmerged(f"{one.name} sudah digabung ke {into}. Gabungkan dari sana bila masih perlu.")
    if print_of(kept, gone, twice) != seen:
        raise Unmerged(
            "Sementara halaman ini terbuka, data atau undangan salah satunya berubah. Belum ada yang digabung: periksa"
            " lagi yang tertulis sekarang."
        )
    if (kept.is_disputed or gone.is_disputed) and not choice.knows_of_dispute:
        raise Unmerged(
            "Salah satunya bersengketa: mungkin dua kepengurusan, bukan satu ormas. Centang bahwa Anda sudah"
            " memeriksanya, lalu gabungkan."
        )
    for both in twice:
        if choice.stays.get(both.angkatan.pk) not in {both.a.pk, both.b.pk}:
            raise Unmerged(f"Pilih dahulu undangan mana yang tetap di {both.angkatan.name}.")
    if sentences := oversold(kept, gone, choice.stays, at):
        raise Unmerged(" ".join(sentences))


def _one_invitation(book: Ledger, both: InvitedTwice, chosen: int) -> None:
    """The other invitation gives way: its people, letters, messages and requests are of the one that stays."""
    stays = both.a if both.a.pk == chosen else both.b
    gives_way = both.other(stays)
    book.put_all(Invitation.with_merged.filter(merged_into=gives_way), "merged_into_id", stays.pk)
    book.put(gives_way, "merged_into_id", stays.pk)
    book.put_all(Registration.objects.filter(invitation=gives_way), "invitation_id", stays.pk)
    book.put_all(ListingRequest.objects.filter(invitation=gives_way), "invitation_id", stays.pk)
    kept_files = AssignmentLetter.objects.filter(invitation=stays).values("sha256")
    letters = AssignmentLetter.objects.filter(invitation=gives_way).exclude(sha256__in=kept_files)
    book.put_all(letters, "invitation_id", stays.pk)
    told = Message.objects.filter(invitation=stays).values("event")
    book.put_all(Message.objects.filter(invitation=gives_way).exclude(event__in=told), "invitation_id", stays.pk)
    if gives_way.letter_received_at and not stays.letter_received_at:
        received = ("letter_received_at", "letter_received_by_id")
        book.put_together(stays, {column: getattr(gives_way, column) for column in received})


# ---- Taking back -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Back:
    """What an undo would do: the lines that go back, and what does not, in sentences."""

    steps: list[Step]
    stays: list[str]


def back(merge: Merge) -> Back:
    """What taking it back does, before it is done."""
    steps = ledger.steps_back(merge)
    kept_ones = [step for step in steps if not step.goes_back]
    values = [LABELS[step.line.field] for step in kept_ones if step.line.table == "ormas" and step.line.field in LABELS]
    sentences = [f"{label} sudah diubah lagi setelah digabung, jadi tetap seperti sekarang." for label in values]
    theirs = [step.row for step in kept_ones if (step.line.table, step.line.field) == ("registration", "ormas_id")]
    parted = set(Merge.objects.exclude(undone_at=None).values_list("gone_ormas", flat=True)) if theirs else set()
    moved = [row.name for row in theirs if row.ormas_id not in parted]
    sentences += [f"Pendaftaran {name} sudah pindah ormas oleh pembetulan, jadi tidak kembali." for name in moved]
    later = Registration.objects.filter(ormas=merge.kept_ormas_id, submitted_at__gt=merge.at).count()
    if later:
        sentences.append(f"{later} pendaftaran yang dibuat setelah digabung tetap pada ormas yang tetap.")
    return Back(steps, sentences)


@rows.whole
def undo(merge: Merge, *, actor: Actor, at: datetime) -> list[str]:
    """Make two of one again; what does not go back, in sentences. Quiet when it was done already."""
    kept_id, gone_id = merge.kept_ormas_id, merge.gone_ormas_id
    assert kept_id  # of organisations
    assert gone_id
    assert actor.user is not None  # by staff
    _lock_batches([kept_id, gone_id])
    list(rows.current_ones(Registration.objects.filter(ormas__in=[kept_id, gone_id])))
    kept, gone = _locked(kept_id, gone_id)
    now = Merge.objects.select_for_update().get(pk=merge.pk)
    if now.undone_at:
        return list(now.not_undone)
    plan = back(now)
    ledger.take_back(plan.steps)
    returned = [step.row.pk for step in plan.steps if step.goes_back and step.line.table == "registration"]
    ones = list(Registration.objects.filter(pk__in=returned, ormas=gone).select_related("angkatan"))
    changes.note_other_row(ones, kept, gone, actor=actor, at=at)
    for batch in {one.angkatan for one in ones}:
        writer.fill(batch, at)
    now.undone_at, now.undone_by, now.not_undone = at, actor.user, plan.stays
    now.save(update_fields=["undone_at", "undone_by", "not_undone"])
    return plan.stays
