"""A made-up population of therapists for trying, testing and measuring. No real person is in it.

Facts and shares: `directory/data/population.json`; names: `directory/data/names.json`.

Everybody made here has an id from `FIRST_ID` (1,000,000,000) up to 2,000,000,000: person n is therapist
FIRST_ID + n, has practices from FIRST_ID + 2 n and credentials from FIRST_ID + 32 n. So seeding again renews
exactly these and touches nobody else. Whoever signs up gets ids outside of this block: below it on
PostgreSQL, whose sequences do not notice it; above it on SQLite, which counts on from the highest id in
the table and is told to begin behind the block (`storing.reserve`).

Numbers of licences count down from the highest that the pattern of the state allows (227.999999,
227.999998, ..); NPIs begin with 2999, which is given to nobody as yet.

The same number of people, seed and date give the same rows; every date is relative to that date. A block
of 1000 is drawn from generators of its own, so a larger population begins with the smaller one.
"""

from directory.population.batch import BEYOND_ID, FIRST_ID
from directory.population.planting import Planted, plant

__all__ = ["BEYOND_ID", "FIRST_ID", "Planted", "plant"]
