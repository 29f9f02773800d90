"""Made-up therapists and practices, drawn block by block: the same seed gives the same people."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from directory.jurisdictions import JurisdictionEntry, jurisdictions
from directory.models.practice import REACH_TIERS_KM
from directory.population import names as wording
from directory.population.places import places, public_point, scatter
from directory.population.proofs import STATES, Numbers, Proof, Prover
from directory.vocabulary import read_data, vocabulary

BLOCK = 1000
# Conditions that more therapists work with than others; the rest share one weight.
POPULAR = {
    "back-pain": 8, "low-back-pain": 9, "neck-pain": 9, "shoulder-pain": 7, "headaches-and-migraines": 6, "stress": 6,
    "sciatica": 6, "sports-injuries": 5, "muscle-spasm-cramps": 5, "fibromyalgia": 4, "tension-headache": 4,
    "upper-back-pain": 4, "pregnancy-massage": 4, "whiplash": 4, "anxiety": 4, "chronic-pain": 4, "tmj-disorder": 3,
    "plantar-fasciitis": 3, "frozen-shoulder": 3, "carpal-tunnel-syndrome": 3, "lymphedema": 2, "migraine": 3,
}  # fmt: skip
SETTINGS = {
    "private-practice": 0.55, "clinic": 0.15, "chiropractic-office": 0.12, "physical-therapy-clinic": 0.06,
    "hospital": 0.03, "mobile-home-visit": 0.05, "spa": 0.04,
}  # fmt: skip
DAY_HOURS = ((9, 17), (10, 18), (8, 14), (12, 20), (9, 13))
WAITING, CLOSED = 0.78, 0.92  # below: accepting; between: waiting list; above: not accepting


@dataclass(frozen=True)
class Site:
    """One practice, as it will be written."""

    state: JurisdictionEntry
    name: str
    street: str
    city: str
    postal_code: str
    point: tuple[float, float]
    public: tuple[float, float]
    home: bool
    clinic: bool
    reach: int | None
    setting: int | None
    accepting: str
    published: bool
    held_reason: str
    confirmed_at: datetime | None
    phone: str
    payments: tuple[int, ...]
    access: tuple[int, ...]
    amenities: tuple[int, ...]
    referral: tuple[int, ...]
    hours: tuple[tuple[int, int, int], ...]
    prices: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Person:
    """One therapist, as she or he will be written."""

    given: str
    family: str
    gender: str
    since: int | None
    bio: str
    languages: tuple[int, ...]
    techniques: tuple[int, ...]
    groups: tuple[int, ...]
    specialties: tuple[tuple[int, int, int | None], ...]
    proofs: tuple[Proof, ...]
    answer_share: float | None
    membership_until: datetime | None
    sites: tuple[Site, ...]


def draw_people(count: int, *, seed: int, today: date) -> Iterator[list[Person]]:
    """Blocks of people, `count` in all."""
    numbers = Numbers()
    for block in range(math.ceil(count / BLOCK)):
        rng = np.random.default_rng([seed, block])
        # A block is always drawn whole, so that a larger population begins with a smaller one.
        people = _Drawer(rng, numbers, today).block(block)
        yield people[: count - block * BLOCK]


@cache
def _weights() -> tuple[NDArray[np.float64], tuple[str, ...]]:
    slugs = tuple(vocabulary().conditions)
    return np.log([float(POPULAR.get(slug, 1)) for slug in slugs]), slugs


class _Drawer:
    """Draws one block; everything random comes from `rng`."""

    def __init__(self, rng: np.random.Generator, numbers: Numbers, today: date) -> None:
        self.rng, self.today = rng, today
        self.known = vocabulary()
        self.facts = read_data("population.json")
        self.prover = Prover(rng, numbers, today)
        self.midnight = datetime.combine(today, time(), tzinfo=UTC)

    def block(self, block: int) -> list[Person]:
        rng, size = self.rng, BLOCK
        weights, _ = _weights()
        self.conditions = np.argsort(-(weights + rng.gumbel(size=(size, len(weights)))), axis=1)
        self.techniques = np.argsort(-rng.gumbel(size=(size, len(self.known.techniques))), axis=1)
        self.how_many = np.clip(rng.lognormal(np.log(8), 0.5, size), 3, 25).astype(int)
        self.how_many_techniques = np.clip(rng.lognormal(np.log(7), 0.4, size), 3, 15).astype(int)
        self.years = rng.gamma(1.9, 5.8, size).astype(int)
        self.spots = rng.choice(len(places().zips), size=(size, 2), p=places().chances)
        self.states = rng.choice(len(STATES), size=size, p=[share for _, share in STATES])
        self.uniform = rng.random((size, 24))
        return [self._person(index, block * size + index) for index in range(size)]

    def _person(self, index: int, number: int) -> Person:
        chance = self.uniform[index]
        gender = "female" if chance[0] < 0.79 else "male" if chance[0] < 0.945 else "nonbinary" if chance[0] < 0.96 else ""
        given, family = self._name(gender)
        slugs = [slug for slug, share in self.facts["generator"]["certifications"].items() if self.rng.random() < share]
        spots = [self.spots[index][0]] + ([self.spots[index][1]] if chance[1] < 0.02 else [])
        if 0.02 <= chance[1] < 0.09:
            spots.append(spots[0])
        states = list(dict.fromkeys(places().zips[spot].state for spot in spots))
        sites = tuple(self._site(spot, family, chance[2 + 9 * at : 11 + 9 * at], number) for at, spot in enumerate(spots))
        share = None if chance[20] < 0.3 else round(float(np.clip(self.rng.beta(7, 2), 0, 1)), 3)
        return Person(
            given=given,
            family=family,
            gender=gender,
            since=None if chance[21] < 0.06 else self.today.year - min(55, int(self.years[index])),
            bio=self._bio(),
            languages=self._languages() if chance[22] < 0.97 else (),
            techniques=self._some(self.techniques[index], self.how_many_techniques[index]),
            groups=self._each({row.number: 0.18 for row in self.known.client_groups.values()}),
            specialties=self._specialties(index, slugs),
            proofs=tuple(self._proofs(states, slugs, STATES[self.states[index]][0], chance[23])),
            answer_share=share,
            membership_until=self._membership(),
            sites=sites,
        )

    def _name(self, gender: str) -> tuple[str, str]:
        lists = wording.names()
        given = {"female": lists.female, "male": lists.male}.get(gender, lists.neutral)
        family = lists.family[self.rng.integers(len(lists.family))]
        if self.rng.random() < 0.04:
            family += "-" + lists.family[self.rng.integers(len(lists.family))].split("-")[0]
        return given[self.rng.integers(len(given))], family.replace("OBrien", "O'Brien")

    def _bio(self) -> str:
        lines = (wording.BIO_OPENINGS, wording.BIO_MIDDLES, wording.BIO_ENDINGS)
        return " ".join(str(row[self.rng.integers(len(row))]) for row in lines if self.rng.random() < 0.8)

    def _each(self, shares: dict[int, float]) -> tuple[int, ...]:
        drawn = self.rng.random(len(shares))
        return tuple(number for (number, share), chance in zip(shares.items(), drawn, strict=True) if chance < share)

    def _some(self, order: NDArray[np.intp], count: int) -> tuple[int, ...]:
        numbers = [row.number for row in self.known.techniques.values()]
        return tuple(sorted(numbers[place] for place in order[:count]))

    def _languages(self) -> tuple[int, ...]:
        shares = self.facts["generator"]["languages"]
        return self._each({row.number: shares.get(code, 0.002) for code, row in self.known.languages.items()})

    def _specialties(self, index: int, certificates: list[str]) -> tuple[tuple[int, int, int | None], ...]:
        """Conditions with levels: certified only where a specialty certificate of the person covers it."""
        _, slugs = _weights()
        kinds = [self.known.credential_kinds[slug] for slug in certificates]
        covered = {slug for kind in kinds if kind.scope == "specialty" for slug in kind.certifies_for_conditions}
        wanted = [slugs[place] for place in self.conditions[index][: self.how_many[index]]]
        wanted += [slug for slug in sorted(covered) if self.rng.random() < 0.4][: max(0, 25 - len(wanted))]
        found = []
        for slug in dict.fromkeys(wanted):
            chance = self.rng.random()
            level = 3 if slug in covered and chance < 0.6 else 2 if chance < 0.22 else 1
            cases = int(self.rng.integers(3, 180)) if self.rng.random() < 0.5 else None
            found.append((self.known.conditions[slug].number, level, cases))
        return tuple(found)

    def _proofs(self, states: list[str], certificates: list[str], state: str, chance: float) -> Iterator[Proof]:
        """The right to practise in the first state; in a second one only most of the time."""
        made: set[int] = set()
        proofs = list(self.prover.right_to_practise(jurisdictions()[states[0]], state))
        for other in states[1:]:
            if chance < 0.6:
                proofs += self.prover.right_to_practise(jurisdictions()[other], "verified")
        proofs += [self.prover.certificate(slug) for slug in certificates]
        if chance < self.facts["generator"]["npi_share"]:
            proofs.append(self.prover.npi())
        if self.rng.random() < 0.6:
            proofs.append(self.prover.insurance())
        for proof in proofs:
            if proof.jurisdiction or proof.kind not in made:
                made.add(proof.kind)
                yield proof

    def _membership(self) -> datetime | None:
        chance = self.rng.random()
        if chance < 0.03:
            return None
        days = -int(self.rng.integers(1, 200)) if chance < 0.07 else int(self.rng.integers(1, 365))
        return self.midnight + timedelta(days=days)

    def _site(self, spot: int, family: str, chance: NDArray[np.float64], number: int) -> Site:
        row = places().zips[spot]
        state = jurisdictions()[row.state]
        home, reach, clinic = bool(chance[0] < 0.12), None, True
        if chance[1] < 0.15:
            reach, clinic = REACH_TIERS_KM[int(self.rng.integers(len(REACH_TIERS_KM)))], bool(chance[1] >= 0.05)
        east, north = self.rng.normal(size=2)
        point = scatter(row, float(east), float(north))
        offers = self._offers(row.state)
        return Site(
            state=state,
            name=self._practice_name(family),
            street=f"{int(self.rng.integers(1, 9999))} {self._street()}",
            city=row.city,
            postal_code=row.code,
            point=point,
            public=public_point(point, home=home),
            home=home,
            clinic=clinic,
            reach=reach,
            setting=self._setting(clinic) if chance[2] < 0.95 else None,
            accepting="yes" if chance[3] < WAITING else "waiting_list" if chance[3] < CLOSED else "no",
            published=bool(chance[4] >= 0.02),
            held_reason="A complaint is being looked into." if chance[5] < 0.005 else "",
            confirmed_at=self._confirmed(chance[6]),
            phone=f"({200 + number % 700}) 555-01{number % 100:02d}",
            prices=self._prices(places().wages.get(row.state, 28.1)) if chance[7] < 0.9 else (),
            hours=self._hours() if chance[8] < 0.9 else (),
            **offers,
        )

    def _practice_name(self, family: str) -> str:
        chance = self.rng.random()
        if chance < 0.3:
            return ""
        word = wording.PRACTICE_WORDS[self.rng.integers(len(wording.PRACTICE_WORDS))]
        place = wording.PRACTICE_PLACES[self.rng.integers(len(wording.PRACTICE_PLACES))]
        return f"{family} {word}" if chance < 0.55 else f"{place} {word}"

    def _street(self) -> str:
        rows = ("Main St", "Oak Ave", "2nd St", "Park Ave", "Maple St", "Cedar Ln", "Washington Ave", "Lake St", "Elm St")
        return rows[self.rng.integers(len(rows))]

    def _setting(self, clinic: bool) -> int:
        slug = str(self.rng.choice(list(SETTINGS), p=list(SETTINGS.values()))) if clinic else "mobile-home-visit"
        return self.known.settings[slug].number

    def _offers(self, state: str) -> dict[str, Any]:
        shares = dict(self.facts["generator"]["payment"])
        shares["major-medical"] = self.facts["generator"]["major_medical_override"].get(state, shares["major-medical"])
        payment = {row.number: shares.get(slug, 0.06) for slug, row in self.known.payment_kinds.items()}
        silent = self.rng.random(2) < 0.12
        access = {row.number: 0.3 for row in self.known.access_features.values()}
        return {
            "payments": () if silent[0] else self._each(payment),
            "access": () if silent[1] else self._each(access),
            "amenities": self._each({row.number: 0.25 for row in self.known.amenities.values()}),
            "referral": self._each({row.number: 0.4 for row in self.known.referral_terms.values()}),
        }

    def _confirmed(self, chance: float) -> datetime | None:
        if chance < 0.01:
            return None
        days = int(self.rng.integers(121, 300)) if chance < 0.05 else int(self.rng.integers(0, 110))
        return self.midnight - timedelta(days=days) + timedelta(hours=9)

    def _hours(self) -> tuple[tuple[int, int, int], ...]:
        days = np.sort(self.rng.permutation(7)[: self.rng.integers(2, 7)])
        opens, closes = DAY_HOURS[self.rng.integers(len(DAY_HOURS))]
        return tuple((int(day), opens, closes) for day in days)

    def _prices(self, wage: float) -> tuple[tuple[int, int], ...]:
        rule = self.facts["client_rates_usd_per_60_min"]["generator"]
        factor = float(np.clip((wage / 28.1) ** 0.5, 0.8, 1.4))
        hour = float(np.clip(self.rng.lognormal(np.log(rule["median_base"]), rule["sigma"]) * factor, 50, 220))
        lengths = ["60", *(length for length in ("30", "45", "90", "120") if self.rng.random() < 0.45)]
        return tuple(
            (int(length), max(500, round(hour * rule["minutes"][length] / 5) * 500)) for length in sorted(lengths, key=int)
        )
