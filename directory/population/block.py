"""One block of people that is drawn at once: its chances, its day, and how a day is written."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np

BLOCK = 1000  # people


@dataclass(frozen=True)
class Block:
    """People number * BLOCK and on. Each subject draws from a generator of its own, so that a change of
    one (how bios are put together) leaves all others (who lives where) as they were."""

    seed: int
    number: int
    today: date

    @property
    def first(self) -> int:
        """The number of its first person."""
        return self.number * BLOCK

    def chances(self, subject: str) -> np.random.Generator:
        """The generator of one subject."""
        return np.random.default_rng([self.seed, self.number, *subject.encode()])

    def day(self, ahead: int) -> str:
        """The date so many days from today."""
        return _day(self.today, ahead)

    def instant(self, ahead: int, hour: int = 15) -> str:
        """An hour (UTC) of the day so many days from today."""
        return _instant(self.today, ahead, hour)


@cache
def _day(today: date, ahead: int) -> str:
    return (today + timedelta(days=ahead)).isoformat()


@cache
def _instant(today: date, ahead: int, hour: int) -> str:
    return f"{_day(today, ahead)} {hour:02d}:00:00"


def written(at: datetime) -> str:
    """An instant as both databases read it: UTC, without a zone (Django's sessions are in UTC)."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
