"""What is learned from: the bank, every name of the vocabulary, titles of its codes, and texts of nothing."""

import gzip
import hashlib
import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from directory.vocabulary import DATA, fold, read_data, vocabulary
from search.diagnosis import code_table, conditions_of
from search.understanding.reading import text_to_learn
from search.understanding.spelling import ordinary

ROOT = Path(__file__).resolve().parents[2]
BANK = ROOT / "search" / "data" / "phrase_bank.jsonl"
Numbers = NDArray[np.float32]


@dataclass(frozen=True)
class Text:
    """One text with what it means: 2 exactly, 1 acceptable; `weight` is how much it counts."""

    text: str
    expected: dict[str, int]
    red_flag: str | None = None
    weight: float = 1.0


def stamp() -> str:
    """The sum that tells whether the data fits the bank."""
    return hashlib.blake2b(BANK.read_bytes(), digest_size=16).hexdigest()


def from_bank() -> list[Text]:
    """The phrasings that people type."""
    rows = [json.loads(line) for line in BANK.read_text(encoding="utf-8").splitlines()]
    return [Text(text_to_learn(row["phrase"]), row["expected"], row.get("red_flag")) for row in rows]


def from_vocabulary() -> list[Text]:
    """Names of conditions; names of techniques, which mean no condition; titles of codes."""
    found: dict[str, Text] = {}
    for slug, entry in vocabulary().conditions.items():
        for name in (entry.name, *entry.synonyms, *entry.synonyms_es, *entry.misspellings):
            found.setdefault(fold(name), Text(fold(name), {slug: 2}, weight=0.5))
        for code in entry.icd10:
            if code.strength == "primary" and code.title:
                found.setdefault(fold(code.title), Text(fold(code.title), {slug: 2}, weight=0.5))
    for technique in vocabulary().techniques.values():
        for name in (technique.name, *technique.synonyms):
            found.setdefault(fold(name), Text(fold(name), {}, weight=0.5))
    return [one for one in found.values() if one.text]


def of_nothing(bank: list[Text]) -> list[Text]:
    """Texts that mean none of the conditions: ordinary words, other diagnoses, names, places, keys hit."""
    dice = random.Random(5)
    counts = Counter(word for one in bank if one.expected for word in set(one.text.split()))
    telling = {word for word, count in counts.items() if count >= 4}
    telling |= {word for one in from_vocabulary() for word in one.text.split()}
    words = sorted(word for word in ordinary() if word not in telling and len(word) > 3)
    texts = [" ".join(dice.sample(words, dice.choice((1, 1, 2, 2, 3)))) for _ in range(900)]
    texts += dice.sample(sorted(_other_diagnoses()), 900)
    names = read_data("names.json")
    given, family = (names["female"] + " " + names["male"]).split(), names["family"].split()
    for _ in range(250):
        ending = dice.choice(("", "", " lmt", " massage"))
        texts.append(fold(f"{dice.choice(given)} {dice.choice(family)}{ending}"))
    texts += [fold(dice.choice(given + family)) for _ in range(80)]
    texts += [fold(place) for place in dice.sample(_places(), 300)]
    texts += ["".join(dice.choices("asdfghjklqwertyuiop", k=dice.randint(3, 9))) for _ in range(80)]
    return [Text(text, {}, weight=0.5) for text in dict.fromkeys(texts) if text]


def _other_diagnoses() -> set[str]:
    """Titles of codes that lead to no condition; no injuries and symptoms, which people mean otherwise."""
    found = set()
    table = code_table()
    for code in (table.entry(row) for row in range(len(table))):
        key = code.code.replace(".", "")
        if len(key) <= 4 and key[0] not in "GMRSVWXYZ" and not conditions_of(key):
            found.add(fold(code.title))
    return {title for title in found if len(title.split()) <= 5}


def _places() -> list[str]:
    lines = gzip.decompress((DATA / "gazetteer.tsv.gz").read_bytes()).decode().splitlines()
    rows = [line.split("\t") for line in lines]
    return [f"{row[4]} {row[5]}" for row in rows if len(row) == 6 and row[0].isdecimal()]


def targets(texts: list[Text], slugs: list[str]) -> Numbers:
    """What each text means as shares: its exact conditions (or, without, the acceptable), or none."""
    out = np.zeros((len(texts), len(slugs) + 1), dtype=np.float32)
    columns = {slug: place for place, slug in enumerate(slugs)}
    for row, one in enumerate(texts):
        best = max(one.expected.values(), default=0)
        for slug in (slug for slug, grade in one.expected.items() if grade == best):
            out[row, columns[slug]] = 1
        out[row, -1] = not one.expected
    return np.asarray(out / out.sum(axis=1, keepdims=True), dtype=np.float32)


def signs(texts: list[Text], flags: list[str]) -> Numbers:
    """1 where a text carries a red flag."""
    return np.array([[one.red_flag == flag for flag in flags] for one in texts], dtype=np.float32)
