"""The Elasticsearch engine: asks, within the time that a page has, and reads the answer.

A missing alias or shard, a time-out, an answer that is not whole: each is an error, never an empty list.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings

from search.engines.query import facet_counts_without_itself, searches
from search.facets import EVIDENCE_LEVELS, facets
from search.index.connection import DEEPEST, alias, reader
from search.index.deadline import within
from search.requests import Candidates, FacetCounts, SearchRequest

_WANTED = [
    "responses.status", "responses.timed_out", "responses._shards.failed", "responses.hits.total.value",
    "responses.hits.hits._id", "responses.hits.hits._score", "responses.aggregations",
]  # fmt: skip

_HEADER = '{"allow_partial_search_results": false}'


class UnusableAnswer(Exception):
    """It answered, but not with what was asked for."""


class Refused(UnusableAnswer):
    """It did not like this one search. That is our fault, and no outage."""


def candidates(request: SearchRequest) -> Candidates:
    """One page of practice ids in order, the total, and the facet counts. One call; two for a page that
    would lie behind the last.

    Raises ApiError, TransportError, TimeoutError, UnusableAnswer or Refused when it cannot tell.
    """
    page = request.page
    # Behind the last result there is nothing to sort, and no search is that deep.
    first, *rest = _ask(searches(request, page=min(page, DEEPEST // request.page_size)))
    total = first["hits"]["total"]["value"]
    page = max(1, min(page, -(-total // request.page_size)))
    if page < request.page:
        first, *rest = _ask(searches(request, page=page))
    hits = first["hits"]["hits"]
    return Candidates(
        ids=tuple(int(hit["_id"]) for hit in hits),
        scores=tuple(float(hit["_score"]) for hit in hits),
        total=total,
        page=page,
        facets=_counts(first, rest[0] if rest else None, request),
    )


def _ask(wanted: Sequence[str]) -> list[dict[str, Any]]:
    """The answers to some searches in one call."""
    body: list[Any] = []  # the client takes lines of JSON, too, though its types do not say so
    for search in wanted:
        body += [_HEADER, search]
    answered = within(
        settings.ELASTICSEARCH_ANSWER_SECONDS,
        partial(reader().msearch, index=alias(), searches=body, filter_path=_WANTED),
    )
    answers = answered.body.get("responses")
    if not isinstance(answers, list) or len(answers) != len(wanted):
        raise UnusableAnswer("not as many answers as questions")
    for answer in answers:
        _check(answer)
    return answers


def _check(answer: Any) -> None:
    """Raises UnusableAnswer unless the answer is whole. An empty list of hits is left out by the filter."""
    try:
        if answer["status"] == 400:
            raise Refused("bad request")
        whole = (
            answer["status"] == 200
            and answer["timed_out"] is False
            and answer["_shards"]["failed"] == 0
            and isinstance(answer["hits"]["total"]["value"], int)
            and isinstance(answer["hits"].setdefault("hits", []), list)
            and isinstance(answer["aggregations"], dict)
        )
    except (KeyError, TypeError) as error:
        raise UnusableAnswer("not the shape of an answer") from error
    if not whole:
        raise UnusableAnswer("not a whole answer")


def _counts(shown: dict[str, Any], without: dict[str, Any] | None, request: SearchRequest) -> FacetCounts:
    """The counts in the form that both engines give."""
    over_results = _by_token(shown["aggregations"]["tokens"])
    others = without["aggregations"] if without else {}
    chosen = {clause.facet for clause in request.clauses}
    counts: dict[str, dict[int, int]] = {}
    unstated: dict[str, int] = {}
    for facet in facets():
        own = facet.name in chosen and facet_counts_without_itself(facet.name)
        apart = _by_token(others[facet.name]["counts"]) if own else over_results
        tally = over_results if facet.several else apart
        silent = facet.unstated or 0
        # Where silent practices are kept too, a click on another value keeps them as well.
        kept_silent = tally.get(silent, 0) if facet.name in request.keeps_silent else 0
        counts[facet.name] = {value.token: tally.get(value.token, 0) + kept_silent for value in facet.values}
        if facet.unstated:
            unstated[facet.name] = apart.get(silent, 0)
    if request.understood.asks:
        evidence = others["evidence"]["counts"] if "evidence" in chosen else shown["aggregations"]["evidence"]
        counts["evidence"] = {
            level: evidence["buckets"][str(level)]["doc_count"] for level, _ in EVIDENCE_LEVELS.values()
        }
    return FacetCounts(tokens=counts, unstated=unstated)


def _by_token(terms: dict[str, Any]) -> dict[int, int]:
    return {int(bucket["key"]): bucket["doc_count"] for bucket in terms["buckets"]}
