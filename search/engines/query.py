"""The request and the ranking policy as Elasticsearch queries: pure functions, no scripts, no BM25.

Score = what the asks give (`should`) + what the other factors give (`functions`). Traps that shaped it,
each with a test: `boost_mode replace` would drop the asks; a factor's field that is missing gives full
points, so `search.index.document` writes every one; instants go as ISO text, since a bare number would be
read as milliseconds.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
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

from directory.geography import box_around
from directory.models.practice import REACH_TIERS_KM
from search import tokens
from search.facets import EVIDENCE_LEVELS, facet
from search.index.document import ROTATION_FIELDS
from search.policy import POLICY, asked_tokens, evidence
from search.requests import Origin, Region, SearchRequest
from search.rows import day_number
from search.understanding.asks import Ask

EVERY_TOKEN = 5_000  # more than there are tokens: counts are exact on several shards, too


def searches(request: SearchRequest, *, page: int) -> list[Search[Any]]:
    """The search for a page with its counts, and where filters are set another one that counts without
    each of them."""
    base, clauses = _base(request), _clauses(request)
    chosen = [query for queries in clauses.values() for query in queries]
    levels = _levels(request)
    begin = (page - 1) * request.page_size
    shown = (
        Search()
        .query(_scored(request, [*base, *chosen]))
        .sort(*_sort(request))
        .extra(track_total_hits=True, track_scores=True, _source=False)
    )[begin : begin + request.page_size]
    shown.aggs.bucket("tokens", "terms", field="tokens", size=EVERY_TOKEN)
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
            bucket.bucket("counts", "terms", field="tokens", size=EVERY_TOKEN)
    return [shown, without]


def facet_counts_without_itself(name: str) -> bool:
    """Whether any count of a facet is made without its own selection."""
    found = facet(name)
    return not found.several or found.unstated is not None


def _base(request: SearchRequest) -> list[Query]:
    """What every result must meet, filters aside."""
    wanted: list[Query] = [Range(listed_until={"gt": _iso(request.at)})]
    wanted += [Term(names=name) for name in request.names]
    place = request.place
    if isinstance(place, Origin):
        wanted.append(_reachable(place, request.within_km))
    elif isinstance(place, Region):
        wanted.append(Term(jurisdiction=place.jurisdiction))
    elif not request.names:
        raise ValueError("a search needs a place or a name")
    if request.understood.asks:
        wanted.append(_having(asked_tokens(request.understood.asks)))
    return wanted


def _reachable(origin: Origin, within_km: float) -> Query:
    """Seen at the practice within the radius; or at home, in the practice's own jurisdiction and reach."""
    clinic = Bool(filter=[Term(clinic=True), _disc(origin, within_km)])
    visits = [
        Bool(filter=[Term(reach_km=tier), Term(jurisdiction=origin.jurisdiction), _disc(origin, tier)])
        for tier in REACH_TIERS_KM
    ]
    return Bool(should=[clinic, *visits], minimum_should_match=1)


def _disc(origin: Origin, radius_km: float) -> Query:
    """All points within a radius: a box, and inside it a decay that is 0.5 exactly at the radius.

    The same totals as `geo_distance`, at a third of its cost.
    """
    box = box_around(origin.latitude, origin.longitude, radius_km)
    corners = {
        "top_left": {"lat": box.north, "lon": box.west},
        "bottom_right": {"lat": box.south, "lon": box.east},
    }
    here = {"lat": origin.latitude, "lon": origin.longitude}
    decay = SF("linear", point={"origin": here, "scale": f"{radius_km}km", "decay": 0.5})
    return FunctionScore(
        query=ConstantScore(filter=GeoBoundingBox(point=corners)),
        functions=[decay],
        boost_mode="replace",
        min_score=0.5,
    )


def _clauses(request: SearchRequest) -> dict[str, list[Query]]:
    """Each filter of the request, by its facet."""
    found: dict[str, list[Query]] = defaultdict(list)
    for clause in request.clauses:
        found[clause.facet].append(_having(clause.tokens))
    return dict(found)


def _having(wanted: frozenset[int]) -> Query:
    return Terms(tokens=[str(token) for token in sorted(wanted)])


def _levels(request: SearchRequest) -> dict[str, Query]:
    """Per least level of evidence: those who have it for what was asked. Empty if nothing was."""
    asks = request.understood.asks
    if not asks:
        return {}
    return {
        str(level): _having(asked_tokens(asks, least_level=level)) for level, _ in EVIDENCE_LEVELS.values()
    }


def _scored(request: SearchRequest, wanted: Sequence[Query]) -> Query:
    """The wanted documents with their score by the policy."""
    asks = request.understood.asks
    fit = [_fit(ask, points=POLICY.points("fit") / len(asks)) for ask in asks]
    return FunctionScore(
        query=Bool(filter=list(wanted), should=fit, minimum_should_match=0),
        functions=_functions(request),
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


def _functions(request: SearchRequest) -> list[ScoreFunction]:
    """All factors but fit. The last one always matches: with no match at all the sum would be 1."""
    accepting = [
        SF({"filter": Term(tokens=str(tokens.ACCEPTING[name])), "weight": POLICY.points("accepting") * share})
        for name, share in POLICY.accepting_shares.items()
        if share
    ]
    confirmed = {
        "origin": _iso(datetime.fromtimestamp(day_number(request.at) * 86_400, tz=UTC)),
        "offset": f"{POLICY.confirmed_full_days}d",
        "scale": f"{POLICY.confirmed_half_after_days}d",
        "decay": 0.5,
    }
    slot = ROTATION_FIELDS[request.day % len(ROTATION_FIELDS)]
    return [
        *([_nearness(request.origin)] if request.origin else []),
        *accepting,
        _by_field("answers", POLICY.points("answers")),
        _by_field("experience", POLICY.points("experience")),
        SF({"exp": {"confirmed": confirmed}, "weight": POLICY.points("confirmed")}),
        _by_field(slot, POLICY.points("rotation") / 255),
    ]


def _nearness(origin: Origin) -> ScoreFunction:
    # The offset is added to the scale: half the points at offset + scale.
    near = {
        "origin": {"lat": origin.latitude, "lon": origin.longitude},
        "offset": f"{max(POLICY.near_full_km, origin.precision_km)}km",
        "scale": f"{POLICY.near_half_after_km}km",
        "decay": 0.5,
    }
    return SF({"exp": {"point": near}, "weight": POLICY.points("nearness")})


def _by_field(name: str, points: float) -> ScoreFunction:
    # Without `missing` one document without the field would fail the whole search.
    return SF("field_value_factor", field=name, factor=points, missing=0)


def _sort(request: SearchRequest) -> list[Any]:
    """What results are ordered by; the practice id settles what is left."""
    ties = [{"_score": "desc"}, {"practice": "asc"}]
    if request.sort == "distance" and request.origin:
        here = {"lat": request.origin.latitude, "lon": request.origin.longitude}
        return [{"_geo_distance": {"point": here, "order": "asc", "unit": "km"}}, *ties]
    return [{"price": "asc"}, *ties] if request.sort == "price" else ties


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
