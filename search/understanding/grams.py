"""The pieces of spelling that the learned reading looks at: words, pairs of words, runs of letters.

A run of letters survives a typing error somewhere else in its word, and the endings of two languages.
"""

import zlib
from collections import Counter
from functools import lru_cache
from itertools import pairwise

SHORTEST, LONGEST = 3, 5


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[int, ...]:
    """The sums of one word and of its runs of letters."""
    padded = f" {word} "
    runs = [
        f"c{padded[start : start + size]}"
        for size in range(SHORTEST, LONGEST + 1)
        for start in range(len(padded) - size + 1)
    ]
    return tuple(zlib.crc32(name.encode()) for name in (f"w {word}", *runs))


def grams(text: str) -> Counter[int]:
    """How often each piece stands in folded text, by the 32-bit sum that names it."""
    words = text.split()
    found = Counter(zlib.crc32(f"w {first} {second}".encode()) for first, second in pairwise(words))
    for word in words:
        found.update(_of_word(word))
    return found


def word_gram(word: str) -> int:
    """The sum that names one whole word."""
    return zlib.crc32(f"w {word}".encode())
