"""From typed words to an answer: what is named, what is most likely meant, what alarms, what is left."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from threading import Lock

from search.diagnosis import code_table
from search.understanding import (
    body_parts,
    codes,
    learned,
    naming,
    phrases,
    red_flags,
    relatives,
    segments,
    spelling,
    weighing,
    wishes,
)
from search.understanding.asks import Ask, Understanding
from search.understanding.language import language_of
from search.understanding.naming import IGNORED
from search.understanding.negation import Denied, denials
from search.understanding.small_words import FILLERS, GRAMMAR
from search.understanding.typed import Span, Words, read

_loading = Lock()


@cache
def _loaded() -> None:
    phrases.load()
    body_parts.load()
    red_flags.load()
    spelling.load()
    segments.load()
    learned.load()
    wishes.load()
    code_table()


def load() -> None:
    """Build every table once; threads that come meanwhile wait instead of building them again."""
    with _loading:
        _loaded()


def mended(words: Words) -> tuple[Words, dict[int, str]]:
    """The words with their spelling corrected, and what was corrected by its place."""
    fixes = spelling.corrected(words)
    tokens = tuple(fixes.get(place, token) for place, token in enumerate(words.tokens))
    return replace(words, tokens=tokens), fixes


def _taken_out(words: Words) -> tuple[tuple[Denied, ...], frozenset[int]]:
    """What is not asked for: denied, or said of somebody else; and the places that stay to be read."""
    denied, others = denials(words), relatives.of_others(words)
    kept = segments.without_denied(words, denied=denied)
    theirs = {place for one in others for place in range(one.cue.start, one.scope.end)}
    return (*denied, *others), kept - theirs


def text_to_learn(q: str) -> str:
    """A phrasing as the learned reading sees it: folded, mended, without what is denied by name."""
    load_words()
    fixed, _ = mended(read(q))
    _, kept = _taken_out(fixed)
    return segments.text_of(fixed, kept or range(len(fixed.tokens)))


def load_words() -> None:
    """Everything but the learned reading, which is being made from this."""
    phrases.load()
    body_parts.load()
    spelling.load()
    segments.load()


def understand(q: str) -> Understanding:
    """What is meant by somebody's words. Pure; never raises for any text."""
    load()
    words = read(q)
    fixed, fixes = mended(words)
    denied, kept = _taken_out(fixed)
    language = language_of(fixed.tokens, raw=q[:1000])
    typed = codes.typed_codes(q, words, fillers=IGNORED)
    flags = red_flags.seen(fixed, denied=denied)
    wished = wishes.wished(fixed, denied=denied)
    weighed = weighing.Weighed(())
    if not body_parts.is_elsewhere(fixed):
        named = naming.named(words, fixed=fixed, fixes=fixes, denied=denied, codes=typed)
        weighed = weighing.weigh(
            fixed,
            kept=kept - phrases.refused(fixed) - _covered(flags.apart),
            named=named,
            coded=[code.span for code in typed],
            wished=[span for span, _ in wished],
        )
    asks = tuple(replace(ask, span=_typed(words, fixed, ask)) for ask in weighed.asks)
    covered = _covered(
        [
            *flags.spans,
            *(span for span, _ in wished),
            *(part for one in denied for part in (one.cue, one.scope)),
        ]
    )
    covered |= {place for ask in weighed.asks for place in _find(fixed, ask.span)}
    told = covered | _covered(body_parts.spoken_of(fixed)) if asks else covered
    shown = red_flags.with_learned(flags, weighed.flags, words=fixed, denied=len(kept) < len(fixed.tokens))
    return Understanding(
        q=q,
        language=language,
        asks=asks,
        alternatives=weighed.offers,
        wishes=tuple(dict.fromkeys(wish for _, wish in wished)),
        codes=tuple(dict.fromkeys(code.code for code in typed)),
        words=_leftover(words, covered=told, understood=bool(asks)),
        red_flags=tuple(flag.in_language(language) for flag in shown),
        corrections=tuple((words.tokens[place], meant) for place, meant in fixes.items() if place in covered),
    )


def _find(words: Words, span: str) -> Iterable[int]:
    parts = span.split()
    for start in range(len(words.tokens) - len(parts) + 1):
        if list(words.tokens[start : start + len(parts)]) == parts:
            return range(start, start + len(parts))
    return ()


def _typed(words: Words, fixed: Words, ask: Ask) -> str:
    """The words of an ask as they were typed, not as they were mended."""
    places = list(_find(fixed, ask.span))
    return words.text(Span(places[0], places[-1] + 1)) if places else ask.span


def _covered(spans: Iterable[Span]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}


def _leftover(words: Words, *, covered: set[int], understood: bool) -> tuple[str, ...]:
    """What stayed without meaning. Where nothing was understood it may be a name: little is left out."""
    ignored: Sequence[str] | frozenset[str] = IGNORED if understood else FILLERS | GRAMMAR
    return tuple(
        token for place, token in enumerate(words.tokens) if place not in covered and token not in ignored
    )
