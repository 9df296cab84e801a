"""What is measured, each as a table with its aim beside it."""

from collections.abc import Callable, Collection, Iterator

from bench import checkins, pages, papers, registering, statements
from bench.site import Site

MEASURES: dict[str, Callable[[Site], str]] = {
    "check-ins": checkins.measure,
    "statements": statements.measure,
    "registrations": registering.measure,
    "papers": papers.measure,
    "queries": pages.queries,
    "bytes": pages.weights,
}


def all_of(site: Site, tell: Callable[[str], None], names: Collection[str] = ()) -> Iterator[str]:
    """Each measure's table, one after the other; only those named when some are."""
    for name, measure in MEASURES.items():
        if names and name not in names:
            continue
        tell(name)
        yield f"\n{measure(site)}"
