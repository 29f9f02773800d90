"""Rules over words, as data: all of several word groups near each other, and none of others.

Red flags and complaints without a name ("arm swelling after mastectomy") are both told this way.
One automaton finds the words of all rules in one pass.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from search.understanding.negation import Denied, denies
from search.understanding.small_words import small_words
from search.understanding.typed import Finder, Span, Words

WINDOW = 14
NONE_OF = -1  # the group number of words that forbid a rule

# A number before one of these does not tell an age or a blood pressure.
_TURNS = small_words("turns")
_UNITS = small_words("units")


@dataclass(frozen=True)
class Rule:
    """Fires when a phrase of every group stands within `window` words and none of `none` is near.

    `none_reach` is how many words away a phrase of `none` still forbids it; None: anywhere.
    """

    key: str
    groups: tuple[tuple[str, ...], ...]
    none: tuple[str, ...] = ()
    window: int = WINDOW
    none_reach: int | None = None


@dataclass(frozen=True)
class Fired:
    """A rule and the words that it was read from."""

    rule: Rule
    span: Span


def rule(
    key: str, row: Mapping[str, object], *, sets: Mapping[str, Sequence[str]], none_reach: int | None = None
) -> Rule:
    """One rule of a data file, its @sets replaced by their words."""
    groups: list[list[str]] = row["all"]  # type: ignore[assignment]
    none: list[str] = row.get("none", [])  # type: ignore[assignment]
    window: int = row.get("window", WINDOW)  # type: ignore[assignment]
    parts = tuple(expand(group, sets=sets) for group in groups)
    return Rule(key, parts, expand(none, sets=sets), window, none_reach)


def expand(names: Iterable[str], *, sets: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The phrases of a group: @name stands for a set, which may hold others."""
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys(expand(sets[name[1:]], sets=sets) if name.startswith("@") else (name,)))
    return tuple(found)


class Clues:
    """A set of rules, compiled once."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        phrases: list[tuple[str, tuple[int, int]]] = []
        self._ranges: list[tuple[int, int, tuple[int, int]]] = []
        for number, one in enumerate(self._rules):
            for group, names in enumerate((*one.groups, one.none)):
                place = (number, group if group < len(one.groups) else NONE_OF)
                for name in names:
                    if numbers := re.fullmatch(r"#(\d+)-(\d+)", name):
                        self._ranges.append((int(numbers[1]), int(numbers[2]), place))
                    else:
                        phrases.append((name, place))
        self._finder = Finder(phrases)

    def fired(self, words: Words, *, denied: tuple[Denied, ...] = ()) -> list[Fired]:
        """The rules that hold, in their order."""
        seen: dict[int, list[tuple[Span, int]]] = {}
        for span, places in self._finder.find(words):
            self._note(seen, span, places=places, denied=denied)
        for place, token in enumerate(words.tokens):
            if token.isdecimal() and self._ranges:
                self._note(seen, Span(place, place + 1), places=self._in_range(words, place), denied=())
        fired = []
        for number in sorted(seen):
            one, spans = self._rules[number], seen[number]
            told = [found for found in spans if found[1] != NONE_OF]
            if len({group for _, group in told}) < len(one.groups):
                continue
            stretch = _nearest(told, one)
            forbids = [span for span, group in spans if group == NONE_OF]
            if stretch is not None and not any(
                _forbids(words, span, stretch, reach=one.none_reach) for span in forbids
            ):
                fired.append(Fired(one, stretch))
        return fired

    def _note(
        self,
        seen: dict[int, list[tuple[Span, int]]],
        span: Span,
        *,
        places: Iterable[tuple[int, int]],
        denied: tuple[Denied, ...],
    ) -> None:
        out = denies(denied, span)
        for number, group in places:
            if not out or group == NONE_OF:
                seen.setdefault(number, []).append((span, group))

    def _in_range(self, words: Words, place: int) -> list[tuple[int, int]]:
        after = words.tokens[place + 1] if place + 1 < len(words.tokens) else ""
        if after in _UNITS or len(words.tokens[place]) > 4:
            return []
        number = int(words.tokens[place])
        return [target for low, high, target in self._ranges if low <= number <= high]


def _forbids(words: Words, other: Span, stretch: Span, *, reach: int | None) -> bool:
    """Whether `other` is near enough, with no turn between: "surgery years ago, now my calf is hot"."""
    if reach is None:
        return True
    between = words.tokens[other.end : stretch.start] or words.tokens[stretch.end : other.start]
    return len(between) <= reach and _TURNS.isdisjoint(between)


def _nearest(spans: list[tuple[Span, int]], one: Rule) -> Span | None:
    """The shortest stretch of words that holds every group, if it is within the window."""
    best: Span | None = None
    latest: dict[int, Span] = {}
    for span, group in sorted(spans, key=lambda found: (found[0].start, found[0].end)):
        latest[group] = span
        if len(latest) == len(one.groups):
            stretch = Span(
                min(part.start for part in latest.values()), max(part.end for part in latest.values())
            )
            if len(stretch) <= one.window and (best is None or len(stretch) < len(best)):
                best = stretch
    return best
