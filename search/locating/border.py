"""Whether a point lies in the United States or just across its border in Canada or Mexico."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from directory.gazetteer import gazetteer
from directory.geography import KM_PER_DEGREE, distance_km
from search.locating.index import nearest_zip

UNIT: Final = 0.001  # degrees in the file
# The outline is simplified: this close to it the nearest settlement tells better on which side a point is.
UNSURE_KM: Final = 1.0
SETTLED_KM: Final = 2.0  # small islands are not on the outline: Waldron, Washington
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Outline:
    """Edges of the nation's rings near its neighbours, in degrees; `border` marks those that are no coast."""

    west: Numbers
    south: Numbers
    east: Numbers
    north: Numbers
    border: NDArray[np.bool_]


def is_abroad(latitude: float, longitude: float) -> bool:
    """Whether a point in degrees is on a neighbour's ground.

    Inside the outline is ours. Outside, a point is foreign if a foreign settlement is nearer than any ZIP
    or town of ours, or if it lies beyond a border and away from any of these. Elsewhere it is off our coast.
    """
    edges = outline()
    if _inside(edges, latitude, longitude):
        return False
    theirs, ours = (_nearest_km(spots, latitude, longitude) for spots in settlements())
    ours = min(ours, nearest_zip(latitude, longitude)[1])
    if theirs < ours:
        return True
    if ours < SETTLED_KM:
        return False
    away, border = _to_outline(edges, latitude, longitude)
    return border and away > UNSURE_KM


@cache
def settlements() -> tuple[Numbers, Numbers]:
    """Foreign settlements near our ground, and our towns near those: rows of latitude and longitude."""
    theirs, ours = (
        np.array([line.split("\t") for line in lines], dtype=np.float64)
        for lines in (gazetteer().across, gazetteer().beside)
    )
    return theirs, ours


def _nearest_km(spots: Numbers, latitude: float, longitude: float) -> float:
    return float(distance_km(latitude, longitude, spots[:, 0], spots[:, 1]).min())


@cache
def outline() -> Outline:
    """The edges of all rings of the file."""
    parts = []
    for row in gazetteer().outline:
        steps = np.array([step.split(",") for step in row.split(" ")], dtype=np.int64)
        points = np.cumsum(steps[:, :2], axis=0) * UNIT
        after = np.roll(np.arange(len(points)), -1)
        marks = (steps[:, 2] > 0) & (steps[after, 2] > 0)
        parts.append(np.column_stack([points, points[after], marks]))
    edges = np.vstack(parts)
    return Outline(edges[:, 0], edges[:, 1], edges[:, 2], edges[:, 3], edges[:, 4] > 0)


def _inside(edges: Outline, latitude: float, longitude: float) -> bool:
    at = np.flatnonzero((edges.south > latitude) != (edges.north > latitude))
    share = (latitude - edges.south[at]) / (edges.north[at] - edges.south[at])
    crossings = edges.west[at] + share * (edges.east[at] - edges.west[at])
    return bool(np.count_nonzero(crossings > longitude) % 2)


def _to_outline(edges: Outline, latitude: float, longitude: float) -> tuple[float, bool]:
    """Kilometres to the nearest edge, and whether that is a border. Flat, which is enough near by."""
    wide = np.cos(np.radians(latitude))
    x1, y1 = (edges.west - longitude) * wide, edges.south - latitude
    x2, y2 = (edges.east - longitude) * wide, edges.north - latitude
    dx, dy = x2 - x1, y2 - y1
    length = np.maximum(dx * dx + dy * dy, 1e-18)
    share = np.clip(-(x1 * dx + y1 * dy) / length, 0, 1)
    away = np.hypot(x1 + share * dx, y1 + share * dy)
    at = int(np.argmin(away))
    return float(away[at]) * KM_PER_DEGREE, bool(edges.border[at])
