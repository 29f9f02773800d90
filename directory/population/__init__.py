"""A made-up population of therapists for trying, testing and measuring. No real person is in it.

Facts and shares: `directory/data/population.json`. Everybody made here has an id of 1,000,000,000 or
more, so that seeding again renews exactly these and touches nobody else.
"""

from directory.population.planting import FIRST_ID, Planted, plant

__all__ = ["FIRST_ID", "Planted", "plant"]
