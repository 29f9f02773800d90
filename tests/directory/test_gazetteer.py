"""What the gazetteer promises to those who read it."""

import pytest

from directory.gazetteer import MILITARY, fold_place, gazetteer
from directory.geography import distance_km
from directory.jurisdictions import jurisdictions


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Louis", "saint louis"), ("Ft Worth", "Fort Worth"), ("Mt. Vernon", "MOUNT VERNON"),
        ("Bayamón", "bayamon"), ("Coeur d’Alene", "coeur d'alene"), ("Winston-Salem", "winston salem"),
        ("Port St. Lucie", "Port Saint Lucie"), ("N Little Rock", "North Little Rock"),
    ],
)  # fmt: skip
def test_ways_to_write_a_name_fold_to_one(one: str, other: str) -> None:
    assert fold_place(one) == fold_place(other)


def test_folding_is_done_once_and_for_all() -> None:
    for name in list(gazetteer().cities)[::50]:
        assert fold_place(name) == name


def test_the_gazetteer_is_read_once() -> None:
    assert gazetteer() is gazetteer()


def test_every_zip_has_five_digits_and_a_point_unless_it_is_military() -> None:
    for code, row in gazetteer().zips.items():
        assert code == row.code
        assert code.isascii()
        assert code.isdigit()
        assert len(code) == 5
        if row.state == MILITARY:
            assert row.latitude is row.longitude is None
            continue
        assert row.latitude is not None
        assert row.longitude is not None
        assert -90 <= row.latitude <= 90
        assert -180 <= row.longitude <= 180
        assert 0.5 <= row.precision_km <= 40


def test_every_zip_of_a_covered_state_names_its_town() -> None:
    assert [row for row in gazetteer().zips.values() if row.state in jurisdictions() and not row.city] == []


def test_every_covered_jurisdiction_has_zips_and_towns() -> None:
    zips = {row.state for row in gazetteer().zips.values()}
    towns = {city.state for cities in gazetteer().cities.values() for city in cities}
    assert set(jurisdictions()) <= zips & towns


def test_towns_of_a_name_are_ordered_by_population() -> None:
    for cities in gazetteer().cities.values():
        people = [city.population for city in cities]
        assert people == sorted(people, reverse=True)


def test_every_town_has_a_point_and_a_precision() -> None:
    for cities in gazetteer().cities.values():
        for city in cities:
            assert 13 <= city.latitude <= 72
            assert -180 <= city.longitude <= 180
            assert 0 < city.precision_km <= 40


@pytest.mark.parametrize(
    ("code", "town", "state", "latitude", "longitude"),
    [
        ("60614", "Chicago", "IL", 41.92, -87.65),
        ("10001", "New York", "NY", 40.75, -74.0),
        ("90012", "Los Angeles", "CA", 34.06, -118.24),
        ("02139", "Cambridge", "MA", 42.36, -71.1),
        ("99501", "Anchorage", "AK", 61.22, -149.88),
        ("00901", "San Juan", "PR", 18.47, -66.11),
        ("99503", "Anchorage", "AK", 61.19, -149.89),
        ("99701", "Fairbanks", "AK", 64.84, -147.72),
        ("60699", "Chicago", "IL", 41.85, -87.68),
    ],
)
def test_known_zips_lie_where_they_are(
    code: str, town: str, state: str, latitude: float, longitude: float
) -> None:
    row = gazetteer().zips[code]
    assert (row.city, row.state) == (town, state)
    assert row.latitude is not None
    assert row.longitude is not None
    assert float(distance_km(row.latitude, row.longitude, latitude, longitude)) < 5


@pytest.mark.parametrize(
    ("name", "state", "latitude", "longitude"),
    [
        ("morehead", "KY", 38.184, -83.433),
        ("mount vernon", "IN", 37.932, -87.895),
        ("geneva", "OH", 41.805, -80.948),
        ("bridgeport", "IL", 38.706, -87.760),
        ("jackson", "NJ", 40.12, -74.36),
        ("vieques", "PR", 18.12, -65.44),
    ],
)
def test_of_two_places_of_a_name_in_a_state_the_one_that_the_post_means_is_the_town(
    name: str, state: str, latitude: float, longitude: float
) -> None:
    (row,) = [city for city in gazetteer().cities[name] if city.state == state and city.folded == name]
    assert float(distance_km(row.latitude, row.longitude, latitude, longitude)) < 15


def test_foreign_cities_are_known_with_country_and_population() -> None:
    for name, (country, people) in gazetteer().foreign.items():
        assert fold_place(name) == name
        assert len(country) == 2
        assert country not in {"US", "PR", "VI"}
        assert people >= 100_000
    assert gazetteer().foreign["toronto"][0] == "CA"
