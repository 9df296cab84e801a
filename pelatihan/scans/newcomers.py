"""Who wrote themselves into a blank row of a list: registered as at the door, for a verifier to decide about."""

from datetime import datetime
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from ormas import names
from pelatihan.accounts.actor import staff
from pelatihan.models import Registration, SheetEntry
from pelatihan.registration import walk_ins
from pelatihan.registration.application import Application
from pelatihan.registration.refusals import Refusal
from pelatihan.scans import fields
from pelatihan.scans.claimed import NotEntered
from pelatihan.scans.leaves import Leaf
from pelatihan.scans.shapes import Claim, Entered, WrittenIn


def register(leaf: Leaf, claim: Claim, key: UUID, *, by: User, at: datetime) -> dict[int, Registration]:
    """Whose each filled blank row is, by number of the row: registered now, or known by phone, name and organisation,
    or from an entry of this leaf that was undone. In the caller's transaction, behind the lock of the batch.

    :param key: of the entry; the same again registers nobody twice
    :raises NotEntered: somebody cannot be registered, or stands on this leaf already
    """
    found: dict[int, Registration] = {}
    wrong: dict[str, str] = {}
    rows = {row.person.pk: row.number for row in leaf.people if row.person}
    wishes = _wishes(claim, key)
    before = _known_before(leaf) if wishes else {}
    for row, wish in wishes.items():
        known = before.get(row)
        try:
            again = known if known and _is_same(known, wish) else _registered(leaf, wish, by, at)
        except Refusal as refusal:
            wrong[fields.name(row)] = str(refusal)
            continue
        person = again.counts_for or again
        if person.pk in rows:
            wrong[fields.name(row)] = (
                f"{person.name} sudah ada di baris {rows[person.pk]} lembar ini. Tandai di baris itu, lalu kosongkan"
                " baris ini."
            )
        rows[person.pk], found[row] = row, person
    if wrong:
        raise NotEntered(fields=wrong)
    return found


def _registered(leaf: Leaf, wish: Application, by: User, at: datetime) -> Registration:
    return walk_ins.register(leaf.angkatan, wish, actor=staff(by), at=at)


def _wishes(claim: Claim, key: UUID) -> dict[int, Application]:
    """:raises NotEntered: a name or an organisation that cannot be taken"""
    wrong: dict[str, str] = {}
    read: dict[int, walk_ins.WalkIn] = {}
    for one in claim.written_in:
        try:
            read[one.row] = _read(one)
        except ValidationError as refusal:
            wrong[_field(one)] = refusal.messages[0]
    if wrong:
        raise NotEntered(fields=wrong)
    ormas = walk_ins.organisations(read.values())
    return {
        row: walk_ins.application(one, ormas.get(one.ormas or 0), uuid5(key, f"nama{row}")) for row, one in read.items()
    }


def _read(one: WrittenIn) -> walk_ins.WalkIn:
    return walk_ins.read(one.name, one.ormas, one.ormas_text, one.phone)


def _field(one: WrittenIn) -> str:
    """Which field is wrong of a row that cannot be taken."""
    try:
        names.check_name(names.tidy(one.name))
    except ValidationError:
        return fields.name(one.row)
    return fields.ormas(one.row)


def _known_before(leaf: Leaf) -> dict[int, Registration]:
    """Who was written in by entries of this leaf that were undone, the last one first asked."""
    undone = SheetEntry.objects.filter(sheet=leaf.sheet, page=leaf.page).exclude(undone_at=None).order_by("at")
    rows = {
        cell.row: cell.registration
        for cells in undone.values_list("cells", flat=True)
        for cell in map(Entered.of, cells)
        if cell.is_written_in and cell.registration
    }
    people = Registration.objects.select_related("counts_for").in_bulk(rows.values()) if rows else {}
    return {row: people[number] for row, number in rows.items() if number in people}


def _is_same(known: Registration, wish: Application) -> bool:
    """Whether somebody who was written in before is meant again."""
    theirs = (known.name.lower(), known.ormas_id, known.ormas_text)
    return theirs == (wish.person.name.lower(), wish.ormas.pk if wish.ormas else None, wish.ormas_text)
