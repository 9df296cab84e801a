"""A list of organisations: who is known, what the list changes of them, who is new. Rivals may carry one name, so
nothing is taken for the same beyond doubt when several are called so."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.db.models.functions import Lower

from ormas import phones
from ormas.models import Ormas
from ormas.recognising import recognise
from ormas.search import plain
from pelatihan import dates
from pelatihan.exchange.kinds import BODIES, FIELDS, FORMS
from pelatihan.exchange.log import note_in_log
from pelatihan.exchange.verdicts import Addresses, Candidate, Chosen, Entry, Judged, choice_of, wrong
from pelatihan.models import Choice, ListKind, Verdict
from pelatihan.registration.rows import AT_ONCE, update_many

ALL = FIELDS[ListKind.ORMAS]
TWICE = "Ormas ini sudah disebut di baris {}. Hapus salah satu barisnya."
ONE_AT_A_TIME = 7_302_519  # the key by which two lists of organisations wait for each other
MOST_ALIKE = 3
_KEYS_AT_ONCE = 2_000


def lock() -> None:
    """One list of organisations is written after the other; ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


type Near = dict[int, list[int]]  # by the number of the row: organisations with a name like it


def near_names(read: list[Entry]) -> Near:
    """Whose name is like that of a row that nobody is called exactly: looked up once, when the file is read."""
    called = _called({entry["name"].lower() for entry in read})
    lone = [entry for entry in read if entry["name"] and entry["name"].lower() not in called and not entry.problems]
    found: Near = {}
    for entry, line in zip(lone, recognise(entry["name"] for entry in lone), strict=True):
        near = [line.ormas] if line.ormas else line.offered
        if near:
            found[entry.number] = [ormas.pk for ormas in near[:MOST_ALIKE]]
    return found


def judge(
    read: list[Entry], columns: dict[str, int], chosen: Chosen, near: Near, *, locked: bool = False
) -> list[Judged]:
    """A verdict on each row as the organisations stand now."""
    addresses = Addresses(columns)
    called = _called({entry["name"].lower() for entry in read if entry["name"]}, locked=locked)
    alike = Ormas.objects.order_by("pk").select_for_update(no_key=True) if locked else Ormas.objects.all()
    like = alike.in_bulk([pk for pks in near.values() for pk in pks])
    seen: dict[object, int] = {}
    judged: list[Judged] = []
    for entry in read:
        if entry.problems:
            judged.append(wrong(entry))
            continue
        same, candidates = _meant(entry, called, [like[pk] for pk in near.get(entry.number, []) if pk in like])
        choice, picked = choice_of(entry, chosen, candidates)
        if choice == Choice.SAME:
            known = {one.pk: one for one in (*called.get(entry["name"].lower(), []), *like.values())}
            same, candidates = known[picked or 0], []
        elif choice == Choice.OTHER:
            candidates = []
        if candidates:
            judged.append(
                Judged(entry.number, Verdict.ALIKE, entry["name"], entry["city"], alike=candidates, entry=entry)
            )
            continue
        key: object = same.pk if same else (entry["name"].lower(), plain(entry["city"]), plain(entry["abbreviation"]))
        if (first := seen.setdefault(key, entry.number)) != entry.number:
            judged.append(wrong(entry, (addresses.of("name", entry.number), TWICE.format(first))))
            continue
        judged.append(_against(same, entry))
    return judged


def _called(keys: set[str], *, locked: bool = False) -> dict[str, list[Ormas]]:
    """Organisations by their name in small letters; ``locked``: to be changed by whoever asks."""
    found: dict[str, list[Ormas]] = {}
    ones = sorted(keys)
    rows = Ormas.objects.annotate(low=Lower("name")).order_by("pk")
    for start in range(0, len(ones), _KEYS_AT_ONCE):
        some = rows.filter(low__in=ones[start : start + _KEYS_AT_ONCE])
        for ormas in some.select_for_update(no_key=True) if locked else some:
            found.setdefault(ormas.name.lower(), []).append(ormas)
    return found


def _meant(entry: Entry, called: dict[str, list[Ormas]], like: list[Ormas]) -> tuple[Ormas | None, list[Candidate]]:
    """The one beyond doubt, or those it may be."""
    same = called.get(entry["name"].lower(), [])
    if len(same) > 1:  # rivals of one name: the city or the abbreviation may tell
        told = [one for one in same if _fits(one, entry)]
        same = told if len(told) == 1 else same
    if len(same) == 1:
        return same[0], []
    if same:
        return None, [_candidate(one, "Namanya sama, dan ada beberapa") for one in same[:MOST_ALIKE]]
    return None, [_candidate(one, "Namanya mirip") for one in like]


def _fits(one: Ormas, entry: Entry) -> bool:
    pairs = [(one.city, entry["city"]), (one.abbreviation, entry["abbreviation"])]
    written = [(mine, theirs) for mine, theirs in pairs if theirs]
    return bool(written) and all(plain(mine) == plain(theirs) for mine, theirs in written)


def _candidate(one: Ormas, why: str) -> Candidate:
    return Candidate(one.pk, str(one), f"{why}. {one.city}." if one.city else f"{why}.")


def _against(known: Ormas | None, entry: Entry) -> Judged:
    judged = Judged(entry.number, Verdict.SAME, entry["name"], entry["city"], entry=entry)
    if known is None:
        judged.verdict = Verdict.NEW
        judged.becomes = (None, {each.key: _value(each.key, entry[each.key]) for each in ALL if entry[each.key]})
        told = [entry["abbreviation"], FORMS.get(entry["legal_form"], ""), entry["field"], entry["contact_name"]]
        judged.note = ", ".join(filter(None, told)) or "Ormas baru"
        return judged
    judged.target, judged.who = known.pk, str(known)
    edits = {}
    for each in ALL:
        new = _value(each.key, entry[each.key]) if entry[each.key] else None
        if each.key == "name" and new and str(new).lower() == known.name.lower():
            continue  # its case is the office's
        if new is not None and new != getattr(known, each.key):
            edits[each.key] = new
            judged.changes.append((each.head, _word(each.key, getattr(known, each.key)), _word(each.key, new)))
    if edits:
        judged.verdict, judged.becomes = Verdict.CHANGED, (known, edits)
    return judged


def _value(key: str, written: str) -> Any:
    return date.fromisoformat(written) if key == "board_term_until" else written


def _word(key: str, value: Any) -> str:
    if not value:
        return ""
    if isinstance(value, date):
        return dates.plain_date(value)
    if key == "contact_phone":
        return phones.display(value)
    return str({"kind": BODIES, "legal_form": FORMS}.get(key, {}).get(value, value))


def write(judged: Iterable[Judged], *, told: str, user: User, at: datetime) -> None:
    """Everything that the verdicts say, in the caller's transaction, under :func:`lock`."""
    new, changed, fields = [], [], {"updated_at"}
    for one in judged:
        if one.verdict == Verdict.NEW:
            new.append(Ormas(**one.becomes[1]))
        elif one.verdict == Verdict.CHANGED:
            known, edits = one.becomes
            for key, value in edits.items():
                setattr(known, key, value)
            known.updated_at = at
            fields |= edits.keys()
            changed.append(known)
    made = Ormas.objects.bulk_create(new, batch_size=AT_ONCE)
    update_many(Ormas, changed, sorted(fields))
    note_in_log(user, Ormas, added=[one.pk for one in made], changed=[one.pk for one in changed], told=told)
