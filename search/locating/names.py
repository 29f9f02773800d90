"""Places by exactly their name: towns, states, and what lies abroad."""

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
from search.locating.words import (
    COUNTRIES,
    FOREIGN_REGIONS,
    PARTS,
    TERRITORIES,
    readings,
    says_state,
    town_name,
    whole_state,
)
from search.places import Place

MOST_CHOICES: Final = 8
BIG: Final = 100_000  # people, from where a bare name may mean this town ..
MANY_TIMES: Final = 8  # .. if it is that many times as large as the next of the name
TOWN: Final = 10_000  # a smaller town is meant only over hamlets ..
FAR_MORE_TIMES: Final = 12  # .. that are so many times smaller
KNOWN: Final = 50_000  # a namesake of this size is known well enough (Portland, ME) ..
MORE_TIMES: Final = 12  # .. to yield only to a town that is so many times as large
FAR_LARGER: Final = 50  # a foreign city that many times as large as ours is the one that is meant
LARGER: Final = 2  # one that many times as large may be meant
FAMILIAR: Final = 500_000  # people of a city of a neighbour that everybody has heard of
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
    if fold(text) == "dc":
        return found_city(rows[0], choices=(state_choice(code),))
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


def town_in(name: str, state: str) -> Place | None:
    """The town of a name in a state."""
    found = towns(town_name(name), state)
    return found_city(found[0]) if found else None


def bare(name: str) -> Place | None:
    """A town's name alone: found if one town has it or one is far larger than the others."""
    folded = town_name(name)
    rows = towns(folded)
    foreign = _foreign(folded, rows)
    if foreign is not None:
        return foreign
    if folded in PARTS:
        return not_found(
            f"Many towns have a place called “{name.strip()}”. Please add the town. {EXAMPLE}",
            choices=tuple(city_choice(row) for row in rows[:MOST_CHOICES]),
        )
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
    """Whether nearly everybody who writes the name means the first town."""
    first, second = rows[0].population, rows[1].population
    if first >= TOWN and (not second or first >= FAR_MORE_TIMES * second):
        return True
    return first >= BIG and first >= (MANY_TIMES if second < KNOWN else MORE_TIMES) * second


def taken(typed: str, label: str) -> str:
    return f"We took “{typed.strip()}” to mean {label}."


def _foreign(folded: str, namesakes: list[City]) -> Place | None:
    """The answer for the name of a foreign city or country; None where our town of the name is meant."""
    largest = namesakes[0].population if namesakes else 0
    country, people = gazetteer().foreign.get(folded, ("", 0))
    if folded in COUNTRIES and len(folded) > 3:
        country, people = "", max(people, FAR_LARGER * BIG)
    choices = tuple(city_choice(row) for row in namesakes[:MOST_CHOICES])
    if people >= FAR_LARGER * max(1, largest):
        return not_found(f"{COVERS} {'Did you mean one of these?' if choices else EXAMPLE}", choices=choices)
    familiar = country in ("", "CA", "MX") and people >= FAMILIAR
    if people >= LARGER * max(1, largest) and (largest < BIG or familiar):
        return ambiguous(f"{COVERS} Did you mean one of these?", choices)
    return None


def _abroad(text: str) -> Place | None:
    """A town with its foreign country or province, or with one of the territories that are not covered."""
    parts = [part for part in text.split(",") if fold(part)]
    words = fold(text).split()
    tails = (
        [fold(parts[-1])] if len(parts) > 1 else [" ".join(words[-count:]) for count in range(1, len(words))]
    )
    if any(tail in COUNTRIES or tail in TERRITORIES or tail in FOREIGN_REGIONS for tail in tails):
        return not_found(f"{COVERS} {EXAMPLE}")
    for name, state in readings(text):
        foreign = gazetteer().foreign.get(town_name(name))
        if state and foreign and foreign[0] == state:  # “Toronto, CA”: their country has a state's code
            return not_found(f"{COVERS} {EXAMPLE}")
    return None
