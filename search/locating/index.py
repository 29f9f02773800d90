"""What the look-up of places needs beside the gazetteer, worked out once per process when first asked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory.gazetteer import City, Zip, gazetteer
from directory.geography import distance_km
from search.locating.answers import covered, state_name

# Its declared type is narrower than what `process` asks of a scorer.
_slips: Final[Any] = OSA.distance
LARGE: Final = 50_000  # only towns of this size are looked for behind a typo without a state
# The islands by which people of the US Virgin Islands name their place, with the towns on them.
_ISLANDS: Final = {
    "saint thomas": "charlotte amalie",
    "saint croix": "christiansted",
    "saint john": "cruz bay",
}


@dataclass(frozen=True)
class ZipPoints:
    """Every ZIP of the covered states that has a point: arrays in degrees, rows in the same order."""

    rows: tuple[Zip, ...]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]


@dataclass(frozen=True)
class TownNames:
    """Names to compare a misspelt one with: all of each state, and the large ones of the country."""

    by_state: dict[str, tuple[str, ...]]
    large: tuple[str, ...]


def towns(name: str, state: str | None = None) -> list[City]:
    """Covered towns of a folded name, the likeliest first: one per state.

    A town that has the name goes before one that has it as a nickname, unless that one is 50 times as
    large (Las Vegas for “Vegas”). Names that only the post uses come after the towns.
    """
    rows = [city for city in gazetteer().cities.get(name, ()) if city.state in covered()]
    rows += [city for city in _islands().get(name, ()) if city not in rows]
    if state is not None:
        rows = [city for city in rows if city.state == state]
    if not rows:
        posts = gazetteer().posts.get(name, ())
        rows = [city for city in posts if city.state in covered() and state in (None, city.state)]
        # “Pt” is Port or Point.
        return towns("point " + name[5:], state) if not rows and name.startswith("port ") else rows
    if state is None:  # a hamlet may be less known than a place of the name that only the post knows
        known = {city.state for city in rows}
        posts = gazetteer().posts.get(name, ())
        rows += [city for city in posts if city.state in covered() - known]
    own = [city for city in rows if city.folded == name]
    if own and state is not None:
        return own[:1]
    if own and rows[0].population < 50 * own[0].population:
        rows = own
    best: dict[str, City] = {}
    for city in rows:
        best.setdefault(city.state, city)
    return list(best.values())[:1] if state is not None else list(best.values())


@cache
def _islands() -> dict[str, list[City]]:
    cities = gazetteer().cities
    return {
        island: [city for city in cities.get(town, ()) if city.state == "VI"]
        for island, town in _ISLANDS.items()
    }


@cache
def zip_points() -> ZipPoints:
    """All ZIP points of the covered states."""
    rows = tuple(
        row for row in gazetteer().zips.values() if row.state in covered() and row.latitude is not None
    )
    return ZipPoints(
        rows,
        np.array([row.latitude for row in rows], dtype=np.float64),
        np.array([row.longitude for row in rows], dtype=np.float64),
    )


def nearest_zip(latitude: float, longitude: float) -> tuple[Zip, float]:
    """The ZIP whose point lies nearest, and how far away it is in km."""
    points = zip_points()
    # Flat degrees tell which one is nearest, at a tenth of the cost; the distance itself is exact.
    east = (points.longitudes - longitude + 180) % 360 - 180
    flat = (points.latitudes - latitude) ** 2 + (east * np.cos(np.radians(latitude))) ** 2
    at = int(np.argmin(flat))
    away = distance_km(latitude, longitude, points.latitudes[at], points.longitudes[at])
    return points.rows[at], float(away)


@cache
def town_names() -> TownNames:
    """All names a typo may stand for."""
    by_state: defaultdict[str, set[str]] = defaultdict(set)
    large: set[str] = set()
    for name, cities in gazetteer().cities.items():
        for city in cities:
            if city.folded == name or name == "new york":
                by_state[city.state].add(name)
                if city.population >= LARGE and city.state in covered():
                    large.add(name)
    for name, cities in gazetteer().posts.items():
        for city in cities:
            by_state[city.state].add(name)
    return TownNames({state: tuple(sorted(names)) for state, names in by_state.items()}, tuple(sorted(large)))


@cache
def state_names() -> tuple[str, ...]:
    """Folded names of all covered states."""
    return tuple(state_name(code).lower() for code in sorted(covered()))


def alike(word: str, names: Iterable[str], *, most: int) -> list[str]:
    """The names that a misspelt word may stand for: all of the fewest slips, at most `most`.

    Slips are letters left out, put in, changed or swapped. A first letter is seldom mistaken: names
    that begin otherwise count only where no other is left, and never for short words.
    """
    if most <= 0 or not word:
        return []
    hits = process.extract(word, names, scorer=_slips, score_cutoff=most, limit=None)
    same = [hit for hit in hits if hit[0][0] == word[0]]
    hits = same or [hit for hit in hits if len(word) > 6 and hit[1] == 1]
    return [name for name, slips, _ in hits if slips == hits[0][1]]


def slips_allowed(word: str, *, state_given: bool) -> int:
    """How many slips a name of this length may have. Without a state less is taken for a typo."""
    length = len(word)
    if length < 4:
        return 0
    if state_given:
        return 1 if length <= 5 else 2 if length <= 10 else 3
    return 1 if length <= 6 else 2
