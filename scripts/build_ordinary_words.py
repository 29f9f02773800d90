"""Write `search/data/ordinary_words.txt.gz`: the words that spelling correction leaves alone.

Sources: the frequency lists of pyspellchecker 0.9.1 (MIT licence) and the words of all ICD-10-CM titles, so
that a disease outside the vocabulary ("eczema") is not read as one inside it ("edema"). Run it outside the
project's virtualenv:

    python3 -m venv /tmp/words && /tmp/words/bin/pip install pyspellchecker==0.9.1
    /tmp/words/bin/python scripts/build_ordinary_words.py
"""

import gzip
import re
import unicodedata
from pathlib import Path

from spellchecker import SpellChecker

DIAGNOSES = Path(__file__).parent.parent / "search" / "data" / "icd10cm.tsv.gz"
TARGET = Path(__file__).parent.parent / "search" / "data" / "ordinary_words.txt.gz"
HOW_MANY = {"en": 20_000, "es": 12_000}
LONG_ENOUGH = 3


def folded(word: str) -> str:
    """The word as `directory.vocabulary.fold` would leave it."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", word) if not unicodedata.combining(mark))
    return re.sub(r"['’]", "", plain.lower())


def frequent(language: str) -> set[str]:
    """The most frequent words of one language, folded."""
    counts = SpellChecker(language=language).word_frequency.dictionary
    ranked = sorted(counts, key=lambda word: (-counts[word], word))[: HOW_MANY[language]]
    return {
        word for word in map(folded, ranked) if len(word) >= LONG_ENOUGH and word.isascii() and word.isalpha()
    }


def medical() -> set[str]:
    """The words of the titles of all diagnoses."""
    titles = gzip.decompress(DIAGNOSES.read_bytes()).decode().lower()
    return {word for word in re.findall(r"[a-z]+", titles) if len(word) >= LONG_ENOUGH}


if __name__ == "__main__":
    words = sorted(set.union(medical(), *map(frequent, HOW_MANY)))
    TARGET.write_bytes(gzip.compress("\n".join(words).encode(), compresslevel=9, mtime=0))
    print(f"{TARGET}: {len(words):,} words, {TARGET.stat().st_size:,} bytes")
