"""What is measured, each as a table with its aim beside it."""

from collections.abc import Callable, Iterator

from bench import checkins, pages, papers, registering
from bench.site import Site

MEASURES: dict[str, Callable[[Site], str]] = {
    "check-ins": checkins.measure,
    "registrations": registering.measure,
    "papers": papers.measure,
    "queries": pages.queries,
    "bytes": pages.weights,
}


def all_of(site: Site, tell: Callable[[str], None]) -> Iterator[str]:
    """Each measure's table, one after the other."""
    for name, measure in MEASURES.items():
        tell(name)
        yield f"\n{measure(site)}"
