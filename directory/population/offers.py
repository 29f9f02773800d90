"""What a practice offers: payment, access, amenities, terms for referrals, hours and prices."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from directory.population.batch import (
    ACCESS,
    AMENITIES,
    HOURS,
    PAYMENT_KINDS,
    PRICES,
    REFERRAL_TERMS,
    Batch,
    Table,
)
from directory.population.block import Block
from directory.population.places import NATIONAL_WAGE, places
from directory.vocabulary import OfferEntry, read_data, vocabulary

OTHER_PAYMENT, OTHER_ACCESS, AMENITY_SHARE, REFERRAL_SHARE = 0.05, 0.2, 0.2, 0.4
PAYMENT_SILENT, ACCESS_SILENT, PRICE_SILENT, HOURS_SILENT = 0.08, 0.2, 0.1, 0.1
ACCESS_SHARES = {
    "step-free-entrance": 0.55, "accessible-parking": 0.45, "accessible-restroom": 0.4, "near-transit": 0.35,
    "side-lying-setup": 0.4, "height-adjustable-table": 0.35, "service-animals": 0.35, "chair-option": 0.3,
    "fragrance-free": 0.3, "quiet-low-light": 0.3, "elevator": 0.15, "bariatric-table": 0.12,
    "transfer-assistance": 0.1, "hearing-support": 0.05, "asl": 0.02,
}  # fmt: skip
# Chance that a weekday is open, Monday first, and the usual hours of a day.
OPEN_DAYS = (0.75, 0.82, 0.85, 0.85, 0.75, 0.4, 0.1)
DAY_HOURS = ((9, 17), (10, 18), (8, 14), (12, 20), (9, 13), (11, 19), (7, 15))
LATE, WEEKEND = 19, (5, 6)
LENGTHS = {"30": 0.4, "45": 0.3, "60": 0.97, "75": 0.2, "90": 0.65, "120": 0.25}


def add_offers(
    batch: Batch,
    block: Block,
    ids: NDArray[np.int64],
    states: NDArray[np.str_],
    *,
    travels_only: NDArray[np.bool_],
) -> None:
    """Put all of it into `batch`, for the practices `ids` in `states`."""
    opened = _add_hours(batch, block, ids)
    _add_payments(batch, block, ids, states)
    rng = block.chances("access")
    shares = np.array([ACCESS_SHARES.get(slug, OTHER_ACCESS) for slug in vocabulary().access_features])
    access = rng.random((len(ids), len(shares))) < shares
    access[(rng.random(len(ids)) < ACCESS_SILENT) | travels_only] = False  # not stated
    _add(batch, ACCESS, ids, access, vocabulary().access_features)
    _add_amenities(batch, block, ids, *opened)
    terms = block.chances("terms").random((len(ids), len(vocabulary().referral_terms))) < REFERRAL_SHARE
    _add(batch, REFERRAL_TERMS, ids, terms, vocabulary().referral_terms)
    _add_prices(batch, block, ids, states, travels_only)


def _add(
    batch: Batch,
    table: Table,
    ids: NDArray[np.int64],
    chosen: NDArray[np.bool_],
    entries: dict[str, OfferEntry],
) -> None:
    numbers = np.array([entry.number for entry in entries.values()])
    rows, columns = np.nonzero(chosen)
    batch.add(table, zip(ids[rows].tolist(), numbers[columns].tolist(), strict=True))


def _add_payments(batch: Batch, block: Block, ids: NDArray[np.int64], states: NDArray[np.str_]) -> None:
    rng, facts = block.chances("payments"), _facts()["generator"]
    kinds = list(vocabulary().payment_kinds)
    chances = np.tile([facts["payment"].get(slug, OTHER_PAYMENT) for slug in kinds], (len(ids), 1))
    for state, share in facts["major_medical_override"].items():
        chances[states == state, kinds.index("major-medical")] = share
    takes = rng.random(chances.shape) < chances
    takes[rng.random(len(ids)) < PAYMENT_SILENT] = False  # not stated
    _add(batch, PAYMENT_KINDS, ids, takes, vocabulary().payment_kinds)


def _add_hours(
    batch: Batch, block: Block, ids: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Opening hours; says which practices are open late, and which at the weekend."""
    rng, usual = block.chances("hours"), np.array(DAY_HOURS)
    is_open = rng.random((len(ids), len(OPEN_DAYS))) < OPEN_DAYS
    is_open[:, 2] |= ~is_open.any(axis=1)
    is_open[rng.random(len(ids)) < HOURS_SILENT] = False  # not stated
    shift = rng.integers(len(usual), size=len(ids))
    short = rng.random(is_open.shape) < 0.15  # a day with other hours than the rest
    rows, days = np.nonzero(is_open)
    kind = np.where(short[rows, days], (shift[rows] + 2) % len(usual), shift[rows])
    opens, closes = usual[kind, 0].tolist(), usual[kind, 1].tolist()
    clock = _clock()
    batch.add(
        HOURS,
        (
            (practice, day, clock[begin], clock[end])
            for practice, day, begin, end in zip(
                ids[rows].tolist(), days.tolist(), opens, closes, strict=True
            )
        ),
    )
    late = np.zeros(len(ids), dtype=np.bool_)
    late[rows[usual[kind, 1] >= LATE]] = True
    return late, is_open[:, WEEKEND[0]] | is_open[:, WEEKEND[1]]


