"""Words that say nothing about the complaint, from `search/data/small_words.json`."""

import json
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "small_words.json"


@cache
def small_words(name: str) -> frozenset[str]:
    """One list of the file."""
    lists: dict[str, list[str]] = json.loads(DATA.read_text(encoding="utf-8"))
    return frozenset(lists[name])


FILLERS = small_words("fillers")  # everybody here looks for a massage therapist: neither asks nor leftovers
GRAMMAR = small_words("grammar")  # between the telling words
DEGREE = small_words("degree")  # which side and how much: no phrase of the vocabulary turns on them
PLACING = small_words(
    "placing"
)  # where and when: they matter inside phrases, and are no leftover of their own
ENGLISH, SPANISH = small_words("english"), small_words("spanish")  # they tell the language
