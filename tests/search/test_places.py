"""The judged set of places (`places.jsonl`, written by hand), borders, counties and parts of towns."""

import json
from pathlib import Path
from typing import Any

import pytest

from directory.gazetteer import gazetteer
from directory.geography import distance_km
from search.geocoding import Place, locate
from search.locating.border import is_abroad
from search.locating.index import zip_points

JUDGED = [
    json.loads(line)
    for line in (Path(__file__).parent / "places.jsonl").read_text(encoding="utf-8").splitlines()
]
NEAR_KM = 15.0  # a pin farther off than this is wrong


def is_wrong_pin(place: Place, expected: dict[str, Any]) -> bool:
    if place.status != "found":
        return False
    if expected["status"] != "found" or place.latitude is None or place.longitude is None:
        return True
    away = distance_km(place.latitude, place.longitude, expected["latitude"], expected["longitude"])
    return float(away) > NEAR_KM


def is_right(place: Place, expected: dict[str, Any]) -> bool:
    right = place.status == expected["status"] and not is_wrong_pin(place, expected)
    return right and place.jurisdiction == expected.get("jurisdiction")


def test_of_the_judged_places_at_least_98_in_100_are_right() -> None:
    assert len(JUDGED) >= 200
    wrong = [row["near"] for row in JUDGED if not is_right(locate(row["near"]), row)]
    assert len(wrong) <= 0.02 * len(JUDGED), wrong


def test_none_of_the_judged_places_gets_a_wrong_pin() -> None:
    assert [row["near"] for row in JUDGED if is_wrong_pin(locate(row["near"]), row)] == []


def test_what_is_not_found_or_is_ambiguous_always_has_words() -> None:
    for row in JUDGED:
        place = locate(row["near"])
        assert place.message or place.status in {"found", "region"}, row["near"]


@pytest.mark.parametrize(
    ("city", "point"),
    [
        ("Toronto", "43.65,-79.38"), ("Windsor", "42.30,-83.02"), ("Vancouver", "49.28,-123.12"),
        ("Tijuana", "32.51,-117.03"), ("Juárez", "31.69,-106.42"), ("Juárez", "31.738,-106.487"),
        ("Niagara Falls, Ontario", "43.09,-79.08"), ("Fort Erie", "42.90,-78.93"),
        ("White Rock", "49.02,-122.80"), ("Nogales, Sonora", "31.31,-110.94"), ("Sarnia", "42.97,-82.40"),
        ("Matamoros", "25.87,-97.50"), ("Pelee Island", "41.78,-82.66"), ("Road Town", "18.43,-64.62"),
        ("empty Saskatchewan", "49.1,-107.5"), ("empty Manitoba", "49.05,-99.0"),
        ("empty Sonora", "30.9,-109.5"),
    ],
)  # fmt: skip
def test_a_point_across_a_border_is_not_found(city: str, point: str) -> None:
    assert locate(point).status == "not_found", city


@pytest.mark.parametrize(
    ("point", "state"),
    [
        ("42.33,-83.05", "MI"), ("31.76,-106.49", "TX"), ("32.552,-117.043", "CA"), ("42.89,-78.88", "NY"),
        ("43.096,-79.056", "NY"), ("24.56,-81.78", "FL"), ("21.31,-157.86", "HI"), ("48.99,-122.75", "WA"),
        ("48.98,-123.06", "WA"), ("31.34,-110.94", "AZ"), ("32.68,-115.50", "CA"), ("27.51,-99.51", "TX"),
        ("25.93,-97.48", "TX"), ("42.98,-82.43", "MI"), ("46.50,-84.35", "MI"), ("45.19,-67.27", "ME"),
        ("44.91,-66.99", "ME"), ("49.35,-95.07", "MN"), ("55.34,-131.64", "AK"),
        ("41.65,-82.82", "OH"), ("18.33,-64.79", "VI"), ("28.71,-100.50", "TX"),
    ],
)  # fmt: skip
def test_a_point_on_our_side_of_a_border_or_on_an_island_is_found(point: str, state: str) -> None:
    place = locate(point)
    assert (place.status, place.jurisdiction) == ("found", state)


def test_no_zip_of_ours_is_taken_for_foreign() -> None:
    points = zip_points()
    north = [row for row in points.rows if row.latitude is not None and not 33 < row.latitude < 41.5]
    lost = [row.code for row in north[::9] if is_abroad(row.latitude or 0, row.longitude or 0)]
    assert lost == []


def test_foreign_settlements_near_the_border_are_foreign() -> None:
    spots = [tuple(map(float, line.split("\t"))) for line in gazetteer().across]
    ours = [spot for spot in spots if not is_abroad(*spot)]
    assert len(spots) > 1000
    # Clair, New Brunswick, and Los Algodones are given points in the rivers that are the border.
    assert len(ours) <= 2


def test_a_territory_that_is_not_covered_is_named_as_such_by_its_points() -> None:
    for point in ("13.47,144.75", "-14.28,-170.70", "15.21,145.75"):
        assert "a territory that Palmar does not cover" in locate(point).message


