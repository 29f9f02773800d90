"""The slow, plain reading of the ranking: from the tables of the directory, one practice at a time.

Written from DESIGN and independent of rows, tokens and numpy, so that an engine that disagrees with it
is wrong.
"""

from dataclasses import dataclass, field
from datetime import datetime

from geopy.distance import great_circle

from directory.models import Practice
from directory.vocabulary import vocabulary
from search.requests import Origin, Region
from search.rows import rotation_shares
from search.understanding.asks import Ask, Term

LEVELS = {"stated": 0.5, "trained": 0.8, "certified": 1.0}


@dataclass(frozen=True)
class Question:
    """A search in the words of the outside: filters by name and value."""

    place: Origin | Region
    asks: tuple[Ask, ...] = ()
    within_km: float = 40.2336
    filters: tuple[tuple[str, str], ...] = ()
    unstated: frozenset[str] = frozenset()
    sort: str = "best"


@dataclass
class Known:
    """What the tables say of one practice, in words."""

    practice: Practice
    levels: dict[str, str]
    values: dict[str, set[str]] = field(default_factory=dict)

    def distance(self, origin: Origin) -> float:
        here = (self.practice.public_latitude, self.practice.public_longitude)
        return float(great_circle(here, (origin.latitude, origin.longitude)).km)


def read_truth(at: datetime) -> list[Known]:
    """Everything that may be shown at `at`."""
    listed = Practice.objects.listed(at).select_related("therapist", "setting").prefetch_related(
        "therapist__specialties__condition", "therapist__techniques", "therapist__languages",
        "therapist__credentials__kind", "payment_kinds", "access_features", "prices",
    )  # fmt: skip
    return [_know(practice, at) for practice in listed]


def _know(practice: Practice, at: datetime) -> Known:
    therapist = practice.therapist
    price = next((row.cents / 100 for row in practice.prices.all() if row.minutes == 60), None)
    settings = {practice.setting.slug} if practice.setting else set()
    if practice.home_visit_reach_km:
        settings.add("mobile-home-visit")
    kinds = {
        row.kind.slug
        for row in therapist.credentials.all()
        if row.counts_until
        and row.counts_until > at
        and row.jurisdiction_id in (None, practice.jurisdiction_id)
    }
    return Known(
        practice=practice,
        levels={row.condition.slug: row.get_level_display() for row in therapist.specialties.all()},
        values={
            "accepting": {practice.accepting},
            "setting": settings,
            "payment": {row.slug for row in practice.payment_kinds.all()},
            "price": set() if price is None else {_band(price)},
            "language": {row.slug for row in therapist.languages.all()},
            "gender": {therapist.gender} if therapist.gender else set(),
            "access": {row.slug for row in practice.access_features.all()},
            "technique": {row.slug for row in therapist.techniques.all()},
            "credential": kinds,
        },
    )


def _band(price: float) -> str:
    dollars = round(price)
    if dollars < 80:
        return "under-80"
    if dollars < 100:
        return "80-99"
    return "100-129" if dollars < 130 else "130-or-more"


def reachable(known: Known, question: Question) -> bool:
    """Whether the practice is in the place: seen there within the radius, or visiting at home."""
    practice, place = known.practice, question.place
    if isinstance(place, Region):
        return practice.jurisdiction_id == place.jurisdiction
    away = known.distance(place)
    visits = away <= (practice.home_visit_reach_km or -1)
    return (practice.sees_at_clinic and away <= question.within_km) or (
        visits and practice.jurisdiction_id == place.jurisdiction
    )


def proofs(known: Known, term: Term) -> list[tuple[str, float]]:
    """(level, share before weight) of everything that speaks for a term."""
    words = vocabulary()
    if term.kind == "credential":
        return [("certified", 1.0)] if term.slug in known.values["credential"] else []
    if term.kind == "technique":
        found = [("stated", 0.5)] if term.slug in known.values["technique"] else []
        found += [
            ("certified", 1.0)
            for slug in known.values["credential"]
            if words.credential_kinds[slug].scope == "specialty"
            and term.slug in words.credential_kinds[slug].certifies_for_techniques
        ]
        return found
    found = []
    for slug, level in known.levels.items():
        if slug == term.slug or words.conditions[slug].parent == term.slug:
            found.append((level, LEVELS[level]))
        elif slug == words.conditions[term.slug].parent:
            found.append((level, LEVELS[level] * 0.6))
    return found


def strong(ask: Ask) -> list[Term]:
    best = max(term.weight for term in ask.terms)
    return [term for term in ask.terms if term.weight >= best / 2]


def has_evidence(known: Known, question: Question, *, least: str = "stated") -> bool:
    """Whether any ask is met at this level or better by a strong reading."""
    order = list(LEVELS)
    return any(
        order.index(level) >= order.index(least)
        for ask in question.asks
        for term in strong(ask)
        for level, _ in proofs(known, term)
    )


def passes(known: Known, question: Question, *, without: str = "") -> bool:
    """Whether the practice passes every filter but those of the facet `without`."""
    for name, value in question.filters:
        if name == without:
            continue
        if name == "evidence":
            if question.asks and not has_evidence(known, question, least=value):
                return False
            continue
        have = known.values[name]
        if value not in have and not (name in question.unstated and not have):
            return False
    return True


def matching(truth: list[Known], question: Question, *, without: str = "") -> list[Known]:
    """All that match, in no order."""
    return [
        known
        for known in truth
        if reachable(known, question)
        and (not question.asks or has_evidence(known, question))
        and passes(known, question, without=without)
    ]


def score(known: Known, question: Question, *, at: datetime, day: int) -> float:
    """Points of 100, by the table of DESIGN section 3."""
    practice, therapist = known.practice, known.practice.therapist
    points = 0.0
    if question.asks:
        best = [
            max((term.weight * share for term in ask.terms for _, share in proofs(known, term)), default=0.0)
            for ask in question.asks
        ]
        points += 40 * sum(best) / len(best)
    if isinstance(question.place, Origin):
        beyond = max(0.0, known.distance(question.place) - max(2.0, question.place.precision_km))
        points += 30 * 0.5 ** (beyond / 13)
    points += {"yes": 10, "waiting_list": 4, "no": 0}[practice.accepting]
    points += 8 * (0.7 if therapist.answer_share is None else therapist.answer_share)
    if therapist.practising_since is not None:
        points += 7 * (1 - 0.5 ** (max(0, at.year - therapist.practising_since) / 5))
    assert practice.confirmed_at is not None
    days = int(at.timestamp() // 86_400) - int(practice.confirmed_at.timestamp() // 86_400)
    points += 4 * 0.5 ** (max(0, days - 7) / 30)
    return float(points + rotation_shares(practice.pk)[day % 28] / 255)
