"""A list of delegates of one batch: who of them is registered already, what the list changes, who is new."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace as copy_with
from datetime import datetime
from typing import Any

from ormas import phones
from ormas.models import Ormas
from ormas.search import plain
from pelatihan import codes
from pelatihan.accounts.actor import Actor
from pelatihan.exchange import likeness
from pelatihan.exchange.kinds import FIELDS
from pelatihan.exchange.naming_ormas import Meant, meant_by
from pelatihan.exchange.verdicts import Addresses, Candidate, Chosen, Entry, Judged, choice_of, wrong
from pelatihan.lifecycle import ACTIVE, TRANSITIONS, Action, Role, Status, allowed_actions
from pelatihan.models import Angkatan, Choice, ListKind, Registration, Verdict
from pelatihan.registration import changes, eligibility, seats, writer
from pelatihan.registration.application import Application, Person

OUTSIDE = "(di luar daftar)"
WRITTEN = ("front_title", "name", "back_title", "nickname", "gender", "position", "phone", "email")
OWES_REASON = frozenset({Status.REJECTED, Status.CANCELLED, Status.NEEDS_FIX})
LABELS = {each.key: each.head for each in FIELDS[ListKind.REGISTRATIONS]}
MOST_ALIKE = 3

NO_SUCH_CODE = "Kode “{}” tidak ada di {}. Betulkan, atau kosongkan bila orangnya belum terdaftar."
NO_ORMAS = "Ormas “{}” tidak ada di daftar ormas.{} Tambahkan dulu, atau tulis “(di luar daftar)” di belakang namanya."
TWICE = "Orang ini sudah disebut di baris {}. Hapus salah satu barisnya."
REASON_OWED = "Status {} memerlukan alasan, dan peserta membacanya. Isi kolom Alasan."
BY_PAGE = "Status Digantikan hanya lewat halaman pesertanya, dengan menyebut penggantinya."
NO_SEAT = "Kursi {} sudah habis. Ubah statusnya menjadi Cadangan, atau tambah kursinya."
OTHER_ORMAS = "Peserta ini terdaftar untuk {}. Pindahkan ormasnya lewat “Betulkan” di halamannya."
IS_OUT = "Orang yang sama pernah terdaftar di angkatan ini. Statusnya {}, dan tetap begitu bila Anda memilihnya."
_SAYS_NOTHING = ("", Status.SUBMITTED)  # about who is out already
SHOWS = {Status.WAITLISTED: "masuk daftar cadangan", Status.SUBMITTED: "menunggu verifikasi"}


@dataclass(frozen=True)
class Known:
    """One registration of the batch, as far as a list can name it."""

    pk: int
    code: str
    status: Status
    holds_seat: bool
    person: Person
    ormas_id: int | None
    ormas_text: str
    ormas_name: str

    @property
    def ormas_key(self) -> tuple[int | None, str]:
        return self.ormas_id, plain(self.ormas_text)


@dataclass
class _Batch:
    """Those registered, found in each way that a list may name them."""

    angkatan: Angkatan
    ones: list[Known]

    def __post_init__(self) -> None:
        self.by_pk = {one.pk: one for one in self.ones}
        self.by_code = {one.code: one for one in self.ones}
        self.by_phone: dict[str, list[Known]] = {}
        self.by_ormas: dict[tuple[int | None, str], list[Known]] = {}
        for one in self.ones:
            if one.person.phone:
                self.by_phone.setdefault(one.person.phone, []).append(one)
            self.by_ormas.setdefault(one.ormas_key, []).append(one)


def known_in(angkatan: Angkatan) -> list[Known]:
    """Everybody registered, those active first; two queries whatever their number."""
    found = angkatan.registrations.select_related("delegate").order_by("pk")
    names = dict(Ormas.objects.filter(registrations__angkatan=angkatan).order_by().values_list("pk", "name").distinct())
    ones = [
        Known(
            one.pk, one.code, Status(one.status), one.holds_seat, Person.of(one), one.ormas_id, one.ormas_text,
            names.get(one.ormas_id or 0, one.ormas_text),
        )
        for one in found.iterator(2_000)
    ]  # fmt: skip
    return sorted(ones, key=lambda one: one.status not in ACTIVE)


# ---- Judging -------------------------------------------------------------------------------------


def judge(angkatan: Angkatan, read: list[Entry], columns: dict[str, int], chosen: Chosen) -> list[Judged]:
    """A verdict on each row as the batch stands now. Seats are counted as the writer will count them: what the list
    frees goes to those who waited before.
    """
    batch, addresses = _Batch(angkatan, known_in(angkatan)), Addresses(columns)
    meant = meant_by(entry["ormas"] for entry in read if entry["ormas"] and OUTSIDE not in entry["ormas"])
    seen: dict[object, int] = {}
    judged = [_judge(batch, entry, addresses, meant, seen, chosen) for entry in read]
    _count_seats(batch, judged, addresses)
    return judged


def _judge(
    batch: _Batch, entry: Entry, addresses: Addresses, meant: dict[str, Meant], seen: dict[object, int], chosen: Chosen
) -> Judged:
    entry.of = entry["ormas"] or entry.of
    by_code = batch.by_code.get(codes.normalise(entry["code"])) if entry["code"] else None
    ormas, written, unknown = _ormas_of(entry, meant, by_code)
    problems = _problems(batch, entry, addresses, by_code, unknown)
    if entry.problems or problems:
        return wrong(entry, *problems)
    person = _person(entry)
    same = by_code or _same(batch, person, ormas, written)
    alike = [] if same else _alike(batch, person, ormas, written)
    if same and not by_code and same.status not in ACTIVE and entry["status"] in _SAYS_NOTHING:
        alike, same = [Candidate(same.pk, same.person.full_name, IS_OUT.format(same.status.label))], None
    choice, picked = choice_of(entry, chosen, alike)
    if choice == Choice.SAME and picked is not None:
        same = batch.by_pk[picked]
    elif alike and choice != Choice.OTHER:
        return Judged(entry.number, Verdict.ALIKE, person.name, entry.of, alike=alike, entry=entry)
    key: object = same.pk if same else (person.name.lower(), person.phone, ormas.pk if ormas else None, plain(written))
    if (first := seen.setdefault(key, entry.number)) != entry.number:
        return wrong(entry, (addresses.of("name", entry.number), TWICE.format(first)))
    return _against(same, entry, ormas, written, addresses) if same else _new(entry, person, ormas, written, addresses)


def _problems(
    batch: _Batch, entry: Entry, addresses: Addresses, by_code: Known | None, unknown: str
) -> list[tuple[str, str]]:
    """What is wrong with the row whoever is meant, beside its cells."""
    found = []
    if entry["code"] and by_code is None:
        said = NO_SUCH_CODE.format(entry["code"], batch.angkatan.name)
        found.append((addresses.of("code", entry.number), said))
    if unknown:
        found.append((addresses.of("ormas", entry.number), unknown))
    return found


def _new(entry: Entry, person: Person, ormas: Ormas | None, written: str, addresses: Addresses) -> Judged:
    """Somebody who is not registered in the batch."""
    status = Status(entry["status"] or Status.SUBMITTED)
    if ormas and (sentence := eligibility.disputed_sentence(ormas)):
        return wrong(entry, (addresses.of("ormas", entry.number), sentence))
    if status == Status.REPLACED:
        return wrong(entry, (addresses.of("status", entry.number), BY_PAGE))
    if status in OWES_REASON and not entry["reason"]:
        return wrong(entry, _owed(entry, status, addresses))
    wish = Application(person, Registration.Source.IMPORT, ormas=ormas, ormas_text="" if ormas else written)
    newcomer = writer.Newcomer(wish, status, entry["reason"])
    return Judged(entry.number, Verdict.NEW, person.name, entry.of, entry=entry, becomes=newcomer)


def _person(entry: Entry) -> Person:
    typed: dict[str, Any] = {key: entry[key] for key in WRITTEN}
    return Person(**typed)


def _ormas_of(entry: Entry, meant: dict[str, Meant], by_code: Known | None) -> tuple[Ormas | None, str, str]:
    """The organisation, or its written name when it is outside the list; or what is wrong."""
    if not entry["ormas"]:
        return None, "", ""  # its cell says so
    if OUTSIDE in entry["ormas"]:
        return None, " ".join(entry["ormas"].replace(OUTSIDE, " ").split()), ""
    found = meant[entry["ormas"]]
    if found.ormas:
        return found.ormas, "", ""
    if by_code and by_code.ormas_name.lower() == entry["ormas"].lower():
        return None, by_code.ormas_text, ""
    near = "; ".join(f"“{ormas}”" for ormas in found.near)
    return None, "", NO_ORMAS.format(entry["ormas"], f" Mungkin maksud Anda {near}." if near else "")


def _same(batch: _Batch, person: Person, ormas: Ormas | None, written: str) -> Known | None:
    """The one that is meant beyond doubt: name, organisation and phone are the same, or one side has no phone."""
    key = (ormas.pk if ormas else None, plain(written))
    named = [one for one in batch.by_ormas.get(key, []) if plain(one.person.name) == plain(person.name)]
    exact = [one for one in named if one.person.phone == person.phone]
    if exact:
        return exact[0]
    loose = [one for one in named if not (one.person.phone and person.phone)]
    return loose[0] if len(loose) == 1 and len(named) == 1 else None


def _alike(batch: _Batch, person: Person, ormas: Ormas | None, written: str) -> list[Candidate]:
    """Who may be meant, and in what they are alike."""
    key = (ormas.pk if ormas else None, plain(written))
    found: dict[int, Candidate] = {}
    for one in batch.by_phone.get(person.phone, []) if person.phone else []:
        if why := likeness.why_alike(person.name, one.person.name):
            found[one.pk] = Candidate(one.pk, one.person.full_name, _sentence(f"nomor HP sama, {why}", one, key))
    for one in batch.by_ormas.get(key, []):
        if one.pk not in found and (why := likeness.why_alike(person.name, one.person.name)):
            phone = "nomor HP lain" if person.phone and one.person.phone else "nomor HP belum lengkap"
            found[one.pk] = Candidate(one.pk, one.person.full_name, _sentence(f"{why}, ormas sama, {phone}", one, key))
    return list(found.values())[:MOST_ALIKE]


def _sentence(why: str, one: Known, key: tuple[int | None, str]) -> str:
    where = "" if one.ormas_key == key else f" Ormasnya {one.ormas_name}."
    return f"{why[0].upper()}{why[1:]}.{where} Statusnya {one.status.label}."


def _against(known: Known, entry: Entry, ormas: Ormas | None, written: str, addresses: Addresses) -> Judged:
    """What the row changes of somebody registered. An empty cell changes nothing."""
    judged = Judged(entry.number, Verdict.SAME, known.person.full_name, known.ormas_name, target=known.pk, entry=entry)
    if (ormas.pk if ormas else None, plain(written)) != known.ormas_key:
        return wrong(entry, (addresses.of("ormas", entry.number), OTHER_ORMAS.format(known.ormas_name)))
    edits: dict[str, Any] = {
        key: entry[key] for key in WRITTEN if entry[key] and entry[key] != getattr(known.person, key)
    }
    judged.changes = [
        (LABELS[key], _word(key, getattr(known.person, key)), _word(key, new)) for key, new in edits.items()
    ]
    move = None
    status = Status(entry["status"] or known.status)
    if status not in {known.status, Status.SUBMITTED}:
        action = _action_to(known.status, status)
        if action is None:
            return wrong(entry, (addresses.of("status", entry.number), _no_way(known.status, status)))
        if status in OWES_REASON and not entry["reason"]:
            return wrong(entry, _owed(entry, status, addresses))
        move = writer.Moved(known.pk, action, known.status, entry["reason"])
        judged.changes.append((LABELS["status"], str(known.status.label), str(status.label)))
    if judged.changes:
        judged.verdict = Verdict.CHANGED
        judged.becomes = (known, copy_with(known.person, **edits) if edits else None, move)
    return judged


def _owed(entry: Entry, status: Status, addresses: Addresses) -> tuple[str, str]:
    key = "reason" if "reason" in addresses.columns else "status"
    return addresses.of(key, entry.number), REASON_OWED.format(status.label)


def _action_to(status: Status, wanted: Status) -> Action | None:
    """By which action of staff a list leads there; nobody is replaced or accepted beyond the seats by a list."""
    never = {Action.ACCEPT_OVER, Action.REPLACE, Action.FIX}
    fitting = (action for action in allowed_actions(status, Role.STAFF) if TRANSITIONS[action].target == wanted)
    return next((action for action in fitting if action not in never), None)


def _no_way(status: Status, wanted: Status) -> str:
    if wanted == Status.REPLACED:
        return BY_PAGE
    allowed = ", ".join(f"“{each.label}”" for each in allowed_actions(status, Role.STAFF))
    way_out = f" Yang dapat dilakukan di halamannya: {allowed}." if allowed else ""
    return f"Dari {status.label} tidak dapat langsung menjadi {wanted.label}.{way_out}"


def _word(key: str, value: str) -> str:
    return phones.display(value) if key == "phone" else value


def _count_seats(batch: _Batch, judged: list[Judged], addresses: Addresses) -> None:
    """Who of the new ones waits; who cannot be accepted for want of a seat."""
    room = seats.Room.of(batch.angkatan)
    for one in judged:
        if one.verdict == Verdict.CHANGED and (move := one.becomes[2]):
            known = one.becomes[0]
            takes = not known.holds_seat and TRANSITIONS[move.action].target == Status.ACCEPTED
            if takes and not room.takes(known.ormas_id):
                _refuse_seat(one, addresses)
    for one in judged:
        if one.verdict != Verdict.NEW:
            continue
        newcomer: writer.Newcomer = one.becomes
        place = writer.first_place(newcomer, room)
        if newcomer.becomes == Status.ACCEPTED and place == Status.WAITLISTED:
            _refuse_seat(one, addresses)
            continue
        end = newcomer.becomes if newcomer.becomes != Status.SUBMITTED else place
        one.note = _told(newcomer.wish.person, end)


def _refuse_seat(one: Judged, addresses: Addresses) -> None:
    said = NO_SEAT.format(one.of or "angkatan ini")
    one.verdict, one.becomes, one.changes = Verdict.ERROR, None, []
    one.problems = [(addresses.of("status", one.number), said)]


def _told(person: Person, end: Status) -> str:
    gender = {"L": "laki-laki", "P": "perempuan"}.get(person.gender, "")
    words = [person.position, gender, phones.display(person.phone) if person.phone else "", SHOWS.get(end, "")]
    return ", ".join(word for word in words if word) + ("" if end in SHOWS else f" → {end.label}")


# ---- Writing -------------------------------------------------------------------------------------


def write(
    angkatan: Angkatan, judged: Iterable[Judged], *, key: uuid.UUID, told: str, actor: Actor, at: datetime
) -> None:
    """Everything that the verdicts say, in the caller's transaction.

    :param told: what the lines of correction give as their reason
    :raises Refusal, NotAllowed: nothing written
    """
    mended: dict[int, tuple[Person, Person]] = {}
    moved: list[writer.Moved] = []
    newcomers: list[writer.Newcomer] = []
    for one in judged:
        if one.verdict == Verdict.CHANGED:
            known, person, move = one.becomes
            if person:
                mended[known.pk] = (known.person, person)
            if move:
                moved.append(move)
        elif one.verdict == Verdict.NEW:
            wish = copy_with(one.becomes.wish, token=uuid.uuid5(key, str(one.number)))
            newcomers.append(copy_with(one.becomes, wish=wish))
    if mended:
        changes.correct_many(angkatan, mended, actor=actor, at=at, reason=told)
    if moved or newcomers:
        writer.take_in(angkatan, newcomers, moved, actor=actor, at=at)
