"""Coordinates as a browser gives them, and the ZIP that a point belongs to.

A position is kept to a hundredth of a degree (about 1 km), whatever was sent. Only on which side of a border
it lies is told from all of it: Niagara Falls is within a hundredth of Niagara Falls.
"""

import math
import re
from dataclasses import replace
from typing import Final

from search.locating.answers import COVERS, EXAMPLE, not_found
from search.locating.border import is_abroad
from search.locating.index import nearest_zip
from search.places import Place

FARTHEST_KM: Final = 60.0  # from a ZIP: a browser that is farther off is not in the United States
# Guam with the Northern Mariana Islands, and American Samoa: south, north, west, east.
_UNCOVERED: Final = ((13.0, 20.7, 144.5, 146.2), (-14.7, -10.9, -171.2, -168.0))
NUMBER: Final = r"[-+−]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?(?:nan|inf(?:inity)?)"
_DECORATION: Final = re.compile(
    r"[()\[\]]|\b(?:lat(?:itude)?|lon(?:gitude)?|lng|gps)\b\s*[:=]?", re.IGNORECASE
)
_COMPASS: Final = re.compile(r"(\d+\.\d+)\s*°?\s*([NSEW])\b", re.IGNORECASE)
_COORDINATES: Final = re.compile(rf"^({NUMBER})\s*°?\s*(?:,\s*|\s+)({NUMBER})\s*°?$", re.IGNORECASE)


def by_coordinates(text: str) -> Place | None:
    """“41.9,-87.6” as a browser gives it; None if the text is no pair of numbers."""
    match = _COORDINATES.match(_bare(text))
    if match is None or any(re.fullmatch(r"\d{5}", number) for number in match.groups()):
        return None
    latitude, longitude = (float(number.replace("−", "-")) for number in match.groups())
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return no_coordinates()
    place = at_point(latitude, longitude)
    if place is not None:
        return replace(place, latitude=round(latitude, 2) + 0.0, longitude=round(longitude, 2) + 0.0)
    if any(
        south <= latitude <= north and west <= longitude <= east for south, north, west, east in _UNCOVERED
    ):
        return not_found(f"These coordinates are in a territory that Palmar does not cover. {COVERS}")
    return no_coordinates()


def _bare(text: str) -> str:
    """Two numbers without what people write around them: “(41.9, -87.6)”, “41.9° N, 87.6° W”."""
    numbers = _DECORATION.sub(" ", text).strip(" ,")
    turned = _COMPASS.sub(lambda found: ("-" if found[2].lower() in "sw" else "") + found[1], numbers)
    return turned.replace("°", "")


def at_point(latitude: float, longitude: float) -> Place | None:
    """A point in degrees as a place; None across a border or far from every ZIP of the covered states."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    row, away = nearest_zip(latitude, longitude)
    if away > FARTHEST_KM or is_abroad(latitude, longitude):
        return None
    return Place(
        near="",
        status="found",
        label=f"your location near {row.city}, {row.state}",
        latitude=latitude + 0.0,  # no negative zero
        longitude=longitude + 0.0,
        precision_km=1.0,
        jurisdiction=row.state,
    )


def no_coordinates() -> Place:
    """The answer for numbers that are no place of ours."""
    return not_found(
        "We cannot place these coordinates in the United States. Write latitude first, with decimal points "
        f"and a minus for west, such as “41.9, -87.6”. {EXAMPLE}"
    )
