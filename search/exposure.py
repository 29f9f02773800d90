"""Is the order fair? Who is seen how often over a month of searches, against how well they match.

No search is ever stored, so exposure is measured by simulation: a repeatable sample of made-up searches,
asked on every day of a month of the list as it stands. What is assumed stands in constants here and in the
report. Nothing is written.

- A **view** is worth 1 / log2(1 + position) on the first page, and nothing behind it.
- **Exposure** of a practice is the sum of its views over all searches and days; **per chance** it is divided
  by its chances, the searches and days in which it qualifies. Only that can be compared with merit: how many
  people search near somebody is no doing of the order.
- **Merit** is the mean share of the points that a practice could have, without its share of turns, over the
  searches in which it qualifies.
"""

import random
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, zip_longest

import numpy as np
from numpy.typing import NDArray

from directory.models import Practice
from directory.sought import groups_by_demand, sought_first
from search import scoring
from search.engines.database import qualified
from search.geocoding import locate
from search.inquiry import as_point_or_region
from search.models import SearchRow
from search.policy import POLICY
from search.requests import PAGE_SIZE, Origin, SearchRequest
from search.rows import ROTATION_SLOTS, day_number, rotation_shares
from search.understanding import understand
from search.understanding.asks import Understanding

NAMES_NO_CONDITION = 0.1  # share of the sample that asks for a place alone
NEAR_EQUAL = 0.25  # points
NEW_DAYS = 90
DECILES = 10
ASSUMED = (
    "Places: the ZIP codes of listed practices, each as often as practices are listed there.",
    "Conditions: the n-th of the order of directory/data/sought_first.json is asked for 1/n as often as the "
    "first; one search in ten names none.",
    "25 miles, no filters, the first page of 20; a view at position p is worth 1 / log2(1 + p).",
    "The list as it stands now; only the turns change from day to day.",
)

Numbers = NDArray[np.float64]
VIEW = 1.0 / np.log2(1.0 + np.arange(1, PAGE_SIZE + 1))


@dataclass
class Tally:
    """Views by practice under one policy, and how many different practices stood first in each search."""

    views: Numbers
    firsts: list[int]

    @classmethod
    def of(cls, practices: int) -> "Tally":
        """An empty one."""
        return cls(views=np.zeros(practices), firsts=[])

    def add(self, rows: NDArray[np.intp], scores: Numbers, *, times: int = 1) -> None:
        """Count one search: `rows` in the order of ids, `scores` with a column for each day; `times` over."""
        # A stable sort of ids in order: equal scores go by the id, as in the engine.
        pages = np.argsort(-scores, axis=0, kind="stable")[:PAGE_SIZE]
        for place, view in enumerate(VIEW[: len(pages)]):
            np.add.at(self.views, rows[pages[place]], view * times)
        self.firsts.append(len(np.unique(pages[0])))


@dataclass(frozen=True)
class Simulated:
    """What a sample came to. Arrays have one entry for each listed practice, in the order of `ids`.

    `near_equal` has, for each pair of neighbours on a first page that are near-equal without turns, the
    share of days on which the second leads.
    """

    ids: NDArray[np.int64]
    searches: int
    contested: int
    days: int
    chances: Numbers
    merit: Numbers
    with_turns: Tally
    without_turns: Tally
    near_equal: "array[float]"


def sample(count: int, *, seed: int, at: datetime) -> Iterator[SearchRequest]:
    """`count` made-up searches, the same for the same seed and list. None where nobody is listed."""
    zips = Counter(Practice.objects.listed(at).order_by().values_list("postal_code", flat=True))
    places = {code: origin for code in sorted(zips) if (origin := _origin(code))}
    if not places:
        return
    dice = random.Random(seed)
    near = dice.choices(list(places.values()), weights=[zips[code] for code in places], k=count)
    asked = conditions_by_demand()
    wishes = dice.choices(asked, weights=[1 / rank for rank in range(1, len(asked) + 1)], k=count)
    for origin, condition in zip(near, wishes, strict=True):
        nothing = Understanding(q="", language="en")
        wanted = nothing if dice.random() < NAMES_NO_CONDITION else understand(condition)
        yield SearchRequest(understood=wanted, place=origin, at=at, day=day_number(at))


def conditions_by_demand() -> list[str]:
    """Names of all conditions, the most sought first: those of the first page, then of each group in turn."""
    turns = chain.from_iterable(zip_longest(*(members for _, members in groups_by_demand())))
    return list(dict.fromkeys(entry.name for entry in chain(sought_first(), turns) if entry))


def _origin(code: str) -> Origin | None:
    place = as_point_or_region(locate(code))
    return place if isinstance(place, Origin) else None


def simulate(searches: Iterable[SearchRequest], *, days: int, at: datetime) -> Simulated:
    """Ask every search on each of `days` days, with turns and without. Holds one search at a time."""
    listed = SearchRow.objects.filter(listed_until__gt=int(at.timestamp())).order_by("practice_id")
    ids = np.array(listed.values_list("practice_id", flat=True), dtype=np.int64)
    slots = (day_number(at) + np.arange(days)) % ROTATION_SLOTS
    chances, merit = np.zeros(len(ids)), np.zeros(len(ids))
    turning, still, near_equal = Tally.of(len(ids)), Tally.of(len(ids)), array("d")
    asked = contested = 0
    for request in searches:
        asked += 1
        found = qualified(request)
        order = np.argsort(found.practices)
        rows = np.searchsorted(ids, found.practices[order])
        there = np.append(ids, -1)[rows] == found.practices[order]  # not who joined since the list was read
        order, rows = order[there], rows[there]
        if not len(order):
            continue
        contested += len(order) > PAGE_SIZE
        fixed = np.zeros(len(order))
        for name, points in found.points.items():
            fixed += 0.0 if name == "rotation" else points[order]
        turns = _turns(ids[rows])[:, slots]
        near_equal.extend(_overtaken(fixed, turns))
        turning.add(rows, fixed[:, None] + turns)
        still.add(rows, fixed[:, None], times=days)
        chances[rows] += days
        merit[rows] += days * fixed / (scoring.points_out_of(request) - POLICY.points("rotation"))
    return Simulated(
        ids=ids, searches=asked, contested=contested, days=days, chances=chances,
        merit=np.divide(merit, chances, out=np.zeros(len(ids)), where=chances > 0),
        with_turns=turning, without_turns=still, near_equal=near_equal,
    )  # fmt: skip


