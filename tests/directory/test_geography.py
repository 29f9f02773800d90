"""Distances, cells and the snapping of homes, on any point of the earth."""

import math
from itertools import pairwise

import numpy as np
import pytest
from geopy.distance import geodesic, great_circle
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from directory.geography import (
    CELLS_AROUND,
    CELLS_PER_DEGREE,
    EARTH_RADIUS_KM,
    cell_of,
    cell_strips,
    distance_km,
    snap_home,
)

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


def reached(latitude: float, longitude: float, bearing: float, km: float) -> tuple[float, float]:
    """The point that lies `km` away in the direction of `bearing` (degrees)."""
    away = km / EARTH_RADIUS_KM
    lat, lon, turn = math.radians(latitude), math.radians(longitude), math.radians(bearing)
    there = math.asin(
        max(-1, min(1, math.sin(lat) * math.cos(away) + math.cos(lat) * math.sin(away) * math.cos(turn)))
    )
    east = math.atan2(
        math.sin(turn) * math.sin(away) * math.cos(lat), math.cos(away) - math.sin(lat) * math.sin(there)
    )
    return math.degrees(there), (math.degrees(lon + east) + 180) % 360 - 180


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_is_the_great_circle_of_geopy(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    # At the antipodes both formulas lose digits: a metre there.
    expected = great_circle((lat1, lon1), (lat2, lon2)).km
    assert float(distance_km(lat1, lon1, lat2, lon2)) == pytest.approx(expected, abs=1e-3)


@given(st.floats(17, 72), st.floats(-170, -64), st.floats(0, 360), st.floats(1, 800))
def test_distance_is_within_half_a_percent_of_the_geodesic(
    latitude: float, longitude: float, bearing: float, km: float
) -> None:
    there = reached(latitude, longitude, bearing, km)
    assume(17 <= there[0] <= 72)  # St. Croix to Utqiagvik; at the equator a sphere is 0.56% off
    exact = geodesic((latitude, longitude), there).km
    assert float(distance_km(latitude, longitude, *there)) == pytest.approx(exact, rel=0.005)


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_distance_is_the_same_both_ways_and_none_to_itself(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    assert float(distance_km(lat1, lon1, lat2, lon2)) == pytest.approx(
        float(distance_km(lat2, lon2, lat1, lon1)), abs=1e-6
    )
    assert float(distance_km(lat1, lon1, lat1, lon1)) == 0


def test_distance_takes_arrays() -> None:
    away = distance_km(41.9, -87.6, np.array([41.9, 42.9]), np.array([-87.6, -87.6]))
    assert away.shape == (2,)
    assert away[1] == pytest.approx(111.195, abs=0.001)


@given(LATITUDES, LONGITUDES)
def test_every_point_has_a_cell_of_the_table(latitude: float, longitude: float) -> None:
    cell = cell_of(latitude, longitude)
    assert 0 <= cell < 180 * CELLS_PER_DEGREE * CELLS_AROUND
    assert cell == cell_of(latitude, longitude + 360 if longitude == -180 else longitude)


def covers(strips: list[tuple[int, int]], cell: int) -> bool:
    return any(first <= cell <= last for first, last in strips)


@given(LATITUDES, LONGITUDES, st.floats(0.1, 2000), st.floats(0, 360), st.floats(0, 1))
@settings(max_examples=500)
def test_strips_cover_every_point_within_the_radius(
    latitude: float, longitude: float, radius: float, bearing: float, part: float
) -> None:
    there = reached(latitude, longitude, bearing, radius * part)
    assume(float(distance_km(latitude, longitude, *there)) <= radius)
    assert covers(cell_strips(latitude, longitude, radius), cell_of(*there))


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (90, 0),
        (-90, 120),
        (89.9, -170),
        (-89.99, 5),
        (52.9, 172.9),
        (51.9, -176.6),
        (0, 180),
        (0, -180),
        (60, 179.99),
    ],
)
@pytest.mark.parametrize("radius", [0.5, 40.2336, 400, 3000])
def test_strips_cover_the_disc_at_the_poles_and_across_the_antimeridian(
    latitude: float, longitude: float, radius: float
) -> None:
    strips = cell_strips(latitude, longitude, radius)
    for bearing in range(0, 360, 3):
        for part in (0, 0.3, 0.7, 0.999, 1 - 1e-9):
            there = reached(latitude, longitude, bearing, radius * part)
            assert covers(strips, cell_of(*there)), (bearing, part, there)


@given(LATITUDES, LONGITUDES, st.floats(0, 3000))
def test_strips_are_ordered_disjoint_ranges_inside_one_row_each(
    latitude: float, longitude: float, radius: float
) -> None:
    strips = sorted(cell_strips(latitude, longitude, radius))
    for first, last in strips:
        assert 0 <= first <= last < 180 * CELLS_PER_DEGREE * CELLS_AROUND
        assert first // CELLS_AROUND == last // CELLS_AROUND
    for (_, last), (following, _) in pairwise(strips):
        assert last < following


def test_strips_of_a_city_search_are_few() -> None:
    cells = sum(last - first + 1 for first, last in cell_strips(41.9, -87.6, 40.2336))
    assert cells <= 9 * 9


HOME_LATITUDES = st.floats(17, 72)
HOME_LONGITUDES = st.floats(-179.9, 179.9)


@given(HOME_LATITUDES, HOME_LONGITUDES, st.floats(-0.49, 0.49), st.floats(-0.49, 0.49))
def test_all_homes_of_a_cell_share_one_public_point(
    latitude: float, longitude: float, north: float, east: float
) -> None:
    """The public point stands for its cell: every home around it that is snapped there has exactly it."""
    public = snap_home(latitude, longitude)
    step = 2.5 / 111.195
    inside = (public[0] + north * step, public[1] + east * step / math.cos(math.radians(public[0])))
    assert snap_home(*inside) == public
    assert snap_home(*public) == public


@given(HOME_LATITUDES, HOME_LONGITUDES)
def test_the_public_point_of_a_home_lies_within_half_the_diagonal_of_its_cell(
    latitude: float, longitude: float
) -> None:
    away = float(distance_km(latitude, longitude, *snap_home(latitude, longitude)))
    # 1% for the narrowing of the cell to the north, and the rounding of the centre.
    assert away <= 2.5 * math.sqrt(2) / 2 * 1.01


def test_the_public_point_differs_from_the_home() -> None:
    generator = np.random.default_rng(5)
    homes = zip(generator.uniform(25, 49, 2000), generator.uniform(-124, -67, 2000), strict=True)
    away = [float(distance_km(*home, *snap_home(*home))) for home in homes]
    assert min(away) > 0
    assert float(np.median(away)) > 0.7


def test_homes_of_one_town_have_few_public_points() -> None:
    points = {
        snap_home(41.9 + at / 10_000, -87.6 + by / 10_000)
        for at in range(0, 200, 5)
        for by in range(0, 200, 5)
    }
    assert len(points) <= 6
