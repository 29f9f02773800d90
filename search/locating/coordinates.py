"""Coordinates as a browser gives them, and the ZIP that a point belongs to."""

import math
import re
from typing import Final

from search.locating.answers import EXAMPLE, not_found
from search.locating.index import nearest_zip
from search.places import Place

FARTHEST_KM: Final = 60.0  # from a ZIP: a browser that is farther off is not in the United States
NUMBER: Final = r"[-+−]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?(?:nan|inf(?:inity)?)"
_COORDINATES: Final = re.compile(rf"^({NUMBER})\s*°?\s*(?:,\s*|\s+)({NUMBER})\s*°?$", re.IGNORECASE)


def by_coordinates(text: str) -> Place | None:
    """“41.9,-87.6” as a browser gives it; None if the text is no pair of numbers."""
    match = _COORDINATES.match(text)
    if match is None or any(re.fullmatch(r"\d{5}", number) for number in match.groups()):
        return None
    latitude, longitude = (float(number.replace("−", "-")) for number in match.groups())
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return no_coordinates()
    return at_point(round(latitude, 2), round(longitude, 2)) or no_coordinates()


def at_point(latitude: float, longitude: float) -> Place | None:
    """A point in degrees as a place; None where no ZIP of the covered states is within reach."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    row, away = nearest_zip(latitude, longitude)
    if away > FARTHEST_KM:
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
