"""Where made-up practices are: states by their share of the trade, ZIPs by the people who live there."""

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from directory.gazetteer import Zip, fold_place, gazetteer
from directory.geography import KM_PER_DEGREE, snap_home
from directory.vocabulary import read_data

# Vermont's figure is withheld, the territories' are not in the source: small shares of our own.
OTHER_SHARES = {"VT": 0.0012, "PR": 0.002, "VI": 0.0003}


@dataclass(frozen=True)
class Places:
    """All ZIPs that somebody may practise in, with the chance of each and the wage of their state."""

    zips: tuple[Zip, ...]
    chances: NDArray[np.float64]
    wages: dict[str, float]


@cache
def places() -> Places:
    """Chances: share of the state x people of the town, shared out among the town's ZIPs."""
    rows = read_data("population.json")["by_state"]["rows"]
    shares = {row["state"]: row["share"] for row in rows} | OTHER_SHARES
    wages = {row["state"]: float(row["median_hourly"] or 28.1) for row in rows}
    zips = [row for row in gazetteer().zips.values() if row.latitude is not None and row.state in shares and row.city]
    in_town = Counter((row.city, row.state) for row in zips)
    weights = np.array([_people(row) / in_town[row.city, row.state] for row in zips])
    states = np.array([row.state for row in zips])
    chances = np.zeros(len(zips))
    for state, share in shares.items():
        of_state = states == state
        if of_state.any():
            chances[of_state] = share * weights[of_state] / weights[of_state].sum()
    return Places(zips=tuple(zips), chances=chances / chances.sum(), wages=wages)


def _people(row: Zip) -> float:
    towns = gazetteer().cities.get(fold_place(row.city), ())
    return max(400.0, next((float(town.population) for town in towns if town.state == row.state), 400.0))


def scatter(row: Zip, east: float, north: float) -> tuple[float, float]:
    """A point near the middle of a ZIP: `east` and `north` are in units of half its precision."""
    assert row.latitude is not None  # noqa: S101  places() keeps ZIPs with a point only
    assert row.longitude is not None  # noqa: S101
    step = min(4.0, row.precision_km / 2) / KM_PER_DEGREE
    latitude = row.latitude + step * north
    longitude = row.longitude + step * east / max(0.2, math.cos(math.radians(row.latitude)))
    return round(latitude, 5), round(longitude, 5)


def public_point(point: tuple[float, float], *, home: bool) -> tuple[float, float]:
    """What the public sees of a point."""
    return snap_home(*point) if home else point
