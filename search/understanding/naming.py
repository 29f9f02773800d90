"""What the words name outright: vocabulary, patterns, body part x feeling; each reader reads what is left.

1. ICD-10-CM codes; 2. phrases word for word, also with spelling corrected; 3. phrases without endings;
4. patterns; 5. phrases in any order; 6. body part x feeling. The certain come before the loose.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from directory.vocabulary import vocabulary
from search.diagnosis import bare, conditions_of
from search.understanding import body_parts, phrases, spelling
from search.understanding.asks import Term
from search.understanding.codes import TypedCode
from search.understanding.negation import Denied
from search.understanding.small_words import DEGREE, FILLERS, GRAMMAR, PLACING
from search.understanding.typed import Span, Words

MOST_TERMS = 8
PARENT = 0.3
IGNORED = FILLERS | GRAMMAR | DEGREE | PLACING


@dataclass(frozen=True)
class Named:
    """One ask as the words name it: where it stands, and its readings, best first."""

    span: Span
    terms: tuple[Term, ...]


@dataclass
class _Found:
    """What has been read so far: spans with their terms, in the order of certainty."""

    asks: list[tuple[Span, list[Term]]] = field(default_factory=list)
    _by_span: dict[Span, list[Term]] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)

    @property
    def spans(self) -> list[Span]:
        return [span for span, _ in self.asks]

    def add(self, span: Span, terms: Iterable[Term]) -> bool:
        """Take a reading unless its words are taken; another reading of the very same words joins it."""
        known = self._by_span.get(span)
        if known is not None:
            known.extend(term for term in terms if all(term.slug != one.slug for one in known))
            return True
        if not self._taken.isdisjoint(range(span.start, span.end)):
            return False
        self._put(span, list(terms))
        return True

    def _put(self, span: Span, terms: list[Term]) -> None:
        self.asks.append((span, terms))
        self._by_span[span] = terms
        self._taken.update(range(span.start, span.end))

    def add_pattern(self, complaint: body_parts.Complaint) -> None:
        """A pattern says more than the parent, or a part of it, that a phrase has read there."""
        touched = [ask for ask in self.asks if complaint.span.overlaps(ask[0])]
        if not touched:
            self._put(complaint.span, list(complaint.terms))
            return
        first = complaint.terms[0]
        wider = {*complaint.wider, *ancestors(first.slug)}
        if any(term.slug == first.slug for _, terms in touched for term in terms):
            return
        one_word = len(touched) == 1 and len(touched[0][0]) == 1 and touched[0][1][0].kind == "condition"
        if one_word or all(terms[0].slug in wider for _, terms in touched):
            self.asks = [ask for ask in self.asks if ask not in touched]
            for span, _ in touched:
                del self._by_span[span]
            faint = [replace(term, weight=body_parts.NEXT) for _, terms in touched for term in terms]
            known = {term.slug for term in complaint.terms}
            span = _hull([complaint.span, *(span for span, _ in touched)])
            self._put(span, [*complaint.terms, *(term for term in faint if term.slug not in known)])


def _hull(spans: Sequence[Span]) -> Span:
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def named(
    words: Words,
    *,
    fixed: Words,
    fixes: dict[int, str],
    denied: tuple[Denied, ...],
    codes: Sequence[TypedCode],
) -> list[Named]:
    """Everything that is named, in the order typed: no condition twice, no parent beside its child."""
    found = _Found()
    for code in codes:
        found.add(code.span, _code_terms(code.code))
    _read(found, words, fixed=fixed, fixes=fixes, denied=denied)
    if not found.asks:
        _guess(found, fixed, denied=denied)
    return _in_order(found)


def _read(
    found: _Found, words: Words, *, fixed: Words, fixes: dict[int, str], denied: tuple[Denied, ...]
) -> None:
    _take(found, phrases.exact(words, denied=denied), fixes={})
    if fixes:
        _take(found, phrases.exact(fixed, denied=denied), fixes=fixes)
    _take(found, phrases.without_endings(fixed, denied=denied), fixes=fixes)
    for complaint in body_parts.patterns(fixed, denied=denied):
        found.add_pattern(complaint)
    _take(found, phrases.in_any_order(fixed, taken=found.spans, denied=denied), fixes=fixes)
    for complaint in body_parts.felt(fixed, taken=found.spans, denied=denied):
        if not found.add(complaint.span, complaint.terms):
            found.add(complaint.core, complaint.terms)


def _guess(found: _Found, fixed: Words, *, denied: tuple[Denied, ...]) -> None:
    """A body part with no feeling beside it, where nothing else was read and nothing alarms."""
    lone = body_parts.alone(fixed, fillers=IGNORED) or body_parts.owned(fixed, denied=denied)
    for complaint in lone:
        found.add(complaint.span, complaint.terms)


def _take(found: _Found, matches: Sequence[phrases.Match], *, fixes: dict[int, str]) -> None:
    """The longest phrases first; what was corrected counts less."""
    for match in sorted(matches, key=lambda one: (-one.size, -len(one.span), -one.term.weight)):
        repaired = any(place in fixes for place in range(match.span.start, match.span.end))
        weight = min(match.term.weight, spelling.CORRECTED) if repaired else match.term.weight
        found.add(match.span, (replace(match.term, weight=weight),))


def _code_terms(code: str) -> tuple[Term, ...]:
    return tuple(Term("condition", one.slug, one.weight) for one in conditions_of(bare(code)))


def _in_order(found: _Found) -> list[Named]:
    ranked = [(span, _best_first(terms)) for span, terms in found.asks]
    leading = {terms[0].slug for _, terms in ranked if terms}
    above = {up for slug in leading for up in ancestors(slug)}
    kept: dict[str, Named] = {}
    for span, terms in ranked:
        if not terms or (terms[0].kind == "condition" and terms[0].slug in above):
            continue
        known = kept.get(terms[0].slug)
        if known is None or known.terms[0].weight < terms[0].weight:
            kept[terms[0].slug] = Named(span, tuple(terms))
    return sorted(kept.values(), key=lambda one: one.span.start)


def _best_first(terms: Iterable[Term]) -> list[Term]:
    """Each slug once with its best weight; a parent of a better reading only as a faint one."""
    ranked = sorted(terms, key=lambda term: -term.weight)
    above = {up for term in ranked for up in ancestors(term.slug) if term.weight >= spelling.CORRECTED}
    return sorted(
        (replace(term, weight=PARENT) if term.slug in above else term for term in ranked),
        key=lambda term: -term.weight,
    )[:MOST_TERMS]


def ancestors(slug: str) -> list[str]:
    """The parents of a condition, nearest first; nothing for what is no condition."""
    found: list[str] = []
    entry = vocabulary().conditions.get(slug)
    while entry is not None and entry.parent is not None:
        found.append(entry.parent)
        entry = vocabulary().conditions.get(entry.parent)
    return found
