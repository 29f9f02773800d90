"""Complaints without a name, by `search/data/body_parts.json`: where it is and what it feels like.

Used only where no phrase of the vocabulary has read the words. Patterns ("arm" + "swollen" +
"mastectomy") come first; then body part x feeling; then a body part that was typed alone.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from search.understanding.asks import Term
from search.understanding.clues import Clues, Rule, expand, rule
from search.understanding.negation import Denied, denies
from search.understanding.small_words import DEGREE, GRAMMAR
from search.understanding.typed import Finder, Span, Words

DATA = Path(__file__).parent.parent / "data" / "body_parts.json"
FIRST, NEXT, THIRD, OWNED = 0.7, 0.5, 0.3, 0.5
REACH = 7  # words between a body part and what it feels like
OTHER_CLAUSE = 3  # a comma counts like so many words
_POSSESSIVES = frozenset(
    {"my", "mi", "mis", "his", "her", "moms", "dads", "husbands", "wifes", "sons", "daughters"}
)
_LISTING = GRAMMAR | DEGREE | {"e"}
FEELINGS = ("pain", "stiff", "numb", "burn", "swollen", "click", "cramp", "weak", "pull")


@dataclass(frozen=True)
class Complaint:
    """Words read as a complaint, and its readings, best first.

    `core` is the body part alone; `wider` are conditions that these readings tell more exactly.
    """

    span: Span
    core: Span
    terms: tuple[Term, ...]
    wider: tuple[str, ...] = ()


@cache
def _data() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return content


@cache
def _parts() -> Finder[int]:
    return Finder((name, number) for number, part in enumerate(_data()["parts"]) for name in part["words"])


@cache
def _feelings() -> Finder[str]:
    return Finder((name, feeling) for feeling in FEELINGS for name in _set(feeling))


@cache
def _patterns() -> Clues:
    rows = _data()["patterns"]
    return Clues(rule(" ".join(row["slugs"]), row, sets=_data()["sets"]) for row in rows)


@cache
def _elsewhere() -> Clues:
    return Clues(rule("elsewhere", row, sets=_data()["sets"]) for row in _data()["elsewhere"])


def _set(name: str) -> tuple[str, ...]:
    return expand((f"@{name}",), sets=_data()["sets"])


def load() -> None:
    """Build what is built once."""
    for build in (_parts, _feelings, _patterns, _elsewhere):
        build()


def all_phrases() -> set[str]:
    """Every phrase looked for here; spelling corrects towards their words."""
    parts = {name for part in _data()["parts"] for name in part["words"]}
    rules: Iterable[Rule] = (rule("", row, sets=_data()["sets"]) for row in _data()["patterns"])
    return parts | set(_all_feelings()) | {name for one in rules for g in one.groups for name in g}


def _all_feelings() -> Iterator[str]:
    for feeling in FEELINGS:
        yield from _set(feeling)


def spoken_of(words: Words) -> tuple[Span, ...]:
    """Words that name a body part or a feeling: understood, also where another word already told the ask."""
    return tuple(span for finder in (_parts(), _feelings()) for span, _ in finder.find(words))


def named(words: Words) -> Iterator[Span]:
    """Words that name a body part."""
    return (span for span, _ in _parts().find(words))


def is_elsewhere(words: Words) -> bool:
    """Whether this is about something that no massage therapist does: pets, jobs, shopping."""
    return bool(_elsewhere().fired(words))


def _terms(slugs: Iterable[str]) -> tuple[Term, ...]:
    weights = (FIRST, NEXT, THIRD)
    return tuple(Term("condition", slug, weight) for slug, weight in zip(slugs, weights, strict=False))


def patterns(words: Words, *, denied: tuple[Denied, ...]) -> list[Complaint]:
    """The patterns that hold, the ones told by most words first."""
    fired = _patterns().fired(words, denied=denied)
    fired.sort(key=lambda one: (-len(one.rule.groups), len(one.span)))
    slugs = [one.rule.key.split() for one in fired]
    return [
        Complaint(one.span, one.span, _terms(names), tuple(names[1:]))
        for one, names in zip(fired, slugs, strict=True)
    ]


def felt(words: Words, *, taken: Iterable[Span], denied: tuple[Denied, ...]) -> list[Complaint]:
    """Body parts with what they feel like, in words that nothing else has read."""
    covered = tuple(taken)
    parts = [(span, number) for span, number in _longest_parts(words) if not _any_overlap(span, covered)]
    feelings = [
        (span, feeling)
        for span, names in _feelings().find(words)
        for feeling in names
        if not denies(denied, span)
    ]
    found: list[Complaint] = []
    for span, number in parts:
        if denies(denied, span):
            continue
        near = [(distance, place, feeling) for place, feeling in feelings
                if not place.overlaps(span) and not _interrupted(words, span, place, parts=parts)
                and (distance := _distance(words, span, place)) <= REACH]  # fmt: skip
        if near:
            found.append(_complaint(span, number, sorted(near, key=lambda one: one[0])))
    return _merged(found)


def alone(words: Words, *, fillers: frozenset[str]) -> list[Complaint]:
    """A body part that was typed with nothing beside it: "left knee", "hombro"."""
    parts = _longest_parts(words)
    covered = {place for span, _ in parts for place in range(span.start, span.end)}
    if not parts or any(
        token not in fillers for place, token in enumerate(words.tokens) if place not in covered
    ):
        return []
    rows = [(span, _data()["parts"][number].get("alone", ())) for span, number in parts]
    return [Complaint(span, span, _terms(slugs)) for span, slugs in rows if slugs]


def owned(words: Words, *, denied: tuple[Denied, ...]) -> list[Complaint]:
    """Somebody's own body part, with no feeling that is known: a complaint is likely, and a faint reading."""
    parts = [one for one in _longest_parts(words) if _owned(words, one[0]) and not denies(denied, one[0])]
    rows = [(span, _data()["parts"][number].get("alone", ())) for span, number in parts]
    return _merged([Complaint(span, span, _fainter(slugs)) for span, slugs in rows])


