"""Delegates who may be one person: found by what they have in common, kept as pairs, parted by staff for good.

Comparing everybody with everybody is out of the question at 100,000 people, and a name alone proves nothing where
hundreds bear it. So two are a pair when they share
- a mobile number, and their names are alike, or few share that number;
- their ormas, and their names are alike;
- a name that few bear at all, in whatever spelling (ormas.likeness);
- a NIK (``_ALSO``).
Each who is new or was changed (``Uncompared``) is compared with all others by these four, each carried by an index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from pelatihan.models import Job, LikelyPair, Uncompared

ALIKE = 60  # percent of trigrams: 99 of 100 names with one letter wrong, and 3 in 1,000 pairs of other people
FEW_SHARE = 4  # more people than that on one number: the number of their office says nothing
FEW_BEAR = 5  # and more than that of one name
AT_ONCE = 300  # people compared by one statement
MOST_WAITING = 10_000  # that a page counts: after an upgrade all wait, and counting a million takes its time

# Whose registrations, of whatever training, hold the keyed hash of one NIK, as (one, other).
_ALSO = """
    SELECT mine.delegate_id, theirs.delegate_id FROM pelatihan_registration mine
    JOIN pelatihan_registration theirs ON theirs.nik_hash = mine.nik_hash AND theirs.delegate_id <> mine.delegate_id
    WHERE mine.nik_hash <> '' AND theirs.nik_hash <> '' AND mine.delegate_id IN (SELECT id FROM new)
"""

_FIND = f"""
WITH new AS (
    SELECT id, likeness, phone, ormas_id FROM ormas_delegate WHERE id = ANY(%(ids)s) AND merged_into_id IS NULL
), also(one, other) AS ({_ALSO}), met(one, other) AS (
    SELECT new.id, other.id FROM new JOIN ormas_delegate other ON other.phone = new.phone
        WHERE new.phone <> '' AND (
            similarity(other.likeness, new.likeness) >= {ALIKE / 100} OR (
                SELECT count(*) FROM (
                    SELECT 1 FROM ormas_delegate WHERE phone = new.phone AND merged_into_id IS NULL
                    LIMIT {FEW_SHARE + 1}
                ) sharing
            ) <= {FEW_SHARE}
        )
    UNION SELECT new.id, other.id FROM new JOIN ormas_delegate other ON other.ormas_id = new.ormas_id
        WHERE similarity(other.likeness, new.likeness) >= {ALIKE / 100}
    UNION SELECT new.id, other.id FROM new CROSS JOIN LATERAL (
            SELECT array_agg(id) AS ids FROM (
                SELECT id FROM ormas_delegate WHERE likeness = new.likeness AND merged_into_id IS NULL
                LIMIT {FEW_BEAR + 1}
            ) bearing
        ) bearers CROSS JOIN LATERAL unnest(bearers.ids) AS other(id)
        WHERE new.likeness <> '' AND cardinality(bearers.ids) <= {FEW_BEAR}
    UNION SELECT one, other FROM also
), pair AS (
    SELECT DISTINCT least(one, other) AS a, greatest(one, other) AS b FROM met WHERE one <> other
), facts AS (
    SELECT a.id AS a, b.id AS b,
        round(100 * similarity(a.likeness, b.likeness))::int AS percent,
        a.likeness = b.likeness AS same_name,
        a.phone <> '' AND a.phone = b.phone AS same_phone,
        EXISTS (SELECT FROM also WHERE one IN (a.id, b.id) AND other IN (a.id, b.id)) AS same_nik,
        coalesce(a.ormas_id = b.ormas_id, false) AS same_ormas,
        a.gender <> '' AND b.gender <> '' AND a.gender <> b.gender AS differs,
        md5(concat_ws('|', a.likeness, a.phone, a.ormas_id, a.gender, b.likeness, b.phone, b.ormas_id, b.gender)) AS md5
    FROM pair JOIN ormas_delegate a ON a.id = pair.a JOIN ormas_delegate b ON b.id = pair.b
    WHERE a.merged_into_id IS NULL AND b.merged_into_id IS NULL
), weighed AS (
    SELECT *, CASE
        WHEN same_nik THEN 3
        WHEN same_phone AND percent >= {ALIKE} THEN 3
        WHEN same_ormas AND same_name THEN 2
        ELSE 1
    END - CASE WHEN differs AND NOT same_nik THEN 1 ELSE 0 END AS strength FROM facts
)
INSERT INTO pelatihan_likelypair AS known
    (first_id, second_id, strength, percent, same_name, same_phone, same_nik, facts, found_at)
