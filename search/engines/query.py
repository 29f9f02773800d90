"""The request and the ranking policy as Elasticsearch queries: pure functions, no scripts, no BM25.

Score = what the asks give (`should`) + what the other factors give (`functions`). Traps that shaped it,
each with a test: `boost_mode replace` would drop the asks; a factor's field that is missing gives full
points, so `search.index.document` writes every one; instants go as ISO text, since a bare number would be
read as milliseconds.

Composing a search takes longer than Elasticsearch takes to answer it, so each shape is composed once,
with gaps for where, when and which page (`search.engines.shape`), and filled in for every search.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from elasticsearch.dsl import Search
from elasticsearch.dsl.function import SF, ScoreFunction
from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    FunctionScore,
    GeoBoundingBox,
    Query,
    Range,
    Term,
    Terms,
)

from directory.models.practice import REACH_TIERS_KM
from search import tokens
from search.engines.shape import Shape, fill, gap, shape_of, values_of
from search.facets import EVIDENCE_LEVELS, Facet, facet, facets
from search.policy import POLICY, asked_tokens, evidence
from search.requests import SearchRequest
from search.understanding.asks import Ask


def searches(request: SearchRequest, *, page: int) -> list[str]:
    """The search for a page with its counts, and where filters are set another one that counts without
    each of them. As JSON, each in one line."""
    values = values_of(request, page=page)
    return [fill(text, values) for text in _compiled(shape_of(request))]


@lru_cache(maxsize=1000)
def _compiled(shape: Shape) -> tuple[str, ...]:
    """The searches of a shape, with gaps."""
    return tuple(json.dumps(search.to_dict()) for search in _composed(shape))


def _composed(shape: Shape) -> list[Search[Any]]:
    base, clauses = _base(shape), _clauses(shape)
    chosen = [query for queries in clauses.values() for query in queries]
    levels = _levels(shape)
    shown = (
        Search()
        .query(_scored(shape, [*base, *chosen]))
        .sort(*_sort(shape))
        .extra(track_total_hits=True, track_scores=True, _source=False, from_=gap("from"), size=gap("size"))
    )
    shown.aggs.bucket("tokens", "terms", **_tokens_counted())
    if levels and "evidence" not in clauses:
        shown.aggs.bucket("evidence", "filters", filters=levels)
    counted = [name for name in clauses if name == "evidence" or facet_counts_without_itself(name)]
    if not counted:
        return [shown]
    without = Search().query(Bool(filter=base))[0:0]
    for name in counted:
        others = [query for other, queries in clauses.items() if other != name for query in queries]
        bucket = without.aggs.bucket(name, "filter", Bool(filter=others))
        if name == "evidence":
            bucket.bucket("counts", "filters", filters=levels)
        else:
            bucket.bucket("counts", "terms", **_tokens_counted(facet(name)))
    return [shown, without]


def facet_counts_without_itself(name: str) -> bool:
    """Whether any count of a facet is made without its own selection."""
    found = facet(name)
    return not found.several or found.unstated is not None


def _tokens_counted(*some: Facet) -> dict[str, Any]:
    """The counts of the tokens of some facets (of all, if none is named), and of no others."""
    counted = {value.token for each in some or facets() for value in each.values}
    counted |= {each.unstated for each in some or facets() if each.unstated}
    return {
        "field": "tokens", "include": [str(token) for token in sorted(counted)], "size": len(counted) or 1,
    }  # fmt: skip


def _base(shape: Shape) -> list[Query]:
    """What every result must meet, filters aside."""
    wanted: list[Query] = [Range(listed_until={"gt": gap("at")})]
    wanted += [Term(names=gap(f"name_{number}")) for number in range(shape.names)]
    if shape.place == "origin":
        wanted.append(_reachable())
    elif shape.place == "region":
        wanted.append(Term(jurisdiction=gap("jurisdiction")))
    if shape.asks:
        wanted.append(_having(asked_tokens(shape.asks)))
    return wanted


def _reachable() -> Query:
    """Seen at the practice within the radius; or at home, in the practice's own jurisdiction and reach."""
    clinic = Bool(filter=[Term(clinic=True), _disc("within")])
    visits = [
        Bool(filter=[Term(reach_km=tier), Term(jurisdiction=gap("jurisdiction")), _disc(f"visits_{tier}")])
        for tier in REACH_TIERS_KM
    ]
    return Bool(should=[clinic, *visits], minimum_should_match=1)


