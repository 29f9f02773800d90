"""The ZIP that a place belongs to: as much as is kept of where somebody is, and only where it must be."""

from functools import cache

import numpy as np

from directory.gazetteer import Zip, gazetteer
from directory.geography import distance_km
from search.locating.answers import covered
from search.requests import Origin


@cache
def _zips_of(jurisdiction: str) -> tuple[tuple[Zip, ...], np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    rows = tuple(
        row
        for row in gazetteer().zips.values()
        if row.state == jurisdiction and row.latitude is not None and row.longitude is not None
    )
    return rows, np.array([(row.latitude, row.longitude) for row in rows], dtype=np.float64).reshape(-1, 2)


def zip_with_point(code: str) -> Zip | None:
    """The ZIP of this code, if it lies in a covered state and has a point."""
    row = gazetteer().zips.get(code)
    return row if row and row.state in covered() and row.latitude is not None else None


def zip_of(origin: Origin) -> Zip | None:
    """The ZIP that an origin was given as, or else the one of its state whose middle lies nearest."""
    named = zip_with_point(origin.label[:5])
    if named and (named.latitude, named.longitude) == (origin.latitude, origin.longitude):
        return named
    rows, points = _zips_of(origin.jurisdiction)
    if not rows:
        return None
    away = distance_km(origin.latitude, origin.longitude, points[:, 0], points[:, 1])
    return rows[int(np.argmin(away))]


def origin_of(row: Zip) -> Origin:
    """The middle of a ZIP as the origin of a search."""
    assert row.latitude is not None  # noqa: S101  zip_with_point and zip_of give no others
    assert row.longitude is not None  # noqa: S101
    return Origin(
        latitude=row.latitude,
        longitude=row.longitude,
        precision_km=row.precision_km,
        jurisdiction=row.state,
        label=f"{row.code} {row.city}, {row.state}",
    )
