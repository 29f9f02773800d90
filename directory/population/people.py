"""Made-up therapists, drawn block by block: the same seed and day give the same people."""

import math
from collections.abc import Iterator
from datetime import date

import numpy as np

from directory.population.batch import FIRST_ID, THERAPISTS, Batch, Row
from directory.population.block import BLOCK, Block
from directory.population.cast import CAST
from directory.population.certificates import draw_certificates
from directory.population.names import draw_names
from directory.population.numbers import Numbers
from directory.population.places import draw_spots, places
from directory.population.practices import add_practices
from directory.population.proofs import add_proofs
from directory.population.skills import add_skills
from directory.population.writing import draw_bios

MOST_YEARS = 55
YEARS_SILENT, ANSWERS_UNKNOWN = 0.06, 0.3
NO_MEMBER, LAPSED = 0.03, 0.04


def draw_people(count: int, *, seed: int, today: date) -> Iterator[Batch]:
    """The rows of `count` people, one block after another."""
    numbers = Numbers()
    for number in range(math.ceil(count / BLOCK)):
        # A block is always drawn whole, so that a larger population begins with a smaller one.
        batch = draw_block(Block(seed=seed, number=number, today=today), numbers)
        if count < (number + 1) * BLOCK:
            batch.cut(count)
        yield batch


def draw_block(block: Block, numbers: Numbers) -> Batch:
    """All rows of one block."""
    batch = Batch()
    spots = draw_spots(block)
    people = draw_names(block)
    certificates = draw_certificates(block, spots)
    foremost = add_skills(batch, block, certificates, places().states[spots[0]])
    batch.add(THERAPISTS, _rows(block, people, draw_bios(block, foremost)))
    add_proofs(batch, block, spots, certificates, numbers)
    add_practices(batch, block, spots, [family for _, family, _ in people])
    return batch


def _rows(block: Block, people: list[tuple[str, str, str]], bios: list[str]) -> Iterator[Row]:
    rng = block.chances("people")
    years = np.minimum(rng.gamma(1.89, 5.82, BLOCK).astype(np.int64), MOST_YEARS).tolist()
    shares = np.round(np.clip(rng.beta(7, 2, BLOCK), 0, 1), 3).tolist()
    chances = rng.random((BLOCK, 5)).tolist()
    for place, ((given, family, gender), bio, chance) in enumerate(zip(people, bios, chances, strict=True)):
        days = _member_days(chance[0], chance[1])
        if block.number == 0 and place < len(CAST):
            days = CAST[place].member_days
        since = None if chance[2] < YEARS_SILENT else block.today.year - years[place]
        share = None if chance[3] < ANSWERS_UNKNOWN else shares[place]
        joined = block.instant(-150 - int(chance[4] * 1500))
        member = None if days is None else block.instant(days, 0)
        yield (
            FIRST_ID + block.first + place, given, family, gender, since, bio, member, share, joined,
            block.instant(0, 0),
        )  # fmt: skip


def _member_days(chance: float, length: float) -> int | None:
    """Days until the membership ends: mostly ahead, for some behind, for some there was none."""
    if chance < NO_MEMBER:
        return None
    return -1 - int(length * 200) if chance < NO_MEMBER + LAPSED else 1 + int(length * 364)
