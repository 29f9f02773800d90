"""The ZIP in a text, and whether what stands beside it agrees."""

import re
from dataclasses import replace
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
from search.locating.names import MOST_CHOICES, exact
from search.locating.words import readings, town_name, without_fillers, without_home
from search.places import Place, PlaceChoice

CONTRADICTION_KM: Final = 80.0  # between a ZIP and the town beside it
_NUMBERS_ONLY: Final = re.compile(rf"^(?:{NUMBER})(?:[\s,;]+(?:{NUMBER}))*$", re.IGNORECASE)
_MILITARY_ZIP: Final = re.compile(r"(?:09\d|340|96[2-6])\d\d")
_MILITARY_WORD: Final = re.compile(r"\b(?:apo|fpo|dpo)\b", re.IGNORECASE)
_PARTED: Final = re.compile(r"\d(?:[ -]?\d){4}")
_LETTERS_FOR_DIGITS: Final = str.maketrans("oOlI", "0011")
_ZIP: Final = re.compile(r"(?<![\d.])(?<!\d-)(\d{5})(?:[-‐–—]?\d{4})?(?!\d|-\d|[.]\d)")


def by_zip(text: str) -> Place | None:
    """The ZIP in a text; None if there is none, and the text is not just a number either."""
    matches = list(_ZIP.finditer(text))
    if not matches:
        if _MILITARY_WORD.search(text):
            return _military(text)
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
        return _town_of_unknown(code, other) or _with_choices(place, other)
    row = gazetteer().zips[code]
    if _agrees(row, other, rest):
        return place
    if whole is None and text.startswith(code):
        return unknown_address(text)
    choices = (zip_choice(row), *_as_choices(other))[:MOST_CHOICES]
    return ambiguous(f"The ZIP {code} is in {row.city}, {row.state}. Which place do you mean?", choices)


def _town_of_unknown(code: str, other: Place) -> Place | None:
    """The town beside a ZIP that we do not know, if its other ZIPs begin as this one does."""
    if code in gazetteer().zips or other.status != "found" or not other.label:
        return None
    town = other.label.split(",")[0]
    rows = (gazetteer().zips[known] for known in gazetteer().zips if known.startswith(code[:3]))
    if not any(row.city == town and row.state == other.jurisdiction for row in rows):
        return None
    message = f"We do not know the ZIP {code}, so we measure from the middle of {other.label}."
    return replace(other, message=message, choices=())


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
    if _MILITARY_ZIP.fullmatch(code) or (row and (row.state == MILITARY or row.latitude is None)):
        return _military(code)
    if row is None:
        return not_found(f"We do not know the ZIP {code}. Please check the five digits. {EXAMPLE}")
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


def _military(text: str) -> Place:
    return not_found(
        f"{text} is a military ZIP (APO, FPO or DPO), which has no place on the map. "
        "Give the ZIP or the city of where you are in the United States."
    )


def mistyped_zip(text: str) -> Place | None:
    """A known ZIP with blanks in it, letters for digits, or without its leading zero; else None."""
    if _ZIP.fullmatch(text):
        return None
    digits = text.translate(_LETTERS_FOR_DIGITS) if sum(map(str.isdigit, text)) >= 3 else text
    digits = re.sub(r"[ -]+\d{4}$", "", digits) if len(re.sub(r"\D", "", digits)) > 7 else digits
    if re.fullmatch(r"\d{4}", digits):
        digits = "0" + digits  # spreadsheets drop the leading zero
    if not _PARTED.fullmatch(digits):
        return None
    code = re.sub(r"\D", "", digits)
    place = zip_place(code)
    return replace(place, message=f"We took “{text}” to mean {code}.") if place.status == "found" else None


def _mistaken_number(text: str) -> Place:
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
