"""Names that are no town and no county: where the person is, and regions that people know by a name."""

import re
from typing import Final

from directory.vocabulary import fold
from search.locating.answers import EXAMPLE, ambiguous, city_choice, not_found
from search.locating.index import towns
from search.places import Place

_HERE: Final = re.compile(
    r"(?:(?:near(?:by|est|est to)?|around|close to|by|next to|at|in|to) ?"
    r"(?:me|here|my (?:location|area|place|home|house|zip|city|town|neighborhood))"
    r"|(?:my |current |my current |use my )(?:location|position|area|place|home|house)"
    r"|nearby|here|where i am|where i live|around here|home|close by"
    r"|cerca(?: de)? (?:mi|aqui|mi casa)|mi (?:ubicacion|casa|ciudad|zona)(?: actual)?|aqui"
    r"|donde (?:estoy|vivo))"
)
# Regions by name, with the towns that people mean by them.
_AREAS: Final[dict[str, tuple[str, ...]]] = {
    "bay area": ("san francisco CA", "oakland CA", "san jose CA"),
    "sf bay area": ("san francisco CA", "oakland CA", "san jose CA"),
    "san francisco bay area": ("san francisco CA", "oakland CA", "san jose CA"),
    "east bay": ("oakland CA", "berkeley CA", "fremont CA"),
    "silicon valley": ("san jose CA", "palo alto CA", "mountain view CA"),
    "twin cities": ("minneapolis MN", "saint paul MN"),
    "dfw": ("dallas TX", "fort worth TX"),
    "metroplex": ("dallas TX", "fort worth TX"),
    "dallas fort worth": ("dallas TX", "fort worth TX"),
    "nova": ("arlington VA", "alexandria VA", "fairfax VA"),
    "northern virginia": ("arlington VA", "alexandria VA", "fairfax VA"),
    "jersey shore": ("asbury park NJ", "toms river NJ", "atlantic city NJ"),
    "hamptons": ("southampton NY", "east hampton NY"),
    "napa valley": ("napa CA", "saint helena CA"),
    "wine country": ("napa CA", "santa rosa CA"),
    "lake tahoe": ("south lake tahoe CA", "incline village NV"),
    "central valley": ("fresno CA", "bakersfield CA", "modesto CA"),
    "poconos": ("stroudsburg PA", "east stroudsburg PA"),
    "outer banks": ("kitty hawk NC", "nags head NC"),
    "hill country": ("kerrville TX", "fredericksburg TX"),
    "minneapolis saint paul": ("minneapolis MN", "saint paul MN"),
    "minneapolis st paul": ("minneapolis MN", "saint paul MN"),
    "long island": ("hempstead NY", "huntington NY", "riverhead NY"),
    "inland empire": ("riverside CA", "san bernardino CA", "ontario CA"),
    "research triangle": ("raleigh NC", "durham NC", "chapel hill NC"),
    "quad cities": ("davenport IA", "moline IL"),
    "hampton roads": ("norfolk VA", "virginia beach VA", "newport news VA"),
    "cape cod": ("hyannis MA", "falmouth MA", "provincetown MA"),
    "tri cities": ("kennewick WA", "johnson city TN"),
    "south florida": ("miami FL", "fort lauderdale FL", "west palm beach FL"),
    "tampa bay": ("tampa FL", "saint petersburg FL", "clearwater FL"),
    "florida keys": ("key west FL", "key largo FL", "marathon FL"),
    "keys": ("key west FL", "key largo FL", "marathon FL"),
}


_WIDE_NAMES: Final = """
new england
midwest
mid west
west coast
east coast
gulf coast
pacific northwest
pnw
deep south
northeast
southeast
southwest
northwest
great lakes
great plains
ozarks
rockies
appalachia
tri state
tristate
mid atlantic
sun belt
delmarva
upstate
upstate new york
upstate ny
southern california
socal
northern california
norcal
america
north america
"""
# Too wide to search; there are hamlets called Midwest and New England.
_WIDE: Final = frozenset(
    f"{name}{kind}" for name in _WIDE_NAMES.strip().splitlines() for kind in ("", " states")
)


def here(text: str) -> Place | None:
    """The answer for “near me”: we do not know where that is unless we are told."""
    if _HERE.fullmatch(fold(text)) is None:
        return None
    return not_found(
        "We do not know where you are. Give your ZIP or city, or press “Use my location” to send it from "
        "this device, rounded to about a kilometre."
    )


def by_area(text: str) -> Place | None:
    """The towns of a region such as the Bay Area, to choose from."""
    name = re.sub(r"^(?:the|in|near|around) ", "", fold(text))
    listed = _AREAS.get(name) or _AREAS.get(re.sub(r" (?:area|region|metro)$", "", name))
    if name in _WIDE or re.sub(r" (?:area|region)$", "", name) in _WIDE:
        return not_found(f"“{text.strip()}” is too wide to search. {EXAMPLE}")
    if listed is None:
        return None
    rows = [row for town in listed for row in towns(town[:-3], town[-2:])]
    return ambiguous(
        f"“{text.strip()}” is a region. Which of its towns is nearest to you?", tuple(map(city_choice, rows))
    )
