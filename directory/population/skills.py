"""What made-up people work with: conditions and their evidence, techniques, languages, client groups."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from directory.models import Specialty
from directory.population.batch import (
    CLIENT_GROUPS,
    FIRST_ID,
    LANGUAGES,
    SPECIALTIES,
    TECHNIQUES,
    Batch,
    Table,
)
from directory.population.block import BLOCK, Block
from directory.population.certificates import Certificate, Certificates, slugs
from directory.vocabulary import read_data, vocabulary

# Conditions that more therapists work with than others; the rest share one weight.
POPULAR = {
    "back-pain": 8, "low-back-pain": 9, "neck-pain": 9, "shoulder-pain": 7, "headaches-and-migraines": 6,
    "stress": 6,
    "sciatica": 6, "sports-injuries": 5, "muscle-spasm-cramps": 5, "fibromyalgia": 4, "tension-headache": 4,
    "upper-back-pain": 4, "pregnancy-massage": 4, "whiplash": 4, "anxiety": 4, "chronic-pain": 4,
    "tmj-disorder": 3,
    "plantar-fasciitis": 3, "frozen-shoulder": 3, "carpal-tunnel-syndrome": 3, "lymphedema": 2, "migraine": 3,
}  # fmt: skip
# What somebody with the certificate is sure to name.
CORE = {
    "clt-lana": "lymphedema", "clt": "lymphedema", "cmldt": "swelling-edema", "vodder-mld": "lymphedema",
    "ldt-chikly": "lymphedema", "s4om-pp": "cancer-care", "ncbtmb-sc-oncology": "cancer-care",
    "prenatal-massage-cert": "pregnancy-massage", "sports-massage-cert": "sports-injuries",
    "ceim": "infant-colic",
    "art-provider": "sports-injuries", "fst": "sports-recovery", "bcsi": "posture-problems",
    "reflexology-arcb": "foot-pain", "cmtpt": "myofascial-pain-syndrome", "cnmt": "myofascial-pain-syndrome",
    "orthopedic-massage-cert": "low-back-pain", "intraoral-endorsement-wa": "tmj-disorder",
    "ncbtmb-sc-military-veteran": "ptsd-trauma", "cst": "headaches-and-migraines",
}  # fmt: skip
# Board certification covers nearly everything, so it proves no one condition.
PROVES_NO_CONDITION = {"bctmb"}
GROUPS = {
    "pregnancy-massage": "pregnancy", "cancer-care": "cancer", "sports-injuries": "athletes",
    "infant-colic": "infants", "ptsd-trauma": "trauma-informed", "older-adult-mobility": "older-adults",
}  # fmt: skip
MOST_CONDITIONS, TRAINED_CONDITIONS = 25, 3
SURE = 100.0


@dataclass(frozen=True)
class _Words:
    """The vocabulary as arrays, conditions and techniques in the order of the files."""

    conditions: tuple[str, ...]
    numbers: NDArray[np.int64]
    popularity: NDArray[np.float64]
    techniques: NDArray[np.int64]
    suits: NDArray[np.float64]  # conditions x techniques
    covers: NDArray[np.bool_]  # certificates x conditions
    teaches: NDArray[np.bool_]  # certificates x techniques
    families: tuple[tuple[int, int], ...]  # (child, parent), children of children first


@cache
def _words() -> _Words:
    known = vocabulary()
    conditions, techniques = list(known.conditions), list(known.techniques)
    kinds = [known.credential_kinds[slug] for slug in slugs()]
    proving = [() if kind.slug in PROVES_NO_CONDITION else kind.certifies_for_conditions for kind in kinds]
    pairs = [
        (conditions.index(slug), conditions.index(entry.parent))
        for slug, entry in known.conditions.items()
        if entry.parent
    ]
    children = {child for child, _ in pairs}
    return _Words(
        conditions=tuple(conditions),
        numbers=np.array([entry.number for entry in known.conditions.values()]),
        popularity=np.log([float(POPULAR.get(slug, 1)) for slug in conditions]),
        techniques=np.array([entry.number for entry in known.techniques.values()]),
        suits=np.array(
            [[float(slug in entry.techniques) for slug in techniques] for entry in known.conditions.values()]
        ),
        covers=np.array([[slug in covered for slug in conditions] for covered in proving]),
        teaches=np.array([[slug in kind.certifies_for_techniques for slug in techniques] for kind in kinds]),
        families=tuple(sorted(pairs, key=lambda pair: pair[1] not in children)),
    )


def add_skills(batch: Batch, block: Block, certificates: Certificates, spoken: NDArray[np.str_]) -> list[str]:
    """Put the skills of the block into `batch`; `spoken` are the states where people are.

    Returns the slug of the condition that each person works with most.
    """
    words = _words()
    chosen, foremost = _choose_conditions(block, certificates)
    levels = _levels(block, certificates, chosen)
    _bring_parents(block, chosen, levels)
    _add_specialties(batch, block, chosen, levels)
    _add(batch, TECHNIQUES, block, _choose_techniques(block, certificates, chosen), words.techniques)
    _add_languages(batch, block, spoken)
    _add_groups(batch, block, chosen)
    return [words.conditions[place] for place in foremost.tolist()]


def _add(
    batch: Batch, table: Table, block: Block, chosen: NDArray[np.bool_], numbers: NDArray[np.int64]
) -> None:
    people, places = np.nonzero(chosen)
    owners = (people + (FIRST_ID + block.first)).tolist()
    batch.add(table, zip(owners, numbers[places].tolist(), strict=True))


def _take(
    scores: NDArray[np.float64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """The `counts` best of each row; with them the very best one."""
    order = np.argsort(-scores, axis=1)
    chosen = np.zeros(scores.shape, dtype=np.bool_)
    np.put_along_axis(chosen, order, np.arange(scores.shape[1]) < counts[:, None], axis=1)
    return chosen, order[:, 0]


def _choose_conditions(
    block: Block, certificates: Certificates
) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    rng, words = block.chances("conditions"), _words()
    counts = np.clip(rng.lognormal(np.log(8), 0.5, BLOCK), 3, MOST_CONDITIONS).astype(np.int64)
    scores = words.popularity + rng.gumbel(size=(BLOCK, len(words.conditions)))
    for column, slug in enumerate(slugs()):
        holders = certificates.held[:, column] > 0
        scores[np.ix_(holders, words.covers[column])] += 1.0
        if slug in CORE:
            scores[holders, words.conditions.index(CORE[slug])] += SURE
    return _take(scores, counts)


def _levels(block: Block, certificates: Certificates, chosen: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Evidence: what a verified certificate covers is trained or certified, all else is stated."""
    words = _words()
    levels = np.where(chosen, int(Specialty.Level.STATED), 0).astype(np.int8)
    given = np.array([step.level for step in Certificate], dtype=np.int8)[certificates.held]
    for column in range(len(slugs())):
        covered = chosen & words.covers[column]
        levels = np.maximum(levels, covered * given[:, column, None])
    trained = certificates.column("training-seen") == Certificate.SEEN
    order = np.where(chosen, block.chances("training").random(chosen.shape), 2.0)
    last = np.partition(order, TRAINED_CONDITIONS - 1, axis=1)[:, TRAINED_CONDITIONS - 1, None]
    seen = chosen & (order <= last) & trained[:, None]
    return np.asarray(np.maximum(levels, seen * np.int8(Specialty.Level.TRAINED)), dtype=np.int8)


