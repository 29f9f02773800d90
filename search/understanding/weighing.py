"""From what the words name and what they most likely mean to asks, best readings first.

The learned reading sees the whole text, and each part of it where it can be cut. Parts that mean different
things, of which the whole text speaks too, are complaints of their own. What is named outright raises a
likelihood; it does not settle it, since "arm swelling after my mastectomy" names less than it means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search.understanding import body_parts, learned, red_flags, segments
from search.understanding.asks import Ask, Term
from search.understanding.learned import Numbers, grades, labels
from search.understanding.naming import IGNORED, Named, ancestors
from search.understanding.small_words import PLACING
from search.understanding.typed import Span, Words

# Measured on the bank by cross-validation (docs/search.md).
HINT = 1.0  # how much one thing named raises its logarithm
CERTAIN = 0.85  # a name of the vocabulary, at most mended in its spelling
NOTHING = 0.3  # from this likelihood of "none of these" on, nothing is claimed
NOTHING_HINTED = 0.5  # the same where a condition is half named, or a word alarms
NOTHING_NAMED = 0.9  # the same where a condition is named outright
SURE = 0.5  # a part that may be a complaint of its own
PRESENT = 0.06  # and that the whole text speaks of
PLAUSIBLE, BESIDE_BEST = 0.15, 0.35  # another reading that is searched for, too
AKIN = 0.45  # grades from here on say: the same complaint in other words
FAINT = 0.003  # less welcome than this is not even an alternative
LEADING, OFFERED = 0.5, 0.49  # the least weight of a best reading, the most of a mere offer
MOST_ASKS, MOST_TERMS, MOST_OFFERS = 6, 4, 8


@dataclass(frozen=True)
class Weighed:
    """Asks in the order typed, conditions that are only offered, and likelihoods of red flags."""

    asks: tuple[Ask, ...]
    offers: tuple[Term, ...] = ()
    flags: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class _Part:
    """A stretch of words with the likelihoods of what it means."""

    span: Span
    shares: Numbers


def weigh(
    words: Words,
    *,
    kept: frozenset[int],
    named: Sequence[Named],
    coded: Sequence[Span],
    wished: Sequence[Span] = (),
) -> Weighed:
    """The asks of the words. Diagnosis codes (at `coded`) speak for themselves; wishes alone ask nothing."""
    spoken = kept - _places(coded)
    conditions = [one for one in named if one.terms[0].kind == "condition"]
    rest = [one for one in named if one.terms[0].kind != "condition"]
    bound = [one for one in conditions if one.span in coded]
    conditions = [one for one in conditions if one.span not in coded]
    certain = [one for one in conditions if one.terms[0].weight >= CERTAIN]
    whole = segments.trim(words, Span(0, len(words.tokens)), spoken)
    told = [*(one.span for one in (*certain, *rest)), *wished]
    if whole is None or not _untold(words, spoken, told=told):
        return _of_names(words, [*bound, *conditions], rest)
    cuts = segments.parts(words, spoken)
    cuts = cuts if len(cuts) > 1 else []
    hints = _hints(conditions)
    alarming = any(span.start in spoken for span in red_flags.alarming(words))
    read = learned.likely(segments.text_of(words, spoken), hints, alarming=alarming)
    shares = learned.with_hints(read, hints)
    flags = tuple(read.flags.items())
    hinted = NOTHING_HINTED if hints or alarming else NOTHING
    if shares[-1] >= (NOTHING_NAMED if certain else hinted) or (bound and not certain):
        return Weighed(_asks(words, [*bound, *rest]), flags=flags)
    parts = [_part(words, cut, spoken=spoken, named=conditions) for cut in cuts]
    leaders = _listed(words, parts, certain) or _leaders(_Part(whole, shares), parts, certain)
    asks = [*bound, *_learned_asks(leaders, _Part(whole, shares), parts, certain), *rest]
    return Weighed(_asks(words, asks), _offers(asks, _gains(shares, [slug for slug, _ in leaders])), flags)


def _part(words: Words, cut: Span, *, spoken: frozenset[int], named: Sequence[Named]) -> _Part:
    """A part is read by its spelling alone: it is short, and the whole text has the last word."""
    read = learned.by_spelling(segments.text_of(words, spoken & _places([cut])))
    return _Part(cut, learned.with_hints(read, _hints([one for one in named if one.span.overlaps(cut)])))


def _places(spans: Sequence[Span]) -> frozenset[int]:
    return frozenset(place for span in spans for place in range(span.start, span.end))


def _untold(words: Words, spoken: frozenset[int], *, told: Sequence[Span]) -> bool:
    """Whether a telling word stands outside everything that is named for certain."""
    left = spoken - _places(told)
    return any(words.tokens[place] not in IGNORED or words.tokens[place] in PLACING for place in left)


def _hints(conditions: Sequence[Named]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in conditions:
        for term in one.terms:
            if term.kind == "condition":
                found[term.slug] = max(found.get(term.slug, 0.0), HINT * term.weight)
    return found


def _of_names(words: Words, conditions: Sequence[Named], rest: Sequence[Named]) -> Weighed:
    """Where everything is named outright there is nothing to learn."""
    asks = [*conditions, *rest]
    shares = np.zeros(len(labels().conditions) + 1, dtype=np.float32)
    for one in conditions:
        for term in one.terms:
            if term.kind == "condition":
                shares[_place(term.slug)] += term.weight
    gains = _gains(shares, [one.terms[0].slug for one in conditions]) if conditions else {}
    return Weighed(_asks(words, asks), _offers(asks, gains))


def _place(slug: str) -> int:
    return learned.places()[slug]


def _leaders(whole: _Part, parts: Sequence[_Part], certain: Sequence[Named]) -> list[tuple[str, Span]]:
    """The best readings that are complaints of their own, with their places, likeliest first."""
    names, shares = labels().conditions, whole.shares
    found: dict[str, Span] = {}
    for part in parts:
        best = int(part.shares[:-1].argmax())
        if part.shares[best] >= SURE and shares[best] >= PRESENT:
            found[names[best]] = part.span
    for one in certain:
        place = _place(one.terms[0].slug)
        alone = any(part.shares[place] >= SURE for part in parts if part.span.overlaps(one.span))
        if alone or shares[place] >= PRESENT:
            found[one.terms[0].slug] = one.span
    best = int(shares[:-1].argmax())
    found.setdefault(names[best], whole.span)
    ranked = sorted(found, key=lambda slug: -shares[_place(slug)])
    leaders: list[str] = []
    for slug in ranked:
        if not any(_akin(slug, other) for other in leaders):
            leaders.append(slug)
    if len(leaders) == 1 and not any(one.terms[0].slug == leaders[0] for one in certain):
        return [(leaders[0], whole.span)]
    return [(slug, found[slug]) for slug in leaders[:MOST_ASKS]]


def _listed(words: Words, parts: Sequence[_Part], certain: Sequence[Named]) -> list[tuple[str, Span]]:
    """ "tennis elbow, shoulders": a bare list of names and body parts, each a complaint of its own."""
    names = labels().conditions
    own = _places(list(body_parts.named(words)))
    found: dict[str, Span] = {}
    for part in parts:
        telling = {place for place in _places([part.span]) if words.tokens[place] not in IGNORED}
        outright = [one for one in certain if telling <= _places([one.span])]
        if outright:
            found[outright[0].terms[0].slug] = outright[0].span
        elif telling <= own:
            found.setdefault(names[int(part.shares[:-1].argmax())], part.span)
        else:
            return []
    return list(found.items())[:MOST_ASKS] if certain and len(found) > 1 else []


def _akin(one: str, other: str) -> bool:
    if one in ancestors(other) or other in ancestors(one):
        return True
    first, second = _place(one), _place(other)
    return bool(max(grades()[first, second], grades()[second, first]) >= AKIN)


def _gains(shares: Numbers, leaders: Sequence[str]) -> dict[str, float]:
    """How welcome each condition would be, 0 to 1: its own likelihood, and grades beside the likely ones."""
    meant = shares[:-1] / max(float(shares[:-1].sum()), 1e-6)
    if len(leaders) > 1:
        lead = np.zeros_like(meant)
        lead[[_place(slug) for slug in leaders]] = 1 / len(leaders)
        meant = (meant + lead) / 2
    gains = (meant @ grades()).astype(float).round(3).tolist()
    return dict(zip(labels().conditions, gains, strict=True))


def _learned_asks(
    leaders: Sequence[tuple[str, Span]], whole: _Part, parts: Sequence[_Part], certain: Sequence[Named]
) -> list[Named]:
    gains = _gains(whole.shares, [slug for slug, _ in leaders])
    outright = {one.terms[0].slug: one for one in certain}
    asks = []
    for slug, span in leaders:
        if slug in outright:
            first = outright[slug].terms[0]
            beside = [term for term in outright[slug].terms if term.kind != "condition"]
        else:
            first, beside = Term("condition", slug, max(LEADING, gains[slug])), []
        part = whole if len(leaders) == 1 else next((one for one in parts if one.span.overlaps(span)), whole)
        taken = {slug, *(other for other, _ in leaders)}
        others = _plausible(part.shares, slug, gains, taken) if len(leaders) == 1 or part is not whole else []
        asks.append(Named(span, (first, *beside, *others)))
    return asks


def _plausible(shares: Numbers, lead: str, gains: Mapping[str, float], taken: set[str]) -> list[Term]:
    """Other readings that are likely enough to be searched for."""
    least = max(PLAUSIBLE, BESIDE_BEST * float(shares[_place(lead)]))
    ranked = np.argsort(-shares[:-1])[: MOST_TERMS * 2]
    slugs = [labels().conditions[place] for place in ranked if shares[place] >= least]
    fit = [slug for slug in slugs if slug not in taken and slug not in ancestors(lead)]
    return [Term("condition", slug, min(OFFERED, max(0.05, gains[slug]))) for slug in fit[: MOST_TERMS - 1]]


def _offers(asks: Sequence[Named], gains: Mapping[str, float]) -> tuple[Term, ...]:
    """Near conditions that no ask searches for, most welcome first."""
    taken = {term.slug for one in asks for term in one.terms}
    ranked = sorted(gains, key=lambda slug: -gains[slug])
    fit = [slug for slug in ranked if slug not in taken and gains[slug] >= FAINT]
    return tuple(Term("condition", slug, min(OFFERED, gains[slug])) for slug in fit[:MOST_OFFERS])


def _asks(words: Words, named: Sequence[Named]) -> tuple[Ask, ...]:
    ordered = sorted(named, key=lambda one: one.span.start)[:MOST_ASKS]
    return tuple(
        Ask(words.text(one.span), tuple(sorted(one.terms, key=lambda term: -term.weight))) for one in ordered
    )
