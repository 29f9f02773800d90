"""The offline gazetteer: every US ZIP and town, read once per process from one compact file.

Its lines are read when they are asked for: one ZIP does not wait for the reading of 60,000 rows. Where all
are needed (slips, positions) named tuples are made faster than frozen dataclasses.
Sources and licences: `directory/data/GAZETTEER.md` (GeoNames CC BY 4.0, US Census Bureau and others).
"""

import gzip
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Generic, NamedTuple, TypeVar

from directory.vocabulary import DATA, fold

MILITARY: Final = "military"
_Row = TypeVar("_Row")
_Source = TypeVar("_Source")


class Zip(NamedTuple):
    """A ZIP. A military one has no point: `latitude` is None. `precision_km`: how far off one may be."""

    code: str
    latitude: float | None
    longitude: float | None
    precision_km: float
    city: str
    state: str


class City(NamedTuple):
    """A populated place or a county; `aliases` are other names in use, folded as `folded` is."""

    name: str
    state: str
    latitude: float
    longitude: float
    population: int
    precision_km: float
    folded: str
    aliases: tuple[str, ...]


class _Rows(Mapping[str, _Row], Generic[_Source, _Row]):
    """Rows by their key, each read from its source when it is first asked for."""

    def __init__(self, sources: dict[str, _Source], read: Callable[[_Source], _Row]) -> None:
        self._sources = sources
        self._read = read
        self._known: dict[str, _Row] = {}

    def __getitem__(self, key: str) -> _Row:
        row = self._known.get(key)
        if row is None:
            row = self._known[key] = self._read(self._sources[key])
        return row

    def __contains__(self, key: object) -> bool:
        return key in self._sources

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


@dataclass(frozen=True)
class Gazetteer:
    """All of it.

    `cities`, `parts` (further places of a name in a state), `posts` (names that only the post uses) and
    `counties` have every folded name and alias, the most populous first. `foreign` has the folded names of
    big foreign cities with their country codes and populations. `across` are foreign settlements near the
    United States and `beside` our towns near those, as “latitude TAB longitude”; `outline` are the nation's
    rings near its neighbours, as `scripts/build_gazetteer.py` says.
    """

    zips: Mapping[str, Zip]
    cities: Mapping[str, tuple[City, ...]]
    parts: Mapping[str, tuple[City, ...]]
    posts: Mapping[str, tuple[City, ...]]
    counties: Mapping[str, tuple[City, ...]]
    foreign: dict[str, tuple[str, int]]
    across: tuple[str, ...]
    beside: tuple[str, ...]
    outline: tuple[str, ...]


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
    text = gzip.decompress((DATA / "gazetteer.tsv.gz").read_bytes()).decode()
    sections = {}
    for part in text.removeprefix("# ").split("\n# "):
        name, *lines = part.rstrip("\n").split("\n")
        sections[name] = lines
    foreign = (line.split("\t") for line in sections["foreign"])
    return Gazetteer(
        zips=_Rows({line[:5]: line for line in sections["zips"]}, _zip),
        cities=_named(sections["cities"]),
        parts=_named(sections["parts"]),
        posts=_named(sections["posts"]),
        counties=_named(sections["counties"]),
        foreign={name: (country, int(people)) for name, country, people in foreign},
        across=tuple(sections["across"]),
        beside=tuple(sections["beside"]),
        outline=tuple(sections["outline"]),
    )


def _zip(line: str) -> Zip:
    code, latitude, longitude, precision, city, state = line.split("\t")
    if not latitude:
        return Zip(code, None, None, 0.0, city, MILITARY)
    return Zip(code, float(latitude), float(longitude), float(precision), city, state)


def _named(lines: list[str]) -> Mapping[str, tuple[City, ...]]:
    names: dict[str, list[str]] = {}
    for line in lines:
        name, rest = line.split("\t", 1)
        _, folded, aliases = rest.rsplit("\t", 2)
        names.setdefault(folded or name.lower(), []).append(line)
        for alias in aliases.split("|") if aliases else ():
            names.setdefault(alias, []).append(line)
    return _Rows(names, _cities)


def _cities(lines: list[str]) -> tuple[City, ...]:
    if len(lines) == 1:
        return (_city(lines[0]),)
    return tuple(sorted(map(_city, lines), key=lambda row: -row.population))


def _city(line: str) -> City:
    name, state, latitude, longitude, people, precision, folded, aliases = line.split("\t")
    return City(
        name,
        state,
        float(latitude),
        float(longitude),
        int(people),
        float(precision),
        folded or name.lower(),
        tuple(aliases.split("|")) if aliases else (),
    )
