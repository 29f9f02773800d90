"""The policy read in numpy: rows in, points out. The same numbers rank and explain."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from directory.geography import distance_km
from search import tokens
from search.policy import POLICY, FactorName, evidence
from search.requests import Origin, SearchRequest
from search.rows import ROTATION_SLOTS, RowSet, day_number

Points = NDArray[np.float64]


def factors_that_count(request: SearchRequest) -> tuple[FactorName, ...]:
    """Factors of this search: without an ask there is no fit, without a point no nearness."""
    dropped = {"fit": not request.understood.asks, "nearness": request.origin is None}
    return tuple(factor.name for factor in POLICY.factors if not dropped.get(factor.name))


def points_out_of(request: SearchRequest) -> float:
    """The most points that a result of this search can have."""
    return sum(POLICY.points(name) for name in factors_that_count(request))


def distances(rows: RowSet, origin: Origin) -> Points:
    """Great-circle distance of each row from the origin in km."""
    return np.asarray(
        distance_km(origin.latitude, origin.longitude, rows.head["latitude"], rows.head["longitude"])
    )


def score(rows: RowSet, request: SearchRequest, *, away: Points | None = None) -> dict[FactorName, Points]:
    """Points of each row for each factor that counts. `away` are distances in km, if known already."""
    given: dict[FactorName, Points] = {}
    if request.understood.asks:
        given["fit"] = _fit(rows, request)
    if request.origin:
        given["nearness"] = _nearness(
            distances(rows, request.origin) if away is None else away, request.origin
        )
    head = rows.head
    given["accepting"] = POLICY.points("accepting") * _ACCEPTING[head["accepting"]]
    given["answers"] = POLICY.points("answers") * head["answers"].astype(np.float64)
    given["experience"] = POLICY.points("experience") * head["experience"].astype(np.float64)
    given["confirmed"] = _confirmed(head["confirmed_day"], request.at)
    slot = request.day % ROTATION_SLOTS
    given["rotation"] = POLICY.points("rotation") * head["rotation"][:, slot] / 255.0
    return given


_ACCEPTING = np.zeros(256)
for _name, _share in POLICY.accepting_shares.items():
    _ACCEPTING[tokens.ACCEPTING[_name]] = _share


def _fit(rows: RowSet, request: SearchRequest) -> Points:
    """Mean over asks of the best share among a row's tokens."""
    asks = request.understood.asks
    total = np.zeros(len(rows))
    for ask in asks:
        worth = np.zeros(tokens.TOKEN_SPACE)
        for token, proof in evidence(ask).items():
            worth[token] = proof.share
        total += np.maximum.reduceat(worth[rows.tokens], rows.starts) if len(rows) else 0.0
    return POLICY.points("fit") * total / len(asks)


def _nearness(away: Points, origin: Origin) -> Points:
    full = max(POLICY.near_full_km, origin.precision_km)
    beyond = np.maximum(0.0, away - full)
    return POLICY.points("nearness") * np.power(0.5, beyond / POLICY.near_half_after_km)


def _confirmed(days: NDArray[np.int32], at: datetime) -> Points:
    beyond = np.maximum(0, day_number(at) - days - POLICY.confirmed_full_days)
    return POLICY.points("confirmed") * np.power(0.5, beyond / POLICY.confirmed_half_after_days)
