"""What Palmar knows of each jurisdiction, read from `directory/data/jurisdictions.json`.

Pages and loaders read these frozen entries; the tables hold the keys and the dated demands.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from directory.vocabulary import read_data

# The start of a demand that held before there was a directory.
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Title:
    """A professional title as the law there words it."""

    abbreviation: str
    title: str


@dataclass(frozen=True)
class DemandEntry:
    """What must be shown between two instants: any one of the options, each of one or two kinds."""

    starts: datetime
    ends: datetime | None
    any_of: tuple[tuple[str, ...], ...]
    reason: str


@dataclass(frozen=True)
class JurisdictionEntry:
    """One state, DC or territory. Empty text and None mean "not established", never "none".

    `note` is for the desk and is never shown to the public.
    """

    code: str
    name: str
    regulation: str
    titles: tuple[Title, ...]
    agency: str
    lookup_url: str
    number_pattern: str
    number_pattern_confidence: str
    renewal_months: int | None
    renewal_grace_days: int | None
    end_wording: str
    time_zone: str
    demands: tuple[DemandEntry, ...]
    confidence: str
    source: str
    reviewed_on: date
    note: str


def local_midnight(day: str | None, zone: str) -> datetime | None:
    """The instant (UTC) at which a date of the files begins in `zone`."""
    if day is None:
        return None
    return datetime.combine(date.fromisoformat(day), time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _demand(row: dict[str, Any], zone: str) -> DemandEntry:
    return DemandEntry(
        starts=local_midnight(row["from"], zone) or LONG_AGO,
        ends=local_midnight(row["until"], zone),
        any_of=tuple(tuple(option) for option in row["any_of"]),
        reason=row["reason"],
    )


def parse(row: dict[str, Any]) -> JurisdictionEntry:
    """One row of the file as an entry."""
    return JurisdictionEntry(
        code=row["code"],
        name=row["name"],
        regulation=row["regulation"],
        titles=tuple(Title(title["abbreviation"], title["title"]) for title in row["titles"]),
        agency=row["agency"],
        lookup_url=row["lookup_url"] or "",
        number_pattern=row["number_format"]["regex"] or "",
        number_pattern_confidence=row["number_format"]["confidence"],
        renewal_months=row["renewal"]["months"],
        renewal_grace_days=row["renewal_grace_days"],
        end_wording=row.get("end_wording", "expires"),
        time_zone=row["time_zone"],
        demands=tuple(_demand(demand, row["time_zone"]) for demand in row["demands"]),
        confidence=row["confidence"],
        source=row["source"],
        reviewed_on=date.fromisoformat(row["reviewed_on"]),
        note=row["note"] or "",
    )


@cache
def jurisdictions() -> dict[str, JurisdictionEntry]:
    """All of them by code, read once per process."""
    return {row["code"]: parse(row) for row in read_data("jurisdictions.json")["jurisdictions"]}
