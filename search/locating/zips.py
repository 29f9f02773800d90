"""The ZIP in a text, and whether what stands beside it agrees."""

import re
from typing import Final

from directory.gazetteer import MILITARY, Zip, gazetteer
from directory.geography import distance_km
from directory.vocabulary import fold
from search.locating.addresses import town_of_address
from search.locating.answers import (
    COVERS,
    EXAMPLE,
    ambiguous,
    covered,
    not_found,
    state_choice,
    unknown_address,
    zip_choice,
    zip_label,
)
from search.locating.coordinates import NUMBER, no_coordinates
from search.locating.names import MOST_CHOICES, exact, readings
from search.locating.words import town_name, without_fillers, without_home
from search.places import Place, PlaceChoice

CONTRADICTION_KM: Final = 80.0  # between a ZIP and the town beside it
_NUMBERS_ONLY: Final = re.compile(rf"^(?:{NUMBER})(?:[\s,;]+(?:{NUMBER}))*$", re.IGNORECASE)
_ZIP: Final = re.compile(r"(?<![\d.])(?<!\d-)(\d{5})(?:[-‐–—]?\d{4})?(?!\d|-\d|[.]\d)")


def by_zip(text: str) -> Place | None:
    """The ZIP in a text; None if there is none, and the text is not just a number either."""
    matches = list(_ZIP.finditer(text))
    if not matches:
        return _mistaken_number(text) if _NUMBERS_ONLY.match(text) else None
    codes = list(dict.fromkeys(match.group(1) for match in matches))
    rest = without_fillers(without_home(" ".join(_ZIP.sub(" ", text).split()).strip(" ,-")))
    if len(codes) > 1 and fold(rest) in {"", "or", "and", "to", "o", "y"}:
        rows = [row for row in map(gazetteer().zips.get, codes) if row and row.state in covered()]
        if len(rows) > 1:
            return ambiguous("Which of these ZIPs do you mean?", tuple(map(zip_choice, rows))[:MOST_CHOICES])
    # Of several the last is the ZIP: the first may be the number of a house.
    return _judged(codes[-1], rest, text)


def _judged(code: str, rest: str, text: str) -> Place:
    """A ZIP beside other text: the text may contradict it, or show that it numbers a house."""
    place = zip_place(code)
    if not rest:
        return place
    whole = exact(rest)
    other = whole or town_of_address("1 " + rest)
    if other is None or other.status == "not_found":
        return place
    if place.status != "found":
        return _with_choices(place, other)
    row = gazetteer().zips[code]
    if _agrees(row, other, rest):
        return place
    if whole is None and text.startswith(code):
        return unknown_address(text)
    choices = (zip_choice(row), *_as_choices(other))[:MOST_CHOICES]
    return ambiguous(f"The ZIP {code} is in {row.city}, {row.state}. Which place do you mean?", choices)


def _agrees(row: Zip, other: Place, rest: str) -> bool:
    """Whether a ZIP can be in what stands beside it."""
    if other.status == "region":
        return other.jurisdiction == row.state
    own = town_name(row.city)
    if any(town_name(name) == own and state in (None, row.state) for name, state in readings(rest)):
        return True
    near = _as_choices(other)
    if any(choice.latitude is None and choice.jurisdiction == row.state for choice in near):
        return True
    return any(
        choice.latitude is not None
        and choice.longitude is not None
        and float(distance_km(row.latitude or 0, row.longitude or 0, choice.latitude, choice.longitude))
        <= CONTRADICTION_KM
        for choice in near
    )


def zip_place(code: str) -> Place:
    """The answer for five digits."""
    row = gazetteer().zips.get(code)
    if code.startswith("969") or code == "96799":
        return not_found(f"The ZIP {code} is in a territory that Palmar does not cover. {COVERS}")
    if row is None:
        return not_found(f"There is no ZIP {code}. Please check the five digits. {EXAMPLE}")
    if row.state == MILITARY or row.latitude is None:
        return not_found(
            f"{code} is a military ZIP (APO, FPO or DPO), which has no place on the map. "
            "Give the ZIP or the city of where you are in the United States."
        )
    if row.state not in covered():
        return not_found(f"The ZIP {code} is in a territory that Palmar does not cover. {COVERS}")
    return Place(
        near="",
        status="found",
        label=zip_label(row),
        latitude=row.latitude,
        longitude=row.longitude,
        precision_km=row.precision_km,
        jurisdiction=row.state,
    )


def _mistaken_number(text: str) -> Place:
    if text.isdigit() and len(text) == 4:
        row = gazetteer().zips.get("0" + text)  # spreadsheets drop the leading zero
        if row is not None and row.state in covered():
            message = f"A ZIP has five digits, and {text} has four. Did you mean 0{text}?"
            return not_found(message, choices=(zip_choice(row),))
    if len(re.split(r"[\s,;]+", text)) > 2:
        return no_coordinates()
    return not_found(f"A ZIP has five digits. {EXAMPLE}")


def _as_choices(place: Place) -> tuple[PlaceChoice, ...]:
    if place.status == "region" and place.jurisdiction:
        return (state_choice(place.jurisdiction),)
    if place.status == "found" and place.jurisdiction:
        own = PlaceChoice(place.label, place.label, place.latitude, place.longitude, place.jurisdiction)
        return (own, *place.choices)
    return place.choices


def _with_choices(place: Place, other: Place) -> Place:
    return not_found(place.message, choices=_as_choices(other)[:MOST_CHOICES])