def _disc(name: str) -> Query:
    """All points within a radius: a box, and inside it a decay that is 0.5 exactly at the radius.

    The same totals as `geo_distance`, at a third of its cost.
    """
    decay = SF("linear", point={"origin": gap("here"), "scale": gap(f"{name}_radius"), "decay": 0.5})
    return FunctionScore(
        query=ConstantScore(filter=GeoBoundingBox(point=gap(f"{name}_box"))),
        functions=[decay],
        boost_mode="replace",
        min_score=0.5,
    )


def _clauses(shape: Shape) -> dict[str, list[Query]]:
    """Each filter, by its facet."""
    found: dict[str, list[Query]] = defaultdict(list)
    for clause in shape.clauses:
        found[clause.facet].append(_having(clause.tokens))
    return dict(found)


def _having(wanted: frozenset[int]) -> Query:
    return Terms(tokens=[str(token) for token in sorted(wanted)])


def _levels(shape: Shape) -> dict[str, Query]:
    """Per least level of evidence: those who have it for what was asked. Empty if nothing was."""
    if not shape.asks:
        return {}
    return {
        str(level): _having(asked_tokens(shape.asks, least_level=level))
        for level, _ in EVIDENCE_LEVELS.values()
    }


def _scored(shape: Shape, wanted: Sequence[Query]) -> Query:
    """The wanted documents with their score by the policy."""
    fit = [_fit(ask, points=POLICY.points("fit") / len(shape.asks)) for ask in shape.asks]
    return FunctionScore(
        query=Bool(filter=list(wanted), should=fit, minimum_should_match=0),
        functions=_functions(shape),
        score_mode="sum",
        boost_mode="sum",
    )


def _fit(ask: Ask, *, points: float) -> Query:
    """The best proof among a document's tokens; tokens that are worth the same share one query."""
    worth: dict[float, set[int]] = defaultdict(set)
    for token, proof in evidence(ask).items():
        worth[proof.share].add(token)
    return DisMax(
        queries=[
            ConstantScore(filter=_having(frozenset(some)), boost=points * share)
            for share, some in worth.items()
            if share > 0
        ]
    )


def _functions(shape: Shape) -> list[ScoreFunction]:
    """All factors but fit. The last one always matches: with no match at all the sum would be 1."""
    accepting = [
        SF({"filter": Term(tokens=str(tokens.ACCEPTING[name])), "weight": POLICY.points("accepting") * share})
        for name, share in POLICY.accepting_shares.items()
        if share
    ]
    confirmed = {
        "origin": gap("today"),
        "offset": f"{POLICY.confirmed_full_days}d",
        "scale": f"{POLICY.confirmed_half_after_days}d",
        "decay": 0.5,
    }
    return [
        *([_nearness()] if shape.place == "origin" else []),
        *accepting,
        _by_field("answers", POLICY.points("answers")),
        _by_field("experience", POLICY.points("experience")),
        SF({"exp": {"confirmed": confirmed}, "weight": POLICY.points("confirmed")}),
        _by_field(gap("rotation"), POLICY.points("rotation") / 255),
    ]


def _nearness() -> ScoreFunction:
    # The offset is added to the scale: half the points at offset + scale.
    near = {
        "origin": gap("here"),
        "offset": gap("near_full"),
        "scale": f"{POLICY.near_half_after_km}km",
        "decay": 0.5,
    }
    return SF({"exp": {"point": near}, "weight": POLICY.points("nearness")})


def _by_field(name: str, points: float) -> ScoreFunction:
    # Without `missing` one document without the field would fail the whole search.
    return SF("field_value_factor", field=name, factor=points, missing=0)


def _sort(shape: Shape) -> list[Any]:
    """What results are ordered by; the practice id settles what is left."""
    ties = [{"_score": "desc"}, {"practice": "asc"}]
    if shape.sort == "distance" and shape.place == "origin":
        return [{"_geo_distance": {"point": gap("here"), "order": "asc", "unit": "km"}}, *ties]
    return [{"price": "asc"}, *ties] if shape.sort == "price" else ties
