"""From typed words to asks: every reader in turn, the certain before the loose.

1. ICD-10-CM codes; 2. phrases word for word, also with spelling corrected; 3. phrases without endings;
4. patterns; 5. phrases in any order; 6. body part x feeling. Each reads only words that nothing before it has
read. Whatever remains stays words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Lock

from directory.vocabulary import vocabulary
from search.diagnosis import bare, code_table, conditions_of
from search.understanding import body_parts, codes, phrases, red_flags, spelling
from search.understanding.asks import Ask, Term, Understanding
from search.understanding.language import language_of
from search.understanding.negation import Denied, denials
from search.understanding.small_words import DEGREE, FILLERS, GRAMMAR, PLACING
from search.understanding.typed import Span, Words, read

MOST_ASKS = 6
MOST_TERMS = 8
PARENT = 0.3
_IGNORED = FILLERS | GRAMMAR | DEGREE | PLACING


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
        wider = {*complaint.wider, *_ancestors(first.slug)}
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


_loading = Lock()


@cache
def _loaded() -> None:
    phrases.load()
    body_parts.load()
    red_flags.load()
    spelling.load()
    code_table()


def load() -> None:
    """Build every table once; threads that come meanwhile wait instead of building them again."""
    with _loading:
        _loaded()


def _hull(spans: Sequence[Span]) -> Span:
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def understand(q: str) -> Understanding:
    """What is meant by somebody's words. Pure; never raises for any text."""
    load()
    words = read(q)
    fixes = spelling.corrected(words)
    fixed = replace(words, tokens=tuple(fixes.get(place, token) for place, token in enumerate(words.tokens)))
    denied = denials(fixed)
    language = language_of(fixed.tokens, raw=q[:1000])
    flags = red_flags.seen(fixed, denied=denied)
    typed = codes.typed_codes(q, words, fillers=_IGNORED)
    found = _Found()
    for code in typed:
        found.add(code.span, _code_terms(code.code))
    if not body_parts.is_elsewhere(fixed):
        _read(found, words, fixed=fixed, fixes=fixes, denied=denied)
        if not found.asks and not flags.flags:
            _guess(found, fixed, denied=denied)
    asks = _asks(found, words)
    covered = _covered(
        [*found.spans, *flags.spans, *(part for one in denied for part in (one.cue, one.scope))]
    )
    told = covered | _covered(body_parts.spoken_of(fixed)) if asks else covered
    return Understanding(
        q=q,
        language=language,
        asks=asks,
        codes=tuple(dict.fromkeys(code.code for code in typed)),
        words=_leftover(words, covered=told, understood=bool(asks)),
        red_flags=tuple(flag.in_language(language) for flag in flags.flags),
        corrections=tuple((words.tokens[place], meant) for place, meant in fixes.items() if place in covered),
    )


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
    lone = body_parts.alone(fixed, fillers=_IGNORED) or body_parts.owned(fixed, denied=denied)
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


def _asks(found: _Found, words: Words) -> tuple[Ask, ...]:
    """The asks in the order typed: no condition twice, parents only as faint alternatives."""
    ranked = [(span, _best_first(terms)) for span, terms in found.asks]
    leading = {terms[0].slug for _, terms in ranked if terms}
    above = {up for slug in leading for up in _ancestors(slug)}
    kept: dict[str, tuple[Span, list[Term]]] = {}
    for span, terms in ranked:
        if not terms or (terms[0].kind == "condition" and terms[0].slug in above):
            continue
        known = kept.get(terms[0].slug)
        if known is None or known[1][0].weight < terms[0].weight:
            kept[terms[0].slug] = (span, terms)
    in_order = sorted(kept.values(), key=lambda ask: ask[0].start)[:MOST_ASKS]
    return tuple(Ask(words.text(span), _with_parents(terms)) for span, terms in in_order)


def _best_first(terms: Iterable[Term]) -> list[Term]:
    """Each slug once with its best weight; a parent of a better reading only as a faint one."""
    ranked = sorted(terms, key=lambda term: -term.weight)
    above = {up for term in ranked for up in _ancestors(term.slug) if term.weight >= spelling.CORRECTED}
    return sorted(
        (replace(term, weight=PARENT) if term.slug in above else term for term in ranked),
        key=lambda term: -term.weight,
    )[:MOST_TERMS]


def _with_parents(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The terms, with the parents of the best condition after them where they are not there yet."""
    best = terms[0]
    ups = _ancestors(best.slug) if best.kind == "condition" else []
    known = {term.slug for term in terms}
    added = [Term("condition", up, PARENT) for up in ups if up not in known and best.weight > PARENT]
    return (*terms, *added)


def _ancestors(slug: str) -> list[str]:
    """The parents of a condition, nearest first; nothing for what is no condition."""
    found: list[str] = []
    entry = vocabulary().conditions.get(slug)
    while entry is not None and entry.parent is not None:
        found.append(entry.parent)
        entry = vocabulary().conditions.get(entry.parent)
    return found


def _covered(spans: Iterable[Span]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}


def _leftover(words: Words, *, covered: set[int], understood: bool) -> tuple[str, ...]:
    """What stayed without meaning. Where nothing was understood it may be a name: little is left out."""
    ignored = _IGNORED if understood else FILLERS | GRAMMAR
    return tuple(
        token for place, token in enumerate(words.tokens) if place not in covered and token not in ignored
    )
