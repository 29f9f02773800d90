"""A street address asked of an online geocoder: only where the operator configured one.

`GEOCODER` is `offline`, or the name of a service that geopy knows, with its address and its options:
`nominatim:https://host`, `photon:https://host`, `opencage?api_key=..`. The text goes to that service and
nowhere else: it is not logged, and the cache, in the memory of this process, holds the answer under a keyed
hash of the text, without the text itself.
Whatever goes wrong online, the caller goes on with what is known offline.
"""

import inspect
import logging
import threading
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from geopy.adapters import URLLibAdapter
from geopy.geocoders import Nominatim, get_geocoder_for_service
from geopy.location import Location

from directory.geography import distance_km
from directory.vocabulary import fold
from search.locating.addresses import town_of_address
from search.locating.answers import covered
from search.locating.coordinates import at_point
from search.locating.words import readings
from search.places import Place

TIMEOUT_SECONDS: Final = 2.0
KEPT_SECONDS: Final = 24 * 60 * 60
PAUSE_SECONDS: Final = 10  # after a failure nobody else waits for the time-out
_MOST_AT_ONCE: Final = 4
_COUNTRIES: Final = ("us", "pr", "vi")
_PRECISION_KM: Final = 0.2
_FROM_TOWN_KM: Final = 80.0  # an address farther from the middle of its town is that of another one
_BUSY: Final = threading.BoundedSemaphore(_MOST_AT_ONCE)

# geopy writes the whole address with its URL (debug) and a peer's answer (info): people's addresses.
logging.getLogger("geopy").disabled = True


@dataclass(frozen=True)
class Point:
    """What the cache keeps: a point in degrees and the jurisdiction that it lies in."""

    latitude: float
    longitude: float
    jurisdiction: str


@dataclass
class _Answer:
    """What the thread that asks leaves behind."""

    location: Location | None = None
    failed: bool = True


def find(text: str) -> Place | None:
    """The place of an address; None if none is configured, nothing is found or anything fails.

    A point outside the state or far from the town that the address names is refused.
    """
    service = str(settings.GEOCODER)
    if service in {"", "offline"} or service.rstrip(":") == "nominatim":
        return None  # the public Nominatim is not for this: its operators ask not to be sent such queries
    point = _kept_or_asked(text, service)
    if point is None or not _is_where_named(point, text):
        return None
    return Place(
        near=text,
        status="found",
        label=text,
        latitude=point.latitude,
        longitude=point.longitude,
        precision_km=_PRECISION_KM,
        jurisdiction=point.jurisdiction,
    )


def _kept_or_asked(text: str, service: str) -> Point | None:
    key = "geocoded:" + salted_hmac(service, fold(text), algorithm="sha256").hexdigest()
    kept = cache.get(key)
    if kept is not None:
        return Point(*kept) if kept else None
    pause = "geocoder-down:" + salted_hmac("geocoder", service, algorithm="sha256").hexdigest()
    if cache.get(pause):
        return None
    answer = _ask(text, service)
    if answer.failed:
        cache.set(pause, "down", PAUSE_SECONDS)
        return None
    point = _covered_point(answer.location)
    kept = (point.latitude, point.longitude, point.jurisdiction) if point else ()
    cache.set(key, kept, KEPT_SECONDS)
    return point


def _ask(text: str, service: str) -> _Answer:
    """Ask, and wait at most the time-out by the clock.

    The client's own time-out is per read of the socket, so a peer that drips its answer could hold a
    request for minutes: the asking is done by a thread that is left alone when the time is over.
    """
    answer = _Answer()
    if not _BUSY.acquire(blocking=False):
        return answer
    thread = threading.Thread(target=_request, args=(text, service, answer), daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no more threads
        _BUSY.release()
        return answer
    thread.join(TIMEOUT_SECONDS)
    # A copy: what a late answer writes then is not read any more.
    return _Answer(answer.location, answer.failed)


def _request(text: str, service: str, answer: _Answer) -> None:
    try:
        geocoder = geocoder_of(service)
        more = (
            {"addressdetails": True, "country_codes": list(_COUNTRIES)}
            if isinstance(geocoder, Nominatim)
            else {}
        )
        answer.location = geocoder.geocode(text, **more)
        answer.failed = False
    except Exception:  # noqa: S110 - whatever the network or the peer does, the offline answer stands
        pass
    finally:
        _BUSY.release()


def geocoder_of(service: str) -> Any:
    """The geopy geocoder that a setting names: `name[:address][?option=value&..]`.

    Raises GeocoderNotFound for a name that geopy does not know, TypeError for an option that it does not.
    """
    named, _, query = service.partition("?")
    name, _, url = named.partition(":")
    kind = get_geocoder_for_service(name)
    takes = inspect.signature(kind).parameters
    options: dict[str, Any] = dict(parse_qsl(query))
    if url:
        parts = urlsplit(url)
        options |= {"domain": f"{parts.netloc}{parts.path}".rstrip("/"), "scheme": parts.scheme}
    if "user_agent" in takes:
        options["user_agent"] = "palmar"
    # Not requests, which would be picked if installed: its pool logs each URL.
    return kind(**options, timeout=TIMEOUT_SECONDS, adapter_factory=URLLibAdapter)


def _is_where_named(point: Point, text: str) -> bool:
    """Whether a point can be the address: in the state that it names, and near its town."""
    named = {state for _, state in readings(text) if state}
    if named and point.jurisdiction not in named:
        return False
    town = town_of_address(text)
    if town is None:
        return True
    if town.latitude is None or town.longitude is None:
        return point.jurisdiction in {choice.jurisdiction for choice in town.choices}
    away = distance_km(point.latitude, point.longitude, town.latitude, town.longitude)
    return float(away) <= _FROM_TOWN_KM


def _covered_point(location: Location | None) -> Point | None:
    """The point of an answer, if it lies in a covered jurisdiction."""
    if location is None:
        return None
    address = _address(location.raw)
    if str(address.get("country_code", "us")).lower() not in _COUNTRIES:
        return None
    latitude, longitude = round(float(location.latitude), 4), round(float(location.longitude), 4)
    nearest = at_point(latitude, longitude)
    if nearest is None or nearest.jurisdiction is None:
        return None
    code = str(address.get("ISO3166-2-lvl4", "")).rpartition("-")[2].upper()
    if code and code not in covered():
        return None
    return Point(latitude, longitude, code or nearest.jurisdiction)


def _address(raw: Any) -> dict[str, Any]:
    address = raw.get("address") if isinstance(raw, dict) else None
    return address if isinstance(address, dict) else {}
