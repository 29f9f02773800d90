"""What somebody typed, cut into folded words: the form that every matcher here reads."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import ahocorasick

from directory.vocabulary import fold

MOST_CHARACTERS = 1000  # what is longer is no search; work stays bounded

_CLAUSE_END = re.compile(r"[,;:!?()\[\]\n|]+|\.(?=\s|$)|\s[-–—]+\s|[–—]")
_CAPITALS = re.compile(r"\b[A-Z][A-Z0-9]+\b")
_TITLE = re.compile(r"\b(?:Ms|Mrs|Mr|Dr|Sr|Sra)\b\.?\s+[A-Z]")


@dataclass(frozen=True)
class Span:
    """Words `start` up to, not including, `end`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a word."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Words:
    """Folded words in their order. `clauses[i]` numbers the clause that word i stands in."""

    tokens: tuple[str, ...]
    clauses: tuple[int, ...]
    capitals: frozenset[str] = frozenset()
    titled: bool = False

    def text(self, span: Span) -> str:
        """The words of a span, as they are folded."""
        return " ".join(self.tokens[span.start : span.end])

    @cached_property
    def line(self) -> str:
        """All words between single spaces, one before and one after: whole words can be looked for."""
        return f" {' '.join(self.tokens)} "

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where in `line` the space before each word stands."""
        places, place = [], 0
        for token in self.tokens:
            places.append(place)
            place += len(token) + 1
        return tuple(places)

    def span(self, first: int, last: int) -> Span:
        """The words that hold the characters `first` to `last` of `line`."""
        return Span(bisect_right(self.starts, first) - 1, bisect_right(self.starts, last - 1))


def read(q: str) -> Words:
    """The words of a query; only its first thousand characters count."""
    raw = q[:MOST_CHARACTERS]
    tokens: list[str] = []
    clauses: list[int] = []
    for number, clause in enumerate(_CLAUSE_END.split(raw)):
        words = fold(clause).split()
        tokens += words
        clauses += [number] * len(words)
    shouting = raw.upper() == raw
    capitals = () if shouting else (word.lower() for word in _CAPITALS.findall(raw))
    return Words(tuple(tokens), tuple(clauses), frozenset(capitals), bool(_TITLE.search(raw)))


Value = TypeVar("Value")


class Finder(Generic[Value]):
    """Finds many phrases at once, whole words only (Aho-Corasick); each phrase carries values.

    A phrase that ends with `*` matches every word that begins like its last word.
    """

    def __init__(self, phrases: Iterable[tuple[str, Value]]) -> None:
        values: dict[str, list[Value]] = {}
        for phrase, value in phrases:
            pattern = f" {phrase[:-1]}" if phrase.endswith("*") else f" {phrase} "
            if pattern.strip():
                values.setdefault(pattern, []).append(value)
        self._automaton = ahocorasick.Automaton()
        for pattern, found in values.items():
            self._automaton.add_word(pattern, (len(pattern), tuple(found)))
        self._automaton.make_automaton()
        self._empty = not values

    def find(self, words: Words) -> Iterator[tuple[Span, tuple[Value, ...]]]:
        """Every phrase that stands in the words, overlapping ones too."""
        if self._empty or not words.tokens:
            return
        for last, (length, values) in self._automaton.iter(words.line):
            yield words.span(last - length + 1, last), values
