"""The Elasticsearch engine beside its peer, on the same searches over the same documents."""

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.figures import Figure, percentile
from benchmarks.origins import ORIGINS, in_turn
from benchmarks.postgis import Peer, PeerAnswer
from search.engines import elasticsearch
from search.engines.query import searches
from search.index.connection import alias, reader
from search.requests import Candidates, SearchRequest

# How much of the peer's p50 the engine may take.
SHARES = {"25km": "<=0.5", "400km": "<=0.25"}
AT_THE_RIM = 1  # practices that rounding may put on the other side of the circle


def engine_figures(
    peer: Peer | None, sets: dict[str, list[SearchRequest]], *, suffix: str = ""
) -> list[Figure]:
    """p50 and p95 of both on every set of searches, with what the engine takes of the peer's."""
    figures: list[Figure] = []
    ways: dict[str, Callable[[SearchRequest], object]] = {"elasticsearch": elasticsearch.candidates}
    if peer:
        ways["postgis"] = peer.ask
    warm_up(ways, sets)
    for name, requests in sets.items():
        if peer:
            figures += agreement(peer, requests[:ORIGINS], f"{name}{suffix}")
        taken = in_turn(ways, requests)
        for way, times in taken.items():
            figures += [
                Figure(f"{way}_{name}{suffix}_p50", percentile(times, 0.5), "ms"),
                Figure(f"{way}_{name}{suffix}_p95", percentile(times, 0.95), "ms"),
            ]
        if peer:
            share = percentile(taken["elasticsearch"], 0.5) / percentile(taken["postgis"], 0.5)
            figures.append(
                Figure(f"elasticsearch_of_postgis_{name}{suffix}", share, "times", SHARES.get(name, "-"))
            )
    return figures


def warm_up(ways: dict[str, Callable[[SearchRequest], object]], sets: dict[str, list[SearchRequest]]) -> None:
    """Ask both some of everything: a server that began a minute ago still compiles itself, and the set
    that happens to be first would pay for it."""
    for requests in sets.values():
        for request in requests[: 2 * ORIGINS]:
            for way in ways.values():
                way(request)


def agreement(peer: Peer, requests: Sequence[SearchRequest], name: str) -> list[Figure]:
    """Whether the two give the same answers: totals, the scores of the first page, counts by token."""
    totals, apart, scores, counts = [], 0, 0.0, 0
    for request in requests:
        ours, theirs = elasticsearch.candidates(request), peer.ask(request)
        totals.append(ours.total)
        apart = max(apart, abs(ours.total - theirs.total))
        if ours.total == theirs.total:
            scores = max([scores, *(abs(a - b) for a, b in zip(ours.scores, theirs.scores, strict=True))])
            counts += 0 if request.clauses else counts_apart(ours, theirs)
    return [
        Figure(f"results_{name}_p50", percentile(totals, 0.5), "practices"),
        Figure(f"totals_apart_{name}", apart, "practices", f"<={AT_THE_RIM}"),
        Figure(f"scores_apart_{name}", scores, "points", "<0.001"),
        Figure(f"facet_counts_apart_{name}", counts, "counts", "=0"),
    ]


def counts_apart(ours: Candidates, theirs: PeerAnswer) -> int:
    """How many facet counts of a search without filters differ."""
    return sum(
        theirs.counts.get(token, 0) != count
        for facet, counts in ours.facets.tokens.items()
        if facet != "evidence"  # the peer does not count it
        for token, count in counts.items()
    )


def server_figures(sets: dict[str, list[SearchRequest]]) -> list[Figure]:
    """What Elasticsearch itself says that it took, without the way there and Python."""
    figures = []
    for name, requests in sets.items():
        took = []
        for request in requests:
            body: list[Any] = []
            for search in searches(request, page=1):
                body += [{}, search]
            answer = reader().msearch(index=alias(), searches=body, filter_path="took")
            took.append(float(answer["took"]))
        figures.append(Figure(f"elasticsearch_took_{name}_p50", percentile(took, 0.5), "ms"))
    return figures
