"""Why a match stands where it stands: the points of each factor in words, adding up by hand."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from directory.vocabulary import vocabulary
from directory.wording import date_in_words
from search import tokens
from search.policy import POLICY, Evidence, FactorName, evidence
from search.requests import Part, SearchRequest
from search.rows import RowSet, day_number
from search.scoring import factors_that_count, score

MILE_KM = 1.609344
LEVEL_WORDS = {
    tokens.CERTIFIED: "certified (checked with the issuer)",
    tokens.TRAINED: "trained (certificate seen by our desk)",
    tokens.STATED: "stated by the therapist",
}


def explain(rows: RowSet, request: SearchRequest, *, away: Sequence[float] | None) -> list[tuple[Part, ...]]:
    """The parts of each row's score, in the policy's order. The same text whichever engine ran."""
    given = score(rows, request)
    names = factors_that_count(request)
    parts = []
    for position in range(len(rows)):
        exact = [float(given[name][position]) for name in names]
        shown = round_to_sum(exact)
        why = _Reasons(
            rows,
            position,
            frozenset(rows.tokens_of(position)),
            None if away is None else away[position],
            request,
        )
        parts.append(
            tuple(
                Part(
                    factor=factor.name,
                    label=factor.label,
                    points=points,
                    out_of=factor.points,
                    why=why.of(factor.name),
                )
                for factor, points in zip(
                    (factor for factor in POLICY.factors if factor.name in names), shown, strict=True
                )
            )
        )
    return parts


def round_to_sum(values: Sequence[float]) -> list[float]:
    """Values in tenths whose sum is the rounded sum of the values (largest remainder)."""
    tenths = [value * 10 for value in values]
    floors = [int(value + 1e-9) for value in tenths]
    missing = round(sum(tenths)) - sum(floors)
    by_remainder = sorted(range(len(values)), key=lambda index: (floors[index] - tenths[index], index))
    for index in by_remainder[:missing]:
        floors[index] += 1
    return [floor / 10 for floor in floors]


class _Reasons:
    """The words for one row."""

    def __init__(
        self, rows: RowSet, position: int, facts: frozenset[int], away: float | None, request: SearchRequest
    ) -> None:
        self.head = rows.head[position]
        self.facts = facts
        self.away = away
        self.request = request

    def of(self, name: FactorName) -> str:
        return str(getattr(self, f"_{name}")())

    def _fit(self) -> str:
        return "; ".join(self._fit_of(evidence(ask), ask.span) for ask in self.request.understood.asks)

    def _fit_of(self, proofs: dict[int, Evidence], span: str) -> str:
        best = max(
            (token for token in self.facts if token in proofs), key=lambda t: proofs[t].share, default=None
        )
        if best is None:
            return f"“{span}”: no experience stated"
        proof = proofs[best]
        known = vocabulary()
        if proof.term.kind == "condition":
            name = known.names_by_number[best - proof.level]
            return f"{name}: {LEVEL_WORDS[proof.level]}"
        return f"{known.names_by_number[best]}: {LEVEL_WORDS[proof.level]}"

    def _nearness(self) -> str:
        origin, away = self.request.origin, self.away or 0.0
        assert origin is not None  # noqa: S101  nearness counts only where there is an origin
        about = "about " if origin.precision_km > 0.5 else ""
        return f"{about}{away / MILE_KM:.1f} miles from {origin.label}"

    def _accepting(self) -> str:
        return {
            tokens.ACCEPTING["yes"]: "accepts new patients",
            tokens.ACCEPTING["waiting_list"]: "has a waiting list",
            tokens.ACCEPTING["no"]: "does not accept new patients now",
        }[int(self.head["accepting"])]

    def _answers(self) -> str:
        if tokens.ANSWERS_UNKNOWN in self.facts:
            return "no history of requests yet: counted with the usual share"
        return f"answers {float(self.head['answers']):.0%} of requests within two business days"

    def _experience(self) -> str:
        if tokens.EXPERIENCE_UNKNOWN in self.facts:
            return "years in practice not stated"
        # The row holds the share of points; the years are read back from it.
        share = min(float(self.head["experience"]), 0.9999)
        years = round(-POLICY.experience_half_years * math.log2(1 - share))
        return (
            "less than a year in practice"
            if years < 1
            else f"{years} year{'s' if years > 1 else ''} in practice"
        )

    def _confirmed(self) -> str:
        days = day_number(self.request.at) - int(self.head["confirmed_day"])
        return "confirmed today" if days <= 0 else f"confirmed {days} day{'s' if days != 1 else ''} ago"

    def _rotation(self) -> str:
        day = date(1970, 1, 1) + timedelta(days=self.request.day)
        return f"this practice's share of turns on {date_in_words(day)}"


def today(at: datetime) -> int:
    """The day number that the rotation uses at an instant."""
    return day_number(at.astimezone(UTC))
