"""A place text looked up in the gazetteer: by coordinates, by ZIP, by name. No database, no network."""

from directory.vocabulary import fold
from search.locating.addresses import is_address, part_of_town, town_around
from search.locating.answers import EXAMPLE, not_found, state_choice, state_name, unknown_address
from search.locating.areas import by_area, here
from search.locating.coordinates import by_coordinates
from search.locating.counties import by_county
from search.locating.names import exact
from search.locating.slips import misspelt
from search.locating.words import readings, without_fillers, without_home
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
    for wording in dict.fromkeys((home, without_fillers(home))):
        place = by_area(wording) or part_of_town(wording) or exact(wording) or by_county(wording)
        if place is not None:
            return place
    if is_address(home):
        return unknown_address(text)
    wording = without_fillers(home)
    return town_around(wording) or misspelt(wording) or _unknown(wording)


def _unknown(text: str) -> Place:
    for name, state in readings(text):
        if state:
            return not_found(
                f"We know no place named “{name.strip(' ,')}” in {state_name(state)}. "
                "Please check the spelling, or give a ZIP such as 60614.",
                choices=(state_choice(state),),
            )
    return not_found(f"We know no place named “{text}”. {EXAMPLE}")
