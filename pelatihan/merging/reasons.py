"""Why two rows may be one person, and why not, in words. Both stand beside each other: a machine only asks."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count

from ormas import phones
from ormas.models import Delegate
from ormas.search import plain
from pelatihan import dates
from pelatihan.lifecycle import ACTIVE
from pelatihan.models import Attendance, LikelyPair, Registration

MOST_NAMED = 3  # batches; the rest is counted
NOBODY = "belum ada ormas"


@dataclass(frozen=True)
class Reasons:
    """What speaks for one person, and what for two."""

    speaks_for: list[str]
    speaks_against: list[str]


@dataclass
class Known:
    """What is known of some people besides their own rows, read by three statements however many they are."""

    registrations: dict[int, list[Registration]] = field(default_factory=lambda: defaultdict(list))
    inside: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))  # titles of sessions
    sharing: Counter[str] = field(default_factory=Counter)  # how many have this number

    @classmethod
    def of(cls, people: Iterable[Delegate]) -> "Known":
        known, ones = cls(), list(people)
        ids, numbers = [one.pk for one in ones], {one.phone for one in ones if one.phone}
        theirs = (
            Registration.objects.filter(delegate__in=ids).select_related("angkatan").order_by("-submitted_at", "pk")
        )
        for registration in theirs:
            known.registrations[registration.delegate_id].append(registration)
        there = Attendance.objects.came().filter(registration__delegate__in=ids).order_by("session__starts_at")
        for person, session, title in there.values_list("registration__delegate", "session", "session__title"):
            known.inside[person][session] = title
        shared = Delegate.objects.filter(phone__in=numbers, merged_into=None).order_by()
        known.sharing.update(dict(shared.values_list("phone").annotate(Count("pk"))))
        return known


def percent_of(a: Delegate, b: Delegate) -> int:
    """How alike the names are, of a hundred; as the pairs have it."""
    return alike(a.likeness, b.likeness)


def alike(one: str, other: str) -> int:
    """By their trigrams, of a hundred."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT round(100 * similarity(%s, %s))", [one, other])
        return int(cursor.fetchone()[0])


def reasons(a: Delegate, b: Delegate, percent: int, known: Known, *, same_nik: bool, sees_contact: bool) -> Reasons:
    """In words; numbers and addresses only for who may see them."""
    return Reasons(
        [*_nik(same_nik), *_same_phone(a, b, sees_contact), *_names(a, b, percent), *_same_rest(a, b, sees_contact)],
        [*_others(a, b), *_both_there(a, b, known), *_shared(a, b, known)],
    )


def of_pair(pair: LikelyPair, known: Known, *, sees_contact: bool) -> Reasons:
    return reasons(
        pair.first, pair.second, pair.percent, known, same_nik=pair.same_nik, sees_contact=sees_contact
    )  # fmt: skip


# ---- For -------------------------------------------------------------------------------------------


def _nik(same_nik: bool) -> list[str]:
    return ["NIK sama"] if same_nik else []


def _same_phone(a: Delegate, b: Delegate, sees_contact: bool) -> list[str]:
    if not a.phone or a.phone != b.phone:
        return []
    return [f"Nomor HP sama: {phones.display(a.phone) if sees_contact else phones.masked(a.phone)}"]


def _names(a: Delegate, b: Delegate, percent: int) -> list[str]:
    if plain(a.name) == plain(b.name):
        return [f"Nama sama: “{a.name}”"]
    named = f"“{a.name}” dan “{b.name}”"
    if a.likeness == b.likeness:
        return [f"Nama sama bila gelar dan ejaan diabaikan: {named}"]
    return [f"Nama mirip {percent}%: {named}"] if percent >= 40 else []


def _same_rest(a: Delegate, b: Delegate, sees_contact: bool) -> list[str]:
    same = []
    if a.ormas and a.ormas_id == b.ormas_id:
        same.append(f"Ormas sama: {a.ormas.abbreviation or a.ormas.name}")
    if a.email and a.email.lower() == b.email.lower():
        same.append(f"Surel sama: {a.email}" if sees_contact else "Surel sama")
    return same


# ---- Against ---------------------------------------------------------------------------------------


def _others(a: Delegate, b: Delegate) -> list[str]:
    """What is different in their own rows."""
    found = []
    if a.ormas and b.ormas and a.ormas_id != b.ormas_id:
        rivals = plain(a.ormas.name) == plain(b.ormas.name)
        named = f"{a.ormas.abbreviation or a.ormas.name} dan {b.ormas.abbreviation or b.ormas.name}"
        found.append(
            f"Ormasnya dua data dengan nama yang sama, mungkin dua kepengurusan: {a.ormas.name}"
            if rivals
            else f"Ormas berbeda: {named}"
        )
    found += [f"{one.name} sedang bersengketa" for one in {a.ormas, b.ormas} if one and one.is_disputed]
    if a.gender and b.gender and a.gender != b.gender:
        found.append("Jenis kelamin berbeda")
    if a.phone and b.phone and a.phone != b.phone:
        found.append("Nomor HP berbeda")
    return found


def _both_there(a: Delegate, b: Delegate, known: Known) -> list[str]:
    """Two people may be in one place at a time; one registers there once."""
    found = []
    theirs = {one.angkatan_id: one for one in known.registrations[b.pk] if one.status in ACTIVE}
    for one in known.registrations[a.pk]:
        if one.status in ACTIVE and (other := theirs.get(one.angkatan_id)):
            days = abs((dates.local_date(one.submitted_at) - dates.local_date(other.submitted_at)).days)
            apart = f"selang {dates.thousands(days)} hari" if days else "pada hari yang sama"
            found.append(f"Keduanya terdaftar di {one.angkatan.name}, {apart}")
    if both := [title for session, title in known.inside[a.pk].items() if session in known.inside[b.pk]]:
        found.append(f"Keduanya tercatat hadir di sesi yang sama: {named_few(both, 1)}")
    return found


def named_few(texts: Collection[str], most: int = MOST_NAMED) -> str:
    shown = "; ".join(list(texts)[:most])
    return f"{shown}; dan {dates.thousands(len(texts) - most)} lagi" if len(texts) > most else shown


def _shared(a: Delegate, b: Delegate, known: Known) -> list[str]:
    if not a.phone or a.phone != b.phone or known.sharing[a.phone] <= 2:
        return []
    return [f"Nomor HP ini dipakai bersama oleh {dates.thousands(known.sharing[a.phone])} orang"]
