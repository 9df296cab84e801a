"""What is measured, each as a table with its aim beside it."""

from collections.abc import Callable, Iterator, Sequence

from bench import (
    boards,
    bulk,
    checkins,
    crash,
    crowded,
    deciding,
    duplicates,
    exchanging,
    hotel,
    keys,
    mailing,
    marks,
    naming,
    network,
    own_phone_faults,
    pages,
    papers,
    printing,
    queued,
    recaps,
    registering,
    same_person,
    search_offline,
    sheet_pages,
    slow,
    staff,
    statements,
)
from bench.site import Site

MEASURES: dict[str, Callable[[Site], str]] = {
    "check-ins": checkins.measure,
    "statements": statements.measure,
    "registrations": registering.measure,
    "naming": naming.measure,
    "deciding": deciding.measure,
    "bulk": bulk.measure,
    "exchanging": exchanging.measure,
    "duplicates": duplicates.table,
    "mailing": mailing.measure,
    "papers": papers.measure,
    "printing": printing.measure,
    "crowd": crowded.measure,
    "boards": boards.measure,
    "recaps": recaps.measure,
    "marks": marks.measure,
    "staff": staff.measure,
    "queries": pages.queries,
    "bytes": pages.weights,
    "slow": slow.measure,
}
# By name alone: they break things, or take their time.
FAULTS: dict[str, Callable[[Site], str]] = {
    "crash": crash.measure,
    "network": network.measure,
    "same-person": same_person.measure,
    "queued": queued.measure,
    "hotel": hotel.measure,
    "keys": keys.measure,
    "own-phones": own_phone_faults.measure,
    "search-offline": search_offline.measure,
    "sheets-pages": sheet_pages.measure,
}


def all_of(site: Site, tell: Callable[[str], None], names: Sequence[str] = ()) -> Iterator[str]:
    """Each measure's table, one after the other; of those named only, if any are."""
    known = MEASURES | FAULTS
    for name in names or MEASURES:
        tell(name)
        yield f"\n{known[name](site)}"
