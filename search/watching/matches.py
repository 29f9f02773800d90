"""Who matches a watch now: the same engine and the same listing rule as a search."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from directory.models import Practice
from directory.vocabulary import ConditionEntry
from search.areas import origin_of, zip_with_point
from search.engines import database
from search.inquiry import round_up_to_minute
from search.requests import Origin, SearchRequest
from search.rows import day_number
from search.understanding import Ask, Term, Understanding
from search.watching.models import Watch

MOST: Final = 200


def matching_practices(
    conditions: Sequence[ConditionEntry], origin: Origin, *, within_km: float, at: datetime
) -> frozenset[int]:
    """Ids of practices (the best 200) that a search for these conditions would list at `at`.

    The database engine is asked, also where another one is configured: its rows and their version are
    written together, so nobody can be missed in between.
    """
    asks = tuple(Ask(entry.name, (Term("condition", entry.slug, 1.0),)) for entry in conditions)
    if not asks:
        return frozenset()
    request = SearchRequest(
        understood=Understanding(q="", language="en", asks=asks),
        place=origin,
        at=round_up_to_minute(at),
        day=day_number(at),
        within_km=within_km,
        page_size=MOST,
    )
    ids = database.candidates(request).ids
    return frozenset(Practice.objects.filter(pk__in=ids).listed(at).values_list("pk", flat=True))


def matches_of(watch: Watch, *, at: datetime) -> frozenset[int]:
    """Ids of practices that match a watch at `at`; none if its ZIP has left the gazetteer."""
    row = zip_with_point(watch.postal_code)
    if row is None:
        return frozenset()
    return matching_practices(watch.entries, origin_of(row), within_km=watch.within_km, at=at)
