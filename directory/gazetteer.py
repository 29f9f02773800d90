"""The offline gazetteer: every US ZIP and town, read once per process from one compact file.

Sources and licences: `directory/data/GAZETTEER.md` (GeoNames CC BY 4.0, US Census Bureau).
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache

from directory.vocabulary import DATA, fold

MILITARY = "military"


@dataclass(frozen=True, slots=True)
class Zip:
    """A ZIP. A military one has no point: `latitude` is None. `precision_km`: how far off one may be."""

    code: str
    latitude: float | None
    longitude: float | None
    precision_km: float
    city: str
    state: str


@dataclass(frozen=True, slots=True)
class City:
    """A populated place; `aliases` are other names in use."""

    name: str
    state: str
    latitude: float
    longitude: float
    population: int
    precision_km: float
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Gazetteer:
    """All of it. `cities` has every folded name and alias; `foreign` the folded names of big foreign
    cities with their country codes and populations."""

    zips: dict[str, Zip]
    cities: dict[str, tuple[City, ...]]
    foreign: dict[str, tuple[str, int]]


def fold_place(text: str) -> str:
    """A place name as both sides of a comparison see it: `fold`, with saint, fort and mount spelt out."""
    words = [_LONG.get(word, word) for word in fold(re.sub(r"[&+]", " ", text)).split()]
    return " ".join(words)


_LONG = {
    "st": "saint",
    "ste": "sainte",
    "ft": "fort",
    "mt": "mount",
    "pt": "port",
    "n": "north",
    "s": "south",
}


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of this release."""
    zips: dict[str, Zip] = {}
    cities: dict[str, list[City]] = {}
    foreign: dict[str, tuple[str, int]] = {}
    with gzip.open(DATA / "gazetteer.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            kind, *row = line.rstrip("\n").split("\t")
            if kind == "Z":
                zips[row[0]] = _zip(row)
            elif kind == "C":
                city = _city(row)
                for name in dict.fromkeys(fold_place(name) for name in (city.name, *city.aliases)):
                    cities.setdefault(name, []).append(city)
            else:
                foreign[fold_place(row[0])] = (row[1], int(row[2]))
    ordered = {name: tuple(sorted(rows, key=lambda row: -row.population)) for name, rows in cities.items()}
    return Gazetteer(zips=zips, cities=ordered, foreign=foreign)


def _zip(row: list[str]) -> Zip:
    code, latitude, longitude, precision, city, state = row
    if not latitude:
        return Zip(code, None, None, 0.0, city, MILITARY)
    return Zip(code, float(latitude), float(longitude), float(precision), city, state)


def _city(row: list[str]) -> City:
    name, state, latitude, longitude, population, precision, aliases = row
    others = tuple(aliases.split("|")) if aliases else ()
    return City(name, state, float(latitude), float(longitude), int(population), float(precision), others)
