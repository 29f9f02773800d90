"""What a text about a place came to: found, several, a whole state, or nothing that we know."""

from dataclasses import dataclass
from typing import Literal

PlaceStatus = Literal["found", "ambiguous", "region", "not_found", "empty"]


@dataclass(frozen=True)
class PlaceChoice:
    """Another reading. `near` is the text that, searched again, gives exactly this place."""

    label: str
    near: str
    latitude: float | None
    longitude: float | None
    jurisdiction: str


@dataclass(frozen=True)
class Place:
    """The answer. `precision_km` is how far the point may be from where the person is.

    `message` says in plain words what was assumed, or what to mend.
    """

    near: str
    status: PlaceStatus
    label: str = ""
    latitude: float | None = None
    longitude: float | None = None
    precision_km: float | None = None
    jurisdiction: str | None = None
    choices: tuple[PlaceChoice, ...] = ()
    message: str = ""
