"""What is said of somebody else: "my mother has cancer, I have neck pain" asks for the neck alone.

A relative is who the search is for as often as not ("my mom has a swollen arm"). Only where the searcher
goes on with a complaint of their own, and does not come back to the relative ("for her"), is the first part
left out.
"""

from collections.abc import Iterable

from search.understanding import body_parts, phrases
from search.understanding.negation import Denied
from search.understanding.small_words import small_words
from search.understanding.typed import Span, Words

_RELATIVES = small_words("relatives")
_HAS = small_words("relatives_have")
_OWN = small_words("own")
_BACK = small_words("back_to_relatives")
REACH = 12


def of_others(words: Words) -> tuple[Denied, ...]:
    """The stretches about a relative, in the form of denials: "my mother has" takes out "cancer"."""
    found = [one for place in range(len(words.tokens)) if (one := _about(words, place)) is not None]
    if not found:
        return ()
    theirs = {place for one in found for place in range(one.cue.start, one.scope.end)}
    own = [place for place in range(len(words.tokens)) if place not in theirs]
    told = any(words.tokens[place] in _OWN for place in own)
    back = any(words.tokens[place] in _BACK for place in own)
    return tuple(found) if told and not back and _complaint(words, own) else ()


def _about(words: Words, place: int) -> Denied | None:
    """The stretch that begins with a relative and "has": to its clause's end or the searcher's own part."""
    if words.tokens[place] not in _RELATIVES:
        return None
    start = place + 1
    while start < min(place + 4, len(words.tokens)) and words.tokens[start] not in _HAS:
        start += 1
    if start >= len(words.tokens) or words.tokens[start] not in _HAS:
        return None
    end = start + 1
    while end < min(start + REACH, len(words.tokens)) and words.clauses[end] == words.clauses[place]:
        if words.tokens[end] in _OWN:
            break
        end += 1
    if end == start + 1:
        return None
    return Denied(Span(place, start + 1), Span(start + 1, end))


def _complaint(words: Words, own: Iterable[int]) -> bool:
    """Whether something that we look for is named in the searcher's own part."""
    places = set(own)
    spans = [*body_parts.named(words), *(match.span for match in phrases.exact(words, denied=()))]
    return any(places.issuperset(range(span.start, span.end)) for span in spans)
