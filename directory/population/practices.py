"""The practices of made-up people: where, when, for how much, and for whom they are open."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from directory.models.practice import REACH_TIERS_KM
from directory.population.batch import FIRST_ID, PRACTICES, SITES_EACH, Batch, Row
from directory.population.block import Block
from directory.population.cast import CAST, Part
from directory.population.offers import add_offers
from directory.population.places import NOWHERE, home_point, places, scatter
from directory.population.writing import practice_name, street
from directory.vocabulary import fold, vocabulary

# Suggested in population.json; small places of work are our own. Who only travels has none of them.
SETTINGS = {
    "private-practice": 0.56, "clinic": 0.155, "chiropractic-office": 0.125, "physical-therapy-clinic": 0.065,
    "hospital": 0.03, "spa": 0.042, "sports-facility": 0.012, "hospice-care-facility": 0.004,
    "workplace": 0.007,
}  # fmt: skip
NOT_STATED = 0.05
HOME, TRAVELS, TRAVELS_ONLY = 0.12, 0.15, 0.05
WAITING, CLOSED = 0.78, 0.92  # below: accepting; between: waiting list; above: not accepting
DRAFTS, HELD = 0.02, 0.005
REACH_SHARES = (0.15, 0.27, 0.26, 0.2, 0.08, 0.04)
HELD_REASONS = (
    "A complaint is being looked into.",
    "The address could not be confirmed.",
    "The name on the licence is not the name of the profile.",
)
AREA_CODES = {
    "AL": 205, "AK": 907, "AZ": 602, "AR": 501, "CA": 415, "CO": 303, "CT": 203, "DE": 302, "DC": 202,
    "FL": 305,
    "GA": 404, "HI": 808, "ID": 208, "IL": 312, "IN": 317, "IA": 515, "KS": 316, "KY": 502, "LA": 504,
    "ME": 207,
    "MD": 410, "MA": 617, "MI": 313, "MN": 612, "MS": 601, "MO": 314, "MT": 406, "NE": 402, "NV": 702,
    "NH": 603,
    "NJ": 201, "NM": 505, "NY": 212, "NC": 704, "ND": 701, "OH": 216, "OK": 405, "OR": 503, "PA": 215,
    "PR": 787,
    "RI": 401, "SC": 803, "SD": 605, "TN": 615, "TX": 512, "UT": 801, "VT": 802, "VA": 804, "VI": 340,
    "WA": 206,
    "WV": 304, "WI": 414, "WY": 307,
}  # fmt: skip


@dataclass(frozen=True)
class Sites:
    """All practices of a block, as columns; `person` counts from the first of the block."""

    person: NDArray[np.intp]
    spot: NDArray[np.intp]
    order: NDArray[np.intp]  # 0 the first practice of a person, 1 the second
    travels: NDArray[np.bool_]
    clinic: NDArray[np.bool_]
    home: NDArray[np.bool_]
    ids: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.person)

    @property
    def states(self) -> NDArray[np.str_]:
        """The state of each."""
        return places().states[self.spot]


def add_practices(
    batch: Batch, block: Block, spots: tuple[NDArray[np.intp], NDArray[np.intp]], families: list[str]
) -> None:
    """Put the practices of the block, with all that hangs on them, into `batch`."""
    sites = _lay_out(block, spots)
    settings = _draw_settings(block, sites)
    batch.add(PRACTICES, _rows(block, sites, settings, families))
    add_offers(batch, block, sites.ids, sites.states, travels_only=~sites.clinic)


def _lay_out(block: Block, spots: tuple[NDArray[np.intp], NDArray[np.intp]]) -> Sites:
    first, second = spots
    with_second = np.nonzero(second != NOWHERE)[0]
    person = np.concatenate([np.arange(len(first)), with_second])
    order = np.concatenate([np.zeros(len(first), dtype=np.intp), np.ones(len(with_second), dtype=np.intp)])
    rng = block.chances("sites")
    roams, lives = rng.random((2, len(person)))
    travels, only = roams < TRAVELS, roams < TRAVELS_ONLY
    # Who only travels has no room to see anybody in, at home or elsewhere.
    home = (lives < HOME / (1 - TRAVELS_ONLY)) & ~only
    if block.number == 0:
        for row in np.nonzero(person < len(CAST))[0]:
            part = CAST[person[row]]
            home[row], only[row], travels[row] = part.home, part.travels_only, part.travels_only
    return Sites(
        person=person,
        spot=np.concatenate([first, second[with_second]]),
        order=order,
        travels=travels,
        clinic=~only,
        home=home,
        ids=FIRST_ID + (block.first + person) * SITES_EACH + order,
    )


def _draw_settings(block: Block, sites: Sites) -> list[int | None]:
    """The number of the setting of each, None where it is not stated."""
    rng, known = block.chances("settings"), vocabulary().settings
    shares = np.array(list(SETTINGS.values()))
    drawn = rng.choice([known[slug].number for slug in SETTINGS], size=len(sites), p=shares / shares.sum())
    drawn = np.where(sites.home, known["private-practice"].number, drawn)
    drawn = np.where(sites.clinic, drawn, known["mobile-home-visit"].number)
    silent = sites.clinic & (rng.random(len(sites)) < NOT_STATED)
    return [None if quiet else number for number, quiet in zip(drawn.tolist(), silent.tolist(), strict=True)]


@cache
def _part(block: int, person: int) -> Part | None:
    return CAST[person] if block == 0 and person < len(CAST) else None


def _rows(block: Block, sites: Sites, settings: list[int | None], families: list[str]) -> Iterator[Row]:
    rng, count = block.chances("practices"), len(sites)
    shift = rng.normal(size=(count, 2)).tolist()
    chance = rng.random((count, 9)).tolist()
    reach = rng.choice(REACH_TIERS_KM, size=count, p=REACH_SHARES).tolist()
    columns = (sites.ids.tolist(), sites.person.tolist(), sites.spot.tolist(), sites.travels.tolist())
    homes, clinics = sites.home.tolist(), sites.clinic.tolist()
    for row, (pk, person, spot, travels) in enumerate(zip(*columns, strict=True)):
        place = places().zips[spot]
        point = public = scatter(place, *shift[row])
        if homes[row]:
            point, public = home_point(point)
        published, reason, confirmed, accepting, resume = _standing(
            block, _part(block.number, person), chance[row]
        )
        family, number = families[person], block.first + person
        name = practice_name(family, chance[row][5])
        created = block.day(-150 - int(chance[row][8] * 1500)) + " 15:00:00"
        yield (
            pk, FIRST_ID + number, place.state, name, street(chance[row][6]) if clinics[row] else "",
            place.city,
            place.code, *point, homes[row], *public, clinics[row], reach[row] if travels else None,
            settings[row],
            f"({AREA_CODES[place.state]}) 555-01{number % 100:02d}",
            f"https://{fold(family).replace(' ', '-')}-massage.example/" if chance[row][7] < 0.2 else "",
            accepting, resume, published, bool(reason), reason, confirmed, created, block.instant(0, 0),
        )  # fmt: skip


def _standing(
    block: Block, part: Part | None, chance: list[float]
) -> tuple[bool, str, str | None, str, str | None]:
    """Published?, why held, confirmed at, accepting, from when again."""
    published, held, days = chance[0] >= DRAFTS, chance[1] < HELD, _confirmed_days_ago(chance[2])
    accepting = "yes" if chance[3] < WAITING else "waiting_list" if chance[3] < CLOSED else "no"
    if part:
        published, held, days = part.published, part.held, part.confirmed_days_ago
    reason = HELD_REASONS[int(chance[4] * len(HELD_REASONS))] if held else ""
    resume = block.day(14 + int(chance[4] * 100)) if accepting != "yes" and chance[4] < 0.4 else None
    return published, reason, None if days is None else block.instant(-days, 9), accepting, resume


def _confirmed_days_ago(chance: float) -> int | None:
    """Mostly within 110 days, some about to lapse or lapsed (120), some never."""
    if chance < 0.01:
        return None
    if chance < 0.05:
        return 121 + int(chance * 4000) % 180
    if chance < 0.065:
        return 111 + int(chance * 4000) % 9
    return 1 + int((chance - 0.065) / 0.935 * 110)
