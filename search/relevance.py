"""Is the order right? The judged searches scored by nDCG@10, under the policy in force or another one.

nDCG@10 of a search: the sum of (2^grade - 1) / log2(1 + position) over its first ten results, as a share of
what the best possible order of the judged practices would give. 1 is perfect, 0 shows nobody of any use.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from search.judged import JudgedPractices, JudgedSearch
from search.policy import POLICY, Policy

DEPTH: Final = 10
# A little under what the policy reaches: a change that makes the order worse falls below it.
GATE: Final = 0.93


@dataclass(frozen=True)
class Scored:
    """What one search came to under one policy. `ndcg` is None where nobody is right for it.

    `shown` are the keys of the first page; `wrongly_shown` those that must never be.
    """

    search: JudgedSearch
    shown: tuple[str, ...]
    ndcg: float | None
    wrongly_shown: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """A practice whose place among the first ten changed; None: not among them."""

    practice: str
    grade: int
    before: int | None
    after: int | None


def ndcg(shown: Sequence[str], grades: Mapping[str, int]) -> float | None:
    """nDCG@10 of an order; None where no grade is above 0."""
    ideal = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(key, 0) for key in shown]) / ideal if ideal else None


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(1 + place) for place, grade in enumerate(grades[:DEPTH], start=1))


def score_all(
    searches: Sequence[JudgedSearch], practices: JudgedPractices, policy: Policy = POLICY
) -> list[Scored]:
    """Every judged search under a policy."""
    return [_score(search, practices, policy) for search in searches]


def _score(search: JudgedSearch, practices: JudgedPractices, policy: Policy) -> Scored:
    shown = practices.order(search, policy)
    return Scored(
        search=search,
        shown=tuple(shown),
        ndcg=ndcg(shown, search.grades),
        wrongly_shown=tuple(key for key in search.never if key in shown),
    )


def mean_ndcg(scored: Sequence[Scored]) -> float:
    """The mean over the searches for which somebody is right."""
    return fmean(one.ndcg for one in scored if one.ndcg is not None)


def moves(before: Scored, after: Scored) -> list[Move]:
    """Who changed place among the first ten, the new order first."""
    old, new = before.shown[:DEPTH], after.shown[:DEPTH]
    places = {
        key: (old.index(key) + 1 if key in old else None, new.index(key) + 1 if key in new else None)
        for key in dict.fromkeys([*new, *old])
    }
    grades = before.search.grades
    return [
        Move(practice=key, grade=grades.get(key, 0), before=was, after=now)
        for key, (was, now) in places.items()
        if was != now
    ]