@pytest.mark.parametrize(
    ("near", "label"),
    [
        ("Cook County", "Cook County, IL"), ("Cook County IL", "Cook County, IL"),
        ("condado de Cook", "Cook County, IL"), ("county of Cook, Illinois", "Cook County, IL"),
        ("Cook Co., IL", "Cook County, IL"), ("Orleans Parish", "Orleans Parish, LA"),
        ("LA county", "Los Angeles County, CA"), ("near Travis County, TX", "Travis County, TX"),
    ],
)  # fmt: skip
def test_a_county_is_a_region_measured_from_its_middle(near: str, label: str) -> None:
    place = locate(near)
    assert (place.status, place.label, place.jurisdiction) == ("region", label, label[-2:])
    assert place.latitude is not None
    assert place.message == f"We measure from the middle of {label}."


def test_counties_of_one_name_are_asked_about() -> None:
    place = locate("Orange County")
    assert place.status == "ambiguous"
    assert [choice.near for choice in place.choices[:2]] == ["Orange County, CA", "Orange County, FL"]


@pytest.mark.parametrize(
    ("near", "label"),
    [
        ("Lincoln Park, Chicago", "Lincoln Park, Chicago, IL"),
        ("williamsburg brooklyn", "Williamsburg, Brooklyn, NY"),
        ("Hyde Park Chicago", "Hyde Park, Chicago, IL"),
        ("Georgetown Washington DC", "Georgetown, Washington, DC"),
        ("Wicker Park, Chicago, IL", "Wicker Park, Chicago, IL"),
        ("Bridgeport, Chicago", "Bridgeport, Chicago, IL"),
        ("Pearl District Portland", "Pearl District, Portland, OR"),
    ],
)  # fmt: skip
def test_a_part_of_a_town_is_found_beside_its_town(near: str, label: str) -> None:
    place = locate(near)
    assert (place.status, place.label) == ("found", label)
    assert locate(label).latitude == place.latitude


@pytest.mark.parametrize("near", ["near me", "Near Me!", "my location", "cerca de mí", "aquí", "nearme"])
def test_near_me_asks_for_a_zip_or_the_button(near: str) -> None:
    place = locate(near)
    assert place.status == "not_found"
    assert "Give your ZIP or city, or press “Use my location”" in place.message


@pytest.mark.parametrize("near", ["2139", "60 614", "6 0 6 1 4", "606-14", "6O614", "l0001"])
def test_a_mistyped_zip_is_mended_and_said(near: str) -> None:
    place = locate(near)
    assert place.status == "found"
    assert place.message == f"We took “{near}” to mean {place.label.split()[0]}."


def test_a_zip_that_we_do_not_know_beside_its_town_gives_the_town() -> None:
    place = locate("Chicago, IL 60600")
    assert (place.status, place.label) == ("found", "Chicago, IL")
    assert place.message == "We do not know the ZIP 60600, so we measure from the middle of Chicago, IL."
    assert locate("Boston 60600").status == "not_found"


@pytest.mark.parametrize("near", ["APO", "FPO AP", "APO AE 09096", "FPO AP 96349", "34002"])
def test_military_mail_has_no_place(near: str) -> None:
    assert "military ZIP" in locate(near).message


@pytest.mark.parametrize("near", ["midtown", "west side", "airport", "Little Italy"])
def test_a_word_for_part_of_a_town_is_not_the_hamlet_of_that_name(near: str) -> None:
    assert locate(near).status == "not_found"
    assert "Please add the town" in locate(near).message


@pytest.mark.parametrize("near", ["New England", "the Midwest", "West Coast", "tri-state area", "SoCal"])
def test_a_wide_region_is_not_the_hamlet_of_that_name(near: str) -> None:
    assert locate(near).status == "not_found"
    assert "is too wide to search" in locate(near).message


@pytest.mark.parametrize(
    "near",
    [
        "NoVA",
        "the Hamptons",
        "Jersey Shore",
        "Bay Area",
        "DFW",
        "the Florida Keys",
        "Napa Valley",
        "Twin Cities",
    ],
)
def test_a_region_known_by_a_name_offers_its_towns(near: str) -> None:
    place = locate(near)
    assert place.status == "ambiguous"
    assert len(place.choices) > 1
    assert all(locate(choice.near).status == "found" for choice in place.choices)


def test_a_hamlet_does_not_hide_a_place_that_only_the_post_names() -> None:
    assert {"San Ysidro, NM", "San Ysidro, CA"} <= {choice.near for choice in locate("San Ysidro").choices}


@pytest.mark.parametrize("near", ["Cheyenne", "St. Augustine", "Hoboken"])
def test_a_town_far_larger_than_the_hamlets_of_its_name_is_found(near: str) -> None:
    place = locate(near)
    assert place.status == "found"
    assert place.choices


@pytest.mark.parametrize("near", ["the moon", "near the moon", "The Moon"])
def test_a_thing_with_an_article_is_not_the_hamlet_of_that_name(near: str) -> None:
    assert locate(near).status == "not_found"


@pytest.mark.parametrize(
    ("near", "label"),
    [
        ("near the Woodlands", "The Woodlands, TX"),
        ("the Bronx", "The Bronx, NY"),
        ("the Austin area", "Austin, TX"),
        ("the town of Moon, VA", "Moon, VA"),
        ("in the Dalles", "The Dalles, OR"),
    ],
)
def test_a_town_with_an_article_is_found(near: str, label: str) -> None:
    place = locate(near)
    assert (place.status, place.label) == ("found", label)
