"""Tokens: the small integers that a search row carries, one for each thing that can be asked of it.

Numbers of the vocabulary are tokens as they stand (`directory.vocabulary`); a specialty is the number
of its condition plus its level. The facts below fill the block 1-99 that the vocabulary leaves free.
"""

from typing import Final

GENDER: Final = {"female": 1, "male": 2, "nonbinary": 3}
ACCEPTING: Final = {"yes": 5, "waiting_list": 6, "no": 7}
# Price of 60 minutes in whole US dollars: (token, from, below).
PRICE_BANDS: Final = {
    "under-80": (10, 0, 80),
    "80-99": (11, 80, 100),
    "100-129": (12, 100, 130),
    "130-or-more": (13, 130, 1_000_000),
}
ANSWERS_UNKNOWN: Final = 22
EXPERIENCE_UNKNOWN: Final = 23
# Nothing stated: neither a match nor a mismatch; one token for each facet that can be silent.
UNSTATED: Final = {
    "gender": 30,
    "price": 31,
    "language": 32,
    "payment": 33,
    "setting": 34,
    "access": 35,
    "technique": 36,
}

STATED, TRAINED, CERTIFIED = 1, 2, 3
TOKEN_SPACE: Final = 65_536


def specialty(condition: int, level: int) -> int:
    """Token of experience with a condition (its number) at an evidence level (1 to 3)."""
    return condition + level


def price_band(dollars: int) -> int:
    """Token of the band that a 60-minute price falls into."""
    return next(token for token, low, high in PRICE_BANDS.values() if low <= dollars < high)
