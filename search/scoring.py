"""The policy read in numpy: rows in, points out. The same numbers rank and explain."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from directory.geography import distance_km
from search import tokens
from search.policy import POLICY, FactorName, Policy, evidence
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


def score(
    rows: RowSet, request: SearchRequest, *, away: Points | None = None, policy: Policy = POLICY
) -> dict[FactorName, Points]:
    """Points of each row for each factor that counts. `away` are distances in km, if known already.

    Another `policy` is for comparing: years in practice keep the shape that the rows were packed with.
    """
    given: dict[FactorName, Points] = {}
    if request.understood.asks:
        given["fit"] = _fit(rows, request, policy)
    if request.origin:
        km = distances(rows, request.origin) if away is None else away
        given["nearness"] = _nearness(km, request.origin, policy)
    head = rows.head
    given["accepting"] = policy.points("accepting") * _accepting_shares(policy)[head["accepting"]]
    given["answers"] = policy.points("answers") * head["answers"].astype(np.float64)
    given["experience"] = policy.points("experience") * head["experience"].astype(np.float64)
    given["confirmed"] = _confirmed(head["confirmed_day"], request.at, policy)
    slot = request.day % ROTATION_SLOTS
    given["rotation"] = policy.points("rotation") * head["rotation"][:, slot] / 255.0
    return given


def _accepting_shares(policy: Policy) -> Points:
    """The share of the points for each value that a row can hold."""
    shares = np.zeros(256)
    for name, share in policy.accepting_shares.items():
        shares[tokens.ACCEPTING[name]] = share
    return shares


def _fit(rows: RowSet, request: SearchRequest, policy: Policy) -> Points:
    """Mean over asks of the best share among a row's tokens."""
    asks = request.understood.asks
    total = np.zeros(len(rows))
    for ask in asks:
        worth = np.zeros(tokens.TOKEN_SPACE)
        for token, proof in evidence(ask, policy).items():
            worth[token] = proof.share
        total += np.maximum.reduceat(worth[rows.tokens], rows.starts) if len(rows) else 0.0
    return policy.points("fit") * total / len(asks)


def _nearness(away: Points, origin: Origin, policy: Policy) -> Points:
    full = max(policy.near_full_km, origin.precision_km)
    beyond = np.maximum(0.0, away - full)
    return policy.points("nearness") * np.power(0.5, beyond / policy.near_half_after_km)


def _confirmed(days: NDArray[np.int32], at: datetime, policy: Policy) -> Points:
    beyond = np.maximum(0, day_number(at) - days - policy.confirmed_full_days)
    return policy.points("confirmed") * np.power(0.5, beyond / policy.confirmed_half_after_days)
