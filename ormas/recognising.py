"""Organisations as offices write them in letters and sheets: numbered, with their level and their province, with the
abbreviation in brackets, in columns, with a letter wrong.

What is the same but for that is recognised; what is only near is offered, never taken by itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Lower

from ormas import names
from ormas.models import Ormas
from ormas.search import plain

MOST_OFFERED = 3
LIKELY = 0.4  # how like a name must be to be offered: one wrong letter in a word of six
AS_GOOD = 0.15  # and how much less like than the nearest
_AT_ONCE = 50  # lines looked up by one statement

_MARK = re.compile(
    r"^[\s\"'“”]*(?:\d{1,3}\s*\t\s*|\(?\d{1,3}\s?[.):\]]\)?\s*|\d{1,3}\s*[-–—]\s+|[a-zA-Z][.)]\s+"
    r"|[-–—•·●○◦▪■□➢►✓✔*>]+\s*)+"
)
_ENDING = " \t\"'“”.,;:-–—"
_BRACKETS = re.compile(r"^(.*?)\s*[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*(.*)$")
_DASH = re.compile(r"\s+[-–—/:]\s+|:\s+")
_LEVEL = (
    r"(?:dpd|dpw|dhd|bpd|bpw|mpw|mpd|pwa|pw|pd|korwil|ormas|lsm|perwakilan|wilayah|provinsi|propinsi|prov"
    r"|(?:(?:dewan|majelis|badan) )?(?:pimpinan|pengurus) (?:wilayah|daerah|provinsi))"
)  # of the province: a branch (DPC) and the centre (DPP) are somebody else
_PROVINCE = r"(?:(?:daerah )?khusus (?:ibu ?kota )?)?(?:dki jakarta|dkj jakarta|dki|dkj|jakarta)(?: raya)?"
_BRANCH = re.compile(
    r"^(?:dpc|dpp|dpn|pp) (?=.)| (?:kota )?(?:jakarta (?:pusat|utara|barat|selatan|timur)|kepulauan seribu)$"
)
_BEFORE = re.compile(rf"^(?:{_LEVEL}) ")
_AFTER = re.compile(rf" (?:{_LEVEL}|daerah|{_PROVINCE})$")


def core(text: str) -> str:
    """A name as it is compared here: plain, without the level before it, the province and the level behind it.

    What would leave nothing stays: "PW" alone is somebody's abbreviation.
    """
    bare = plain(text)
    while (shorter := _AFTER.sub("", _BEFORE.sub("", bare))) != bare:
        bare = shorter
    return bare


def tidied(line: str) -> str:
    """Without the number or bullet in front and what ends a row of a list."""
    return names.tidy(_MARK.sub("", line).replace("\t", " ")).strip(_ENDING)


@dataclass
class Line:
    """What one line may mean. ``ormas``: recognised beyond doubt; else ``offered``, the nearest first."""

    written: str
    ormas: Ormas | None = None
    offered: list[Ormas] = field(default_factory=list)


def recognise(lines: Iterable[str]) -> list[Line]:
    """Each line with what it may mean; two statements for every fifty of those that are not known as written."""
    found = [Line(line) for line in lines]
    known = _by_key({key for line in found for key in _keys(line.written)})
    for line in found:
        _settle(line, _same(line.written, known))
    unsettled = [line for line in found if line.ormas is None and not line.offered]
    for start in range(0, len(unsettled), _AT_ONCE):
        some = unsettled[start : start + _AT_ONCE]
        for line, near in zip(some, _nearest([_wording(line.written) for line in some]), strict=True):
            _settle(line, [ormas for ormas, _ in near if _means(line.written, ormas)])
            if line.ormas is None and not line.offered:
                line.offered = _good_ones(near)
    return found


def _settle(line: Line, same: list[Ormas]) -> None:
    if len(same) == 1:
        line.ormas = same[0]
    else:
        line.offered = same  # rivals of one name: nobody guesses


# ---- The same but for level, province and signs --------------------------------------------------


def _parts(written: str) -> Iterator[str]:
    """The line itself, its columns, and what stands before, in and behind brackets or a dash."""
    cells = [cell for cell in map(tidied, written.split("\t")) if cell and not cell.isdigit()]
    for whole in dict.fromkeys([tidied(written), *(cells[:4] if cells[1:] else [])]):
        yield whole
        if brackets := _BRACKETS.match(whole):
            before, inside, behind = brackets.groups()
            yield from filter(None, (f"{before} {behind}".strip(), before, inside))
        elif len(halves := _DASH.split(whole, maxsplit=1)) == 2:
            yield from filter(None, halves)


def _keys(written: str) -> set[str]:
    """How the name or the abbreviation may stand in the database, in small letters."""
    return {key for part in _parts(written) for key in (part.lower(), core(part)) if key}


def _by_key(keys: set[str]) -> dict[str, dict[int, Ormas]]:
    """Those whose name or abbreviation is one of the keys as it stands. One statement."""
    rows = Ormas.objects.annotate(low_name=Lower("name"), low_short=Lower("abbreviation"))
    known: dict[str, dict[int, Ormas]] = {}
    for ormas in rows.filter(Q(low_name__in=keys) | Q(low_short__in=keys)):
        for key in {ormas.abbreviation.lower(), core(ormas.name)} - {""}:
            known.setdefault(key, {})[ormas.pk] = ormas
    return known


def _same(written: str, known: dict[str, dict[int, Ormas]]) -> list[Ormas]:
    found: dict[int, Ormas] = {}
    for key in _keys(written):
        found |= {pk: ormas for pk, ormas in known.get(key, {}).items() if _means(written, ormas)}
    return sorted(found.values(), key=lambda ormas: ormas.pk)


def _means(written: str, ormas: Ormas) -> bool:
    """Whether the line says this one's name, or its abbreviation and nothing that contradicts it."""
    own_name, own_short = core(ormas.name), plain(ormas.abbreviation)
    said = [key for part in _parts(written) if (key := core(part))]
    if own_name in said:
        return True
    says_short = bool(own_short) and own_short in {*said, *map(plain, _parts(written))}
    others = [word for word in " ".join(said).split() if word not in own_short.split()]
    return says_short and _is_like(others, own_name)


