"""What was understood of somebody's words: the frozen answer that every reader shares."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

TermKind = Literal["condition", "technique", "credential"]


@dataclass(frozen=True)
class Term:
    """One reading of a complaint or wish.

    slug names an entry of the vocabulary; weight is 0 < weight <= 1, 1 for a certain reading.
    """

    kind: TermKind
    slug: str
    weight: float


@dataclass(frozen=True)
class Ask:
    """One complaint or wish: the words it was read from, and its alternative readings, best first."""

    span: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class RedFlag:
    """A sign that a doctor should come first: a stable key and the text that people read."""

    key: str
    text: str
    emergency: bool = False


@dataclass(frozen=True)
class Wish:
    """Something that a filter of the search form can narrow by: the filter's name and one of its values."""

    filter: str
    value: str


@dataclass(frozen=True)
class Understanding:
    """The whole answer. `words` are what stayed without meaning, in the order they were typed.

    `alternatives` are near conditions that may be meant: they are offered, never searched for.
    `wishes` can become filters; they are offered too.
    `codes` are the ICD-10-CM codes that were typed, in their dotted form.
    `corrections` pairs what was typed with what it was read as, for "we read X as Y".
    """

    q: str
    language: str
    asks: tuple[Ask, ...] = ()
    alternatives: tuple[Term, ...] = ()
    wishes: tuple[Wish, ...] = ()
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()

    @property
    def conditions(self) -> tuple[Term, ...]:
        """All condition terms, flat: each slug once, best first, near alternatives after the best."""
        asked = (term for ask in self.asks for term in ask.terms)
        return _flatten((*asked, *self.alternatives), kind="condition")

    @property
    def techniques(self) -> tuple[Term, ...]:
        """All technique terms, flat, best first."""
        return _flatten((term for ask in self.asks for term in ask.terms), kind="technique")


def _flatten(terms: Iterable[Term], *, kind: TermKind) -> tuple[Term, ...]:
    best: dict[str, Term] = {}
    for term in (term for term in terms if term.kind == kind):
        if term.slug not in best or term.weight > best[term.slug].weight:
            best[term.slug] = term
    return tuple(sorted(best.values(), key=lambda term: -term.weight))
