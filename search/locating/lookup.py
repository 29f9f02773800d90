"""A place text looked up in the gazetteer: by coordinates, by ZIP, by name. No database, no network."""

from directory.vocabulary import fold
from search.locating.addresses import is_address, part_of_town, town_around
from search.locating.answers import EXAMPLE, not_found, state_choice, state_name, unknown_address
from search.locating.areas import by_area, here
from search.locating.coordinates import by_coordinates
from search.locating.counties import by_county
from search.locating.index import towns
from search.locating.names import TOWN, exact
from search.locating.slips import misspelt
from search.locating.words import readings, town_name, without_fillers, without_home
from search.locating.zips import by_zip, mistyped_zip
from search.places import Place


def look_up(text: str) -> Place:
    """What a cleaned text means, without guessing. `near` of the answer is left blank."""
    place = here(text) or mistyped_zip(text) or by_coordinates(text) or by_zip(text)
    if place is not None:
        return place
    if not fold(text):
        return not_found(f"We could not read that as a place. {EXAMPLE}")
    return by_name(text)


def by_name(text: str) -> Place:
    """A town or a state by its name, exactly or with slips."""
    home = without_home(text)
    if not fold(home):
        return not_found(f"That is the whole country. {EXAMPLE}")
    wording = without_fillers(home)
    called = f"the {wording}" if f" the {fold(wording)}" in f" {fold(home)}" else None
    for each in dict.fromkeys((home, called or wording, wording)):
        place = by_area(each) or part_of_town(each) or exact(each) or by_county(each)
        if place is not None:
            return _unknown(called) if called and each == wording and _is_hamlet(wording) else place
    if is_address(home):
        return unknown_address(text)
    return town_around(wording) or misspelt(wording) or _unknown(wording)


def _is_hamlet(name: str) -> bool:
    """Whether a bare name is only that of small towns: nobody calls Moon, Virginia "the moon"."""
    rows = towns(town_name(name))
    return bool(rows) and max(row.population for row in rows) < TOWN


def _unknown(text: str) -> Place:
    for name, state in readings(text):
        if state:
            return not_found(
                f"We know no place named “{name.strip(' ,')}” in {state_name(state)}. "
                "Please check the spelling, or give a ZIP such as 60614.",
                choices=(state_choice(state),),
            )
    return not_found(f"We know no place named “{text}”. {EXAMPLE}")
