"""Counties, parishes and boroughs: regions inside a state, measured from the middle of their ZIPs."""

import re
from typing import Final

from directory.gazetteer import City, fold_place, gazetteer
from search.locating.answers import ambiguous, covered
from search.locating.words import readings
from search.places import Place, PlaceChoice

MOST_CHOICES: Final = 8
MANY_TIMES: Final = 8  # a bare name means a county this many times as populous as the next of the name
_KINDS: Final = re.compile(r" (?:county|parish|borough|census area)$")
_BEFORE: Final = re.compile(r"^(?:the )?(?:county|condado|parish|parroquia) (?:of|de|del) (?:la )?(.+)$")
_SHORT: Final = re.compile(r" (?:co|cnty|cty)$")
_OTHER_NAMES: Final = {"la county": "los angeles county", "dade county": "miami dade county"}


def by_county(text: str) -> Place | None:
    """The county that a text names, or the counties of that name; None if it names none."""
    for name, state in readings(text):
        folded = _county_name(name, state_given=state is not None)
        if folded is None:
            continue
        rows = [row for row in gazetteer().counties.get(folded, ()) if row.state in covered()]
        rows = [row for row in rows if state in (None, row.state)]
        if rows:
            return _answer(name, rows)
    return None


def _county_name(name: str, *, state_given: bool) -> str | None:
    folded = fold_place(name)
    before = _BEFORE.match(folded)
    if before:
        folded = f"{before.group(1)} county"
    elif state_given:  # alone, “Boulder Co” is in Colorado
        folded = _SHORT.sub(" county", folded)
    folded = _OTHER_NAMES.get(folded, folded)
    return folded if _KINDS.search(folded) else None


def _answer(name: str, rows: list[City]) -> Place:
    choices = tuple(_choice(row) for row in rows[:MOST_CHOICES])
    if len(rows) == 1 or rows[0].population >= MANY_TIMES * rows[1].population:
        return _region(rows[0], choices[1:])
    return ambiguous(f"There are several counties named “{name.strip()}”. Which one do you mean?", choices)


def _region(row: City, choices: tuple[PlaceChoice, ...]) -> Place:
    label = f"{row.name}, {row.state}"
    return Place(
        near="",
        status="region",
        label=label,
        latitude=row.latitude,
        longitude=row.longitude,
        precision_km=row.precision_km,
        jurisdiction=row.state,
        choices=choices,
        message=f"We measure from the middle of {label}.",
    )


def _choice(row: City) -> PlaceChoice:
    label = f"{row.name}, {row.state}"
    return PlaceChoice(label, label, row.latitude, row.longitude, row.state)