def _overtaken(fixed: Numbers, turns: Numbers) -> list[float]:
    """For each near-equal pair of neighbours on the page: the share of days on which the second leads."""
    page = np.argsort(-fixed, kind="stable")[:PAGE_SIZE]
    behind = fixed[page[:-1]] - fixed[page[1:]]
    leads: list[float] = np.mean(turns[page[1:]] - turns[page[:-1]] > behind[:, None], axis=1)[
        behind < NEAR_EQUAL
    ].tolist()
    return leads


def _turns(practices: NDArray[np.int64]) -> Numbers:
    """Points for rotation: a row for each practice, a column for each slot."""
    packed = b"".join(rotation_shares(practice) for practice in practices.tolist())
    shares = np.frombuffer(packed, dtype=np.uint8).reshape(len(practices), ROTATION_SLOTS)
    return np.asarray(POLICY.points("rotation") * shares / 255.0, dtype=np.float64)


def report(found: Simulated, *, at: datetime) -> dict[str, object]:
    """What a simulation says, ready to be printed. Shares and inequality are over whoever qualified."""
    reached = found.chances > 0
    merit = found.merit[reached]
    return {
        "policy": POLICY.version,
        "searches": found.searches,
        "days": found.days,
        "searches_with_more_than_a_page": found.contested,
        "listed": len(found.ids),
        "qualified": int(np.count_nonzero(reached)),
        "gini_of_merit": round(gini(merit), 4),
        "with_turns": _order(found.with_turns, found, reached),
        "without_turns": _order(found.without_turns, found, reached),
        "near_equal": {
            "within_points": NEAR_EQUAL,
            "pairs": len(found.near_equal),
            "share_of_days_on_which_the_second_leads": round(float(np.mean(found.near_equal)), 4)
            if found.near_equal
            else None,
        },
        "by_merit": _by_merit(found, reached),
        "new": {
            "younger_than_days": NEW_DAYS,
            "counted_from": "the day on which the entry was opened; when it was first shown is not kept",
            **_group(_opened_since(found.ids, at - timedelta(days=NEW_DAYS)), found, reached),
        },
        "no_history_of_answers": _group(_without_history(found.ids), found, reached),
        "assumed": ASSUMED,
    }


def gini(values: Numbers) -> float:
    """Inequality of amounts of zero or more: 0 where all are equal, near 1 where one has everything."""
    total, count = float(values.sum()), len(values)
    if not total:
        return 0.0
    ranks = np.arange(1, count + 1)
    return float(2 * (ranks * np.sort(values)).sum() / (count * total) - (count + 1) / count)


def _order(tally: Tally, found: Simulated, reached: NDArray[np.bool_]) -> dict[str, object]:
    views = tally.views[reached]
    return {
        "gini_of_exposure": round(gini(views), 4),
        "gini_of_exposure_per_chance": round(gini(views / found.chances[reached]), 4),
        "never_on_a_first_page": int(np.count_nonzero(views == 0)),
        "different_first_places_per_search": round(float(np.mean(tally.firsts)), 2) if tally.firsts else None,
    }


def _by_merit(found: Simulated, reached: NDArray[np.bool_]) -> list[dict[str, object]]:
    """Tenths of whoever qualified, the least merit first: their part of the chances and of the views."""
    order = np.flatnonzero(reached)[np.argsort(found.merit[reached], kind="stable")]
    return [
        {
            "decile": number,
            "merit_from": round(float(found.merit[tenth[0]]), 3),
            "merit_to": round(float(found.merit[tenth[-1]]), 3),
            "share_of_chances": _share(found.chances, tenth),
            "share_of_exposure": _share(found.with_turns.views, tenth),
        }
        for number, tenth in enumerate(np.array_split(order, DECILES), start=1)
        if len(tenth)
    ]


def _group(
    members: NDArray[np.bool_], found: Simulated, reached: NDArray[np.bool_]
) -> dict[str, float | int | None]:
    chosen = members & reached
    return {
        "practices": int(np.count_nonzero(chosen)),
        "share_of_practices": _share(reached.astype(np.float64), chosen),
        "share_of_chances": _share(found.chances, chosen),
        "share_of_exposure": _share(found.with_turns.views, chosen),
    }


def _share(amounts: Numbers, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> float | None:
    total = float(amounts.sum())
    return round(float(amounts[chosen].sum()) / total, 4) if total else None


def _opened_since(ids: NDArray[np.int64], day: datetime) -> NDArray[np.bool_]:
    opened = Practice.objects.filter(created_at__gte=day).values_list("pk", flat=True)
    return np.isin(ids, np.fromiter(opened, dtype=np.int64))


def _without_history(ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    silent = Practice.objects.filter(therapist__answer_share=None).values_list("pk", flat=True)
    return np.isin(ids, np.fromiter(silent, dtype=np.int64))
