"""Names and synonyms of the vocabulary, found in the words: the part that is certain.

Three readings, each less strict: the phrase word for word; the same phrase without grammar, side and
endings ("my left knee is hurting" holds "knee hurts"); all its telling words in one clause, in any order.
The longest phrase wins its words.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from directory.vocabulary import fold, vocabulary
from search.understanding.asks import Term
from search.understanding.negation import Denied, denies
from search.understanding.small_words import DEGREE, FILLERS, GRAMMAR, small_words
from search.understanding.stems import stem
from search.understanding.typed import Finder, Span, Words

EXACT, MISSPELT, ENDINGS, ANY_ORDER = 1.0, 0.95, 0.95, 0.65
SLACK = 3  # other words that may stand between the words of a phrase read in any order
LONG_STEM = 8  # one word alone, endings off, is telling from this length on
RARE = 5.0  # how telling the words of a phrase must be together to be read in any order

_SKIPPED = GRAMMAR | DEGREE

# Short names that are also ordinary words or initials count in capitals, alone, or beside one of _BESIDE.
GUARDED = small_words("guarded_names")
_BESIDE = FILLERS | small_words("beside_guarded")


@dataclass(frozen=True)
class Phrase:
    """One phrase of the vocabulary and what it means."""

    text: str
    term: Term


@dataclass(frozen=True)
class Match:
    """Words read as a phrase. `size` is how many words of the phrase were told."""

    span: Span
    term: Term
    size: int


def lexicon() -> Iterator[Phrase]:
    """Every phrase of the vocabulary, folded."""
    for slug, condition in vocabulary().conditions.items():
        for name in (*_forms(condition.name), *condition.synonyms, *condition.synonyms_es):
            yield Phrase(fold(name), Term("condition", slug, EXACT))
        for name in condition.misspellings:
            yield Phrase(fold(name), Term("condition", slug, MISSPELT))
    for slug, technique in vocabulary().techniques.items():
        for name in (*_forms(technique.name), *technique.synonyms):
            yield Phrase(fold(name), Term("technique", slug, EXACT))
    for slug, kind in vocabulary().credential_kinds.items():
        if kind.scope in {"general", "specialty"} and kind.slug not in {
            "npi",
            "training-seen",
            "liability-insurance",
        }:
            for name in (*_forms(kind.name), *_abbreviations(kind.abbreviation)):
                yield Phrase(fold(name), Term("credential", slug, EXACT))
    for name in ("board certified", "board certified massage therapist", "board certification"):
        yield Phrase(name, Term("credential", "bctmb", EXACT))


def _forms(name: str) -> tuple[str, ...]:
    """A name with and without what stands in brackets, and what stands there alone."""
    inside = re.findall(r"\(([^)]*)\)", name)
    return (
        name,
        re.sub(r"\([^)]*\)", " ", name),
        *(part for part in inside if part.isupper() and len(part) > 2),
    )


def _abbreviations(text: str | None) -> tuple[str, ...]:
    plain = re.sub(r"\([^)]*\)", " ", text or "")
    return tuple(part.strip() for part in plain.split("/") if len(part.strip()) > 2)


@cache
def _exact() -> Finder[Term]:
    return Finder((phrase.text, phrase.term) for phrase in lexicon())


@cache
def _loose() -> tuple[Finder[Term], "AnyOrder"]:
    phrases: dict[tuple[str, ...], list[Term]] = {}
    for phrase in lexicon():
        stems = tuple(stem(word) for _, word in _telling(phrase.text.split()))
        if len(stems) >= 2 or (stems and len(stems[0]) >= LONG_STEM and phrase.term.kind == "condition"):
            phrases.setdefault(stems, []).append(phrase.term)
    finder = Finder((" ".join(stems), term) for stems, terms in phrases.items() for term in terms)
    return finder, AnyOrder(phrases)


def _telling(tokens: Sequence[str]) -> list[tuple[int, str]]:
    """The words that carry meaning, with their places."""
    return [(place, token) for place, token in enumerate(tokens) if token not in _SKIPPED]


def load() -> None:
    """Build what is built once; the first query would otherwise wait for it."""
    _exact()
    _loose()


def exact(words: Words, *, denied: tuple[Denied, ...]) -> list[Match]:
    """Phrases that stand word for word."""
    found = []
    for span, terms in _exact().find(words):
        if _refused(words, span) or denies(denied, span):
            continue
        found += [Match(span, term, len(span)) for term in terms]
    return found


def without_endings(words: Words, *, denied: tuple[Denied, ...]) -> list[Match]:
    """Phrases that stand there once grammar, side and endings are left out; inside one clause."""
    places = _telling(words.tokens)
    stems = Words(tuple(stem(word) for _, word in places), tuple(words.clauses[place] for place, _ in places))
    found = []
    for part, terms in _loose()[0].find(stems):
        span = Span(places[part.start][0], places[part.end - 1][0] + 1)
        if words.clauses[span.start] != words.clauses[span.end - 1] or denies(denied, span):
            continue
        found += [Match(span, _weighted(term, ENDINGS), len(part)) for term in terms]
    return found


def in_any_order(words: Words, *, taken: Iterable[Span], denied: tuple[Denied, ...]) -> list[Match]:
    """Phrases all of whose telling words stand close together among words that nothing else has read."""
    return _loose()[1].find(words, taken=tuple(taken), denied=denied)


def _weighted(term: Term, weight: float) -> Term:
    return Term(term.kind, term.slug, min(term.weight, weight))


def refused(words: Words) -> frozenset[int]:
    """The places of short names that are ordinary words or initials here."""
    places = range(len(words.tokens))
    return frozenset(place for place in places if _refused(words, Span(place, place + 1)))


def _refused(words: Words, span: Span) -> bool:
    """Whether a short name is more likely an ordinary word here: "we met", "Ms. Smith"."""
    if len(span) > 1 or words.tokens[span.start] not in GUARDED:
        return False
    name = words.tokens[span.start]
    if name == "ms" and words.titled:
        return True
    if name in words.capitals:
        return False
    others = [word for place, word in enumerate(words.tokens) if place != span.start and word not in _SKIPPED]
    neighbours = words.tokens[max(0, span.start - 1) : span.start] + words.tokens[span.end : span.end + 1]
    return bool(set(others) - FILLERS) and not any(word in _BESIDE for word in neighbours)


class AnyOrder:
    """The loosest reading, by an index from stems to the phrases that hold them."""

    def __init__(self, phrases: dict[tuple[str, ...], list[Term]]) -> None:
        bags: dict[frozenset[str], list[Term]] = {}
        for stems, terms in phrases.items():
            kinds = [term for term in terms if term.kind == "condition"]
            if kinds and len(set(stems)) >= 2:
                bags.setdefault(frozenset(stems), []).extend(kinds)
        self._bags = list(bags.items())
        counts = Counter(word for bag, _ in self._bags for word in bag)
        self._telling = {word: math.log(len(self._bags) / count) for word, count in counts.items()}
        self._holders: dict[str, list[int]] = {}
        for number, (bag, _) in enumerate(self._bags):
            for word in bag:
                self._holders.setdefault(word, []).append(number)

    def find(self, words: Words, *, taken: tuple[Span, ...], denied: tuple[Denied, ...]) -> list[Match]:
        """The matches of every clause, most telling first."""
        covered = {place for span in taken for place in range(span.start, span.end)}
        stems: dict[int, dict[str, int]] = {}
        for place, token in _telling(words.tokens):
            if place not in covered and not denies(denied, Span(place, place + 1)):
                stems.setdefault(words.clauses[place], {}).setdefault(stem(token), place)
        found = [match for places in stems.values() for match in self._in_clause(places)]
        return [match for _, match in sorted(found, key=lambda pair: -pair[0])]

    def _in_clause(self, places: dict[str, int]) -> Iterator[tuple[float, Match]]:
        hits = Counter(number for word in places for number in self._holders.get(word, ()))
        for number, count in hits.items():
            bag, terms = self._bags[number]
            told = sum(self._telling[word] for word in bag)
            if count < len(bag) or told < RARE:
                continue
            spots = [places[word] for word in bag]
            span = Span(min(spots), max(spots) + 1)
            if len(span) <= len(bag) + SLACK:
                yield from ((told, Match(span, _weighted(term, ANY_ORDER), len(bag))) for term in terms)
