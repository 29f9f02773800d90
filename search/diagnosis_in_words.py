"""A diagnosis as physicians type it: a code, a code among words, or words ("post-mastectomy lymphedema").

Words are looked for in the titles and inclusion terms of ICD-10-CM, and read as every search is read.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from directory.vocabulary import fold, vocabulary
from search.diagnosis import (
    MOST_SUGGESTIONS,
    Code,
    DiagnosedCondition,
    Diagnosis,
    code_table,
    conditions_of,
    diagnose,
    find_code,
)
from search.understanding import understand
from search.understanding.stems import stem

TERMS = Path(__file__).parent / "data" / "icd10cm_terms.tsv.gz"
NAMED = 0.85  # a condition named outright, at most mended in its spelling
LIKELY, LIKELY_BESIDE_TITLES = 0.6, 0.8  # less will do where no title of ICD-10-CM holds the words
MOST_WORDS, MOST_CHARACTERS = 12, 300

_CODE = re.compile(r"(?<![\w.])[A-Za-z]\d[0-9A-Za-z](?:\.?[0-9A-Za-z]{1,4})?(?!\w)")
_LIKE_A_CODE = re.compile(r"\W*[A-Za-z0-9]{1,2}[0-9OoIlL][0-9A-Za-z]?[\s.,-]*[0-9A-Za-z]{0,6}\W*")
_SMALL = frozenset({
    "of", "the", "and", "or", "in", "on", "with", "due", "to", "for", "a", "an", "unspecified", "other",
    "nos", "not", "elsewhere", "classified", "site", "side", "type", "syndrome", "disorder", "disease",
    "de", "la", "el", "los", "las", "en", "y", "del",
})  # fmt: skip
_PREFIXES = frozenset({"post", "non", "peri", "sub", "pre", "inter", "para", "poly"})


def diagnose_text(typed: str) -> Diagnosis:
    """What the typed text means here; `code` is dotted where one is meant for certain, else as typed."""
    found = diagnose(typed)
    if found.status != "invalid":
        return found
    for match in _CODE.finditer(typed[:MOST_CHARACTERS]):
        if find_code(match.group()) and (len(match.group()) > 3 or " " in typed.strip()):
            return diagnose(match.group())
    like_a_code = _LIKE_A_CODE.fullmatch(typed[:MOST_CHARACTERS]) and re.search(r"\d", typed)
    if like_a_code or not re.search(r"[^\W\d_]{3}", typed):
        return found
    return _in_words(typed[:MOST_CHARACTERS])


def _in_words(typed: str) -> Diagnosis:
    hits = _hits(typed)
    exact = next((hit for hit in hits if hit.extra == 0), None)
    code = find_code(exact.code) if exact else None
    conditions = _conditions(typed, code, least=LIKELY_BESIDE_TITLES if hits else LIKELY)
    named = [find_code(hit.code) for hit in hits[:MOST_SUGGESTIONS]]
    named += [_first_code(one.slug) for one in conditions[:2]]
    suggested = {one.code: one for one in named if one and (code is None or one.code != code.code)}
    known = bool(hits) or bool(conditions)
    return Diagnosis(
        code=code.code if code else typed,
        status="mapped" if conditions else "unmapped" if known else "invalid",
        title=code.title if code else "",
        billable=bool(code and code.billable),
        children=tuple(code_table().children(code.code.replace(".", "")))
        if code and not code.billable
        else (),
        conditions=conditions,
        suggestions=tuple(suggested.values())[:MOST_SUGGESTIONS],
    )


def _conditions(typed: str, code: Code | None, *, least: float) -> tuple[DiagnosedCondition, ...]:
    """Named outright first, then those of the code, then what the words most likely mean."""
    read = understand(typed).conditions
    found = {term.slug: term.weight for term in read if term.weight >= NAMED}
    if code is not None:
        for one in conditions_of(code.code.replace(".", "")):
            found.setdefault(one.slug, one.weight)
    if found or (read and read[0].weight >= least):
        for term in read:
            found.setdefault(term.slug, term.weight)
    ranked = sorted(found.items(), key=lambda pair: -pair[1])
    return tuple(DiagnosedCondition(slug, weight) for slug, weight in ranked)


def _first_code(slug: str) -> Code | None:
    """The code that names a condition."""
    rows = vocabulary().conditions[slug].icd10
    return next((find_code(row.code) for row in rows if row.strength == "primary"), None)


@dataclass(frozen=True)
class _Hit:
    """An entry that holds every word typed; `extra` counts its other telling words."""

    code: str
    extra: int


@cache
def _lines() -> tuple[bytes, ...]:
    """Titles and inclusion terms, lower case, each `code TAB words`."""
    return code_table().content.lower(), gzip.decompress(TERMS.read_bytes()).lower()


def _telling(text: str) -> list[str]:
    """Stems of the telling words, with "post mastectomy" as one word."""
    words, joined = fold(text).split(), list[str]()
    for word in words:
        if joined and joined[-1] in _PREFIXES:
            joined[-1] += word
        else:
            joined.append(word)
    return [stem(word) for word in joined if word not in _SMALL][:MOST_WORDS]


def _hits(typed: str) -> list[_Hit]:
    """Entries that hold all the words, those with the fewest other words and the shortest code first."""
    wanted = set(_telling(typed))
    if not wanted or len(max(wanted, key=len)) < 4:
        return []
    found: dict[str, int] = {}
    for code, words in _holding(max(wanted, key=len)):
        held = set(_telling(words))
        if wanted <= held:
            found[code] = min(found.get(code, 99), len(held - wanted))
    ranked = sorted(found, key=lambda code: (found[code], len(code), code))
    return [_Hit(code, found[code]) for code in ranked]


def _holding(word: str) -> Iterator[tuple[str, str]]:
    pattern = re.compile(rb"^([0-9a-z]+)\t([^\t\n]*" + re.escape(word[:-1].encode()) + rb"[^\t\n]*)", re.M)
    for lines in _lines():
        for match in pattern.finditer(lines):
            yield match[1].decode().upper(), match[2].decode()
