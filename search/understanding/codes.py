"""ICD-10-CM codes in what somebody typed.

A code must exist. One without a dot counts from four characters on; three characters (G35, M54) only
where they were typed alone or after "icd", "code", "dx". L5-S1 and C6 are levels of the spine, not codes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from directory.vocabulary import fold
from search.diagnosis import find_code
from search.understanding.small_words import small_words
from search.understanding.typed import MOST_CHARACTERS, Span, Words

_CODE = re.compile(r"(?<![\w.])([A-Za-z]\d[0-9A-Za-z])(?:(\.)([0-9A-Za-z]{1,4})|([0-9A-Za-z]{1,4}))?(?![\w])")
_LABELS = small_words("code_labels")
_SIDES = small_words("code_sides")
MOST_CODES = 8


@dataclass(frozen=True)
class TypedCode:
    """One code in its dotted form, and where it stands."""

    code: str
    span: Span


def typed_codes(q: str, words: Words, *, fillers: frozenset[str]) -> list[TypedCode]:
    """The codes of the query, in their order, each place once."""
    found: list[TypedCode] = []
    for match in _CODE.finditer(q[:MOST_CHARACTERS]):
        entry = find_code(match.group(0))
        if entry is None:
            continue
        span = _place(words, fold(match.group(0)).split(), taken=[one.span for one in found])
        if span is None:
            continue
        if match[2] or match[4] or _labelled(words, span) or _alone(words, span, fillers=fillers):
            found.append(TypedCode(entry.code, span))
        if len(found) == MOST_CODES:
            break
    return found


def _place(words: Words, parts: list[str], *, taken: list[Span]) -> Span | None:
    for span in _places(words, parts):
        if not any(span.overlaps(other) for other in taken):
            return span
    return None


def _places(words: Words, parts: list[str]) -> Iterator[Span]:
    length = len(parts)
    for start in range(len(words.tokens) - length + 1):
        if list(words.tokens[start : start + length]) == parts:
            yield Span(start, start + length)


def _labelled(words: Words, span: Span) -> bool:
    return span.start > 0 and words.tokens[span.start - 1] in _LABELS


def _alone(words: Words, span: Span, *, fillers: frozenset[str]) -> bool:
    others = (*words.tokens[: span.start], *words.tokens[span.end :])
    return all(
        token in fillers or token in _SIDES or token in _LABELS or find_code(token) for token in others
    )
