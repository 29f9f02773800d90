"""Street addresses, of which the gazetteer knows only the town, and places inside a town."""

import re
from dataclasses import replace
from typing import Final

from directory.gazetteer import gazetteer
from directory.geography import distance_km
from directory.vocabulary import fold
from search.locating.answers import found_city
from search.locating.index import towns
from search.locating.names import BIG, exact
from search.locating.words import readings, town_name, whole_state, without_home
from search.places import Place

_INSIDE_KM: Final = 30.0  # between the middle of a large city and that of its parts
_MOST_WORDS: Final = 8
_MOST_PARTS: Final = 3  # a town, its state and one thing more
_ADDRESS: Final = re.compile(r"^\d{1,6}[a-z]?(?:[-/]\d+)?\s+(?=.*[a-z]{2})", re.IGNORECASE)


def is_address(text: str) -> bool:
    """Whether a text looks like a street address: a house number, then words that are not just a town."""
    match = _ADDRESS.match(text)
    return match is not None and exact(text[match.end() :]) is None


def town_of_address(text: str) -> Place | None:
    """The town at the end of a street address, or the towns of its name; None if there is none."""
    parts = [part for part in without_home(text).split(",") if fold(part)]
    words = parts[-1].split() if parts else []
    ends = [",".join(parts[at:]) for at in range(max(1, len(parts) - _MOST_PARTS), len(parts))]
    ends += filter(_is_sure, (" ".join(words[at:]) for at in range(max(1, len(words) - 4), len(words))))
    for end in ends:
        place = exact(end)
        if place is not None and place.status == "found":
            message = f"We do not know the street, so we measure from the middle of {place.label}."
            return replace(place, message=message, choices=())
        if place is not None and place.status == "ambiguous":
            return place
    return None


def _is_sure(end: str) -> bool:
    """Whether words that no comma parts from the street are a town: there are hamlets named Lane and Park."""
    if any(state for _, state in readings(end)):
        return True
    named = towns(town_name(end))
    return bool(named) and named[0].population >= BIG


def town_around(text: str) -> Place | None:
    """What a text names inside a town: Lincoln Park for “Lincoln Park, Chicago”, else the town around it."""
    parts = [part.strip() for part in text.split(",") if fold(part)]
    for at in range(max(1, len(parts) - _MOST_PARTS), len(parts)):
        end = ", ".join(parts[at:])
        place = None if whole_state(end) else exact(end)
        if place is not None and place.status == "found":
            inner = ", ".join(parts[:at])
            message = f"We do not know “{inner}”, so we measure from the middle of {place.label}."
            return _part_of(place, inner) or replace(place, message=message, choices=())
    words = text.replace(",", " ").split()
    for at in range(1, min(len(words), _MOST_WORDS)):
        place = exact(" ".join(words[at:]))
        part = _part_of(place, " ".join(words[:at])) if place else None
        if part is not None:
            return part
    return None


def _part_of(place: Place, inner: str) -> Place | None:
    """The part of a town that has this name; None if none is known."""
    if place.status != "found" or place.latitude is None or place.longitude is None:
        return None
    name = town_name(inner)
    for row in (*gazetteer().cities.get(name, ()), *gazetteer().posts.get(name, ())):
        away = distance_km(place.latitude, place.longitude, row.latitude, row.longitude)
        if row.state == place.jurisdiction and float(away) <= _INSIDE_KM:
            return found_city(row)
    return None