def _is_like(words: list[str], name: str) -> bool:
    """Whether half of the words at least stand in the name: the name itself, then, with a letter wrong."""
    return sum(word in name.split() for word in words) * 2 >= len(words)


# ---- Near ----------------------------------------------------------------------------------------

_NEAR = """
    SELECT line.n, near.id, near.score
    FROM unnest(%s::int[], %s::text[]) AS line(n, words) CROSS JOIN LATERAL (
        SELECT id, greatest(similarity(line.words, plain), strict_word_similarity(line.words, plain)) AS score
        FROM ormas_ormas WHERE (plain %% line.words OR line.words <<%% plain) AND merged_into_id IS NULL
        ORDER BY score DESC, id LIMIT 8
    ) AS near ORDER BY line.n, near.score DESC, near.id
"""


def _wording(written: str) -> str:
    """What of the line is compared with names: without brackets, level and place."""
    return core(_BRANCH.sub("", core(tidied(written))))[:200]


@transaction.atomic
def _nearest(wordings: list[str]) -> list[list[tuple[Ormas, float]]]:
    """For each, those that are like it, with how like, the nearest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.strict_word_similarity_threshold', %s, true)", [str(LIKELY)])
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(LIKELY)])
        cursor.execute(_NEAR, [list(range(len(wordings))), wordings])
        rows = cursor.fetchall()
    ormas = Ormas.objects.in_bulk({pk for _, pk, _ in rows})
    near: list[list[tuple[Ormas, float]]] = [[] for _ in wordings]
    for number, pk, score in rows:
        near[number].append((ormas[pk], score))
    return near


def _good_ones(near: list[tuple[Ormas, float]]) -> list[Ormas]:
    """The nearest, and those about as near."""
    return [ormas for ormas, score in near if score > near[0][1] - AS_GOOD][:MOST_OFFERED]
