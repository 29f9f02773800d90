"""Signs that a doctor should come first, by the rules in `search/data/red_flags.json`.

A flag never hides a result and nothing of it is stored: it puts a text before the results.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.understanding.asks import RedFlag
from search.understanding.clues import Clues, Rule, expand, rule
from search.understanding.language import Language
from search.understanding.negation import Denied
from search.understanding.typed import Finder, Span, Words

# How likely a flag must be that no rule saw; where the words calm; where a relative had it.
LEARNED, LEARNED_CALM, LEARNED_IN_FAMILY = 0.15, 0.6, 0.95
MEDICINES = "blood_thinners"
NONE_REACH = 5  # "years ago" at the other end of the text says nothing about this sign
DATA = Path(__file__).parent.parent / "data" / "red_flags.json"


@dataclass(frozen=True)
class FlagText:
    """The words of one red flag in both languages of the site."""

    key: str
    en: str
    es: str
    emergency: bool

    def in_language(self, language: Language) -> RedFlag:
        """The flag as it is shown; whoever mixes languages reads Spanish, which the page can switch."""
        return RedFlag(self.key, self.en if language == "en" else self.es, self.emergency)


@dataclass(frozen=True)
class SeenFlags:
    """The flags that were seen, emergencies first, and the words that told them.

    `apart` are those words that name no complaint, nor help to tell one: medicines.
    """

    flags: tuple[FlagText, ...]
    spans: tuple[Span, ...]
    apart: tuple[Span, ...] = ()


@cache
def flag_texts() -> dict[str, FlagText]:
    """All flags by key, in the order that they are shown."""
    flags = _data()["flags"]
    return {row["key"]: FlagText(row["key"], row["en"], row["es"], row["emergency"]) for row in flags}


@cache
def rules() -> tuple[Rule, ...]:
    """All rules of the data file."""
    data = _data()
    return tuple(
        rule(row["key"], one, sets=data["sets"], none_reach=NONE_REACH)
        for row in data["flags"]
        for one in row["rules"]
    )


def all_phrases() -> set[str]:
    """Every phrase that the rules look for; spelling corrects towards their words."""
    return {
        name
        for one in rules()
        for group in one.groups
        for name in group
        if name[0] != "#" and name[-1] != "*"
    }


_SIGNS = (
    "swollen", "fever", "weeping", "numb", "bladder", "vision", "head_pain", "weight_loss", "lump",
    "dark_urine", "vomit", "breath", "suspected", "medicines",
)  # fmt: skip
_ALARMS = (*_SIGNS, "sudden", "speech", "privates", "clot_moment", "fresh", "cant_bear", "deformed", "injury",
           "recent", "wound", "pregnant", "diabetic")  # fmt: skip


def signs() -> Iterator[str]:
    """What can be denied by name, so that it no longer alarms: "no fever"."""
    return (
        name for one in _SIGNS for name in _data()["sets"][one] if name[0] not in "@#" and name[-1] != "*"
    )


@cache
def _alarms() -> Finder[bool]:
    names = {name for one in _ALARMS for name in expand((f"@{one}",), sets=_data()["sets"])}
    return Finder((name, True) for name in names if name[0] != "#")


def alarming(words: Words) -> Iterator[Span]:
    """Words that may belong to a red flag, though no rule may fire: reason to read more carefully."""
    return (span for span, _ in _alarms().find(words))


@cache
def _clues() -> Clues:
    return Clues(rules())


@cache
def _data() -> dict:  # type: ignore[type-arg]
    content: dict[str, object] = json.loads(DATA.read_text(encoding="utf-8"))
    return content


def load() -> None:
    """Build what is built once."""
    _clues()
    _alarms()
    _ruled_out()
    _in_family()


def seen(words: Words, *, denied: tuple[Denied, ...]) -> SeenFlags:
    """The red flags in the words."""
    fired = _clues().fired(words, denied=denied)
    keys = {one.rule.key for one in fired}
    return SeenFlags(
        tuple(text for key, text in flag_texts().items() if key in keys),
        tuple(one.span for one in fired),
        tuple(one.span for one in fired if one.rule.key == MEDICINES),
    )


def with_learned(
    seen: SeenFlags, likely: Iterable[tuple[str, float]], *, words: Words, denied: bool
) -> tuple[FlagText, ...]:
    """What the rules saw and what the learned reading sees, emergencies first.

    Where the words deny something by name, or say that it was ruled out, is long ago or in the family, only
    what is all but certain alarms.
    """
    calm = denied or any(True for _ in _ruled_out().find(words))
    family = any(True for _ in _in_family().find(words))
    least = LEARNED_IN_FAMILY if family else LEARNED_CALM if calm else LEARNED
    keys = {flag.key for flag in seen.flags} | {key for key, share in likely if share >= least}
    return tuple(text for key, text in flag_texts().items() if key in keys)


@cache
def _ruled_out() -> Finder[bool]:
    return Finder((name, True) for name in _data()["sets"]["ruled_out"])


@cache
def _in_family() -> Finder[bool]:
    return Finder((name, True) for name in _data()["sets"]["families"])
