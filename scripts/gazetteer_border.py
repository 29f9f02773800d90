"""The rows of the gazetteer that tell a point in the United States from one just across a border.

Outline: us-atlas 3.0.1 `nation-10m.json` (ISC; US Census Bureau, public domain). Whether a stretch of it is
a border or a coast: world-atlas 2.0.2 `countries-10m.json` (ISC; Natural Earth, public domain).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from directory.geography import distance_km

UNIT: Final = 0.001  # degrees, about 100 m
BORDER_KM: Final = 12.0  # outline nearer than this to Canada or Mexico counts as border
KEPT_KM: Final = 100.0  # farther than this from them the outline is of no use here
NEIGHBOURS: Final = ("Canada", "Mexico")
Points = NDArray[np.float64]


def outline_rows(nation: Path, countries: Path) -> list[str]:
    """One row a ring that comes near a neighbour: pairs of deltas and whether the point is on a border."""
    foreign = np.vstack([ring for name, ring in rings(countries, "countries") if name in NEIGHBOURS])
    foreign = foreign[foreign[:, 1] < 73]  # the Arctic islands are far from everybody
    rows = []
    for _, ring in rings(nation, "nation"):
        away = np.array([_nearest(point, foreign) for point in ring])
        if away.min() > KEPT_KM:
            continue
        # Far from every neighbour a coast of a few points is enough to close the ring.
        keep = away < KEPT_KM
        keep[::25] = True
        whole = np.round(ring[keep] / UNIT).astype(int)
        steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=int))
        marks = away[keep] < BORDER_KM
        rows.append(" ".join(f"{x},{y},{int(mark)}" for (x, y), mark in zip(steps, marks, strict=True)))
    return rows


def spots_near(spots: Points, others: Points, *, within_km: float) -> list[tuple[float, float]]:
    """The points within a distance of others; latitude first."""
    # Cells of two degrees that hold one, with their neighbours: the rest of the world is far away.
    around = (-1, 0, 1)
    cells = {(int(lat // 2) + x, int(lon // 2) + y) for lat, lon in others for x in around for y in around}
    turned = others[:, ::-1]
    return [
        (lat, lon)
        for lat, lon in sorted({(float(lat), float(lon)) for lat, lon in spots})
        if (int(lat // 2), int(lon // 2)) in cells and _nearest((lon, lat), turned) < within_km
    ]


def spot_rows(spots: list[tuple[float, float]]) -> list[str]:
    """Latitude and longitude, a line each."""
    return [f"{latitude:.3f}\t{longitude:.3f}" for latitude, longitude in spots]


def rings(path: Path, name: str) -> Iterator[tuple[str, Points]]:
    """Every ring of a TopoJSON file's object with its country: rows of longitude and latitude."""
    topology: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]
    for shape in topology["objects"][name]["geometries"]:
        parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for numbers in (ring for part in parts for ring in part):
            lines = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
            yield shape.get("properties", {}).get("name", ""), np.vstack(lines)


def _nearest(point: Points | tuple[float, float], others: Points) -> float:
    """Kilometres from a longitude and latitude to the nearest of others."""
    near = np.abs(others[:, 1] - point[1]) < 2
    near &= np.abs(others[:, 0] - point[0]) < 4
    box = others[near]
    if not len(box):
        return 1e9
    return float(distance_km(point[1], point[0], box[:, 1], box[:, 0]).min())
