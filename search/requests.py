"""What goes into a search and what comes out: frozen, and the same for every engine."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from search.understanding.asks import Understanding

Sort = Literal["best", "distance", "price"]
EngineName = Literal["elasticsearch", "database"]
PAGE_SIZE = 20


@dataclass(frozen=True)
class Origin:
    """The one point a search measures from. `precision_km` is how far off it may be."""

    latitude: float
    longitude: float
    precision_km: float
    jurisdiction: str
    label: str


@dataclass(frozen=True)
class Region:
    """A whole jurisdiction instead of a point: distance does not count in it."""

    jurisdiction: str
    label: str


@dataclass(frozen=True)
class Clause:
    """One filter, as both engines read it: a practice must have one of these tokens."""

    facet: str
    tokens: frozenset[int]


@dataclass(frozen=True)
class SearchRequest:
    """One search. `place` is None only for a look-up by name.

    `at` judges who is listed, rounded up to the minute, which errs to hiding. `day` chooses the slot
    of the rotation and travels in page links. `keeps_silent` names facets whose filters also keep
    practices that state nothing. `names` are folded name tokens that must all occur.
    """

    understood: Understanding
    place: Origin | Region | None
    at: datetime
    day: int
    within_km: float = 40.2336
    clauses: tuple[Clause, ...] = ()
    names: tuple[str, ...] = ()
    keeps_silent: frozenset[str] = frozenset()
    sort: Sort = "best"
    page: int = 1
    page_size: int = PAGE_SIZE

    @property
    def origin(self) -> Origin | None:
        """The point, where the place is one."""
        return self.place if isinstance(self.place, Origin) else None


@dataclass(frozen=True)
class FacetCounts:
    """Per facet: how many results each token would leave, and how many state nothing."""

    tokens: dict[str, dict[int, int]] = field(default_factory=dict)
    unstated: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidates:
    """An engine's answer: the ids of one page in order with their scores, and counts over all."""

    ids: tuple[int, ...]
    scores: tuple[float, ...]
    total: int
    page: int
    facets: FacetCounts


@dataclass(frozen=True)
class Part:
    """What one factor gave: shown parts add up to the shown score by hand."""

    factor: str
    label: str
    points: float
    out_of: float
    why: str


@dataclass(frozen=True)
class Match:
    """One result. `distance_km` is None in a region. The point is the public one."""

    practice: int
    score: float
    parts: tuple[Part, ...]
    distance_km: float | None
    comes_to_you: bool
    latitude: float
    longitude: float
    facts: frozenset[int]
    card: dict[str, Any]


@dataclass(frozen=True)
class Results:
    """A page of matches. `total` counts all that were found and may be shown.

    `dropped` of this page have just been taken off the list and are still counted by the facets.
    """

    matches: tuple[Match, ...]
    total: int
    page: int
    pages: int
    out_of: float
    facets: FacetCounts
    engine: EngineName
    degraded: bool
    dropped: int = 0
