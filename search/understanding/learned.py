"""What a text most likely means, learned from the bank of phrasings: conditions, nothing, red flags.

Two readers, trained by `scripts/build_reader.py`, look at the text: one at its spelling (words, pairs, runs
of letters), one at its sense (the encoder). Each gives every condition a likelihood, and one to "none of
these"; they are averaged as logarithms. The sense costs ten times as much: it is asked where a doubt is left.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.understanding import encoder
from search.understanding.grams import grams, word_gram

DATA = Path(__file__).parent.parent / "data" / "reader"
SPELLING, SENSE = 0.5, 0.5  # their shares, measured by cross-validation (docs/search.md)
SPELLING_OF_NOTHING = 0.25
CLEAR = 0.6  # from this likelihood on, the spelling alone is believed, if every longer word is known
LONG_WORD = 4
FLOOR = 1e-4
GRAM_LENGTH = 4.0  # the length that a text's grams are scaled to, as in training

Numbers = NDArray[np.float32]


@dataclass(frozen=True)
class Labels:
    """The names of the columns: conditions, then "none of these"; and the red flags. `bank` is the stamp
    of the phrases that were learned from."""

    conditions: tuple[str, ...]
    flags: tuple[str, ...]
    bank: str


@dataclass(frozen=True)
class Likely:
    """Log likelihoods of every condition and, last, of none of these; likelihoods of the red flags."""

    scores: Numbers
    flags: dict[str, float]


@cache
def labels() -> Labels:
    """What the columns stand for."""
    stored = json.loads((DATA / "labels.json").read_text(encoding="utf-8"))
    return Labels(tuple(stored["conditions"]), tuple(stored["flags"]), stored["bank"])


@cache
def _spelling() -> dict[str, NDArray[np.generic]]:
    with np.load(DATA / "spelling.npz") as stored:
        return {name: stored[name] for name in stored.files}


@cache
def grades() -> Numbers:
    """How acceptable each condition is (0 to 1) where another is exactly meant, by the bank's grades."""
    return np.asarray(np.load(DATA / "grades.npy") / 255, dtype=np.float32)


def load() -> None:
    """Read every file once; the first query would otherwise wait for it."""
    encoder.load()
    likely("pain", {}, alarming=True)


def _by_spelling(text: str) -> Numbers:
    """One score for each class; the common part alone where no gram is known."""
    stored = _spelling()
    counted = grams(text)
    names = np.fromiter(counted, dtype=np.uint32, count=len(counted))
    times = np.fromiter(counted.values(), dtype=np.float32, count=len(counted))
    known = stored["grams"]
    rows = np.minimum(np.searchsorted(known, names), len(known) - 1)
    hit = known[rows] == names
    rows = rows[hit]
    worth = (1 + np.log(times[hit])) * stored["worth"][rows]
    length = float(np.sqrt((worth**2).sum())) or 1.0
    weights = stored["weights"][rows].astype(np.float32)
    scores = (worth * (GRAM_LENGTH / length)) @ weights * stored["step"] + stored["common"]
    return np.asarray(scores, dtype=np.float32)


def _all_known(text: str) -> bool:
    """Whether each longer word stands in a text learned from: "jones" is much like "bones", and is not."""
    known = _spelling()["grams"]
    names = np.array([word_gram(word) for word in text.split() if len(word) >= LONG_WORD], dtype=np.uint32)
    return bool((known[np.minimum(np.searchsorted(known, names), len(known) - 1)] == names).all())


def _shares(scores: Numbers) -> Numbers:
    raised: Numbers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def by_spelling(text: str) -> Likely:
    """What a text most likely means by its spelling alone: a quarter of a millisecond, no red flags."""
    return Likely(np.log(_shares(_by_spelling(text)) + FLOOR), {})


def likely(text: str, hints: Mapping[str, float], *, alarming: bool) -> Likely:
    """What a folded text most likely means.

    Its sense is asked where spelling and hints leave a doubt, and where a word is `alarming`: red flags are
    told by the sense alone.
    """
    spelt = by_spelling(text)
    shares = with_hints(spelt, hints)[:-1]
    if not alarming and shares.max() >= CLEAR and _all_known(text):
        return spelt
    vector, layers = encoder.vectors([text])[0], encoder.layers()
    sensed = np.log(_shares(vector @ layers["classes"] + layers["classes_b"]) + FLOOR)
    both = SPELLING * spelt.scores + SENSE * sensed
    # Of what is none of these, the spelling of unknown words says little.
    both[-1] = SPELLING_OF_NOTHING * spelt.scores[-1] + (1 - SPELLING_OF_NOTHING) * sensed[-1]
    signs = 1 / (1 + np.exp(-(vector @ layers["signs"] + layers["signs_b"])))
    return Likely(both, dict(zip(labels().flags, signs.tolist(), strict=True)))


@cache
def places() -> dict[str, int]:
    """The column of each condition."""
    return {slug: place for place, slug in enumerate(labels().conditions)}


def with_hints(found: Likely, hints: Mapping[str, float]) -> Numbers:
    """Likelihoods of the conditions and of none of these, raised for what the words name outright."""
    scores = found.scores.copy()
    for slug, worth in hints.items():
        scores[places()[slug]] += worth
    return _shares(scores)
