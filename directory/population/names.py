"""Names of made-up people."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from directory.population.block import BLOCK, Block
from directory.vocabulary import read_data

# Shares of population.json, less those who do not say.
GENDERS = (("female", 0.79), ("male", 0.155), ("nonbinary", 0.018), ("", 0.037))
DOUBLE_NAMES = 0.04


@dataclass(frozen=True)
class Names:
    """Lists to draw from, the most frequent names first."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    neutral: tuple[str, ...]
    family: tuple[str, ...]


@cache
def names() -> Names:
    """The name lists of `directory/data/names.json`."""
    data = read_data("names.json")
    female, male, neutral, family = (
        tuple(dict.fromkeys(str(data[key]).split())) for key in ("female", "male", "neutral", "family")
    )
    return Names(female=female, male=male, neutral=neutral, family=family)


@cache
def _frequencies(count: int) -> NDArray[np.float64]:
    """Earlier names are more frequent, and none is rare enough to be missing."""
    weights = 1.0 / (np.arange(count) + 60.0)
    return np.asarray(weights / weights.sum())


def draw_names(block: Block) -> list[tuple[str, str, str]]:
    """(given name, family name, gender) of each person."""
    rng, lists = block.chances("names"), names()
    genders = rng.choice(len(GENDERS), size=BLOCK, p=[share for _, share in GENDERS]).tolist()
    given = {
        "female": lists.female,
        "male": lists.male,
        "nonbinary": lists.neutral,
        "": lists.female + lists.male,
    }
    drawn = {
        gender: rng.choice(list(rows), size=BLOCK, p=_frequencies(len(rows))).tolist()
        for gender, rows in given.items()
    }
    families = rng.choice(list(lists.family), size=(2, BLOCK), p=_frequencies(len(lists.family))).tolist()
    doubles = (rng.random(BLOCK) < DOUBLE_NAMES).tolist()
    people = []
    for place in range(BLOCK):
        gender, family, other = GENDERS[genders[place]][0], families[0][place], families[1][place]
        if doubles[place] and "-" not in family + other and family != other:
            family = f"{family}-{other}"
        people.append((drawn[gender][place], family, gender))
    return people
