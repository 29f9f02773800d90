"""Credentials of made-up people: in every state of life, dated around today, each with the way it came."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from directory.credentials import COUNTING
from directory.jurisdictions import JurisdictionEntry, jurisdictions
from directory.population.batch import CREDENTIALS, EVENTS, FIRST_ID, PROOFS_EACH, Batch, Row
from directory.population.block import BLOCK, Block
from directory.population.cast import CAST
from directory.population.certificates import PENDING, Certificate, Certificates
from directory.population.history import Dates, counts_until, date_proof, path
from directory.population.numbers import Numbers, npi
from directory.population.places import NOWHERE, places
from directory.vocabulary import CredentialKindEntry, vocabulary

# Shares of a right to practise in each state of life, after population.json: 93% active, 4% expired, 0.5%
# suspended. Its "restricted" (1%) and "not found" (1.5%) are no states here: the desk's own states stand
# in their place.
STATES = (
    ("verified", 0.918), ("renewal_filed", 0.012), ("expired", 0.04), ("suspended", 0.005), ("revoked",
    0.003),
    ("surrendered", 0.003), ("in_review", 0.005), ("submitted", 0.005), ("needs_information", 0.004),
    ("rejected", 0.002), ("draft", 0.003),
)  # fmt: skip
LEGAL = {
    "license": "state-licence",
    "registration": "state-registration",
    "voluntary-certification": "state-certificate",
}
SECOND_RIGHT = 0.6  # of those with a practice in another state
# Nothing is known of the agency there, so nobody's licence can have been checked.
UNKNOWN_AGENCY = {"VI"}
INSURER = "Certificate of insurance, seen by our desk"
PAPER = "Certificate, seen by our desk"
SCHOOL = "Letter of the school that issued it, to our desk"
# Words of issuing bodies that name nobody in particular.
VAGUE = ("varies", "such as", "for example")
USUAL_MONTHS = 24


@dataclass(frozen=True)
class _Claim:
    """One credential before it is dated."""

    slot: int
    kind: CredentialKindEntry
    state: str
    place: JurisdictionEntry | None = None
    expires_in: int | None = None
    asked: bool = False  # the desk has asked the issuer; else it has seen the paper


@cache
def _kind(slug: str) -> CredentialKindEntry:
    return vocabulary().credential_kinds[slug]


def add_proofs(
    batch: Batch,
    block: Block,
    spots: tuple[NDArray[np.intp], NDArray[np.intp]],
    certificates: Certificates,
    numbers: Numbers,
) -> None:
    """Put the credentials of the block, with their events, into `batch`."""
    rng = block.chances("proofs")
    states = rng.choice(len(STATES), size=BLOCK, p=[share for _, share in STATES]).tolist()
    second_right = (rng.random(BLOCK) < SECOND_RIGHT).tolist()
    draws = rng.random((BLOCK, PROOFS_EACH, 3))
    credentials, events = batch.of(CREDENTIALS), batch.of(EVENTS)
    for person in range(BLOCK):
        state, expires_in, second = STATES[states[person]][0], None, second_right[person]
        if block.number == 0 and person < len(CAST):
            state, expires_in, second = CAST[person].state, CAST[person].expires_in, CAST[person].second_right
        codes = [places().zips[spot[person]].state for spot in spots if spot[person] != NOWHERE]
        claims = [*_rights(codes, state, second, expires_in), *_national(certificates.of(person))]
        chances = draws[person, : len(claims)].tolist()
        for claim, chance in zip(claims, chances, strict=True):
            row, dates = _credential(block, block.first + person, claim, chance, numbers)
            credentials.append(row)
            events.extend(_events(block, row, dates))


def _rights(codes: list[str], state: str, second_right: bool, expires_in: int | None) -> Iterator[_Claim]:
    """The right to practise where the law gives one; in a second state only with `second_right`."""
    for slot, code in enumerate(dict.fromkeys(codes)):
        place = jurisdictions()[code]
        if place.regulation == "none" or (slot and not second_right):
            continue
        if code in UNKNOWN_AGENCY and state not in PENDING:
            yield _Claim(slot, _kind(LEGAL[place.regulation]), "needs_information", place)
        else:
            yield _Claim(
                slot, _kind(LEGAL[place.regulation]), "verified" if slot else state, place, expires_in
            )


def _national(owned: Iterator[tuple[str, Certificate]]) -> Iterator[_Claim]:
    """Everything that is not given under the law of a state; each kind has a place of its own."""
    for slug, held in owned:
        kind = _kind(slug)
        slot = 2 + kind.number - _kind("training-seen").number
        yield _Claim(slot, kind, held.state, asked=held == Certificate.ASKED)


def _credential(
    block: Block, person: int, claim: _Claim, chance: list[float], numbers: Numbers
) -> tuple[Row, Dates]:
    place, kind = claim.place, claim.kind
    months = (place.renewal_months if place else kind.expiry_months) or USUAL_MONTHS
    dates = date_proof(claim.state, chance, days=30 * months, expires_in=claim.expires_in)
    expires = dates.expires if place or kind.expiry_months else None
    checked = dates.checked is not None
    end = None
    if claim.state in COUNTING:
        end = counts_until(block.today, expires, claim.state, place)
    row = (
        FIRST_ID + person * PROOFS_EACH + claim.slot,
        FIRST_ID + person,
        kind.number,
        place.code if place else None,
        place.titles[0].abbreviation if place and place.titles else "",
        _number(person, claim, numbers),
        block.day(dates.issued),
        None if expires is None else block.day(expires),
        claim.state,
        end,
        block.instant(dates.checked) if dates.checked is not None else None,
        _source(claim) if checked else "",
    )
    return row, dates


def _number(person: int, claim: _Claim, numbers: Numbers) -> str:
    if claim.place:
        return numbers.next(claim.place.code)
    return npi(person) if claim.kind.slug == "npi" else f"9999{person:07d}"


def _source(claim: _Claim) -> str:
    if claim.place:
        return claim.place.agency[:200]
    if not claim.asked:
        return INSURER if claim.kind.slug == "liability-insurance" else PAPER
    body = claim.kind.issuing_body
    return SCHOOL if any(word in body for word in VAGUE) else body[:200]


def _events(block: Block, row: Row, dates: Dates) -> Iterator[Row]:
    """Its steps. A draft has taken none: nothing leads into that state."""
    credential, state, source = row[0], row[8], row[11]
    for (before, after, role, reason), ahead in zip(path(state), dates.steps, strict=True):
        yield (
            credential,
            before,
            after,
            role,
            reason,
            "",
            source if after == "verified" else "",
            block.instant(ahead),
        )
