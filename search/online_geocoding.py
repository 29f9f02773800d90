"""An online geocoder for street addresses, only where the operator has set one (GEOCODER).

It is asked only for what looks like a street address and the gazetteer does not know. Any trouble
gives no answer, and the offline one stands. Nothing is logged; answers are kept for a day under a
keyed hash of the text.
"""

import re
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim

from directory.jurisdictions import jurisdictions
from search.places import Place

SECONDS = 2
KEPT_SECONDS = 24 * 3600
PRECISION_KM = 0.1


def ask_online(near: str) -> Place | None:
    """The place of a street address, or None: not set, not an address, not reached, not covered."""
    kind, _, address = settings.GEOCODER.partition(":")
    if kind != "nominatim" or not re.search(r"\d+\s+\w*[A-Za-z]", near) or len(near) > 200:
        return None
    key = "place-" + salted_hmac("online geocoding", near, algorithm="sha256").hexdigest()
    known = cache.get(key)
    if known is None:
        known = _ask(near, address)
        cache.set(key, known, KEPT_SECONDS)
    return known or None


def _ask(near: str, address: str) -> Place | bool:
    scheme, _, domain = address.partition("://")
    geocoder = Nominatim(user_agent="palmar", domain=domain.rstrip("/"), scheme=scheme, timeout=SECONDS)
    try:
        found: Any = geocoder.geocode(near, country_codes="us,pr,vi", addressdetails=True)
    except (GeopyError, ValueError, OSError):
        return False
    details = found.raw.get("address", {}) if found else {}
    state = str(details.get("ISO3166-2-lvl4", "")).rpartition("-")[2]
    if state not in jurisdictions():
        return False
    return Place(
        near=near, status="found", label=near.strip(), latitude=found.latitude, longitude=found.longitude,
        precision_km=PRECISION_KM, jurisdiction=state,
    )  # fmt: skip
