"""Points on the earth: distance, the cells that rows are read by, and the snapping of homes."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_KM: Final = 6371.0087714  # mean radius, as geopy and Elasticsearch use it
KM_PER_MILE: Final = 1.609344
CELLS_PER_DEGREE: Final = 8
CELLS_AROUND: Final = 360 * CELLS_PER_DEGREE
KM_PER_DEGREE: Final = EARTH_RADIUS_KM * math.pi / 180


def distance_km(
    latitude: ArrayLike, longitude: ArrayLike, other_latitude: ArrayLike, other_longitude: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle distance in km (haversine); takes numbers or arrays of degrees."""
    lat1, lon1, lat2, lon2 = (
        np.radians(np.asarray(value, dtype=np.float64))
        for value in (latitude, longitude, other_latitude, other_longitude)
    )
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def cell_of(latitude: float, longitude: float) -> int:
    """Number of the cell of an eighth of a degree that holds a point."""
    row = min(180 * CELLS_PER_DEGREE - 1, math.floor((latitude + 90) * CELLS_PER_DEGREE))
    column = math.floor((longitude + 180) * CELLS_PER_DEGREE) % CELLS_AROUND
    return row * CELLS_AROUND + column


def cell_strips(latitude: float, longitude: float, radius_km: float) -> list[tuple[int, int]]:
    """Cells of the box around a disc: (first, last) for each strip of latitude, both included.

    A box across the antimeridian gives two ranges a strip; one that holds a pole gives whole strips.
    """
    reach = radius_km / KM_PER_DEGREE + 1e-9
    south, north = max(-90.0, latitude - reach), min(90.0, latitude + reach)
    first_row = math.floor((south + 90) * CELLS_PER_DEGREE)
    last_row = min(180 * CELLS_PER_DEGREE - 1, math.floor((north + 90) * CELLS_PER_DEGREE))
    ranges = _columns(latitude, longitude, reach, to_pole=south <= -90 or north >= 90)
    return [
        (row * CELLS_AROUND + first, row * CELLS_AROUND + last)
        for row in range(first_row, last_row + 1)
        for first, last in ranges
    ]


@dataclass(frozen=True)
class Box:
    """A box in degrees. Where it lies across the antimeridian, `west` is greater than `east`."""

    south: float
    west: float
    north: float
    east: float


def box_around(latitude: float, longitude: float, radius_km: float) -> Box:
    """The smallest box that holds a disc; whole strips of latitude where the disc holds a pole."""
    reach = radius_km / KM_PER_DEGREE + 1e-9
    south, north = max(-90.0, latitude - reach), min(90.0, latitude + reach)
    spread = _spread(latitude, reach)
    if south <= -90 or north >= 90 or spread is None or spread >= 180:
        return Box(south=south, west=-180.0, north=north, east=180.0)
    west, east = longitude - spread, longitude + spread
    return Box(
        south=south,
        west=west + 360 if west < -180 else west,
        north=north,
        east=east - 360 if east > 180 else east,
    )


def _spread(latitude: float, reach: float) -> float | None:
    """Widest extent of a disc in longitude, in degrees: asin(sin(radius) / cos(latitude)). None = all."""
    ratio = math.sin(math.radians(min(reach, 90))) / max(1e-12, math.cos(math.radians(latitude)))
    return None if ratio >= 1 else math.degrees(math.asin(ratio)) + 1e-9


def _columns(latitude: float, longitude: float, reach: float, *, to_pole: bool) -> list[tuple[int, int]]:
    spread = _spread(latitude, reach)
    if to_pole or spread is None:
        return [(0, CELLS_AROUND - 1)]
    first = math.floor((longitude - spread + 180) * CELLS_PER_DEGREE)
    last = math.floor((longitude + spread + 180) * CELLS_PER_DEGREE)
    if last - first >= CELLS_AROUND - 1:
        return [(0, CELLS_AROUND - 1)]
    first, last = first % CELLS_AROUND, last % CELLS_AROUND
    return [(first, last)] if first <= last else [(first, CELLS_AROUND - 1), (0, last)]


def snap_home(latitude: float, longitude: float, *, cell_km: float = 2.5) -> tuple[float, float]:
    """The public point of a home: the centre of its grid cell of `cell_km` on a side.

    Every home of a cell has the same point, so the point tells no more than the cell.
    """
    step = cell_km / KM_PER_DEGREE
    row = math.floor(latitude / step)
    centre = (row + 0.5) * step
    wide = step / max(0.05, math.cos(math.radians(centre)))
    column = math.floor(longitude / wide)
    return round(centre, 5), round((column + 0.5) * wide, 5)
