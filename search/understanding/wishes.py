"""Wishes that a filter can narrow by ("female therapist", "speaks Spanish"), by `search/data/wishes.json`.

A wish is offered beside the results and never applied unasked: many practices state nothing about it.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from search.understanding.asks import Wish
from search.understanding.negation import Denied, denies
from search.understanding.typed import Finder, Span, Words

DATA = Path(__file__).parent.parent / "data" / "wishes.json"
# Words of a wish that say something else beside these: "male pattern", "in home office".
_CUES = frozenset({"no", "sin", "without"})


@cache
def all_wishes() -> tuple[tuple[str, Wish], ...]:
    """Every phrase with the wish that it tells."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))["wishes"]
    return tuple((phrase, Wish(row["filter"], row["value"])) for row in rows for phrase in row["phrases"])


@cache
def _finder() -> Finder[Wish]:
    return Finder(all_wishes())


def load() -> None:
    """Build what is built once."""
    _finder()


def wished(words: Words, *, denied: Iterable[Denied]) -> list[tuple[Span, Wish]]:
    """The wishes in their order, the longest phrase for each stretch of words; none that is denied."""
    out = tuple(denied)
    found: list[tuple[Span, Wish]] = []
    for span, wishes in sorted(_finder().find(words), key=lambda one: -len(one[0])):
        holds_cue = words.tokens[span.start] in _CUES
        if any(span.overlaps(other) for other, _ in found) or (not holds_cue and denies(out, span)):
            continue
        found += [(span, wish) for wish in wishes[:1]]
    return sorted(found, key=lambda one: one[0].start)
