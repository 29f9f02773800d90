"""Where made-up practices are: states by their share of the trade, ZIPs by the people who live there."""

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from directory.gazetteer import Zip, fold_place, gazetteer
from directory.geography import KM_PER_DEGREE, distance_km, snap_home
from directory.population.block import BLOCK, Block
from directory.population.cast import CAST
from directory.vocabulary import read_data

# Vermont's figure is withheld, the territories' are not in the source: small shares of our own.
OTHER_SHARES = {"VT": 0.0012, "PR": 0.002, "VI": 0.0003}
# ZIPs called New York are Manhattan's: the gazetteer's figure has the other boroughs in it, which count
# by themselves.
OWN_PEOPLE = {("New York", "NY"): 1_630_000.0}
NATIONAL_WAGE = 28.1
TWO_SITES, NEAR_A_BORDER = 0.09, 0.03  # of all people; of the second, those who have a border near by
BORDER_KM = 60.0
NOWHERE = -1
LEAST_HOME_KM = 0.3  # a home this close to the middle of its cell would stand where it is shown


@dataclass(frozen=True)
class Places:
    """All ZIPs that somebody may practise in, with the chance of each and the wage of their state."""

    zips: tuple[Zip, ...]
    chances: NDArray[np.float64]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]
    states: NDArray[np.str_]
    towns: dict[tuple[str, str], tuple[int, ...]]
    index: dict[str, int]
    wages: dict[str, float]


@cache
def places() -> Places:
    """Chances: share of the state x people of the town, shared out among the town's ZIPs."""
    rows = read_data("population.json")["by_state"]["rows"]
    shares = {row["state"]: row["share"] for row in rows} | OTHER_SHARES
    zips = tuple(
        row
        for row in gazetteer().zips.values()
        if row.latitude is not None and row.state in shares and row.city
    )
    towns: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(zips):
        towns[row.city, row.state].append(place)
    weights = np.array([_people(row) / len(towns[row.city, row.state]) for row in zips])
    states = np.array([row.state for row in zips])
    chances = np.zeros(len(zips))
    for state, share in shares.items():
        of_state = states == state
        if of_state.any():
            chances[of_state] = share * weights[of_state] / weights[of_state].sum()
    return Places(
        zips=zips,
        chances=chances / chances.sum(),
        latitudes=np.array([row.latitude for row in zips], dtype=np.float64),
        longitudes=np.array([row.longitude for row in zips], dtype=np.float64),
        states=states,
        towns={town: tuple(found) for town, found in towns.items()},
        index={row.code: place for place, row in enumerate(zips)},
        wages={row["state"]: float(row["median_hourly"] or NATIONAL_WAGE) for row in rows},
    )


def _people(row: Zip) -> float:
    if (row.city, row.state) in OWN_PEOPLE:
        return OWN_PEOPLE[row.city, row.state]
    towns = gazetteer().cities.get(fold_place(row.city), ())
    return max(400.0, next((float(town.population) for town in towns if town.state == row.state), 400.0))


@cache
def across_the_border(spot: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """ZIPs of another state near a ZIP, with the running sum of their chances."""
    known = places()
    lies = np.abs(known.latitudes - known.latitudes[spot]) < BORDER_KM / KM_PER_DEGREE
    close = np.nonzero(lies & (known.states != known.states[spot]))[0]
    apart = distance_km(
        known.latitudes[spot], known.longitudes[spot], known.latitudes[close], known.longitudes[close]
    )
    close = close[apart < BORDER_KM]
    return close, np.cumsum(known.chances[close])


def draw_spots(block: Block) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each person the ZIP of the practice, and of a second one or NOWHERE."""
    rng, known = block.chances("spots"), places()
    first = rng.choice(len(known.zips), size=BLOCK, p=known.chances)
    second = np.full(BLOCK, NOWHERE, dtype=np.intp)
    where, which = rng.random((2, BLOCK))
    for person in np.nonzero(where < TWO_SITES)[0]:
        second[person] = _second(
            int(first[person]), float(which[person]), border=bool(where[person] < NEAR_A_BORDER)
        )
    if block.number == 0:
        first[: len(CAST)] = [known.index[part.zip_code] for part in CAST]
        second[: len(CAST)] = [known.index[part.second_zip] if part.second_zip else NOWHERE for part in CAST]
    return first, second


def _second(first: int, which: float, *, border: bool) -> int:
    """Another practice across the border where there is one near by, else in the same town."""
    if border:
        spots, sums = across_the_border(first)
        if len(spots):
            return int(spots[min(len(spots) - 1, int(np.searchsorted(sums, which * sums[-1])))])
    row = places().zips[first]
    same_town = places().towns[row.city, row.state]
    return same_town[int(which * len(same_town))]


def scatter(row: Zip, east: float, north: float) -> tuple[float, float]:
    """A point near the middle of a ZIP: `east` and `north` are in units of half its precision."""
    assert row.latitude is not None  # noqa: S101  places() keeps ZIPs with a point only
    assert row.longitude is not None  # noqa: S101
    step = min(4.0, row.precision_km / 2) / KM_PER_DEGREE
    latitude = row.latitude + step * max(-2.0, min(2.0, north))
    longitude = row.longitude + step * max(-2.0, min(2.0, east)) / max(
        0.2, math.cos(math.radians(row.latitude))
    )
    return round(latitude, 5), round(longitude, 5)


def home_point(point: tuple[float, float]) -> tuple[tuple[float, float], tuple[float, float]]:
    """A home near `point` and what the public sees of it: never the same place."""
    public = snap_home(*point)
    if float(distance_km(*point, *public)) < LEAST_HOME_KM:
        point = round(point[0] + 2 * LEAST_HOME_KM / KM_PER_DEGREE, 5), point[1]
    return point, snap_home(*point)
