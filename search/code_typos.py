"""Slips that people make when they type an ICD-10-CM code, likeliest first.

Every variant must still be looked up: most of them are not codes.
"""

import re
from collections.abc import Iterator

# What is read or typed for what: letters where digits belong and the other way round.
LOOK_ALIKE = {
    "O": "0", "0": "O", "I": "1", "1": "IL", "L": "1", "S": "5", "5": "S",
    "B": "8", "8": "B", "Z": "2", "2": "Z",
}  # fmt: skip
# ICD-9-CM, in use until 2015, writes most codes so: "847.0" is a neck sprain there, and no slip.
_NINTH = re.compile(r"\s*\d{3}\.\d{1,2}\s*")
_DIGITS = str.maketrans("OIL", "011")
_LETTERS = str.maketrans("01582", "OISBZ")


def is_ninth(typed: str) -> bool:
    """Whether a text has the form of an ICD-9-CM code with its dot, which no ICD-10-CM code has."""
    return _NINTH.fullmatch(typed) is not None


def variants(key: str) -> Iterator[str]:
    """Codes that somebody may have meant by the bare code `key`."""
    yield from _look_alikes(key)
    yield from _transposed(key)
    yield from _placeholder(key)
    yield from _letter_forgotten(key)


def _look_alikes(key: str) -> Iterator[str]:
    for place, mark in enumerate(key):
        for meant in LOOK_ALIKE.get(mark, ""):
            yield key[:place] + meant + key[place + 1 :]
    yield key[:1] + key[1:].translate(_DIGITS)
    yield key[:1].translate(_LETTERS) + key[1:].translate(_DIGITS)


def _transposed(key: str) -> Iterator[str]:
    for place in range(len(key) - 1):
        yield key[:place] + key[place + 1] + key[place] + key[place + 2 :]


def _placeholder(key: str) -> Iterator[str]:
    """A seventh character typed without the X that fills the empty places before it."""
    if 4 <= len(key) < 7:
        yield key[:-1] + "X" * (7 - len(key)) + key[-1]
        yield key[:-1] + key[-1] + "X" * (6 - len(key)) + "A"
    elif len(key) > 7:
        yield key[:7]


def _letter_forgotten(key: str) -> Iterator[str]:
    """ "54.31": the chapters that refer people to massage most come first."""
    if key.isdigit() and len(key) >= 4:
        yield from (letter + key for letter in "MGSRFICON")
