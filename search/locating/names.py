"""Places by exactly their name: towns, states, and what lies abroad."""

import re
from collections.abc import Iterator
from typing import Final

from directory.gazetteer import City, gazetteer
from directory.vocabulary import fold
from search.locating.answers import (
    COVERS,
    EXAMPLE,
    ambiguous,
    city_choice,
    city_label,
    found_city,
    not_found,
    region,
    state_choice,
    state_name,
)
from search.locating.index import towns
from search.locating.words import COUNTRIES, TERRITORIES, says_state, states, town_name, whole_state
from search.places import Place

MOST_CHOICES: Final = 8
BIG: Final = 100_000  # people, from where a bare name may mean this town ..
MANY_TIMES: Final = 8  # .. if it is that many times as large as the next of the name
# A name or code of a state that most people who type it mean a city by, or as often as not.
_NEW_YORK: Final = {"new york", "nueva york"}
_CITIES_LIKE_STATES: Final = {("washington", "DC"), ("la", "CA")}


def exact(text: str) -> Place | None:
    """The place of exactly this name; None if there is none. A foreign one is an answer, too."""
    if not fold(text):
        return None
    code = whole_state(text)
    if code is not None:
        return state_or_city(text, code)
    if fold(text) in TERRITORIES:
        return not_found(COVERS)
    for name, state in readings(text):
        place = town_in(name, state) if state else bare(name)
        if place is not None:
            return place
    return _abroad(text)


def state_or_city(text: str, code: str) -> Place:
    """The name or code of a state, where it may also name a town: New York, Washington, LA."""
    rows = [] if says_state(text) else towns(town_name(text))
    if code == "NY" and fold(text) in _NEW_YORK:
        city = towns("new york", "NY")[0]
        return found_city(city, choices=(state_choice(code),), message="We took this to mean the city.")
    if rows and (fold(text), rows[0].state) in _CITIES_LIKE_STATES:
        return ambiguous(
            f"Do you mean {city_label(rows[0])}, or all of the state of {state_name(code)}?",
            (city_choice(rows[0]), state_choice(code)),
        )
    known = [row for row in rows if row.population >= 5000 and town_name(row.name) == town_name(text)]
    return region(code, choices=tuple(city_choice(row) for row in known[:3]))


def readings(text: str) -> Iterator[tuple[str, str | None]]:
    """The ways to part a text into a town and a state, the likeliest first."""
    parts = [part.strip() for part in re.split(r"[,;/|()]", text) if fold(part)]
    if len(parts) > 1:
        last, first = whole_state(parts[-1]), whole_state(parts[0])
        if last is not None:
            yield parts[0], last
        if first is not None:
            yield parts[1], first
    else:
        yield text, None
    words = text.replace(",", " ").split()
    for count in range(min(4, len(words) - 1), 0, -1):
        code = states().get(fold(" ".join(words[-count:])))
        if code is not None:
            yield " ".join(words[:-count]), code
        code = states().get(fold(" ".join(words[:count])))
        if code is not None and count < len(words):
            yield " ".join(words[count:]), code


def town_in(name: str, state: str) -> Place | None:
    """The town of a name in a state."""
    found = towns(town_name(name), state)
    return found_city(found[0]) if found else None


def bare(name: str) -> Place | None:
    """A town's name alone: found if one town has it or one is far larger than the others."""
    folded = town_name(name)
    rows = towns(folded)
    if _is_foreign(folded) and (not rows or rows[0].population < BIG):
        return _foreign(rows)
    if not rows:
        elsewhere = gazetteer().cities.get(folded)
        return not_found(COVERS) if elsewhere else None
    if len(rows) == 1:
        return found_city(rows[0])
    choices = tuple(city_choice(row) for row in rows[:MOST_CHOICES])
    if dominates(rows):
        return found_city(rows[0], choices=choices[1:], message=taken(name, city_label(rows[0])))
    return ambiguous(f"There are several places named “{name.strip()}”. Which one do you mean?", choices)


def dominates(rows: list[City]) -> bool:
    return rows[0].population >= BIG and rows[0].population >= MANY_TIMES * rows[1].population


def taken(typed: str, label: str) -> str:
    return f"We took “{typed.strip()}” to mean {label}."


def _is_foreign(folded: str) -> bool:
    return folded in gazetteer().foreign or (folded in COUNTRIES and len(folded) > 3)


def _foreign(namesakes: list[City]) -> Place:
    if not namesakes:
        return not_found(f"{COVERS} {EXAMPLE}")
    choices = tuple(city_choice(row) for row in namesakes[:MOST_CHOICES])
    return ambiguous(f"{COVERS} Did you mean one of these?", choices)


def _abroad(text: str) -> Place | None:
    """A town with its foreign country or province, or with one of the territories that are not covered."""
    parts = [part for part in text.split(",") if fold(part)]
    words = fold(text).split()
    tails = (
        [fold(parts[-1])] if len(parts) > 1 else [" ".join(words[-count:]) for count in range(1, len(words))]
    )
    if any(tail in COUNTRIES or tail in TERRITORIES for tail in tails):
        return not_found(f"{COVERS} {EXAMPLE}")
    for name, state in readings(text):
        foreign = gazetteer().foreign.get(town_name(name))
        if state and foreign and foreign[0] == state:  # “Toronto, CA”: their country has a state's code
            return not_found(f"{COVERS} {EXAMPLE}")
    return None
