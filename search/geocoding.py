"""From what somebody typed as a place to a point, a region, or a plain word on what to mend.

Offline: `GazetteerGeocoder` is a geopy geocoder over our own gazetteer. Nothing is guessed: more than
one reading is said to be more than one, and there is no default place.
"""

import math
import re
from functools import cache

import numpy as np
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from rapidfuzz import fuzz, process

from directory.gazetteer import MILITARY, City, Zip, fold_place, gazetteer
from directory.geography import distance_km
from directory.jurisdictions import jurisdictions
from search.online_geocoding import ask_online
from search.places import Place, PlaceChoice

LONGEST = 200
COVERED = "Palmar covers the 50 states, Washington, DC, Puerto Rico and the US Virgin Islands."
HOW = "Give a five-digit ZIP, or a city and state such as “Chicago, IL”."
DOMINANT_TIMES, DOMINANT_SIZE = 8, 100_000
BIG_FOREIGN_TIMES = 3  # a foreign city this much bigger than its US namesakes is asked about
TYPO_CUTOFF = 84
MOST_CHOICES = 8
FARTHEST_KM = 60.0

_POINT = re.compile(r"^\(?\s*([-+]?[\w.]+)\s*[,;]\s*([-+]?[\w.]+)\s*\)?$")
_LEADING = re.compile(r"^(near|in|around|by|at|downtown|zip( code)?|codigo postal|cerca de|en) ")


@cache
def _states() -> dict[str, str]:
    """Folded names and codes of the covered jurisdictions, to their codes."""
    found = {fold_place(row.name): code for code, row in jurisdictions().items()}
    found |= {code.lower(): code for code in jurisdictions()}
    return found | {"virgin islands": "VI", "district of columbia": "DC", "washington d c": "DC", "d c": "DC"}


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]
    """geopy's interface over the offline gazetteer."""

    def geocode(self, query: str, *, exactly_one: bool = True) -> Location | list[Location] | None:
        """The place of a text as geopy Locations, best first; None if there is none."""
        place = locate_offline(query)
        found = [(place.label, place.latitude, place.longitude)] if place.status == "found" else []
        found += [(row.label, row.latitude, row.longitude) for row in place.choices if row.latitude is not None]
        locations = [Location(label, (latitude, longitude), {}) for label, latitude, longitude in found]
        if not locations:
            return None
        return locations[0] if exactly_one else locations


def locate(near: str) -> Place:
    """The place that a text means. Asks the gazetteer, and the online geocoder where one is set."""
    place = locate_offline(near)
    return ask_online(near) or place if place.status == "not_found" else place


def locate_offline(near: str) -> Place:
    """The place that a text means, by the gazetteer alone. Never fails, whatever the text."""
    if len(near) > LONGEST:
        return _not_found(near[:LONGEST], f"That is too long for a place. {HOW}")
    text = _with_plain_digits(near).strip()
    if not text:
        return Place(near=near, status="empty")
    point = _POINT.match(text)
    if point and not re.search(r"[A-Za-z]{3,}", text.replace("nan", "").replace("inf", "")):
        return _at_point(near, point.group(1), point.group(2))
    zipped = re.search(r"(?<!\d)(\d{5})(?:[-\s]?\d{4})?(?!\d)", text)
    if zipped:
        return _at_zip(near, zipped.group(1))
    return _by_name(near, text)


def _with_plain_digits(text: str) -> str:
    """Digits of any script as 0-9; what cannot be shown becomes a space."""
    return "".join(
        str(int(mark)) if mark.isdecimal() else mark if mark.isprintable() else " " for mark in text
    )


def _not_found(near: str, message: str, choices: tuple[PlaceChoice, ...] = ()) -> Place:
    return Place(near=near, status="not_found", message=message, choices=choices)


def _at_zip(near: str, code: str) -> Place:
    row = gazetteer().zips.get(code)
    if row is None:
        return _not_found(near, f"There is no ZIP {code}. Check the five digits, or give a city and state.")
    if row.state == MILITARY or row.latitude is None:
        return _not_found(
            near, f"{code} is a military mail ZIP and has no place on the map. Give the city and state you are in."
        )
    if row.state not in jurisdictions():
        return _not_found(near, f"{code} is outside the area we cover. {COVERED}")
    label = f"{code} ({row.city}, {row.state})" if row.city else f"{code} ({row.state})"
    return Place(
        near=near, status="found", label=label, latitude=row.latitude, longitude=row.longitude,
        precision_km=row.precision_km, jurisdiction=row.state,
    )  # fmt: skip


@cache
def _zip_points() -> tuple[tuple[Zip, ...], "np.ndarray[tuple[int, int], np.dtype[np.float64]]"]:
    rows = tuple(
        row for row in gazetteer().zips.values() if row.latitude is not None and row.state in jurisdictions()
    )
    return rows, np.array([(row.latitude, row.longitude) for row in rows], dtype=np.float64)


def _at_point(near: str, first: str, second: str) -> Place:
    """A position, as the browser gives it; kept to about a kilometre."""
    try:
        latitude, longitude = float(first), float(second)
    except ValueError:
        return _not_found(near, f"We could not read that position. {HOW}")
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return _not_found(near, f"That is not a position on the earth. {HOW}")
    latitude, longitude = round(latitude, 2), round(longitude, 2)
    rows, points = _zip_points()
    away = distance_km(latitude, longitude, points[:, 0], points[:, 1])
    nearest = int(np.argmin(away))
    if away[nearest] > FARTHEST_KM:
        return _not_found(near, f"That position is outside the area we cover. {COVERED}")
    row = rows[nearest]
    return Place(
        near=near, status="found", label=f"your location near {row.city}, {row.state}", latitude=latitude,
        longitude=longitude, precision_km=1.0, jurisdiction=row.state,
    )  # fmt: skip


