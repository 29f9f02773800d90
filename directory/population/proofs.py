"""Credentials of made-up people: in every state of life, with numbers in the pattern of their state."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import numpy as np

from directory.credentials import COUNTING, NATIONAL_ZONE, end_of_day
from directory.jurisdictions import JurisdictionEntry
from directory.listing import FOREVER
from directory.vocabulary import vocabulary

# Shares of a right to practise in each state of life, after population.json, with the desk's states.
STATES = (
    ("verified", 0.925), ("renewal_filed", 0.012), ("expired", 0.025), ("suspended", 0.005), ("revoked", 0.003),
    ("surrendered", 0.003), ("in_review", 0.008), ("submitted", 0.007), ("needs_information", 0.005),
    ("rejected", 0.003), ("draft", 0.004),
)  # fmt: skip
# The way to each state, as the table of moves allows it.
PATHS = {
    "draft": ("draft",),
    "submitted": ("draft", "submitted"),
    "in_review": ("draft", "submitted", "in_review"),
    "needs_information": ("draft", "submitted", "in_review", "needs_information"),
    "rejected": ("draft", "submitted", "in_review", "rejected"),
    "verified": ("draft", "submitted", "in_review", "verified"),
    "renewal_filed": ("draft", "submitted", "in_review", "verified", "renewal_filed"),
    "expired": ("draft", "submitted", "in_review", "verified", "expired"),
    "suspended": ("draft", "submitted", "in_review", "verified", "suspended"),
    "revoked": ("draft", "submitted", "in_review", "verified", "revoked"),
    "surrendered": ("draft", "submitted", "in_review", "verified", "surrendered"),
}
LEGAL = {"license": "state-licence", "registration": "state-registration", "voluntary-certification": "state-certificate"}
INSURER = "certificate of insurance seen by our desk"


@dataclass(frozen=True)
class Proof:
    """One credential, as it will be written."""

    kind: int
    jurisdiction: str | None
    title: str
    number: str
    issued: date | None
    expires: date | None
    state: str
    counts_until: datetime | None
    checked_at: datetime | None
    source: str


@dataclass
class Numbers:
    """Running numbers, so that no two credentials of one kind and place share one."""

    last: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def next(self, place: JurisdictionEntry | str) -> str:
        """The next made-up number, in the pattern of the place."""
        key = place if isinstance(place, str) else place.code
        self.last[key] += 1
        pattern = r"\d{8}" if isinstance(place, str) else place.number_pattern or r"MT\d{6}"
        return fill_pattern(pattern, self.last[key])


@cache
def _pieces(pattern: str) -> tuple[tuple[str, int], ...]:
    """(literal text, number of digits behind it) of a simple pattern; optional groups are left out."""
    text = re.sub(r"\((?!\?)[^()]*\)\?", "", pattern.strip("^$"))
    text = re.sub(r"(\\s|\\-|[ \-.])\?", "", text)
    text = re.sub(r"\(\?:([^()|]*)(?:\|[^()]*)?\)", r"\1", text)
    text = re.sub(r"\(([^()|]*)(?:\|[^()]*)?\)", r"\1", text)
    pieces: list[tuple[str, int]] = []
    literal = ""
    for token in re.findall(r"\\d(?:\{\d+(?:,\d+)?\}|\+)?|\[[^\]]*\](?:\{\d+(?:,\d+)?\})?|\\.|.", text):
        if token.startswith("\\d"):
            pieces.append((literal, _most(token) if token != r"\d+" else 7))
            literal = ""
        elif token.startswith("["):
            literal += token[1] * _most(token)
        else:
            literal += token.removeprefix("\\")
    return (*pieces, (literal, 0)) if literal or not pieces else tuple(pieces)


def _most(token: str) -> int:
    counts = re.findall(r"\{(?:\d+,)?(\d+)\}", token)
    return int(counts[0]) if counts else 1


def fill_pattern(pattern: str, number: int) -> str:
    """`number` written in `pattern`: the longest run of digits counts, shorter ones are fixed."""
    pieces = _pieces(pattern)
    longest = max(range(len(pieces)), key=lambda index: pieces[index][1])
    text = ""
    for index, (literal, digits) in enumerate(pieces):
        value = number if index == longest else 27
        text += literal + (str(value).zfill(digits)[-digits:] if digits else "")
    return text


@cache
def _end(day: date, zone: str) -> datetime:
    return end_of_day(day, zone)


class Prover:
    """Makes the proofs of one person after another; `today` dates everything."""

    def __init__(self, rng: np.random.Generator, numbers: Numbers, today: date) -> None:
        self.rng, self.numbers, self.today = rng, numbers, today
        self.kinds = {slug: kind.number for slug, kind in vocabulary().credential_kinds.items()}

    def right_to_practise(self, place: JurisdictionEntry, state: str) -> Iterator[Proof]:
        """What the jurisdiction asks for, in a state of life."""
        if place.regulation != "none":
            title = place.titles[0].abbreviation if place.titles else ""
            yield self._proof(LEGAL[place.regulation], state, place=place, title=title)
        elif state not in COUNTING:
            yield self._proof("training-seen", "submitted" if state == "expired" else state)
        elif self.rng.random() < 0.3:
            yield self._proof("bctmb", "verified")
        else:
            yield self._proof("training-seen", "verified")
            yield self._proof("liability-insurance", "verified" if self.rng.random() < 0.93 else "expired")

    def certificate(self, slug: str) -> Proof:
        """A board certification or specialty certificate."""
        return self._proof(slug, "verified" if self.rng.random() < 0.95 else "submitted")

    def insurance(self) -> Proof:
        """Liability insurance of somebody who need not show it."""
        return self._proof("liability-insurance", "verified")

    def npi(self) -> Proof:
        """A made-up NPI with its check digit."""
        return self._proof("npi", "verified")

    def _proof(self, slug: str, state: str, *, place: JurisdictionEntry | None = None, title: str = "") -> Proof:
        kind = vocabulary().credential_kinds[slug]
        months = (place.renewal_months if place else kind.expiry_months) or 24
        expiring = place is not None or kind.expiry_months is not None
        expires = self._expiry(state, months) if expiring else None
        checked = state in (*COUNTING, "expired", "suspended", "revoked", "surrendered")
        days_ago = int(self.rng.integers(1, 118))
        return Proof(
            kind=kind.number,
            jurisdiction=place.code if place else None,
            title=title,
            number=with_check_digit(self.numbers.next("npi")) if slug == "npi" else self.numbers.next(place or slug),
            issued=expires - timedelta(days=30 * months) if expires else None,
            expires=expires,
            state=state,
            counts_until=self._counts_until(state, expires, place),
            checked_at=datetime.combine(self.today - timedelta(days=days_ago), time(15), tzinfo=UTC) if checked else None,
            source=self._source(slug, place) if checked else "",
        )

    def _expiry(self, state: str, months: int) -> date:
        if state == "expired":
            return self.today - timedelta(days=int(self.rng.integers(2, 400)))
        ahead = int(self.rng.integers(3, 30)) if state == "renewal_filed" else int(self.rng.integers(1, 30 * months))
        return self.today + timedelta(days=ahead)

    def _counts_until(self, state: str, expires: date | None, place: JurisdictionEntry | None) -> datetime | None:
        if state not in COUNTING:
            return None
        return _end(expires, place.time_zone if place else NATIONAL_ZONE) if expires else FOREVER

    def _source(self, slug: str, place: JurisdictionEntry | None) -> str:
        if place:
            return place.agency[:200]
        return INSURER if slug == "liability-insurance" else vocabulary().credential_kinds[slug].issuing_body[:200]


def with_check_digit(number: str) -> str:
    """A ten-digit NPI: 19 and seven digits, closed by the Luhn digit over 80840 and the number."""
    body = "19" + number[-7:]
    total = 0
    for place, digit in enumerate(reversed("80840" + body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


