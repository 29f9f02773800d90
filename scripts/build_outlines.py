"""Build `static/map/us-states.json`: outlines of the states for our own map, run once per atlas release.

Usage: build_outlines.py us-atlas-3.0.1.tgz [states-10m.json]

Input is the npm package us-atlas (ISC; US Census Bureau data, public domain). Each arc of its topology
is simplified (Douglas-Peucker, ends kept, so that neighbours still share their border) and delta-coded
in thousandths of a degree. Output: `{"unit", "arcs": [[x, y, dx, dy, ..]], "states": [{"name", "rings"}]}`
where a ring is a list of arc numbers and `~n` (that is, -1 - n) means arc n walked backwards.
"""

import json
import math
import sys
import tarfile
from pathlib import Path
from typing import Any

UNIT = 0.001
TOLERANCE = 0.006  # degrees, about 0.6 km
SMALLEST_ISLAND = 0.03  # degrees across; smaller closed arcs are left out
OUTPUT = Path(__file__).resolve().parent.parent / "static" / "map" / "us-states.json"

Point = tuple[float, float]


def read_topology(tarball: Path, name: str) -> dict[str, Any]:
    """One topology out of the package."""
    with tarfile.open(tarball) as package:
        member = package.extractfile(f"package/{name}")
        if member is None:
            raise SystemExit(f"{tarball} holds no {name}")
        topology: dict[str, Any] = json.load(member)
    return topology


def decode(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    """Longitudes and latitudes of a delta-coded arc."""
    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
    x = y = 0
    points: list[Point] = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * sx + tx, y * sy + ty))
    return points


def off_line(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a segment, in degrees of latitude."""
    squeeze = math.cos(math.radians(point[1]))
    (px, py), (ax, ay), (bx, by) = ((x * squeeze, y) for x, y in (point, start, end))
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = (
        0.0 if length == 0 else max(0.0, min(1.0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length))
    )
    return math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay))


def simplify(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas-Peucker without recursion; the ends stay."""
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        inner = range(first + 1, last)
        far = max(inner, key=lambda i: off_line(points[i], points[first], points[last]), default=None)
        if far is not None and off_line(points[far], points[first], points[last]) > tolerance:
            keep.add(far)
            spans += [(first, far), (far, last)]
    return [points[index] for index in sorted(keep)]


def encode(points: list[Point]) -> list[int]:
    """Delta-coded thousandths of a degree, flat; repeated points are dropped."""
    flat: list[int] = []
    before = (0, 0)
    for x, y in points:
        here = (round(x / UNIT), round(y / UNIT))
        if not flat or here != before:
            flat += [here[0] - before[0], here[1] - before[1]]
        before = here
    return flat


def is_speck(points: list[Point]) -> bool:
    """A closed arc too small to be seen."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return points[0] == points[-1] and max(max(xs) - min(xs), max(ys) - min(ys)) < SMALLEST_ISLAND


def main() -> None:
    """Read the package, write the outlines, say how large they are."""
    tarball = Path(sys.argv[1])
    topology = read_topology(tarball, sys.argv[2] if len(sys.argv) > 2 else "states-10m.json")
    arcs = [decode(arc, topology["transform"]) for arc in topology["arcs"]]
    specks = {number for number, points in enumerate(arcs) if is_speck(points)}
    states = []
    for geometry in topology["objects"]["states"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [ring for polygon in polygons for ring in polygon]
        kept = [
            ring for ring in rings if not {number if number >= 0 else ~number for number in ring} <= specks
        ]
        states.append({"name": geometry["properties"]["name"], "rings": kept})
    lines = [
        [] if number in specks else encode(simplify(points, TOLERANCE)) for number, points in enumerate(arcs)
    ]
    outlines = {"unit": UNIT, "arcs": lines, "states": states}
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(outlines, separators=(",", ":")), encoding="utf-8")
    print(f"{OUTPUT}: {OUTPUT.stat().st_size} bytes, {sum(map(len, lines)) // 2} points")


if __name__ == "__main__":
    main()
