"""What the words take out: "no fever", "not pregnant", "sin fiebre", "clot ruled out".

A cue reaches a few words forward (or back, "X ruled out") inside its clause. "no relief", "not just",
"no puedo dormir" deny nothing that we look for, and are no cues.
"""

from dataclasses import dataclass

from search.understanding.small_words import small_words
from search.understanding.typed import Span, Words

REACH = 5

_CUES = {
    ("no",), ("not",), ("without",), ("never",), ("denies",), ("neither",), ("nor",), ("isnt",), ("wasnt",),
    ("arent",), ("aint",), ("dont", "have"), ("doesnt", "have"), ("didnt", "have"), ("havent", "had"),
    ("do", "not", "have"), ("does", "not", "have"), ("ruled", "out"), ("rule", "out"), ("negative", "for"),
    ("free", "of"), ("instead", "of"), ("rather", "than"), ("no", "longer", "have"), ("sin",),
    ("ni",), ("nunca",), ("libre", "de"),
    ("descartaron",), ("descartado",), ("descartada",), ("en", "vez", "de"), ("isn", "t"), ("dont", "want"),
    ("no", "tengo"), ("no", "tiene"), ("no", "es"), ("no", "hay"), ("no", "quiero"), ("no", "me", "duele"),
    ("no", "me", "duelen"), ("no", "estoy"),
}  # fmt: skip
_AFTER = {
    ("ruled", "out"), ("was", "negative"), ("came", "back", "negative"), ("is", "gone"), ("descartado",),
    ("descartada",),
}  # fmt: skip
# "cancer free since 2015" takes out one word; "free massage" and "free consultation" none.
_FREE, _FREE_UNTIL = "free", frozenset({"for", "since", "now", "and", "but", "over", "almost", "im", "my"})

# Words after "no"/"not"/"never" that make it say something else.
_NO_CUE_BEFORE = small_words("no_denial_before")
_NO_CUE_AFTER = small_words("no_denial_after")
_ENDS = small_words("denial_ends")
_CONTINUES = small_words("denial_continues")


@dataclass(frozen=True)
class Denied:
    """One cue and the words that it takes out."""

    cue: Span
    scope: Span


def denials(words: Words) -> tuple[Denied, ...]:
    """Everything that the words deny, in their order."""
    found: list[Denied] = []
    place = 0
    while place < len(words.tokens):
        cue = _cue(words, place)
        if cue is None:
            place += 1
            continue
        end = _scope_end(words, cue.end)
        if end > cue.end:
            found.append(Denied(cue, Span(cue.end, end)))
        place = cue.end
    return (*found, *_denied_before(words))


def denies(denied: tuple[Denied, ...], span: Span) -> bool:
    """Whether a phrase is taken out. One that holds the cue itself ("no feeling") is meant as it stands.

    One that begins inside the cue does not hold it: "have cancer" after "dont".
    """
    return any(
        span.start < one.scope.end
        and (one.scope.start <= span.start or one.cue.start < span.start < one.cue.end < span.end)
        and not (span.start <= one.cue.start < span.end)
        for one in denied
    )


def _cue(words: Words, place: int) -> Span | None:
    for length in (3, 2, 1):
        part = words.tokens[place : place + length]
        if len(part) == length and part in _CUES:
            break
    else:
        return None
    after = words.tokens[place + length] if place + length < len(words.tokens) else ""
    before = words.tokens[place - 1] if place else ""
    plain = length == 1 and part[0] in {"no", "not", "never"}
    if plain and (after in _NO_CUE_BEFORE or before in _NO_CUE_AFTER):
        return None
    return Span(place, place + length)


def _scope_end(words: Words, start: int) -> int:
    end = start
    while end < len(words.tokens) and end - start < REACH:
        if words.tokens[end] in _ENDS or words.clauses[end] != words.clauses[start - 1]:
            break
        end += 1
    return _with_list(words, end) if end > start else end


def _with_list(words: Words, end: int) -> int:
    """ "no fever, chills or redness": the commas of a list that ends with "or" do not end the denial."""
    reach = end
    while reach < len(words.tokens) and reach - end < REACH:
        if words.tokens[reach] in _ENDS:
            break
        if words.tokens[reach] in _CONTINUES:
            return min(reach + 3, len(words.tokens))
        reach += 1
    return end


def _denied_before(words: Words) -> list[Denied]:
    found = []
    for place in range(1, len(words.tokens)):
        if _is_free(words, place):
            found.append(Denied(Span(place, place + 1), Span(place - 1, place)))
        for cue in _AFTER:
            if words.tokens[place : place + len(cue)] == cue:
                start = max(0, place - REACH)
                while words.clauses[start] != words.clauses[place]:
                    start += 1
                found.append(Denied(Span(place, place + len(cue)), Span(start, place)))
    return found


def _is_free(words: Words, place: int) -> bool:
    if words.tokens[place] != _FREE or words.clauses[place - 1] != words.clauses[place]:
        return False
    if place + 1 == len(words.tokens) or words.clauses[place + 1] != words.clauses[place]:
        return True
    after = words.tokens[place + 1]
    return after.isdecimal() or after in _FREE_UNTIL
