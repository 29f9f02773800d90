"""The answers that a place text can have, and the words that people read in them."""

from functools import cache
from typing import Final

from directory.gazetteer import City, Zip
from directory.jurisdictions import jurisdictions
from search.places import Place, PlaceChoice

EXAMPLE: Final = "Give a ZIP such as 60614, or a city and state such as “Chicago, IL”."
COVERS: Final = "Palmar covers the United States: the 50 states, DC, Puerto Rico and the US Virgin Islands."


@cache
def covered() -> frozenset[str]:
    """Postal codes of everything that Palmar covers."""
    return frozenset(jurisdictions())


def state_name(code: str) -> str:
    """The name of a covered state or territory."""
    return jurisdictions()[code].name


def city_label(city: City) -> str:
    """The town as people write it: “Chicago, IL”."""
    name = "New York" if city.name == "New York City" else city.name
    return f"{name}, {city.state}"


def city_choice(city: City) -> PlaceChoice:
    """A town to choose."""
    label = city_label(city)
    return PlaceChoice(label, label, city.latitude, city.longitude, city.state)


def state_choice(code: str) -> PlaceChoice:
    """A whole state to choose; where its name also names a city, `near` says that the state is meant."""
    name = state_name(code)
    near = f"{name} State" if name in {"New York", "Washington"} else name
    label = near if name != near else f"All of {name}"
    return PlaceChoice(label, near, None, None, code)


def zip_choice(row: Zip) -> PlaceChoice:
    """A ZIP to choose."""
    return PlaceChoice(zip_label(row), row.code, row.latitude, row.longitude, row.state)


def zip_label(row: Zip) -> str:
    """A ZIP with its town: “60614 Chicago, IL”."""
    return f"{row.code} {row.city}, {row.state}"


def found_city(city: City, *, choices: tuple[PlaceChoice, ...] = (), message: str = "") -> Place:
    """The answer for a town."""
    return Place(
        near="",
        status="found",
        label=city_label(city),
        latitude=city.latitude,
        longitude=city.longitude,
        precision_km=city.precision_km,
        jurisdiction=city.state,
        choices=choices,
        message=message,
    )


def region(code: str, *, choices: tuple[PlaceChoice, ...] = ()) -> Place:
    """The answer for a whole state."""
    return Place(near="", status="region", label=state_name(code), jurisdiction=code, choices=choices)


def not_found(message: str, *, choices: tuple[PlaceChoice, ...] = ()) -> Place:
    """The answer where there is none, with what to mend."""
    return Place(near="", status="not_found", choices=choices, message=message)


def ambiguous(message: str, choices: tuple[PlaceChoice, ...]) -> Place:
    """The answer where several places may be meant."""
    return Place(near="", status="ambiguous", choices=choices, message=message)


def unknown_address(text: str) -> Place:
    """The answer for a street address: the gazetteer knows no streets."""
    return not_found(f"We do not know the address “{text}”. {EXAMPLE}")
