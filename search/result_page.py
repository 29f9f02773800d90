"""The results page as its template reads it: every text and link ready, nothing left to decide."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from directory.geography import KM_PER_MILE
from directory.vocabulary import vocabulary
from search.addresses import SearchAddress
from search.cards import Card, card_of
from search.diagnosis import diagnose
from search.facet_views import FacetView, facet_views
from search.filters import PracticeFilterSet, SeveralFilter
from search.forms import RADII_MILES, SORTS
from search.geocoding import Place
from search.inquiry import Answer, Broader, State
from search.policy import asked_tokens
from search.requests import PAGE_SIZE, Match, Part, SearchRequest
from search.understanding.asks import Ask, Understanding

WORTH_OFFERING = 0.04  # the least weight of a near condition that is offered as "something else"
ABOUT_KM = 0.5  # a place less exact than this makes every distance "about"


@dataclass(frozen=True)
class Link:
    """A label and where it leads; `selected` marks the one that is in force, `count` what it gives."""

    label: str
    url: str
    selected: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Chip:
    """One thing that was understood, with the search without it."""

    label: str
    kind: str
    span: str
    remove_url: str


@dataclass(frozen=True)
class CodeView:
    """A diagnosis code that was typed: its title, and the more exact codes below it."""

    code: str
    title: str
    children: tuple[Link, ...]


@dataclass(frozen=True)
class MatchView:
    """One result as shown."""

    number: int
    url: str
    card: Card
    distance_text: str
    score: float
    parts: tuple[Part, ...]
    latitude: float
    longitude: float


@dataclass(frozen=True)
class ResultPage:
    """All that the template needs; see the fields' names."""

    form: Any
    state: State
    place_problem: str
    understood: Understanding
    chips: tuple[Chip, ...]
    codes: tuple[CodeView, ...]
    place: Place
    place_choices: tuple[Link, ...]
    total: int
    first: int
    last: int
    out_of: float
    degraded: bool
    dropped: int
    within_miles: float
    matches: tuple[MatchView, ...]
    facets: tuple[FacetView, ...]
    active_filters: tuple[Link, ...]
    sorts: tuple[Link, ...]
    previous_url: str
    next_url: str
    number: int
    count: int
    widen: tuple[Link, ...]
    broader: tuple[Link, ...]
    widest: int
    near_alternatives: tuple[Link, ...]
    wishes: tuple[Link, ...]
    everybody_url: str
    by_name: bool
    carried: tuple[tuple[str, str], ...]
    title: str


def lay_out(found: Answer, filters: PracticeFilterSet) -> ResultPage:
    """The page for an answer."""
    address = SearchAddress.of(filters.form.data, known=filters.form.fields)
    if found.place.near and not filters.form.data.get("near"):  # the place stood among the words
        address = address.but(q=found.understood.q, near=found.place.near)
    results, request = found.results, found.request
    total = results.total if results else 0
    number = results.page if results else 1
    pages = results.pages if results else 1
    leaf = address.but(day=request.day) if request else address
    first = (number - 1) * PAGE_SIZE + 1 if total else 0
    about = bool(request and request.origin and request.origin.precision_km > ABOUT_KM)
    asked = asked_tokens(found.understood.asks)
    # Resolved once: each card's address differs in its number alone.
    practices = reverse("directory:practice", args=[0]).removesuffix("0/")
    views = tuple(
        _match_view(
            match,
            number=first + index,
            url=f"{practices}{match.practice}/",
            about=about,
            request=request,
            asked=asked,
        )
        for index, match in enumerate(results.matches if results else ())
        if request
    )
    active = _active_filters(filters, address)
    has_point = bool(request and request.origin)
    return ResultPage(
        form=filters.form,
        state=found.state,
        place_problem=_place_problem(found),
        understood=found.understood,
        chips=_chips(found.understood, address),
        place=found.place,
        place_choices=tuple(
            Link(choice.label, address.but(near=choice.near).url) for choice in found.place.choices
        ),
        total=total,
        first=first,
        last=first + len(views) - 1 if views else 0,
        out_of=results.out_of if results else 0,
        degraded=bool(results and results.degraded),
        dropped=results.dropped if results else 0,
        codes=tuple(_code_view(code, address) for code in found.understood.codes),
        within_miles=request.within_km / KM_PER_MILE if request else 0,
        matches=views,
        # Nobody, and no filter to take away: a column of zeros would help no one.
        facets=facet_views(found, filters) if total or (results and active) else (),
        active_filters=active,
        sorts=tuple(
            Link(label, address.but(sort=name if name != "best" else None).url, selected=name == request.sort)
            for name, label in SORTS
            if has_point or name != "distance"
        )
        if request
        else (),
        previous_url=leaf.but(page=number - 1 if number > 2 else None).url if number > 1 else "",
        next_url=leaf.but(page=number + 1).url if number < pages else "",
        number=number,
        count=pages,
        widen=tuple(
            Link(f"{wider.miles} miles", address.but(within=wider.miles).url, count=wider.count)
            for wider in found.widenings
        ),
        broader=_broader(found.broader, address),
        widest=RADII_MILES[-1],
        near_alternatives=_alternatives(found.understood, address),
        wishes=_wishes(found.understood, filters, address),
        everybody_url=address.but(q=None).url,
        by_name=bool(request and request.names and total),
        # Without a list there are no filter boxes: what was chosen travels in hidden fields.
        carried=()
        if total or (results and active)
        else tuple(pair for pair in address.pairs if pair[0] in filters.filters),
        title=_title(found),
    )


