"""Places by a name with small slips in it, and what was assumed."""

from collections.abc import Iterator
from dataclasses import replace

from directory.gazetteer import City
from directory.vocabulary import fold
from search.locating.answers import (
    ambiguous,
    city_choice,
    city_label,
    found_city,
    not_found,
    state_choice,
    state_name,
)
from search.locating.index import alike, slips_allowed, state_names, town_names, towns
from search.locating.names import BIG, MOST_CHOICES, dominates, exact, taken
from search.locating.words import readings, states, town_name
from search.places import Place


def misspelt(text: str) -> Place | None:
    """The place that a text with small slips means, with what was assumed; None if none is near enough."""
    for name, state in _misspelt_readings(text):
        place = _misspelt_in(text, name, state) if state else _misspelt_bare(text)
        if place is not None:
            return place
    return None


def _misspelt_readings(text: str) -> Iterator[tuple[str, str | None]]:
    given = [(name, state) for name, state in readings(text) if state]
    yield from given
    parts = [part for part in text.split(",") if fold(part)]
    words = text.replace(",", " ").split()
    if not given:
        yield text, None
        if len(parts) > 1:
            yield from ((parts[0], code) for code in _misspelt_states(parts[-1]))
        for count in range(1, min(3, len(words))):
            tail = " ".join(words[-count:])
            yield from ((" ".join(words[:-count]), code) for code in _misspelt_states(tail))


def _misspelt_states(text: str) -> list[str]:
    folded = fold(text)
    if folded in states():
        return []
    return [states()[name] for name in alike(folded, state_names(), most=_state_slips(folded))]


def _state_slips(folded: str) -> int:
    return 0 if len(folded) < 4 else 1 if len(folded) < 7 else 2


def _misspelt_in(text: str, name: str, state: str) -> Place | None:
    folded = town_name(name)
    rows = towns(folded, state)
    if not rows:
        elsewhere = towns(folded)
        most = min(1, len(folded) - 4) if elsewhere else slips_allowed(folded, state_given=True)
        near = alike(folded, town_names().by_state.get(state, ()), most=most)
        rows = [row for other in near for row in towns(other, state)]
        rows.sort(key=lambda row: -row.population)
        # “Chicago, TX”: the state may be the slip as well as the name. “Pittsburg, PA” is one of the name.
        if elsewhere and not (rows and _is_meant(rows[0], elsewhere[0])):
            return _nowhere_in(name, state, [*elsewhere[:3], *rows])
    if not rows:
        return None
    return _slipped(text, rows)


def _is_meant(near: City, namesake: City) -> bool:
    """Whether a name that only other states have is a slip for this town of the state that was given."""
    return near.population >= 20 * max(1, namesake.population) or (
        near.population >= BIG and near.population > namesake.population
    )


def _slipped(text: str, rows: list[City]) -> Place:
    if len(rows) == 1 or dominates(rows) or rows[0].population >= 20 * max(1, rows[1].population):
        return found_city(rows[0], message=taken(text, city_label(rows[0])))
    choices = tuple(city_choice(row) for row in rows[:MOST_CHOICES])
    return ambiguous(f"We know no place named “{text.strip()}”. Did you mean one of these?", choices)


def _nowhere_in(name: str, state: str, rows: list[City]) -> Place:
    return not_found(
        f"We know no {name.strip()} in {state_name(state)}. Did you mean one of these?",
        choices=(*(city_choice(row) for row in rows[: MOST_CHOICES - 1]), state_choice(state)),
    )


def _misspelt_bare(text: str) -> Place | None:
    folded = town_name(text)
    known = (*state_names(), *town_names().large)
    near = list(dict.fromkeys(alike(folded, known, most=slips_allowed(folded, state_given=False))))
    if not near:
        return None
    if len(near) > 1:
        rows = [row for name in near for row in towns(name)[:4]]
        rows.sort(key=lambda row: -row.population)
        return _slipped(text, rows) if rows else None
    place = exact(near[0].title())
    return None if place is None else _with_assumption(place, text, near[0])


def _with_assumption(place: Place, typed: str, read: str) -> Place:
    label = place.label or read.title()
    message = taken(typed, label)
    if place.status == "ambiguous":
        message = f"{message} {place.message}"
    return replace(place, message=message)
