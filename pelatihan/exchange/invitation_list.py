"""A list of the organisations that are asked to one batch, each with its seats."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User

from pelatihan.batches import inviting
from pelatihan.exchange.kinds import FIELDS
from pelatihan.exchange.log import note_in_log
from pelatihan.exchange.naming_ormas import meant_by
from pelatihan.exchange.verdicts import Addresses, Candidate, Chosen, Entry, Judged, choice_of, wrong
from pelatihan.models import Angkatan, Choice, Invitation, ListKind, Verdict
from pelatihan.registration import eligibility, rows, writer

LABELS = {each.key: each.head for each in FIELDS[ListKind.INVITATIONS]}
NO_ORMAS = "Ormas “{}” tidak ada di daftar ormas. Tambahkan dulu ormasnya, atau betulkan namanya."
TWICE = "Ormas ini sudah disebut di baris {}. Hapus salah satu barisnya."


def judge(angkatan: Angkatan, read: list[Entry], columns: dict[str, int], chosen: Chosen) -> list[Judged]:
    """A verdict on each row as the invitations stand now."""
    addresses = Addresses(columns)
    invited = {row.ormas_id: row for row in angkatan.invitations.select_related("ormas")}
    meant = meant_by(entry["ormas"] for entry in read if entry["ormas"])
    seen: dict[int, int] = {}
    judged: list[Judged] = []
    for entry in read:
        if entry.problems:
            judged.append(wrong(entry))
            continue
        found = meant[entry["ormas"]]
        near = [Candidate(ormas.pk, str(ormas), _where(ormas.city)) for ormas in found.near]
        choice, picked = choice_of(entry, chosen, near)
        ormas = found.ormas
        if choice == Choice.SAME:
            ormas = next(each for each in found.near if each.pk == picked)
        at = addresses.of("ormas", entry.number)
        if ormas is None:
            is_near = Judged(entry.number, Verdict.ALIKE, entry["ormas"], alike=near, entry=entry)
            judged.append(is_near if near else wrong(entry, (at, NO_ORMAS.format(entry["ormas"]))))
        elif (first := seen.setdefault(ormas.pk, entry.number)) != entry.number:
            judged.append(wrong(entry, (at, TWICE.format(first))))
        elif ormas.pk not in invited and (sentence := eligibility.disputed_sentence(ormas)):
            judged.append(wrong(entry, (at, sentence)))
        else:
            judged.append(_against(invited.get(ormas.pk), entry, ormas))
    return judged


def _where(city: str) -> str:
    return f"Namanya mirip. {city}." if city else "Namanya mirip."


def _against(known: Invitation | None, entry: Entry, ormas: object) -> Judged:
    own_seats = int(entry["own_seats"]) if entry["own_seats"] else None
    judged = Judged(entry.number, Verdict.SAME, str(ormas), entry=entry)
    if known is None:
        judged.verdict, judged.becomes = Verdict.NEW, (None, ormas, own_seats, entry["note"])
        kept = f"{own_seats} kursi" if own_seats is not None else "kursi seperti pada angkatan"
        judged.note = ", ".join(filter(None, (kept, entry["note"])))
        return judged
    judged.target = known.pk
    if own_seats is not None and own_seats != known.own_seats:
        old = "seperti pada angkatan" if known.own_seats is None else str(known.own_seats)
        judged.changes.append((LABELS["own_seats"], old, str(own_seats)))
    if entry["note"] and entry["note"] != known.note:
        judged.changes.append((LABELS["note"], known.note, entry["note"]))
    if judged.changes:
        seats = known.own_seats if own_seats is None else own_seats
        judged.verdict, judged.becomes = Verdict.CHANGED, (known, ormas, seats, entry["note"] or known.note)
    return judged


def write(angkatan: Angkatan, judged: Iterable[Judged], *, told: str, user: User, at: datetime) -> None:
    """Everything that the verdicts say, in the caller's transaction; who waits moves up where seats were added."""
    rows.locked(angkatan)
    new, changed = [], []
    for one in judged:
        if one.verdict not in {Verdict.NEW, Verdict.CHANGED}:
            continue
        known, ormas, own_seats, note = one.becomes
        if known is None:
            new.append(Invitation(angkatan=angkatan, ormas=ormas, own_seats=own_seats, note=note))
        else:
            known.own_seats, known.note = own_seats, note
            changed.append(known)
    made = Invitation.objects.bulk_create(new, batch_size=rows.AT_ONCE)
    Invitation.objects.bulk_update(changed, ["own_seats", "note"], batch_size=rows.AT_ONCE)
    inviting.adopt(angkatan)
    writer.fill_seats(angkatan, at=at)
    note_in_log(user, Invitation, added=[one.pk for one in made], changed=[one.pk for one in changed], told=told)
