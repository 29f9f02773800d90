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
from search.places import Place, PlaceChoice

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


def part_of_town(text: str) -> Place | None:
    """“Bridgeport, Chicago, IL”: the part of a town with its state, which is not Bridgeport, IL."""
    parts = [part.strip() for part in text.split(",") if fold(part)]
    place = exact(", ".join(parts[1:])) if len(parts) == _MOST_PARTS else None
    return _part_of(place, parts[0]) if place else None


def town_around(text: str) -> Place | None:
    """What a text names inside a town: Lincoln Park for “Lincoln Park, Chicago”, else the town around it."""
    parts = [part.strip() for part in text.split(",") if fold(part)]
    for at in range(max(1, len(parts) - _MOST_PARTS), len(parts)):
        end = ", ".join(parts[at:])
        place = None if whole_state(end) else exact(end)
        inner = ", ".join(parts[:at])
        part = _part_of(place, inner) if place else None
        if part is not None:
            return part
        if place is not None and place.status == "found":
            message = f"We do not know “{inner}”, so we measure from the middle of {place.label}."
            return replace(place, message=message, choices=())
    words = text.replace(",", " ").split()
    for at in range(1, min(len(words), _MOST_WORDS)):
        place = exact(" ".join(words[at:]))
        part = _part_of(place, " ".join(words[:at])) if place else None
        if part is not None:
            return part
    return None


def _part_of(place: Place, inner: str) -> Place | None:
    """The part of a town, or of one of several, that has this name; None if none is known."""
    name = town_name(inner)
    known = gazetteer()
    rows = [row for names in (known.cities, known.parts, known.posts) for row in names.get(name, ())]
    arounds: tuple[Place | PlaceChoice, ...] = (place, *place.choices)
    for around in arounds if place.status in {"found", "ambiguous"} else ():
        if around.latitude is None or around.longitude is None:
            continue
        for row in rows:
            away = distance_km(around.latitude, around.longitude, row.latitude, row.longitude)
            if row.state == around.jurisdiction and float(away) <= _INSIDE_KM:
                return replace(found_city(row), label=f"{row.name}, {around.label}")
    return None
