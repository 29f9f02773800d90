"""The embedded engine: rows of a neighbourhood out of the database, everything else in numpy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from directory.geography import cell_strips
from directory.models.practice import REACH_TIERS_KM
from search import scoring, tokens
from search.facets import EVIDENCE_LEVELS, facets
from search.models import PRACTICE_BITS, SearchRow
from search.policy import POLICY, FactorName, Policy, asked_tokens
from search.requests import Candidates, Clause, FacetCounts, Origin, Region, SearchRequest
from search.rows import RowSet, unpack

Mask = NDArray[np.bool_]
Points = NDArray[np.float64]


def candidates(request: SearchRequest) -> Candidates:
    """One page of practice ids in order, the total, and the facet counts. One statement."""
    return rank(unpack(_read(request)), request)


def rank(rows: RowSet, request: SearchRequest, policy: Policy = POLICY) -> Candidates:
    """The answer out of rows that lie in the request's region and are listed; points by `policy`."""
    away = scoring.distances(rows, request.origin) if request.origin else None
    base = _inside(rows, away, request)
    levels = _levels(request)
    having = _having_each(rows, [*levels.values(), *(clause.tokens for clause in request.clauses)])
    with_evidence = dict(zip(levels, having[: len(levels)], strict=True))
    if levels:
        base &= with_evidence[tokens.STATED]
    passes = dict(zip(request.clauses, having[len(levels) :], strict=True))
    points = sum(scoring.score(rows, request, away=away, policy=policy).values(), start=np.zeros(len(rows)))
    kept = np.flatnonzero(_all_of(base, passes.values()))
    page = max(1, min(request.page, -(-len(kept) // request.page_size)))
    end = page * request.page_size
    shown = _first(end, rows, kept, _sorted_by(rows, points, away, request))[end - request.page_size :]
    return Candidates(
        ids=tuple(rows.head["practice"][shown].tolist()),
        scores=tuple(points[shown].tolist()),
        total=len(kept),
        page=page,
        facets=_count(rows, base, passes, with_evidence, request),
    )


@dataclass(frozen=True)
class Qualified:
    """Everybody that a search finds, in no order: ids, and points by factor under the policy in force."""

    practices: NDArray[np.int64]
    points: dict[FactorName, Points]


def qualified(request: SearchRequest) -> Qualified:
    """Everybody of whom `candidates` shows one page."""
    rows = unpack(_read(request))
    away = scoring.distances(rows, request.origin) if request.origin else None
    asked = [numbers for level, numbers in _levels(request).items() if level == tokens.STATED]
    having = _having_each(rows, [*asked, *(clause.tokens for clause in request.clauses)])
    kept = np.flatnonzero(_all_of(_inside(rows, away, request), having))
    points = scoring.score(rows, request, away=away)
    return Qualified(
        practices=rows.head["practice"][kept], points={name: given[kept] for name, given in points.items()}
    )


def _read(request: SearchRequest) -> list[bytes]:
    """Packed rows that may lie in the place: whole strips of cells, and home visitors from farther away.

    Written as SQL: one UNION ALL over strips that do not overlap, straight from the cursor. Through the
    ORM the same 14,000 rows take three times as long.
    """
    place, where, params = request.place, ["listed_until > %s"], [int(request.at.timestamp())]
    names: list[str] = [f"% {name} %" for name in request.names]
    where += ["folded_name LIKE %s"] * len(names)
    scopes: list[tuple[str, tuple[int | str, ...]]] = [("1 = 1", ())]
    if isinstance(place, Origin):
        near, far = strips_of(place, request.within_km)
        scopes = [("key >= %s AND key < %s", strip) for strip in near]
        visitors = "reach_km > 0 AND jurisdiction = %s AND key >= %s AND key < %s"
        scopes += [(visitors, (place.jurisdiction, *strip)) for strip in far]
    elif isinstance(place, Region):
        scopes = [("jurisdiction = %s", (place.jurisdiction,))]
    elif not names:
        raise ValueError("a search needs a place or a name")
    select = f"SELECT packed FROM {SearchRow._meta.db_table} WHERE {' AND '.join(where)} AND "  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(select + scope for scope, _ in scopes),
            [value for _, values in scopes for value in (*params, *names, *values)],
        )
        return [row[0] for row in cursor.fetchall()]


def strips_of(origin: Origin, radius_km: float) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Ranges of row keys, first included and last not: those around the origin, and those beyond them
    from where somebody may still travel. No two overlap."""
    near = cell_strips(origin.latitude, origin.longitude, radius_km)
    reach = max(*REACH_TIERS_KM, radius_km)
    far: list[tuple[int, int]] = []
    for first, last in cell_strips(origin.latitude, origin.longitude, reach):
        gap = first
        for start, end in sorted(strip for strip in near if first <= strip[0] and strip[1] <= last):
            far.append((gap, start - 1))
            gap = end + 1
        far.append((gap, last))
    return _as_keys(near), _as_keys([(first, last) for first, last in far if first <= last])


def _as_keys(cells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(first << PRACTICE_BITS, (last + 1) << PRACTICE_BITS) for first, last in cells]


def _inside(rows: RowSet, away: Points | None, request: SearchRequest) -> Mask:
    """Rows truly in the place: seen at the practice within the radius, or at home.

    A home visit counts only in the practice's own jurisdiction, and within its reach.
    """
    origin, head = request.origin, rows.head
    if origin is None or away is None:
        return np.ones(len(rows), dtype=bool)
    comes = (away <= head["reach_km"]) & (head["reach_km"] > 0)
    comes &= head["jurisdiction"] == origin.jurisdiction.encode()
    return np.asarray((head["clinic"] & (away <= request.within_km)) | comes)


def _levels(request: SearchRequest) -> dict[int, frozenset[int]]:
    """Per least level of evidence: the tokens of which a row must have one. Empty if nothing is asked."""
    asks = request.understood.asks
    if not asks:
        return {}
    return {level: asked_tokens(asks, least_level=level) for level, _ in EVIDENCE_LEVELS.values()}


def _having_each(rows: RowSet, wanted: Sequence[Iterable[int]]) -> list[Mask]:
    """For each set of tokens, which rows have one of them. One pass over all tokens for 32 sets."""
    found: list[Mask] = []
    for begin in range(0, len(wanted) if len(rows) else 0, 32):
        some = wanted[begin : begin + 32]
        table = np.zeros(tokens.TOKEN_SPACE, dtype=np.uint32)
        for bit, numbers in enumerate(some):
            table[list(numbers)] |= np.uint32(1 << bit)
        bits = np.bitwise_or.reduceat(table[rows.tokens], rows.starts)
        found += [(bits & np.uint32(1 << bit)) != 0 for bit in range(len(some))]
    return found or [np.zeros(0, dtype=bool) for _ in wanted]


def _sorted_by(rows: RowSet, points: Points, away: Points | None, request: SearchRequest) -> list[Points]:
    """What rows are ordered by, first key first, smaller first; the practice id settles what is left."""
    if request.sort == "distance" and away is not None:
        return [away, -points]
    if request.sort == "price":
        price = rows.head["price"].astype(np.float64)
        return [np.where(price == 0, np.inf, price), -points]
    return [-points]


def _first(count: int, rows: RowSet, kept: NDArray[np.intp], keys: list[Points]) -> NDArray[np.intp]:
    """The first `count` of the kept rows, in order. Pages never overlap, since no two rows are equal."""
    leading = keys[0][kept]
    if count < len(kept):
        # Only what is not behind the last shown row needs to be sorted.
        near = leading <= np.partition(leading, count - 1)[count - 1]
        kept = kept[near]
    ties = [rows.head["practice"][kept], *(key[kept] for key in reversed(keys))]
    return kept[np.lexsort(ties)][:count]


def _count(
    rows: RowSet,
    base: Mask,
    passes: dict[Clause, Mask],
    with_evidence: dict[int, Mask],
    request: SearchRequest,
) -> FacetCounts:
    """How many results each value would leave.

    Several-valued facets are counted over the results; one-of facets, and "not stated" everywhere,
    without the facet's own selection: over the results and the rows that fail nothing else.
    """
    names = list(dict.fromkeys(clause.facet for clause in passes))
    fails = {
        name: ~_all_of(base, (mask for clause, mask in passes.items() if clause.facet == name))
        for name in names
    }
    misses = sum((fail.astype(np.uint8) for fail in fails.values()), start=np.zeros(len(rows), np.uint8))
    tallies = _tally(rows, [base & (misses == 0), *(base & fails[name] & (misses == 1) for name in names)])
    over_results = tallies[0]
    without = {name: over_results + tally for name, tally in zip(names, tallies[1:], strict=True)}
    counts: dict[str, dict[int, int]] = {}
    unstated: dict[str, int] = {}
    for facet in facets():
        tally = over_results if facet.several else without.get(facet.name, over_results)
        silent = facet.unstated or 0
        # Where silent practices are kept too, a click on another value keeps them as well.
        kept_silent = int(tally[silent]) if facet.name in request.keeps_silent else 0
        counts[facet.name] = {value.token: int(tally[value.token]) + kept_silent for value in facet.values}
        if facet.unstated:
            unstated[facet.name] = int(without.get(facet.name, over_results)[silent])
    if with_evidence:
        others = base & (misses == 0) if "evidence" not in fails else base & (misses <= fails["evidence"])
        counts["evidence"] = {
            level: int(np.count_nonzero(others & having)) for level, having in with_evidence.items()
        }
    return FacetCounts(tokens=counts, unstated=unstated)


def _all_of(base: Mask, masks: Iterable[Mask]) -> Mask:
    kept = base.copy()
    for mask in masks:
        kept &= mask
    return kept


def _tally(rows: RowSet, groups: Sequence[Mask]) -> NDArray[np.intp]:
    """How often each token occurs in each group of rows; no row is in two. One pass over all tokens."""
    place = np.zeros(len(rows), dtype=np.int32)  # 0 = in no group
    for number, group in enumerate(groups, start=1):
        place[group] = number
    of_token = np.repeat(place, rows.head["token_count"])
    inside = np.flatnonzero(of_token)
    found = np.bincount(
        (of_token[inside] - 1) * tokens.TOKEN_SPACE + rows.tokens[inside],
        minlength=len(groups) * tokens.TOKEN_SPACE,
    )
    return found.reshape(len(groups), tokens.TOKEN_SPACE)
