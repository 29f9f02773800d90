"""The shape of a search: what is asked for and how, without where, when and which page.

Searches of one shape are one text with gaps. A shape holds nothing that anybody typed: only what the
words were understood as, so that it can be remembered.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from directory.geography import box_around
from directory.models.practice import REACH_TIERS_KM
from search.index.document import ROTATION_FIELDS
from search.policy import POLICY
from search.requests import Clause, Origin, Region, SearchRequest, Sort
from search.rows import day_number
from search.understanding.asks import Ask


@dataclass(frozen=True)
class Shape:
    """What decides the form of a search. `names` is how many words of a name must occur."""

    asks: tuple[Ask, ...]
    clauses: tuple[Clause, ...]
    names: int
    place: Literal["origin", "region", "none"]
    sort: Sort


def shape_of(request: SearchRequest) -> Shape:
    """The shape of a request. Raises ValueError if it has neither a place nor a name."""
    if request.place is None and not request.names:
        raise ValueError("a search needs a place or a name")
    return Shape(
        asks=tuple(replace(ask, span="") for ask in request.understood.asks),
        clauses=request.clauses,
        names=len(request.names),
        place="none"
        if request.place is None
        else "region"
        if isinstance(request.place, Region)
        else "origin",
        sort=request.sort,
    )


def values_of(request: SearchRequest, *, page: int) -> dict[str, str]:
    """What fills the gaps of a request's shape, as JSON."""
    found: dict[str, Any] = {
        "at": _iso(request.at),
        "today": _iso(datetime.fromtimestamp(day_number(request.at) * 86_400, tz=UTC)),
        "rotation": ROTATION_FIELDS[request.day % len(ROTATION_FIELDS)],
        "from": (page - 1) * request.page_size,
        "size": request.page_size,
    }
    found |= {f"name_{number}": name for number, name in enumerate(request.names)}
    if request.place:
        found["jurisdiction"] = request.place.jurisdiction
    if request.origin:
        found |= _around(request.origin, request.within_km)
    return {name: json.dumps(value) for name, value in found.items()}


def _around(origin: Origin, within_km: float) -> dict[str, Any]:
    found: dict[str, Any] = {
        "here": {"lat": origin.latitude, "lon": origin.longitude},
        "near_full": f"{max(POLICY.near_full_km, origin.precision_km)}km",
    }
    radii: dict[str, float] = {"within": within_km} | {f"visits_{tier}": tier for tier in REACH_TIERS_KM}
    for name, radius_km in radii.items():
        box = box_around(origin.latitude, origin.longitude, radius_km)
        found[f"{name}_radius"] = f"{radius_km}km"
        found[f"{name}_box"] = {
            "top_left": {"lat": box.north, "lon": box.west},
            "bottom_right": {"lat": box.south, "lon": box.east},
        }
    return found


def gap(name: str) -> str:
    """What stands in a composed search where a value is to come."""
    return f"<{name}>"


_GAP = re.compile(r'"<([a-z_0-9]+)>"')


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each gap filled by the JSON of its name."""
    return _GAP.sub(lambda found: values[found[1]], text)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
