"""Which organisation a cell means: by its name or abbreviation beyond doubt, else what is near."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.functions import Lower

from ormas.models import Ormas
from ormas.recognising import recognise

MOST_GUESSED = 500  # names of a file that are looked up by likeness
_AT_ONCE = 2_000


@dataclass
class Meant:
    """One organisation, or several that are near."""

    ormas: Ormas | None = None
    near: list[Ormas] = field(default_factory=list)


def meant_by(names: Iterable[str]) -> dict[str, Meant]:
    """Each name with the organisation that it means. Those written as in the list are found by one statement for
    thousands; of the others the first 500 are looked up by likeness.
    """
    wanted = list(dict.fromkeys(names))
    known = _by_name({name.lower() for name in wanted})
    found: dict[str, Meant] = {}
    open_ones = []
    for name in wanted:
        same = known.get(name.lower(), [])
        if len(same) == 1:
            found[name] = Meant(same[0])
        elif same:
            found[name] = Meant(near=same)
        else:
            open_ones.append(name)
    for line in recognise(open_ones[:MOST_GUESSED]):
        found[line.written] = Meant(line.ormas, line.offered)
    return found | {name: Meant() for name in open_ones[MOST_GUESSED:]}


def _by_name(keys: set[str]) -> dict[str, list[Ormas]]:
    """By name, and by abbreviation where nobody is called so."""
    rows = Ormas.objects.annotate(low_name=Lower("name"), low_short=Lower("abbreviation")).order_by("pk")
    ones, named, short = sorted(keys), dict[str, list[Ormas]](), dict[str, list[Ormas]]()
    for start in range(0, len(ones), _AT_ONCE):
        some = ones[start : start + _AT_ONCE]
        for ormas in rows.filter(Q(low_name__in=some) | Q(low_short__in=some)):
            named.setdefault(ormas.name.lower(), []).append(ormas)
            if ormas.abbreviation:
                short.setdefault(ormas.abbreviation.lower(), []).append(ormas)
    return {key: named.get(key) or short.get(key, []) for key in ones}
