"""Single words that are not quite a word of the vocabulary, read as the one they most likely are.

Guarded, because a wrong correction is worse than none: only words of four letters and more that neither
the vocabulary nor ordinary English or Spanish knows, only towards one clear winner, and with the same
first sound.
"""

import gzip
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from directory.vocabulary import fold, vocabulary
from search.understanding import body_parts, phrases, red_flags
from search.understanding.small_words import DEGREE, ENGLISH, FILLERS, GRAMMAR, SPANISH
from search.understanding.typed import Words

DATA = Path(__file__).parent.parent / "data" / "ordinary_words.txt.gz"
SHORTEST, LONGEST, SHORTEST_VARIANT = 4, 24, 3
MOST_TRIED = 20  # a text of many unknown words is no search
CORRECTED = 0.85

# Spellings that begin alike in the ear: siatica, nee, fizio, ipertension, jiatica, quervain.
_SOUNDS = {
    "c": "sk", "s": "cz", "k": "cq", "q": "ck", "z": "s", "f": "p", "n": "kg", "j": "hg", "g": "j",
    "h": "j", "i": "he", "e": "ih", "a": "h", "o": "h", "b": "v", "v": "b", "r": "w", "y": "l",
}  # fmt: skip


@cache
def ordinary() -> frozenset[str]:
    """Words that are right as they stand."""
    return (
        frozenset(gzip.decompress(DATA.read_bytes()).decode().split("\n"))
        | FILLERS
        | GRAMMAR
        | DEGREE
        | SPANISH
        | ENGLISH
    )


@cache
def _targets() -> dict[str, tuple[str, ...]]:
    """The words that may be meant, by their first letter."""
    words: set[str] = set()
    for phrase in phrases.lexicon():
        if phrase.term.weight == phrases.EXACT:
            words.update(phrase.text.split())
    words.update(
        word for text in (*body_parts.all_phrases(), *red_flags.all_phrases()) for word in text.split()
    )
    words |= FILLERS
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= SHORTEST and word.isalpha():
            by_letter.setdefault(word[0], []).append(word)
    return {letter: tuple(found) for letter, found in by_letter.items()}


@cache
def _known() -> frozenset[str]:
    return frozenset(word for found in _targets().values() for word in found)


@cache
def _variants() -> dict[str, str]:
    """Misspelt words inside the misspelt phrases of the vocabulary, with what they stand for."""
    found: dict[str, str] = {}
    for condition in vocabulary().conditions.values():
        right = {word for name in (condition.name, *condition.synonyms) for word in fold(name).split()}
        wrong = {word for name in condition.misspellings for word in fold(name).split()} - right
        for word in sorted(wrong - ordinary() - _known()):
            near = sorted((OSA.distance(word, other), other) for other in right if other[0] == word[0])
            allowed = 1 if len(word) <= 5 else 2
            if near and len(word) >= SHORTEST_VARIANT and near[0][0] <= allowed and len(near[0][1]) > 3:
                found.setdefault(word, near[0][1])
    return found


def load() -> None:
    """Build what is built once."""
    ordinary()
    _known()
    _variants()


def corrected(words: Words) -> dict[int, str]:
    """What each misspelt word is read as, by its place."""
    found: dict[int, str] = {}
    tried = 0
    for place, token in enumerate(words.tokens):
        if tried == MOST_TRIED:
            break
        if token in _variants():
            found[place] = _variants()[token]
            continue
        if not SHORTEST <= len(token) <= LONGEST or not token.isalpha():
            continue
        if token in _known() or token in ordinary():
            continue
        tried += 1
        if meant := _meant(token):
            found[place] = meant
    return found


def _meant(token: str) -> str | None:
    """The one word that is clearly nearest, or None."""
    allowed = 1 if len(token) <= 7 else 2 if len(token) <= 11 else 3
    near = sorted(
        (distance, word)
        for word in _candidates(token, allowed)
        if (distance := OSA.distance(token, word, score_cutoff=allowed)) <= allowed
    )
    if not near:
        return None
    distance, best = min(near, key=lambda pair: (pair[0], pair[1][0] != token[0], pair[1]))
    rivals = [word for other, word in near if other == distance and not _one_word(best, word)]
    if rivals and not (best[0] == token[0] and all(word[0] != token[0] for word in rivals)):
        return None
    return best


def _candidates(token: str, allowed: int) -> Iterable[str]:
    found: list[str] = []
    for letter in dict.fromkeys(token[0] + _SOUNDS.get(token[0], "")):
        found += (word for word in _targets().get(letter, ()) if abs(len(word) - len(token)) <= allowed)
    return found


def _one_word(left: str, right: str) -> bool:
    """Whether two words are forms of one, so that either will do."""
    shorter = min(len(left), len(right))
    return left[: shorter - 1] == right[: shorter - 1]
