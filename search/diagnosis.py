"""From an ICD-10-CM code to the conditions that Palmar knows: `diagnose("m5431")`.

Codes are compared without dots, dashes, spaces and case. A code must exist before anything is matched,
because a prefix would also accept codes that do not exist. What exists but has no condition is
"unmapped", and says so.
"""

import gzip
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Literal

import numpy as np

from directory.vocabulary import IcdCode, vocabulary
from search import code_typos

TABLE = Path(__file__).parent / "data" / "icd10cm.tsv.gz"
LONGEST_CODE = 7
MOST_SUGGESTIONS = 6

PRIMARY, RELATED = 1.0, 0.5
BELOW_TYPED_CATEGORY = 0.8  # the code that names the condition is more exact than the one typed
SHORTER_PREFIX = 0.95
PARENT = 0.3


@dataclass(frozen=True)
class Code:
    """One entry of ICD-10-CM, in its dotted form."""

    code: str
    title: str
    billable: bool


@dataclass(frozen=True)
class DiagnosedCondition:
    """A condition that a code leads to; weight is 1 where the code names it."""

    slug: str
    weight: float


@dataclass(frozen=True)
class Diagnosis:
    """What a typed code means here. `code` is dotted where it exists, else as it was typed."""

    code: str
    status: Literal["mapped", "unmapped", "invalid"]
    title: str = ""
    billable: bool = False
    children: tuple[Code, ...] = ()
    conditions: tuple[DiagnosedCondition, ...] = ()
    suggestions: tuple[Code, ...] = ()


def bare(code: str) -> str:
    """The code as it is compared: upper case, letters and digits only."""
    return re.sub(r"[^0-9A-Z]", "", code[:40].upper())


def dotted(code: str) -> str:
    """The code as people write it."""
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


class CodeTable:
    """All codes in one block of bytes: 98,000 small objects would cost ten times the memory."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        ends = np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == ord("\n"))
        self._starts = np.concatenate(([0], ends + 1)).astype(np.uint32)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def _line(self, row: int) -> bytes:
        return self.content[self._starts[row] : self._starts[row + 1] - 1]

    def _key(self, row: int) -> bytes:
        return self._line(row).split(b"\t", 1)[0]

    def _row(self, code: str) -> int:
        """The first row whose code is not before `code`."""
        return bisect_left(range(len(self)), code.encode("ascii", "ignore"), key=self._key)

    def entry(self, row: int) -> Code:
        """The code of a row; rows are in the order of the bare codes."""
        code, title, billable = self._line(row).decode().split("\t")
        return Code(dotted(code), title, billable == "1")

    def find(self, code: str) -> Code | None:
        """The entry of a bare code, or None."""
        row = self._row(code)
        return self.entry(row) if row < len(self) and self._key(row) == code.encode() else None

    def children(self, code: str) -> Iterator[Code]:
        """The entries directly below a bare code (they may be more than one character longer)."""
        row, prefix, child = self._row(code) + 1, code.encode(), b"\n"
        while row < len(self) and (key := self._key(row)).startswith(prefix):
            if not key.startswith(child):
                child = key
                yield self.entry(row)
            row += 1


@cache
def code_table() -> CodeTable:
    """The table of this release, read once per process."""
    return CodeTable(gzip.decompress(TABLE.read_bytes()))


def find_code(code: str) -> Code | None:
    """The ICD-10-CM entry that somebody typed, or None: dots, dashes, spaces and case do not matter."""
    key = bare(code)
    return code_table().find(key) if 3 <= len(key) <= LONGEST_CODE else None


def diagnose(code: str) -> Diagnosis:
    """What the typed code means: its title, what lies below it, the conditions it leads to."""
    entry = find_code(code)
    if entry is None:
        slips = () if code_typos.is_ninth(code) else _suggestions(bare(code))
        return Diagnosis(code=code, status="invalid", suggestions=slips)
    key = bare(entry.code)
    conditions = conditions_of(key)
    return Diagnosis(
        code=entry.code,
        status="mapped" if conditions else "unmapped",
        title=entry.title,
        billable=entry.billable,
        children=() if entry.billable else tuple(code_table().children(key)),
        conditions=conditions,
    )


def conditions_of(key: str) -> tuple[DiagnosedCondition, ...]:
    """Every condition of a bare, existing code: primary first, longer before shorter, parents last."""
    found = _matches(key)
    longest: dict[float, int] = {}
    for best, matched in found.values():
        longest[best] = max(matched, longest.get(best, 0))
    conditions, added = vocabulary().conditions, dict.fromkeys(found)
    ranked = sorted(added, key=lambda slug: (*(-part for part in found[slug]), _is_parent(slug, of=found)))
    for slug in ranked:
        if (parent := conditions[slug].parent) is not None:
            added.setdefault(parent)

    def weight(slug: str) -> float:
        strength, length = found[slug]
        return strength if length == longest[strength] else round(strength * SHORTER_PREFIX, 3)

    return (
        *(DiagnosedCondition(slug, weight(slug)) for slug in ranked),
        *(DiagnosedCondition(slug, PARENT) for slug in added if slug not in found),
    )


def _is_parent(slug: str, *, of: Iterable[str]) -> bool:
    return any(vocabulary().conditions[child].parent == slug for child in of)


@cache
def _named_codes() -> tuple[tuple[str, IcdCode, str], ...]:
    """(bare code, entry, condition) of all entries, in the order of the bare codes."""
    rows = vocabulary().conditions.items()
    entries = ((bare(icd.code), icd, slug) for slug, row in rows for icd in row.icd10)
    return tuple(sorted(entries, key=lambda entry: entry[0]))


def _matches(key: str) -> dict[str, tuple[float, int]]:
    """The best (strength, matched length) of each condition for a bare code, in the vocabulary's order."""
    codes, found = _named_codes(), dict[str, tuple[float, int]]()

    def keep(slug: str, *, strength: float, length: int) -> None:
        found[slug] = max(found.get(slug, (0.0, 0)), (strength, length))

    for length in range(1, len(key) + 1):
        row = bisect_left(codes, key[:length], key=itemgetter(0))
        while row < len(codes) and codes[row][0] == key[:length]:
            _, icd, slug = codes[row]
            if length == len(key) or icd.kind != "code":
                keep(slug, strength=_strength(icd), length=length)
            row += 1
    while row < len(codes) and codes[row][0].startswith(key):
        _, icd, slug = codes[row]
        keep(slug, strength=_strength(icd) * BELOW_TYPED_CATEGORY, length=len(key))
        row += 1
    order = {slug: number for number, slug in enumerate(vocabulary().conditions)}
    return {slug: found[slug] for slug in sorted(found, key=order.__getitem__)}


def _strength(icd: IcdCode) -> float:
    return PRIMARY if icd.strength == "primary" else RELATED


def _suggestions(key: str) -> tuple[Code, ...]:
    """Existing codes near one that does not exist, likeliest slip first."""
    if not 2 <= len(key) <= 2 * LONGEST_CODE:
        return ()
    found: dict[str, Code] = {}
    for variant in code_typos.variants(key):
        entry = code_table().find(variant) if 3 <= len(variant) <= LONGEST_CODE else None
        if entry:
            found.setdefault(entry.code, entry)
    for length in range(min(len(key) - 1, LONGEST_CODE), 2, -1):
        prefix = code_table().find(key[:length])
        if prefix:
            found.setdefault(prefix.code, prefix)
            below = () if prefix.billable else code_table().children(key[:length])
            found.update({child.code: child for child in below if child.code not in found})
            break
    return tuple(found.values())[:MOST_SUGGESTIONS]