def _owned(words: Words, part: Span) -> bool:
    """Whether somebody's own part is meant ("something in my left hip"), so that a complaint is likely."""
    return not _POSSESSIVES.isdisjoint(words.tokens[max(0, part.start - 2) : part.start])


def _fainter(slugs: Iterable[str]) -> tuple[Term, ...]:
    return tuple(Term("condition", slug, OWNED) for slug in list(slugs)[:1])


def _longest_parts(words: Words) -> list[tuple[Span, int]]:
    found = [(span, number) for span, numbers in _parts().find(words) for number in numbers]
    kept: list[tuple[Span, int]] = []
    for span, number in sorted(found, key=lambda one: (-len(one[0]), one[0].start)):
        if not _any_overlap(span, [other for other, _ in kept]):
            kept.append((span, number))
    return sorted(kept, key=lambda one: one[0].start)


def _any_overlap(span: Span, others: Iterable[Span]) -> bool:
    return any(span.overlaps(other) for other in others)


def _distance(words: Words, part: Span, feeling: Span) -> int:
    between = feeling.start - part.end if feeling.start >= part.end else part.start - feeling.end
    clauses = abs(words.clauses[part.start] - words.clauses[feeling.start])
    return between + OTHER_CLAUSE * clauses


def _interrupted(words: Words, part: Span, feeling: Span, *, parts: Iterable[tuple[Span, int]]) -> bool:
    """Whether another body part stands between, not merely listed ("my knee and hip hurt")."""
    low, high = min(part.end, feeling.end), max(part.start, feeling.start)
    others = [span for span, _ in parts if low <= span.start and span.end <= high]
    inside = {place for span in others for place in range(span.start, span.end)}
    between = {words.tokens[place] for place in range(low, high) if place not in inside}
    return bool(others) and not between <= _LISTING


def _complaint(part: Span, number: int, near: list[tuple[int, Span, str]]) -> Complaint:
    readings: dict[str, list[str]] = _data()["parts"][number]["feelings"]
    slugs: dict[str, None] = {}
    told = [one for one in near if one[2] in readings and one[2] != "pain"] or near
    for _, _, feeling in told:
        slugs.update(dict.fromkeys(readings.get(feeling, readings.get("pain", ()))))
    nearest = told[0][1]
    span = Span(min(part.start, nearest.start), max(part.end, nearest.end))
    return Complaint(span, part, _terms(slugs))


def _merged(found: list[Complaint]) -> list[Complaint]:
    """Each set of readings once."""
    best: dict[str, Complaint] = {}
    for one in found:
        if one.terms:
            best.setdefault(one.terms[0].slug, one)
    return list(best.values())