def _place_problem(found: Answer) -> str:
    """What is to mend of the place, whatever else is wrong: not_found, ambiguous, missing, or nothing."""
    if found.place.status in ("not_found", "ambiguous"):
        return str(found.place.status)
    return "missing" if found.state is State.NO_PLACE else ""


def _match_view(
    match: Match, *, number: int, url: str, about: bool, request: SearchRequest, asked: frozenset[int]
) -> MatchView:
    if match.distance_km is None:
        distance = ""
    else:
        miles = match.distance_km / KM_PER_MILE
        about = about or match.card["home"]
        text = "less than 0.1 miles" if miles < 0.1 else f"{miles:.1f} miles"
        distance = f"about {text}" if about else text
    return MatchView(
        number=number,
        url=url,
        card=card_of(match, at=request.at, asked=asked),
        distance_text=distance,
        score=round(sum(part.points for part in match.parts), 1),
        parts=match.parts,
        latitude=match.latitude,
        longitude=match.longitude,
    )


def name_of(ask: Ask) -> str:
    """The name of the best reading of an ask."""
    term = ask.terms[0]
    known = vocabulary()
    tables: dict[str, Any] = {
        "condition": known.conditions, "technique": known.techniques, "credential": known.credential_kinds,
    }  # fmt: skip
    return str(tables[term.kind][term.slug].name)


def _chips(understood: Understanding, address: SearchAddress) -> tuple[Chip, ...]:
    chips = []
    for ask in understood.asks:
        rest = " ".join([*(other.span for other in understood.asks if other is not ask), *understood.words])
        chips.append(Chip(name_of(ask), ask.terms[0].kind, ask.span, address.but(q=rest).url))
    return tuple(chips)


def _code_view(code: str, address: SearchAddress) -> CodeView:
    found = diagnose(code)
    children = [Link(f"{row.code} {row.title}", address.but(q=row.code).url) for row in found.children]
    return CodeView(found.code, found.title, tuple(children))


def _alternatives(understood: Understanding, address: SearchAddress) -> tuple[Link, ...]:
    """Other readings, and the wider condition: "did you mean". At most six."""
    known = vocabulary().conditions
    taken = {ask.terms[0].slug for ask in understood.asks}
    slugs = [term.slug for term in understood.conditions if term.weight >= WORTH_OFFERING]
    slugs += [str(known[slug].parent) for slug in taken if slug in known and known[slug].parent]
    slugs += [other for slug in taken if slug in known for other in known[slug].related]
    return tuple(
        Link(known[slug].name, address.but(q=known[slug].name).url)
        for slug in dict.fromkeys(slugs)
        if slug in known and slug not in taken
    )[:6]


def _wishes(
    understood: Understanding, filters: PracticeFilterSet, address: SearchAddress
) -> tuple[Link, ...]:
    """Wishes among the words as filters that can be switched on; none that already is."""
    links = []
    for wish in understood.wishes:
        declared = filters.filters[wish.filter]
        if (wish.filter, wish.value) in address.pairs:
            continue
        several = isinstance(declared, SeveralFilter)
        there = address.plus(wish.filter, wish.value) if several else address.but(**{wish.filter: wish.value})
        links.append(Link(dict(declared.facet.choices())[wish.value], there.url))
    return tuple(links)


def _broader(rows: tuple[Broader, ...], address: SearchAddress) -> tuple[Link, ...]:
    """Searches for the wider conditions; in a region there is no radius to name."""
    links = []
    for row in rows:
        there = address.but(q=row.name)
        if row.miles is None:
            links.append(Link(row.name, there.url, count=row.count))
        else:
            miles = f"{row.miles:g}"
            label = f"{row.name}, within {miles} mile{'' if miles == '1' else 's'}"
            links.append(Link(label, there.but(within=miles).url, count=row.count))
    return tuple(links)


def _active_filters(filters: PracticeFilterSet, address: SearchAddress) -> tuple[Link, ...]:
    """Each chosen value with the search without it."""
    links = []
    for name, value in address.pairs:
        declared = filters.filters.get(name)
        if declared is None:
            continue
        choices = declared.extra.get("choices", ())
        labels = dict(choices() if callable(choices) else choices)
        if name == "unstated":
            label = f"{declared.label}: {labels.get(value, value)}"
        else:
            label = str(labels.get(value, value))
        links.append(Link(label, address.minus(name, value).url))
    return tuple(links)


def _title(found: Answer) -> str:
    what = ", ".join(name_of(ask) for ask in found.understood.asks) or "Medical massage therapists"
    return f"{what} near {found.place.label}" if found.place.label else what
