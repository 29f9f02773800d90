"""Who holds which national credential: certificates, insurance, memberships, NPI."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from directory.jurisdictions import jurisdictions
from directory.models import Specialty
from directory.population.block import BLOCK, Block
from directory.population.cast import CAST
from directory.population.places import NOWHERE, places
from directory.vocabulary import read_data, vocabulary

PENDING = ("draft", "submitted", "in_review", "needs_information", "rejected")
# Beside those of population.json; our own shares.
MORE_SHARES = {
    "training-seen": 0.15, "liability-insurance": 0.6, "amta": 0.15, "abmp": 0.1, "cpr-first-aid": 0.1,
    "vodder-mld": 0.008, "ldt-chikly": 0.006, "ncbtmb-sc-oncology": 0.006,
    "ncbtmb-sc-military-veteran": 0.004,
    "fst": 0.008, "bcsi": 0.005, "nctmb-legacy": 0.02,
}  # fmt: skip
WASHINGTON_INTRAORAL = 0.06
# Kinds that stand with an issuer whom the desk can ask; of the others it sees the paper, and asks for some.
ISSUED = {"board-certification", "certification", "directory-listing", "state-endorsement", "identifier"}
PAPERS_ASKED = 0.3
# Where a state regulates nothing: board certification, training with insurance, training alone, neither.
WITHOUT_LAW = (("board", 0.3), ("trained", 0.52), ("uninsured", 0.1), ("nothing", 0.08))


class Certificate(IntEnum):
    """How far it has come: not held, on its way, run out, seen on paper, asked of the issuer."""

    NONE, SUBMITTED, IN_REVIEW, EXPIRED, SEEN, ASKED = range(6)

    @property
    def state(self) -> str:
        """The state of the credential."""
        return ("", "submitted", "in_review", "expired", "verified", "verified")[self]

    @property
    def level(self) -> int:
        """The evidence level that it gives a specialty."""
        if self == self.ASKED:
            return int(Specialty.Level.CERTIFIED)
        return int(Specialty.Level.TRAINED) if self == self.SEEN else 0


@cache
def slugs() -> tuple[str, ...]:
    """The national kinds in the order of their numbers."""
    kinds = vocabulary().credential_kinds.values()
    return tuple(kind.slug for kind in sorted(kinds, key=lambda kind: kind.number) if kind.scope != "legal")


@dataclass(frozen=True)
class Certificates:
    """One row a person, one column a kind (`slugs()`), each a `Certificate`."""

    held: NDArray[np.int8]

    def of(self, person: int) -> Iterator[tuple[str, Certificate]]:
        """Kinds that the person holds."""
        for column in np.nonzero(self.held[person])[0].tolist():
            yield slugs()[column], Certificate(int(self.held[person, column]))

    def column(self, slug: str) -> NDArray[np.int8]:
        """One kind, of all people."""
        return self.held[:, slugs().index(slug)]


def draw_certificates(block: Block, spots: tuple[NDArray[np.intp], NDArray[np.intp]]) -> Certificates:
    """Who of the block holds what."""
    rng = block.chances("certificates")
    facts = read_data("population.json")["generator"]
    shares = facts["certifications"] | MORE_SHARES | {"npi": facts["npi_share"]}
    wanted = np.array([shares.get(slug, 0.0) for slug in slugs()])
    owns = rng.random((BLOCK, len(slugs()))) < wanted
    states = places().states[spots[0]]
    owns[:, slugs().index("intraoral-endorsement-wa")] = (states == "WA") & (
        rng.random(BLOCK) < WASHINGTON_INTRAORAL
    )
    held = np.where(owns, _how_far(rng), 0).astype(np.int8)
    found = Certificates(held)
    ways = rng.choice(len(WITHOUT_LAW), size=BLOCK, p=[share for _, share in WITHOUT_LAW])
    _meet_demands(block, found, spots, ways)
    return found


def _how_far(rng: np.random.Generator) -> NDArray[np.int8]:
    kinds = [vocabulary().credential_kinds[slug] for slug in slugs()]
    chance, asked = rng.random((2, BLOCK, len(kinds)))
    by_issuer = np.array([kind.kind in ISSUED for kind in kinds])
    on_paper = np.array([kind.kind in ("training", "insurance") for kind in kinds])
    ends = np.array([kind.expiry_months is not None for kind in kinds])
    far = np.where(by_issuer | (~on_paper & (asked < PAPERS_ASKED)), Certificate.ASKED, Certificate.SEEN)
    far = np.where(chance < 0.05, Certificate.SUBMITTED, far)
    far = np.where(chance < 0.015, Certificate.IN_REVIEW, far)
    return np.where(ends & (chance > 0.97), Certificate.EXPIRED, far).astype(np.int8)


def _meet_demands(
    block: Block,
    certificates: Certificates,
    spots: tuple[NDArray[np.intp], NDArray[np.intp]],
    drawn: NDArray[np.intp],
) -> None:
    """Give people in states without a law what those states' demand asks for, or a part of it."""
    lawless = [code for code, place in jurisdictions().items() if place.regulation == "none"]
    states = places().states
    there = np.isin(states[spots[0]], lawless) | ((spots[1] != NOWHERE) & np.isin(states[spots[1]], lawless))
    board, training, insurance = (
        certificates.column(slug) for slug in ("bctmb", "training-seen", "liability-insurance")
    )
    for person in np.nonzero(there)[0].tolist():
        way = WITHOUT_LAW[int(drawn[person])][0]
        if block.number == 0 and person < len(CAST):
            way = CAST[person].without_law
        board[person] = Certificate.ASKED if way == "board" else Certificate.NONE
        if way != "board":
            training[person] = Certificate.NONE if way == "nothing" else Certificate.SEEN
            insurance[person] = Certificate.SEEN if way == "trained" else Certificate.NONE
