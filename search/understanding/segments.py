"""Where one complaint may end and the next begin, and the text that the learned reading sees.

A cut is only a possibility: whether two parts are two complaints is decided by what they mean.
"""

from collections.abc import Iterable
from functools import cache

from search.understanding import body_parts, phrases, red_flags
from search.understanding.negation import Denied
from search.understanding.small_words import FILLERS, GRAMMAR
from search.understanding.typed import Finder, Span, Words

JOINERS = frozenset(
    {"and", "plus", "also", "y", "e", "+", "&", "n", "tambien", "ademas", "then", "with", "but", "pero"}
)
MOST_PARTS = 5
_SMALL = FILLERS | GRAMMAR | JOINERS

# Cues that say "not this part, but another": they also take out the mere name of a body part.
_NOT_THIS = {
    ("not",), ("isnt",), ("wasnt",), ("isn", "t"), ("instead", "of"), ("rather", "than"), ("no", "es"),
    ("no", "me", "duele"), ("no", "me", "duelen"),
}  # fmt: skip


@cache
def _named() -> Finder[bool]:
    """What can be denied by name: a condition, or a sign that would alarm."""
    names = [phrase.text for phrase in phrases.lexicon() if phrase.term.kind == "condition"]
    return Finder((name, True) for name in (*names, *red_flags.signs()))


def load() -> None:
    """Build what is built once."""
    _named()


def without_denied(words: Words, *, denied: tuple[Denied, ...]) -> frozenset[int]:
    """The places of words that stay once what is denied by name is taken out with its cue.

    "no migraine" goes; "cannot lift", "no relief" and "ya no camina" say how it is, and stay.
    """
    everything = range(len(words.tokens))
    if not denied:
        return frozenset(everything)
    named = [span for span, _ in _named().find(words)]
    parts = list(body_parts.named(words))
    gone: set[int] = set()
    for one in denied:
        wide = words.tokens[one.cue.start : one.cue.end] in _NOT_THIS
        spans = [*named, *parts] if wide else named
        if any(span.overlaps(one.scope) and not span.start <= one.cue.start < span.end for span in spans):
            gone.update(range(one.cue.start, one.cue.end), range(one.scope.start, one.scope.end))
    return frozenset(everything) - gone


def text_of(words: Words, places: Iterable[int]) -> str:
    """The words at some places as the learned reading sees them: a comma between clauses."""
    out: list[str] = []
    last: int | None = None
    for place in sorted(places):
        if last is not None and words.clauses[place] != last:
            out.append(",")
        last = words.clauses[place]
        out.append(words.tokens[place])
    return " ".join(out)


def parts(words: Words, kept: frozenset[int]) -> list[Span]:
    """The words cut at clauses and joiners, without small words at the ends; at most five parts."""
    found: list[Span] = []
    start = 0
    for place in range(len(words.tokens) + 1):
        end = place == len(words.tokens)
        if (
            end
            or words.tokens[place] in JOINERS
            or (place and words.clauses[place] != words.clauses[place - 1])
        ):
            found.append(Span(start, place))
            start = place + 1 if not end and words.tokens[place] in JOINERS else place
    trimmed = [trim(words, Span(one.start, one.end), kept) for one in found if len(one)]
    return [one for one in trimmed if one is not None][:MOST_PARTS]


def trim(words: Words, span: Span, kept: frozenset[int]) -> Span | None:
    """A stretch without small or denied words at its ends; None if nothing telling is left."""
    telling = [
        place for place in range(span.start, span.end) if place in kept and words.tokens[place] not in _SMALL
    ]
    return Span(telling[0], telling[-1] + 1) if telling else None
