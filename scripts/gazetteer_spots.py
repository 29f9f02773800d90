"""What the gazetteer is built of: ZIPs, towns and counties as spots, and their distances and names."""

import math
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from directory.gazetteer import fold_place
from directory.geography import distance_km

SHORT: Final = frozenset({"NYC", "LA", "Philly", "Bklyn", "Big Apple", "Vegas", "SF", "DC", "NOLA", "Indy"})


@dataclass
class Spot:
    """A ZIP, a town or a county while it is built; `latitude` is NaN for a military ZIP."""

    latitude: float
    longitude: float
    name: str
    state: str
    county: str = ""
    people: int = 0
    precision: float = 0.0
    aliases: tuple[str, ...] = ()

    def row(self) -> str:
        """A line of the file for a town or county."""
        folded = fold_place(self.name)
        own = "" if folded == self.name.lower() else folded
        others = sorted({fold_place(alias) for alias in self.aliases} - {folded, ""})
        return (
            f"{self.name}\t{self.state}\t{self.latitude:.4f}\t{self.longitude:.4f}\t{self.people}"
            f"\t{self.precision:.1f}\t{own}\t{'|'.join(others)}"
        )


def unit_vectors(spots: list[Spot]) -> Any:
    angles = np.radians(np.array([(spot.latitude, spot.longitude) for spot in spots]))
    cosine = np.cos(angles[:, 0])
    return np.column_stack(
        [cosine * np.cos(angles[:, 1]), cosine * np.sin(angles[:, 1]), np.sin(angles[:, 0])]
    )


def middle(group: list[Spot]) -> tuple[float, float]:
    return (
        round(sum(spot.latitude for spot in group) / len(group), 4),
        round(sum(spot.longitude for spot in group) / len(group), 4),
    )


def spread(group: list[Spot], percent: int) -> float:
    """Kilometres from the middle that hold this share of the group."""
    away = distance_km(*middle(group), [s.latitude for s in group], [s.longitude for s in group])
    return float(np.percentile(away, percent))


def km(one: Spot, other: Spot | tuple[float, float]) -> float:
    lat, lon = other if isinstance(other, tuple) else (other.latitude, other.longitude)
    a, b, c, d = map(math.radians, (one.latitude, one.longitude, lat, lon))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def by_length(alias: str) -> tuple[int, str]:
    """Short names first: they are the ones that people type."""
    return len(alias), alias


def plain(text: str) -> bool:
    """Latin letters that somebody in the US would type."""
    return bool(re.fullmatch(r"[A-Za-zÀ-ÿ.'’ -]{2,40}", text))


def english(alias: str, name: str) -> bool:
    """Another name in use for the place: shares a word with it, or is a known short form."""
    words = set(re.findall(r"[a-z]+", name.lower()))
    return bool(words & set(re.findall(r"[a-z]{3,}", alias.lower()))) or alias in SHORT
