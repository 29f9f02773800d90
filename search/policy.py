"""The ranking policy: what counts, how much, in what shape, and why. Data, with a version.

Two readers compile it: `search.scoring` for rows in numpy and, where it is configured, the
Elasticsearch engine. `How ranking works` is rendered from it. Money, the number of reviews and the
length of a profile are not factors.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from directory.vocabulary import vocabulary
from search import tokens
from search.understanding.asks import Ask, Term

FactorName = Literal["fit", "nearness", "accepting", "answers", "experience", "confirmed", "rotation"]


@dataclass(frozen=True)
class Factor:
    """One named part of the ranking: its most points, its shape in words, and the reason for it."""

    name: FactorName
    label: str
    points: float
    shape: str
    reason: str


@dataclass(frozen=True)
class Policy:
    """All factors and the scales of their shapes. Distances in km, times in days or years."""

    version: str
    factors: tuple[Factor, ...]
    level_shares: dict[int, float]
    kin_self: float
    kin_parent: float
    near_full_km: float
    near_half_after_km: float
    accepting_shares: dict[str, float]
    answers_prior: float
    experience_half_years: float
    confirmed_full_days: int
    confirmed_half_after_days: int
    strong_reading: float

    def points(self, name: FactorName) -> float:
        """The most that a factor can give."""
        return next(factor.points for factor in self.factors if factor.name == name)

    def reweighted(self, weights: Mapping[FactorName, float]) -> "Policy":
        """The same policy with other points for some factors, to be compared with this one."""
        factors = tuple(
            replace(factor, points=weights.get(factor.name, factor.points)) for factor in self.factors
        )
        return replace(self, version=f"{self.version} reweighted", factors=factors)


POLICY = Policy(
    version="2026-11-24",
    factors=(
        Factor(
            "fit",
            "Experience with what you asked for",
            40,
            "The best match for each thing you asked for, averaged over all of them. Experience certified "
            "by an issuer counts in full, training seen by our desk 80%, the therapist's own statement 50%. "
            "Experience with the wider condition counts 60% of that.",
            "Proven experience with your condition is the first reason to choose somebody.",
        ),
        Factor(
            "nearness",
            "Distance",
            30,
            "Full within 2 km (1.2 miles), or within the precision of the place you gave; from there it "
            "halves with every 13 km (8 miles).",
            "Care that is near is care that people can keep up.",
        ),
        Factor(
            "accepting",
            "Openings",
            10,
            "Full if new patients are accepted, 40% for a waiting list, nothing if not.",
            "A therapist who cannot take you cannot help you now.",
        ),
        Factor(
            "answers",
            "Answers requests",
            8,
            "The share of requests answered within two business days. A therapist with no history gets the "
            "usual share.",
            "Silence costs people in pain time.",
        ),
        Factor(
            "experience",
            "Years in practice",
            7,
            "Half after 5 years, three quarters after 10, and so on. Not stated gives no points.",
            "Years teach, the first ones most.",
        ),
        Factor(
            "confirmed",
            "Recently confirmed",
            4,
            "Full for 7 days after the therapist confirmed the entry, half after 30 days more, and so on.",
            "Entries that somebody looks after are entries you can trust.",
        ),
        Factor(
            "rotation",
            "Fair turns",
            1,
            "A different share each day for each practice, the same for everybody who searches that day.",
            "Therapists who are equally good take turns at being first.",
        ),
    ),
    level_shares={tokens.CERTIFIED: 1.0, tokens.TRAINED: 0.8, tokens.STATED: 0.5},
    kin_self=1.0,
    kin_parent=0.6,
    near_full_km=2.0,
    near_half_after_km=13.0,
    accepting_shares={"yes": 1.0, "waiting_list": 0.4, "no": 0.0},
    answers_prior=0.7,
    experience_half_years=5.0,
    confirmed_full_days=7,
    confirmed_half_after_days=30,
    strong_reading=0.5,
)
ANSWERS_PRIOR = POLICY.answers_prior


def experience_share(years: int | None) -> float:
    """0..1 for years in practice; 0 where they are not stated."""
    return 0.0 if years is None else 1.0 - math.pow(0.5, max(0, years) / POLICY.experience_half_years)


@dataclass(frozen=True)
class Evidence:
    """What one token proves for an ask: the share of the fit points, 0..1, and its level."""

    share: float
    level: int
    term: Term
    strong: bool


def evidence(ask: Ask, policy: Policy = POLICY) -> dict[int, Evidence]:
    """Every token that speaks for an ask, with the most it is worth: weight x level x kin.

    A reading is strong, and so may bring a practice into the results, if its weight is at least half
    that of the best reading; weaker ones only add points.
    """
    return _evidence_in_force(ask.terms) if policy is POLICY else _weigh(ask.terms, policy)


# A search asks for it some twenty times: by filters, points and every card. Only readings are kept, no words.
@lru_cache(maxsize=1024)
def _evidence_in_force(terms: tuple[Term, ...]) -> dict[int, Evidence]:
    return _weigh(terms, POLICY)


def _weigh(terms: tuple[Term, ...], policy: Policy) -> dict[int, Evidence]:
    best = max((term.weight for term in terms), default=0.0)
    found: dict[int, Evidence] = {}
    for term in terms:
        strong = term.weight >= policy.strong_reading * best
        for token, level, kin in _proofs(term, policy):
            share = term.weight * policy.level_shares[level] * kin
            if token not in found or share > found[token].share:
                strong = strong or (token in found and found[token].strong)
                found[token] = Evidence(share=share, level=level, term=term, strong=strong)
    return found


def _proofs(term: Term, policy: Policy) -> list[tuple[int, int, float]]:
    """(token, level, kin) of everything that proves experience with a term."""
    known = vocabulary()
    if term.kind == "credential":
        return [(known.credential_kinds[term.slug].number, tokens.CERTIFIED, policy.kin_self)]
    if term.kind == "technique":
        kinds = (
            kind.number
            for kind in known.credential_kinds.values()
            if kind.scope == "specialty" and term.slug in kind.certifies_for_techniques
        )
        stated = (known.techniques[term.slug].number, tokens.STATED, policy.kin_self)
        return [stated, *((number, tokens.CERTIFIED, policy.kin_self) for number in kinds)]
    condition = known.conditions[term.slug]
    kin = [(condition.number, policy.kin_self)]
    kin += [(known.conditions[slug].number, policy.kin_self) for slug in known.children.get(term.slug, ())]
    if condition.parent:
        kin.append((known.conditions[condition.parent].number, policy.kin_parent))
    return [
        (tokens.specialty(number, level), level, share)
        for number, share in kin
        for level in policy.level_shares
    ]


def asked_tokens(asks: tuple[Ask, ...], *, least_level: int = tokens.STATED) -> frozenset[int]:
    """Tokens of which a result must have one: strong evidence of at least this level for any ask."""
    return frozenset(
        token
        for ask in asks
        for token, proof in evidence(ask).items()
        if proof.strong and proof.level >= least_level
    )