def _by_name(near: str, text: str) -> Place:
    whole = fold_place(text)
    while whole != (shorter := _LEADING.sub("", whole)):
        whole = shorter
    whole = re.sub(r" (usa|us|united states|estados unidos)$", "", whole)
    if not re.search(r"[a-z]", whole):
        return _not_found(near, f"We do not know that place. {HOW}")
    if whole.endswith(" state") and whole.removesuffix(" state") in _states():
        return _region(near, _states()[whole.removesuffix(" state")])
    if whole in _states() and whole not in ("new york", "washington"):
        return _region(near, _states()[whole])
    if whole == "washington":
        return _washington(near)
    split = _city_and_state(whole)
    if split:
        return _in_state(near, *split)
    return _bare_city(near, whole)


def _region(near: str, code: str) -> Place:
    return Place(near=near, status="region", label=jurisdictions()[code].name, jurisdiction=code)


def _washington(near: str) -> Place:
    city = _named("washington", "DC")[0]
    state = PlaceChoice("Washington (whole state)", "Washington State", None, None, "WA")
    return Place(near=near, status="ambiguous", choices=(_choice(city), state), message="There is a city and a state of that name.")


def _city_and_state(whole: str) -> tuple[str, str] | None:
    """("saint louis", "MO") of a text that ends with a state."""
    words = whole.split()
    for size in (4, 3, 2, 1):
        if len(words) > size and (code := _states().get(" ".join(words[-size:]))):
            return " ".join(words[:-size]), code
    return None


def _named(name: str, state: str | None = None) -> list[City]:
    rows = gazetteer().cities.get(name, ())
    return [row for row in rows if row.state in jurisdictions() and state in (None, row.state)]


def _in_state(near: str, name: str, state: str) -> Place:
    found = _named(name, state)
    if found:
        return _found(near, found[0])
    close = process.extractOne(name, _names_of_state(state), scorer=fuzz.ratio, score_cutoff=TYPO_CUTOFF)
    if close:
        return _assumed(near, _named(close[0], state)[0])
    where = jurisdictions()[state].name
    choice = PlaceChoice(f"{where} (whole state)", f"{where} State" if where in ("New York", "Washington") else where, None, None, state)
    return _not_found(near, f"We know no such town in {where}. Check the spelling, or give its ZIP.", (choice,))


@cache
def _names_of_state(state: str) -> tuple[str, ...]:
    return tuple(name for name, rows in gazetteer().cities.items() if any(row.state == state for row in rows))


@cache
def _big_names() -> tuple[str, ...]:
    return tuple(name for name, rows in gazetteer().cities.items() if rows[0].population >= DOMINANT_SIZE)


def _bare_city(near: str, name: str) -> Place:
    found = _named(name)
    foreign = gazetteer().foreign.get(name)
    if foreign is None and len(name.split()) > 1:
        foreign = _foreign_with_country(name)
    if foreign and (not found or foreign[1] > BIG_FOREIGN_TIMES * found[0].population):
        choices = tuple(_choice(row) for row in found[:MOST_CHOICES])
        message = f"{COVERED} It has no therapists abroad."
        if choices:
            return Place(near=near, status="ambiguous", choices=choices, message=message)
        return _not_found(near, message)
    if not found:
        close = process.extractOne(name, _big_names(), scorer=fuzz.ratio, score_cutoff=TYPO_CUTOFF)
        if close and abs(len(close[0]) - len(name)) <= 2:
            return _assumed(near, _named(close[0])[0])
        return _not_found(near, f"We do not know that place. {HOW}")
    others = tuple(_choice(row) for row in found[1:MOST_CHOICES])
    if name == "new york":
        others = (PlaceChoice("New York (whole state)", "New York State", None, None, "NY"), *others)
    runner_up = found[1].population if len(found) > 1 else 0
    first = found[0].population
    if len(found) == 1 or (first >= DOMINANT_SIZE and first >= DOMINANT_TIMES * runner_up):
        return _found(near, found[0], choices=others)
    choices = tuple(_choice(row) for row in found[:MOST_CHOICES])
    return Place(near=near, status="ambiguous", choices=choices, message="There is more than one place of that name.")


def _foreign_with_country(name: str) -> tuple[str, int] | None:
    """A foreign city with its country behind it: "toronto canada", "london uk"."""
    words = name.split()
    for size in (1, 2):
        city = gazetteer().foreign.get(" ".join(words[:-size]))
        if city and len(words) > size:
            return city[0], 10**9
    return None


def _choice(city: City) -> PlaceChoice:
    label = f"{city.name}, {city.state}"
    return PlaceChoice(label, label, city.latitude, city.longitude, city.state)


def _found(near: str, city: City, *, choices: tuple[PlaceChoice, ...] = (), message: str = "") -> Place:
    return Place(
        near=near, status="found", label=f"{city.name}, {city.state}", latitude=city.latitude,
        longitude=city.longitude, precision_km=city.precision_km, jurisdiction=city.state, choices=choices,
        message=message,
    )  # fmt: skip


def _assumed(near: str, city: City) -> Place:
    return _found(near, city, message=f"We took “{near.strip()}” to mean {city.name}, {city.state}.")
