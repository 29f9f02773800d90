"""The pieces of spelling that the learned reading looks at: words, pairs of words, runs of letters.

A run of letters survives a typing error somewhere else in its word, and the endings of two languages.
"""

import zlib
from collections import Counter
from itertools import pairwise

SHORTEST, LONGEST = 3, 5


def grams(text: str) -> Counter[int]:
    """How often each piece stands in folded text, by the 32-bit sum that names it."""
    words = text.split()
    named = [f"w {word}" for word in words]
    named += [f"w {first} {second}" for first, second in pairwise(words)]
    for word in words:
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            named += [f"c{padded[start : start + size]}" for start in range(len(padded) - size + 1)]
    return Counter(zlib.crc32(name.encode()) for name in named)


def word_gram(word: str) -> int:
    """The sum that names one whole word."""
    return zlib.crc32(f"w {word}".encode())
