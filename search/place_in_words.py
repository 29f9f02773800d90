"""A place written among the search words: “sciatica in 60614”, “massage for migraine near Austin TX”.

Looked for only where the place box is empty, and with care: pain “in the neck” is no place. It takes a ZIP,
or a word such as “in” or “near” before a town with its state or a city that everybody knows.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from search.geocoding import Place, locate
from search.locating.index import towns
from search.locating.names import BIG, exact
from search.locating.words import clean, readings, town_name
from search.locating.zips import by_zip, zip_place
from search.understanding import understand
from search.understanding.asks import Understanding

MOST_WORDS: Final = 5  # of a place: “Salt Lake City, New Mexico”
_INTRO: Final = re.compile(
    r"\b(?:in|near|nearby|around|close to|by|at|outside|cerca de|cerca|en|zip(?: code)?)\b[:\s]+", re.I
)
_ZIP: Final = re.compile(r"(?<![\w.$-])\d{5}(?:-\d{4})?(?![\w-]|\.\d)")
# What may follow a place: “in Austin TX for migraine”.
_FOLLOWS: Final = re.compile(r"^\s*(?:[,;.]|for|with|who|that|and|or|please|para|por|con|que)?(?:\s|$)", re.I)
# Numbers that name a service on a bill (CPT, physical medicine) are read as a ZIP only after “in” or “near”.
_SERVICE: Final = re.compile(r"97[0-7]\d\d")


def split_place(words: str) -> tuple[str, str] | None:
    """The words without their place, and the place as it was written; None if no place stands in them.

    Pure: the same words give the same answer, and nothing is asked of a network.
    """
    text = " ".join(words.split())
    if len(text) > 500:
        return None
    for start, end, after in (*_introduced(text), *_bare_zips(text)):
        rest = " ".join(f"{text[:start].rstrip(' ,;-')} {text[after:].lstrip(' ,;.-')}".split())
        return rest, text[end:after].strip(" ,;.")
    return None


def read(words: str, near: str) -> tuple[Understanding, Place]:
    """What words and place mean; a place among the words counts where the box for it is empty."""
    place = locate(near)
    parted = split_place(words) if place.status == "empty" else None
    if parted is None:
        return understand(words), place
    rest, near = parted
    place = locate(near)
    message = f"Looking near {place.label}, found in your words. {place.message}".rstrip()
    return understand(rest), replace(place, message=message)


def _introduced(text: str) -> Iterator[tuple[int, int, int]]:
    """Places after “in” or “near”: where that word begins, where the place begins, and where it ends."""
    for intro in _INTRO.finditer(text):
        ends = [intro.end() + word.end() for word in re.finditer(r"\S+", text[intro.end() :])][:MOST_WORDS]
        for end in reversed(ends):
            if _FOLLOWS.match(text[end:]) and _is_place(text[intro.end() : end]):
                yield intro.start(), intro.end(), end


def _bare_zips(text: str) -> Iterator[tuple[int, int, int]]:
    for match in _ZIP.finditer(text):
        if not _SERVICE.match(match.group()) and zip_place(match.group()[:5]).status == "found":
            yield match.start(), match.start(), match.end()


def _is_place(written: str) -> bool:
    """Whether a text is certainly a place, by exactly its name: slips are not looked for among words."""
    text = clean(written)
    if not text or not text[0].isalnum():
        return False
    zips = list(_ZIP.finditer(text))
    place = by_zip(text) if zips else exact(text)
    if place is None or place.status != "found":
        return False
    if zips:
        return zips[-1].end() == len(text)
    if any(character.isdigit() for character in text):
        return False
    named = towns(town_name(text))
    known = bool(named) and named[0].population >= BIG
    known = known or any(state and towns(town_name(name), state) for name, state in readings(text))
    return known and not understand(text).asks
