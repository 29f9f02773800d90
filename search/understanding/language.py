"""Which language was typed, told by small words: `en`, `es` or `mixed`."""

from collections.abc import Sequence
from typing import Literal

from search.understanding.small_words import ENGLISH, SPANISH

Language = Literal["en", "es", "mixed"]


def language_of(tokens: Sequence[str], *, raw: str = "") -> Language:
    """The language of folded words; `raw` still has its accents. English where nothing tells."""
    english = sum(token in ENGLISH for token in tokens)
    spanish = sum(token in SPANISH for token in tokens)
    if any(mark in raw.lower() for mark in "ñ¿¡áéíóú"):
        spanish += 1
    if not spanish:
        return "en"
    if not english:
        return "es"
    if min(english, spanish) >= 2 or min(english, spanish) / max(english, spanish) >= 0.5:
        return "mixed"
    return "es" if spanish > english else "en"