@cache
def _facts() -> dict[str, Any]:
    return read_data("population.json")


@cache
def _clock() -> tuple[str, ...]:
    return tuple(f"{hour:02d}:00:00" for hour in range(24))


def _add_amenities(
    batch: Batch, block: Block, ids: NDArray[np.int64], late: NDArray[np.bool_], weekend: NDArray[np.bool_]
) -> None:
    rng, slugs = block.chances("amenities"), list(vocabulary().amenities)
    has = rng.random((len(ids), len(slugs))) < AMENITY_SHARE
    told = rng.random((2, len(ids))) < 0.8
    has[:, slugs.index("evening-hours")] = late & told[0]
    has[:, slugs.index("weekend-hours")] = weekend & told[1]
    _add(batch, AMENITIES, ids, has, vocabulary().amenities)


def _add_prices(
    batch: Batch,
    block: Block,
    ids: NDArray[np.int64],
    states: NDArray[np.str_],
    travels_only: NDArray[np.bool_],
) -> None:
    """Prices for several lengths, in steps of five dollars, by the wages of the state."""
    rng, rule = block.chances("prices"), _facts()["client_rates_usd_per_60_min"]["generator"]
    wages = np.array([places().wages.get(state, NATIONAL_WAGE) for state in states.tolist()])
    hour = rng.lognormal(np.log(rule["median_base"]), rule["sigma"], len(ids))
    hour = np.clip(hour * np.clip((wages / NATIONAL_WAGE) ** 0.5, 0.8, 1.4), rule["minimum"], rule["maximum"])
    least, most = rule["mobile_surcharge_usd"]
    way = np.where(travels_only, rng.integers(int(least), int(most) + 1, size=len(ids)), 0)
    parts = np.array([rule["minutes"][length] for length in LENGTHS])
    step = rule["round_to"]
    steps = np.maximum(1, np.round((hour[:, None] * parts + way[:, None]) / step))
    dollars = (steps * step).astype(np.int64)
    offered = rng.random(dollars.shape) < np.array(list(LENGTHS.values()))
    offered[rng.random(len(ids)) < PRICE_SILENT] = False  # not stated
    rows, columns = np.nonzero(offered)
    minutes = np.array([int(length) for length in LENGTHS])
    batch.add(
        PRICES,
        zip(
            ids[rows].tolist(),
            minutes[columns].tolist(),
            (dollars[rows, columns] * 100).tolist(),
            strict=True,
        ),
    )
