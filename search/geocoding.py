"""Where somebody is: a text such as “60614” or “Chicago, IL” becomes a place, or a plain word why not.

An offline geocoder over the gazetteer answers; an online one is asked only where one is configured, and
only about street addresses that the gazetteer does not know (`search.online_geocoding`).
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Final

from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from search import online_geocoding
from search.locating.addresses import is_address, town_of_address
from search.locating.answers import EXAMPLE, not_found
from search.locating.lookup import look_up
from search.locating.words import clean
from search.places import Place, PlaceChoice

__all__ = ["GazetteerGeocoder", "Place", "PlaceChoice", "locate"]

LONGEST: Final = 200


class GazetteerGeocoder(Geocoder):
    """A geopy geocoder that never leaves this machine."""

    def __init__(self) -> None:
        super().__init__(user_agent="palmar")

    def place(self, near: str) -> Place:
        """What a text means, with everything that geopy's `Location` has no word for."""
        return replace(_answer(near.strip()), near=near)

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: object = DEFAULT_SENTINEL,  # noqa: ARG002 - part of geopy's interface
    ) -> Location | list[Location] | None:
        """Location(s) of a text, as every geopy geocoder gives them; None where there is none.

        With `exactly_one` only a found place is given: several are not guessed among. `raw` holds the
        fields of the `Place`. Nothing is waited for: `timeout` has no effect.
        """
        if not isinstance(query, str):
            raise GeocoderQueryError("The gazetteer is asked with a text.")
        place = self.place(query)
        own = [_location(place.label, place.latitude, place.longitude, place)]
        if exactly_one:
            return own[0]
        others: Sequence[PlaceChoice] = place.choices
        found = own + [_location(other.label, other.latitude, other.longitude, other) for other in others]
        return [location for location in found if location is not None] or None


def _location(
    label: str, latitude: float | None, longitude: float | None, source: Place | PlaceChoice
) -> Location | None:
    if latitude is None or longitude is None:
        return None
    return Location(label, Point(latitude, longitude), asdict(source))


def _answer(stripped: str) -> Place:
    text = clean(stripped) if len(stripped) <= LONGEST else stripped
    if len(text) > LONGEST:  # also where one sign stands for many letters
        return not_found(f"That is too long for a place. {EXAMPLE}")
    if text:
        return look_up(text)
    return not_found(f"We could not read that as a place. {EXAMPLE}") if _said(stripped) else _EMPTY


def _said(text: str) -> bool:
    return any(mark.isprintable() and not mark.isspace() for mark in text)


_EMPTY: Final = Place(near="", status="empty")
_OFFLINE: Final = GazetteerGeocoder()


def locate(near: str) -> Place:
    """What a place text means. Never raises, never guesses, never has a default point."""
    place = _OFFLINE.place(near)
    text = clean(near) if place.status == "not_found" and len(near.strip()) <= LONGEST else ""
    if not text or not is_address(text):
        return place
    better = online_geocoding.find(text) or town_of_address(text)
    return place if better is None else replace(better, near=near)
