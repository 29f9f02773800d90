"""What the page of a watch shows: its texts and links, ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from directory.vocabulary import ConditionEntry, vocabulary
from search.addresses import SearchAddress
from search.areas import origin_of, zip_with_point
from search.watching.asking import Wish
from search.watching.models import Watch


class State(StrEnum):
    """How far a watch is. Each has its own words and buttons."""

    ASKED = "asked"  # not confirmed yet
    WATCHING = "watching"
    TOLD = "told"  # somebody came; it is over unless it is kept
    KEPT = "kept"  # told before, and goes on


@dataclass(frozen=True)
class Search:
    """A search that the page leads to."""

    label: str
    url: str


@dataclass(frozen=True)
class WatchPage:
    """All that the template needs."""

    state: State
    names: tuple[str, ...]
    area: str
    within_miles: int
    searches: tuple[Search, ...]
    expires_at: datetime


def watch_page(watch: Watch) -> WatchPage:
    """The page of a watch."""
    row = zip_with_point(watch.postal_code)
    return WatchPage(
        state=_state(watch),
        names=tuple(entry.name for entry in watch.entries),
        area=origin_of(row).label if row else f"ZIP {watch.postal_code}",
        within_miles=watch.within_miles,
        searches=_searches(watch.entries, watch.postal_code, watch.within_miles),
        expires_at=watch.expires_at,
    )


def searches_of(wish: Wish) -> tuple[Search, ...]:
    """The searches that a wish stands for."""
    known = vocabulary().conditions
    return _searches([known[slug] for slug in wish.slugs], wish.postal_code, wish.within_miles)


def _searches(entries: Sequence[ConditionEntry], postal_code: str, within_miles: int) -> tuple[Search, ...]:
    """One search for each condition: names of conditions hold commas and “and” themselves."""
    near = SearchAddress(()).but(near=postal_code, within=within_miles)
    return tuple(Search(entry.name, near.but(q=entry.name).url) for entry in entries)


def _state(watch: Watch) -> State:
    if watch.confirmed_at is None:
        return State.ASKED
    if watch.keeps_watching:
        return State.KEPT
    return State.WATCHING if watch.told_at is None else State.TOLD