def _bring_parents(block: Block, chosen: NDArray[np.bool_], levels: NDArray[np.int8]) -> None:
    """Whoever has proven a kind of something works with the something: the parent comes along, stated."""
    chance = block.chances("parents").random(chosen.shape)
    room = MOST_CONDITIONS - chosen.sum(axis=1)
    for child, parent in _words().families:
        brings = chosen[:, child] & ~chosen[:, parent] & (room > 0)
        brings &= (levels[:, child] > Specialty.Level.STATED) | (chance[:, child] < 0.3)
        chosen[brings, parent] = True
        levels[brings, parent] = Specialty.Level.STATED
        room -= brings


def _add_specialties(batch: Batch, block: Block, chosen: NDArray[np.bool_], levels: NDArray[np.int8]) -> None:
    rng, words = block.chances("cases"), _words()
    cases = np.clip(rng.lognormal(np.log(18), 0.9, chosen.shape), 1, 400).astype(np.int64)
    told = rng.random(chosen.shape) < 0.5
    for child, parent in words.families:  # a kind of something is part of the something
        both = told[:, child] & chosen[:, child] & chosen[:, parent]
        cases[both, parent] = np.maximum(cases[both, parent], cases[both, child])
    people, places = np.nonzero(chosen)
    numbers = cases[people, places].tolist()
    batch.add(
        SPECIALTIES,
        zip(
            (people + (FIRST_ID + block.first)).tolist(),
            words.numbers[places].tolist(),
            levels[people, places].tolist(),
            [
                number if said else None
                for number, said in zip(numbers, told[people, places].tolist(), strict=True)
            ],
            strict=True,
        ),
    )


def _choose_techniques(
    block: Block, certificates: Certificates, chosen: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Techniques that suit the conditions, and those that a certificate is for."""
    rng, words = block.chances("techniques"), _words()
    counts = np.clip(rng.lognormal(np.log(7), 0.4, BLOCK), 3, 15).astype(np.int64)
    scores = 0.4 * (chosen @ words.suits) + rng.gumbel(size=(BLOCK, len(words.techniques)))
    scores += SURE * ((certificates.held > 0).astype(np.float64) @ words.teaches)
    return _take(scores, counts)[0]


def _add_languages(batch: Batch, block: Block, spoken: NDArray[np.str_]) -> None:
    rng, shares = block.chances("languages"), read_data("population.json")["generator"]["languages"]
    entries = vocabulary().languages
    chances = np.tile([shares.get(code, 0.002) for code in entries], (BLOCK, 1))
    island = spoken == "PR"
    chances[island, list(entries).index("es")], chances[island, list(entries).index("en")] = 0.99, 0.75
    speaks = rng.random(chances.shape) < chances
    speaks[rng.random(BLOCK) < 0.03] = False  # not stated
    _add(batch, LANGUAGES, block, speaks, np.array([entry.number for entry in entries.values()]))


def _add_groups(batch: Batch, block: Block, chosen: NDArray[np.bool_]) -> None:
    rng, entries, words = block.chances("groups"), vocabulary().client_groups, _words()
    chances = np.full((BLOCK, len(entries)), 0.15)
    for condition, group in GROUPS.items():
        chances[chosen[:, words.conditions.index(condition)], list(entries).index(group)] = 0.7
    chosen_groups = rng.random(chances.shape) < chances
    _add(batch, CLIENT_GROUPS, block, chosen_groups, np.array([entry.number for entry in entries.values()]))
