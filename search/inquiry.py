"""From a validated form to an answer: results, or the plain reason why there are none."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from directory.geography import KM_PER_MILE
from directory.vocabulary import fold, vocabulary
from search import matching
from search.filters import PracticeFilterSet
from search.forms import RADII_MILES
from search.geocoding import Place
from search.place_in_words import read
from search.requests import EngineName, Origin, Region, Results, SearchRequest
from search.rows import day_number
from search.understanding import understand
from search.understanding.asks import Understanding

FEW = 3  # with fewer results than this a wider search is offered, too


class State(StrEnum):
    """What a search came to. Each has its own words on the page."""

    NOTHING = "nothing"  # neither words nor place
    INVALID = "invalid"  # a field is wrong
    NO_PLACE = "no_place"  # words, but no place
    PLACE_NOT_FOUND = "place_not_found"
    PLACE_AMBIGUOUS = "place_ambiguous"
    NOT_UNDERSTOOD = "not_understood"  # none of the words means anything here
    CODE_UNMAPPED = "code_unmapped"  # a diagnosis code that stands for none of our conditions
    NONE_FOUND = "none_found"
    RESULTS = "results"


@dataclass(frozen=True)
class Widening:
    """A wider search that has something: its radius in miles, and how many it finds."""

    miles: int
    count: int


@dataclass(frozen=True)
class Broader:
    """The wider condition of one that nobody was found for: its name, and how many it finds.

    `miles` is the radius that they are within; None in a region.
    """

    name: str
    miles: float | None
    count: int


@dataclass(frozen=True)
class Answer:
    """Everything that was found out. `request` and `results` are there once a search has run."""

    state: State
    understood: Understanding
    place: Place
    request: SearchRequest | None = None
    results: Results | None = None
    widenings: tuple[Widening, ...] = ()
    broader: tuple[Broader, ...] = ()


def answer(filters: PracticeFilterSet, *, at: datetime, engine: EngineName | None = None) -> Answer:
    """Run the search that the form asks for, on the site's engine or the named one. Invalid input is
    never searched with."""
    valid = filters.is_valid()
    chosen = filters.form.cleaned_data
    understood, place = read(chosen.get("q") or "", chosen.get("near") or "")
    reason = State.INVALID if not valid else _obstacle(understood, place)
    names = names_in(understood)
    if reason is not None and not (reason is State.NO_PLACE and names and valid):
        return Answer(reason, understood, place)
    request = request_of(filters, understood, place, at=at)
    found = _search(request, understood, place, engine)
    return replace(found, broader=_broader(found, filters)) if found.state is State.NONE_FOUND else found


def request_of(
    filters: PracticeFilterSet, understood: Understanding, place: Place, *, at: datetime
) -> SearchRequest:
    """The search that a validated form asks for, with its words and place as they were read."""
    chosen = filters.form.cleaned_data
    return SearchRequest(
        understood=understood,
        place=as_point_or_region(place),
        at=round_up_to_minute(at),
        day=day_number(at) if chosen["day"] is None else chosen["day"],
        within_km=chosen["within"] * KM_PER_MILE,
        clauses=filters.clauses(understood.asks),
        names=names_in(understood),
        keeps_silent=frozenset(chosen["unstated"]),
        sort=chosen["sort"] or "best",
        page=chosen["page"] or 1,
    )


def _obstacle(understood: Understanding, place: Place) -> State | None:
    """Why this cannot be searched for; None if it can."""
    if place.status == "not_found":
        return State.PLACE_NOT_FOUND
    if place.status == "ambiguous":
        return State.PLACE_AMBIGUOUS
    if understood.codes and not understood.asks:
        return State.CODE_UNMAPPED
    if place.status == "empty":
        return State.NO_PLACE if understood.q.strip() else State.NOTHING
    return None


def _search(
    request: SearchRequest, understood: Understanding, place: Place, engine: EngineName | None
) -> Answer:
    # Words such as "massage therapist" alone ask for nothing in particular: everybody near is the answer.
    typed = bool(understood.words or understood.red_flags)
    if typed and not understood.asks and not request.names:
        return Answer(State.NOT_UNDERSTOOD, understood, place)
    results = matching.find(request, engine=engine)
    state = State.RESULTS if results.total else State.NONE_FOUND
    if not results.total and request.names:
        # Nobody of that name: then the words meant something that we do not know.
        state = State.NOT_UNDERSTOOD if request.place else State.NO_PLACE
        return Answer(state, understood, place, request, results)
    wider = _widenings(request, have=results.total) if results.total < FEW and request.origin else ()
    return Answer(state, understood, place, request, results, wider)


def _widenings(request: SearchRequest, *, have: int) -> tuple[Widening, ...]:
    """The next radius that finds more, with its count."""
    for miles in RADII_MILES:
        if miles * KM_PER_MILE <= request.within_km + 0.01:
            continue
        found = matching.count(replace(request, within_km=miles * KM_PER_MILE))
        if found > have:
            return (Widening(miles=miles, count=found),)
    return ()


def _broader(found: Answer, filters: PracticeFilterSet) -> tuple[Broader, ...]:
    """The wider conditions, where they find somebody: within the radius asked, or else a wider one.

    Each is counted as the search that its link leads to.
    """
    request, known = found.request, vocabulary().conditions
    leading = [known[ask.terms[0].slug] for ask in found.understood.asks if ask.terms[0].kind == "condition"]
    parents = dict.fromkeys(entry.parent for entry in leading if entry.parent)
    offers = (_broader_of(known[slug].name, found, filters) for slug in list(parents)[:2] if request)
    return tuple(offer for offer in offers if offer)


def _broader_of(name: str, found: Answer, filters: PracticeFilterSet) -> Broader | None:
    assert found.request is not None  # noqa: S101  somebody was looked for
    understood = understand(name)
    request = replace(found.request, understood=understood, clauses=filters.clauses(understood.asks))
    if request.origin is None:
        count = matching.count(request)
        return Broader(name, None, count) if count else None
    if count := matching.count(request):
        return Broader(name, request.within_km / KM_PER_MILE, count)
    wider = _widenings(request, have=0)
    return Broader(name, wider[0].miles, wider[0].count) if wider else None


def names_in(understood: Understanding) -> tuple[str, ...]:
    """Folded words to look up as a therapist's or practice's name, where nothing else was understood."""
    if understood.asks or understood.codes or understood.red_flags:
        return ()
    return tuple(word for text in understood.words for word in fold(text).split())[:5]


def as_point_or_region(place: Place) -> Origin | Region | None:
    """The place as a search takes it. A county is measured from its middle."""
    if place.status == "region" and place.jurisdiction and place.latitude is None:
        return Region(jurisdiction=place.jurisdiction, label=place.label)
    if place.latitude is None or place.longitude is None:
        return None
    return Origin(
        latitude=place.latitude,
        longitude=place.longitude,
        precision_km=place.precision_km or 0.0,
        jurisdiction=place.jurisdiction or "",
        label=place.label,
    )


def round_up_to_minute(at: datetime) -> datetime:
    """The next full minute: judging by it errs to hiding, and equal searches share one instant."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)
