"""Words cut into the pieces that the encoder has learned: "tendonitis" is tendon + itis.

The likeliest cut wins (unigram model): the sum of the pieces' log probabilities is greatest.
"""

import gzip
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "reader" / "pieces.tsv.gz"
UNKNOWN, FIRST, LAST = 0, 1, 2
WORD = "▁"  # stands before the first letter of a word
MOST_PIECES = 64


@cache
def _table() -> tuple[dict[str, tuple[int, float]], int, float]:
    """Piece to (row, log probability), the longest piece, what a letter that nobody knows costs."""
    rows = gzip.decompress(DATA.read_bytes()).decode().split("\n")
    table = {}
    for number, row in enumerate(rows):
        piece, score = row.split("\t")
        table[piece] = (number, float(score))
    return table, max(map(len, table)), min(score for _, score in table.values()) - 10


@lru_cache(maxsize=20_000)
def _cut(word: str) -> tuple[int, ...]:
    table, longest, unknown = _table()
    text = WORD + word
    best: list[tuple[float, int, int]] = [(0.0, 0, UNKNOWN)] + [(-1e9, 0, UNKNOWN)] * len(text)
    for start in range(len(text)):
        score = best[start][0]
        if score + unknown > best[start + 1][0]:
            best[start + 1] = (score + unknown, start, UNKNOWN)
        for end in range(start + 1, min(len(text), start + longest) + 1):
            known = table.get(text[start:end])
            if known is not None and score + known[1] > best[end][0]:
                best[end] = (score + known[1], start, known[0])
    found, place = [], len(text)
    while place:
        _, start, number = best[place]
        found.append(number)
        place = start
    return tuple(reversed(found))


def pieces(text: str) -> list[int]:
    """The rows of the pieces of folded text, between the marks of its ends; at most 64 of them."""
    found = [piece for word in text.split() for piece in _cut(word)]
    return [FIRST, *found[: MOST_PIECES - 2], LAST]
