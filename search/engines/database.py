"""The embedded engine: rows of a neighbourhood out of the database, everything else in numpy."""

from collections.abc import Iterable

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from directory.geography import cell_strips
from directory.models.practice import REACH_TIERS_KM
from search import scoring, tokens
from search.facets import EVIDENCE_LEVELS, facets
from search.models import PRACTICE_BITS, SearchRow
from search.policy import asked_tokens
from search.requests import Candidates, Clause, FacetCounts, Origin, Region, SearchRequest
from search.rows import RowSet, unpack

Mask = NDArray[np.bool_]
Points = NDArray[np.float64]


def candidates(request: SearchRequest) -> Candidates:
    """One page of practice ids in order, the total, and the facet counts. One statement."""
    rows = unpack(_read(request))
    away = scoring.distances(rows, request.origin) if request.origin else None
    base = _inside(rows, away, request)
    if request.understood.asks:
        base &= _having(rows, asked_tokens(request.understood.asks))
    passes = {clause: _having(rows, clause.tokens) for clause in request.clauses}
    points = sum(scoring.score(rows, request, away=away).values(), start=np.zeros(len(rows)))
    order = _order(rows, _all_of(base, passes.values()), points, away, request)
    page = max(1, min(request.page, -(-len(order) // request.page_size)))
    shown = order[(page - 1) * request.page_size : page * request.page_size]
    return Candidates(
        ids=tuple(rows.head["practice"][shown].tolist()),
        scores=tuple(points[shown].tolist()),
        total=len(order),
        page=page,
        facets=_count(rows, base, passes, request),
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


def _having(rows: RowSet, wanted: Iterable[int]) -> Mask:
    """Which rows have one of the tokens."""
    table = np.zeros(tokens.TOKEN_SPACE, dtype=bool)
    table[list(wanted)] = True
    found = np.zeros(len(rows), dtype=bool)
    found[rows.owner[table[rows.tokens]]] = True
    return found


def _order(
    rows: RowSet, kept: Mask, points: Points, away: Points | None, request: SearchRequest
) -> NDArray[np.intp]:
    """Positions of the kept rows, first result first. Ties go by practice id, so pages never overlap."""
    chosen = np.flatnonzero(kept)
    head = rows.head[chosen]
    ties = (head["practice"], -points[chosen])
    if request.sort == "distance" and away is not None:
        return chosen[np.lexsort((*ties, away[chosen]))]
    if request.sort == "price":
        return chosen[np.lexsort((*ties, np.where(head["price"] == 0, 65_535, head["price"])))]
    return chosen[np.lexsort(ties)]


def _count(rows: RowSet, base: Mask, passes: dict[Clause, Mask], request: SearchRequest) -> FacetCounts:
    """How many results each value would leave.

    Several-valued facets are counted over the results; one-of facets, and "not stated" everywhere,
    without the facet's own selection.
    """
    results = _all_of(base, passes.values())
    over_results = _tally(rows, results)
    counts: dict[str, dict[int, int]] = {}
    unstated: dict[str, int] = {}
    for facet in facets():
        own = [clause for clause in passes if clause.facet == facet.name]
        if own:
            others = _all_of(base, (mask for clause, mask in passes.items() if clause.facet != facet.name))
            without = _tally(rows, others)
        else:
            without = over_results
        tally = over_results if facet.several else without
        silent = facet.unstated or 0
        # Where silent practices are kept too, a click on another value keeps them as well.
        kept_silent = int(tally[silent]) if facet.name in request.keeps_silent else 0
        counts[facet.name] = {value.token: int(tally[value.token]) + kept_silent for value in facet.values}
        if facet.unstated:
            unstated[facet.name] = int(without[silent])
    if request.understood.asks:
        others = _all_of(base, (mask for clause, mask in passes.items() if clause.facet != "evidence"))
        counts["evidence"] = {
            level: int(
                np.count_nonzero(
                    others & _having(rows, asked_tokens(request.understood.asks, least_level=level))
                )
            )
            for level, _ in EVIDENCE_LEVELS.values()
        }
    return FacetCounts(tokens=counts, unstated=unstated)


def _all_of(base: Mask, masks: Iterable[Mask]) -> Mask:
    kept = base.copy()
    for mask in masks:
        kept &= mask
    return kept


def _tally(rows: RowSet, kept: Mask) -> NDArray[np.intp]:
    return np.bincount(rows.tokens[kept[rows.owner]], minlength=tokens.TOKEN_SPACE)
