"""How the time of a search grows with the number of practices."""

from collections.abc import Callable
from functools import partial

from benchmarks.engines import engine_figures
from benchmarks.figures import Figure, percentile
from benchmarks.indexes import create, delete_indexes, merge, of_size, put_in_use, use, write
from benchmarks.origins import in_turn
from benchmarks.postgis import Peer
from search.engines import elasticsearch
from search.index.connection import writer
from search.requests import SearchRequest

SMALL, LARGE = 100_000, 1_000_000
# How much longer a search among a million may take than one among a hundred thousand.
GROWTH = {"25km": "<=1.5", "80km": "<=1.5", "400km": "-"}
INDEXES = {SMALL: "palmar-bench-100k", LARGE: "palmar-bench-1m"}


def scale_figures(peer: Peer | None, sets: dict[str, list[SearchRequest]]) -> list[Figure]:
    """The engine among 100,000 and among a million practices, and the peer among a million."""
    asked = {name: sets[name] for name in GROWTH}
    try:
        for count in INDEXES:
            build(count, peer if count == LARGE else None)
        figures = growth_figures(asked)
        use(INDEXES[LARGE])
        return figures + (engine_figures(peer, asked, suffix="_million") if peer else [])
    finally:
        for index in INDEXES.values():
            use(index)
            delete_indexes()


def build(count: int, peer: Peer | None) -> None:
    """Make an index of so many documents, and have the peer hold the same."""
    use(INDEXES[count])
    delete_indexes()
    client = writer()
    name = create(client)
    write(client, name, of_size(count))
    merge(client, name)
    put_in_use(client, name)
    if peer:
        peer.empty()
        for writes in of_size(count):
            peer.add(write.document for write in writes if write.document)
        peer.finish()


def growth_figures(sets: dict[str, list[SearchRequest]]) -> list[Figure]:
    """p50 among both numbers of practices, and how many times as long the larger takes."""
    figures = []
    for name, requests in sets.items():
        ways: dict[str, Callable[[SearchRequest], object]] = {
            index: partial(candidates_of, index) for index in INDEXES.values()
        }
        taken = in_turn(ways, requests)
        small, large = (percentile(taken[INDEXES[count]], 0.5) for count in (SMALL, LARGE))
        figures += [
            Figure(f"elasticsearch_{name}_100k_p50", small, "ms"),
            Figure(f"elasticsearch_{name}_1m_p50", large, "ms"),
            Figure(f"elasticsearch_{name}_1m_of_100k", large / small, "times", GROWTH[name]),
        ]
    return figures


def candidates_of(index: str, request: SearchRequest) -> object:
    """The engine's answer out of one of the indexes."""
    use(index)
    return elasticsearch.candidates(request)