SELECT a, b, strength, percent, same_name, same_phone, same_nik, md5(md5 || same_nik), %(at)s
FROM weighed WHERE strength > 0 ORDER BY a, b
ON CONFLICT (first_id, second_id) DO UPDATE SET
    strength = EXCLUDED.strength, percent = EXCLUDED.percent, same_name = EXCLUDED.same_name,
    same_phone = EXCLUDED.same_phone, same_nik = EXCLUDED.same_nik, facts = EXCLUDED.facts,
    found_at = EXCLUDED.found_at,
    parted_at = CASE WHEN known.facts = EXCLUDED.facts THEN known.parted_at END,
    parted_by_id = CASE WHEN known.facts = EXCLUDED.facts THEN known.parted_by_id END
"""

# What is no pair any more; one that was parted is remembered.
_FORGET = """
DELETE FROM pelatihan_likelypair WHERE (first_id = ANY(%(ids)s) OR second_id = ANY(%(ids)s))
    AND found_at < %(at)s AND parted_at IS NULL
"""

# An array is read once; what stands in IN may be read again for every row, and then the limit is none.
_TAKE = """
DELETE FROM pelatihan_uncompared WHERE delegate_id = ANY(ARRAY(
    SELECT delegate_id FROM pelatihan_uncompared {where} ORDER BY delegate_id LIMIT %(most)s FOR UPDATE SKIP LOCKED
)) RETURNING delegate_id
"""


def compare(most: int = AT_ONCE, *, people: Sequence[int] | None = None) -> int:
    """Compare the next of those who wait for it, or of these people alone; how many. Two who do it at once take
    different people.
    """
    waits = Uncompared.objects.all() if people is None else Uncompared.objects.filter(pk__in=people)
    if not waits.exists():  # as usual
        return 0
    where = "" if people is None else "WHERE delegate_id = ANY(%(people)s)"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE.format(where=where), {"most": most, "people": list(people or ())})
        ids = sorted(pk for (pk,) in cursor.fetchall())
        if ids:
            values: dict[str, Any] = {"ids": ids, "at": timezone.now()}
            cursor.execute(_FIND, values)
            cursor.execute(_FORGET, values)
    return len(ids)


def compare_next(job: Job) -> int:
    """Work of a job: the next part of all who wait."""
    return compare()


def waiting() -> int:
    """How many are still to be compared; no further than a page counts."""
    return Uncompared.objects.order_by().values("pk")[:MOST_WAITING].count()


def pair_of(one: int, other: int) -> LikelyPair | None:
    """The pair of these two, by their numbers, if it is one."""
    low, high = sorted((one, other))
    return LikelyPair.objects.filter(first=low, second=high).select_related("first__ormas", "second__ormas").first()


class Unpaired(Exception):
    """Nothing was written; the text is a sentence that says what to do next."""


@dataclass(frozen=True)
class Parting:
    """What came of "Dua orang berbeda"."""

    pair: LikelyPair
    is_new: bool


def part(pair_id: int, *, facts: str, by: User, at: datetime) -> Parting:
    """Note that these are two people; they are not shown as a pair again unless a fact of them changes.

    :param facts: the fingerprint that the page showed
    :raises Unpaired: the pair is none any more, or its facts are others by now
    """
    with transaction.atomic():
        pair = LikelyPair.objects.select_for_update(of=("self",)).filter(pk=pair_id).first()
        if pair is None:
            raise Unpaired("Pasangan ini sudah tidak ada: datanya berubah. Buka daftar pasangan lagi.")
        if pair.parted_at:
            return Parting(pair, is_new=False)
        if pair.facts != facts:
            raise Unpaired("Data salah satu dari keduanya baru saja berubah. Periksa lagi, lalu putuskan.")
        pair.parted_at, pair.parted_by = at, by
        pair.save(update_fields=["parted_at", "parted_by"])
        return Parting(pair, is_new=True)


def join_again(pair_id: int) -> bool:
    """Take back that two were parted; whether they were."""
    return bool(LikelyPair.objects.filter(pk=pair_id).exclude(parted_at=None).update(parted_at=None, parted_by=None))
