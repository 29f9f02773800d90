"""Where a text means: found, several, a whole state, or a plain word on what to mend."""

import io
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from geopy.geocoders.base import Geocoder
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.gazetteer import gazetteer
from directory.geography import distance_km
from directory.jurisdictions import jurisdictions
from search.geocoding import GazetteerGeocoder, Place, PlaceChoice, locate
from search.locating.index import zip_points
from search.management import jsonl
from search.management.commands.locate import as_json

COVERS = "Palmar covers the United States"
COUNTY = re.compile(r" (?:County|Parish|Borough|Census Area|Municipality), [A-Z]{2}$")


def points_at(choice: PlaceChoice) -> None:
    """Searched again, a choice gives exactly its place."""
    place = locate(choice.near)
    assert place.jurisdiction == choice.jurisdiction
    if choice.latitude is None:
        assert place.status == "region"
    else:
        assert place.status == ("region" if COUNTY.search(choice.near) else "found")
        assert (place.latitude, place.longitude) == (choice.latitude, choice.longitude)


@pytest.mark.parametrize(
    "near",
    [
        "60614", " 60614 ", "60614-1234", "606141234", "60614 chicago", "Chicago, IL 60614", "zip 60614",
        "ZIP code: 60614", "IL 60614", "60614, USA", "chicago il 60614-1234", "near 60614",
        "٦٠٦١٤", "６０６１４",
        "1234 N Clark St, Chicago, IL 60614", "60614, Illinois",
    ],
)  # fmt: skip
def test_a_zip_is_found_whatever_stands_around_it(near: str) -> None:
    place = locate(near)
    row = gazetteer().zips["60614"]
    assert (place.status, place.label, place.jurisdiction) == ("found", "60614 Chicago, IL", "IL")
    assert (place.latitude, place.longitude, place.precision_km) == (
        row.latitude, row.longitude, row.precision_km,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("near", "label"),
    [
        ("Chicago, IL", "Chicago, IL"),
        ("chicago il", "Chicago, IL"),
        ("CHICAGO, ILLINOIS", "Chicago, IL"),
        ("chicago illinois", "Chicago, IL"),
        ("Chicago", "Chicago, IL"),
        ("near Chicago", "Chicago, IL"),
        ("in downtown Chicago", "Chicago, IL"),
        ("Chicago area", "Chicago, IL"),
        ("Chicago, IL, USA", "Chicago, IL"),
        ("Illinois, Chicago", "Chicago, IL"),
        ("Chicago, Cook County, IL", "Chicago, IL"),
        ("Saint Louis, MO", "St. Louis, MO"),
        ("st louis mo", "St. Louis, MO"),
        ("St. Louis, Missouri", "St. Louis, MO"),
        ("Ft Worth, TX", "Fort Worth, TX"),
        ("Mt. Vernon, NY", "Mount Vernon, NY"),
        ("W Palm Beach FL", "West Palm Beach, FL"),
        ("Coeur d’Alene", "Coeur d'Alene, ID"),
        ("Bayamon, PR", "Bayamón, PR"),
        ("BAYAMÓN puerto rico", "Bayamón, PR"),
        ("St Thomas, VI", "Charlotte Amalie, VI"),
        ("Honolulu, Hawai'i", "Honolulu, HI"),
        ("Washington DC", "Washington, DC"),
        ("Washington, D.C.", "Washington, DC"),
        ("Washington, D. C.", "Washington, DC"),
        ("Washington, District of Columbia", "Washington, DC"),
        ("New York, NY", "New York, NY"),
        ("new york new york", "New York, NY"),
        ("NYC", "New York, NY"),
        ("kansas city kansas", "Kansas City, KS"),
        ("Indiana, PA", "Indiana, PA"),
        ("Paris TX", "Paris, TX"),
        ("London, KY", "London, KY"),
        ("Portland, Maine", "Portland, ME"),
        ("cerca de Miami", "Miami, FL"),
    ],
)
def test_a_town_is_found_by_its_name_as_people_write_it(near: str, label: str) -> None:
    place = locate(near)
    assert (place.status, place.label, place.jurisdiction) == ("found", label, label[-2:])
    assert place.precision_km is not None
    assert 0 < place.precision_km <= 25


@pytest.mark.parametrize(
    ("near", "label"),
    [
        ("Chcago", "Chicago, IL"),
        ("Chcago, IL", "Chicago, IL"),
        ("chcago illinois", "Chicago, IL"),
        ("Chicago, Ilinois", "Chicago, IL"),
        ("Sprngfield, Ilinois", "Springfield, IL"),
        ("Hoston", "Houston, TX"),
        ("Philadelfia", "Philadelphia, PA"),
        ("Albuquerqe", "Albuquerque, NM"),
        ("Brooklin, New York", "Brooklyn, NY"),
    ],
)
def test_a_slip_is_mended_and_said(near: str, label: str) -> None:
    place = locate(near)
    assert (place.status, place.label) == ("found", label)
    assert place.message == f"We took “{near}” to mean {label}."


def test_a_slip_in_a_name_of_several_towns_still_asks_which() -> None:
    place = locate("Sprngfield")
    assert place.status == "ambiguous"
    assert place.message.startswith("We took “Sprngfield” to mean Springfield.")


@pytest.mark.parametrize(
    ("near", "code"),
    [
        ("California", "CA"), ("CA", "CA"), ("calif", "CA"), ("Californa", "CA"), ("Georgia", "GA"),
        ("Puerto Rico", "PR"), ("PR", "PR"), ("US Virgin Islands", "VI"), ("U.S. Virgin Islands", "VI"),
        ("District of Columbia", "DC"), ("NY", "NY"), ("N.Y.", "NY"),
        ("New York State", "NY"), ("state of New York", "NY"), ("Washington State", "WA"), ("WA", "WA"),
        ("in Texas", "TX"), ("Texas, USA", "TX"), ("Carolina del Norte", "NC"), ("New Mexico", "NM"),
    ],
)  # fmt: skip
def test_a_state_is_a_region_without_a_point(near: str, code: str) -> None:
    place = locate(near)
    assert (place.status, place.jurisdiction) == ("region", code)
    assert place.label == jurisdictions()[code].name
    assert (place.latitude, place.longitude, place.precision_km) == (None, None, None)


def test_every_state_is_known_by_name_and_code() -> None:
    for code, entry in jurisdictions().items():
        assert locate(code).jurisdiction == code or code == "LA", code  # "DC" is the city
        assert locate(f"{entry.name} state").jurisdiction == code
        assert locate(entry.name).status == "region" or code in {"NY", "WA"}, code


def test_a_name_of_a_state_and_a_big_city_is_asked_about() -> None:
    for near, choices in (("Washington", ["Washington, DC", "Washington State"]),
                          ("LA", ["Los Angeles, CA", "Louisiana"])):  # fmt: skip
        place = locate(near)
        assert place.status == "ambiguous"
        assert [choice.near for choice in place.choices] == choices
        for choice in place.choices:
            points_at(choice)


@pytest.mark.parametrize("near", ["New York", "new york", "Nueva York"])
def test_new_york_is_the_city_and_offers_the_state(near: str) -> None:
    place = locate(near)
    assert (place.status, place.label) == ("found", "New York, NY")
    assert [(choice.near, choice.jurisdiction) for choice in place.choices] == [("New York State", "NY")]


def test_a_bare_name_of_several_towns_gives_at_most_8_choices_by_population() -> None:
    place = locate("Springfield")
    assert place.status == "ambiguous"
    assert place.latitude is None
    assert {"Springfield, IL", "Springfield, MA", "Springfield, MO"} <= {row.near for row in place.choices}
    sizes = {city.state: city.population for city in reversed(gazetteer().cities["springfield"])}
    order = [sizes[choice.jurisdiction] for choice in place.choices]
    assert len(order) == 8
    assert order == sorted(order, reverse=True)


def test_a_bare_name_is_found_only_if_its_town_is_large_and_8_times_the_next() -> None:
    place = locate("Cleveland")
    assert place.status == "found"
    assert place.message == "We took “Cleveland” to mean Cleveland, OH."
    assert place.choices[0].near == "Cleveland, TN"
    assert locate("Arlington").status == "ambiguous"


def test_a_namesake_of_50000_people_yields_only_to_a_town_12_times_as_large() -> None:
    assert locate("Jacksonville").label == "Jacksonville, FL"
    portland = locate("Portland")
    assert portland.status == "ambiguous"
    assert [choice.near for choice in portland.choices[:2]] == ["Portland, OR", "Portland, ME"]


@pytest.mark.parametrize("near", ["London", "Paris", "Toronto", "Berlin", "Mexico"])
def test_a_foreign_city_is_said_to_be_abroad_and_its_us_namesakes_are_offered(near: str) -> None:
    place = locate(near)
    assert place.status == "not_found"
    assert place.message.startswith(COVERS)
    assert all(choice.label.startswith(near) for choice in place.choices)
    for choice in place.choices:
        points_at(choice)


@pytest.mark.parametrize(
    "near",
    [
        "Toronto, Canada", "toronto canada", "London, UK", "London, U.K.", "London, England", "Paris, France",
        "Vancouver, BC", "Toronto, CA", "Mexico City", "France", "Tokyo", "Guam", "Hagåtña", "Pago Pago, AS",
        "American Samoa", "Saipan, MP", "96910", "96799", "96950", "96960", "96913 Guam",
    ],
)  # fmt: skip
def test_outside_the_covered_states_nothing_is_found_and_the_words_say_what_is_covered(near: str) -> None:
    place = locate(near)
    assert place.status == "not_found"
    assert COVERS in place.message
    assert "Puerto Rico and the US Virgin Islands" in place.message


@pytest.mark.parametrize("near", ["Vancouver", "Jamaica", "Hamilton"])
def test_a_name_that_means_a_foreign_place_as_well_as_one_of_ours_is_asked_about(near: str) -> None:
    place = locate(near)
    assert place.status == "ambiguous"
    assert place.message.startswith(COVERS)
    for choice in place.choices:
        points_at(choice)


def test_a_large_us_town_is_found_although_a_foreign_one_is_larger() -> None:
    assert locate("Birmingham").label == "Birmingham, AL"


@pytest.mark.parametrize(
    ("near", "words"),
    [
        ("00000", "We do not know the ZIP 00000. Please check the five digits."),
        ("99999", "We do not know the ZIP 99999. Please check the five digits."),
        ("09001", "09001 is a military ZIP (APO, FPO or DPO), which has no place on the map."),
        ("606145", "A ZIP has five digits."),
        ("606", "A ZIP has five digits."),
        ("1e9", "A ZIP has five digits."),
        ("-1", "A ZIP has five digits."),
        ("1999", "A ZIP has five digits."),
        ("USA", "That is the whole country."),
        ("asdfgh", "We know no place named “asdfgh”."),
        ("Fooville, IL", "We know no place named “Fooville” in Illinois."),
        ("Chicago, TX", "We know no Chicago in Texas. Did you mean one of these?"),
        ("😀", "We could not read that as a place."),
        ("*:*", "We could not read that as a place."),
        ("東京", "We could not read that as a place."),
        ("x" * 201, "That is too long for a place."),
        ("x" * 10_000, "That is too long for a place."),
        ("ﷺ" * 200, "That is too long for a place."),
    ],
)
def test_what_is_not_found_says_what_to_mend(near: str, words: str) -> None:
    place = locate(near)
    assert (place.status, place.near) == ("not_found", near)
    assert place.message.startswith(words)
    assert (place.latitude, place.longitude, place.jurisdiction) == (None, None, None)


@pytest.mark.parametrize("near", ["", " ", "\t\n", "\x00", "\u200b", "\ud800", " " * 10_000])
def test_blank_is_empty(near: str) -> None:
    assert locate(near) == Place(near=near, status="empty")


def test_a_position_is_kept_to_a_hundredth_of_a_degree() -> None:
    place = locate("41.92134567,-87.65123456")
    assert (place.status, place.latitude, place.longitude) == ("found", 41.92, -87.65)
    assert (place.precision_km, place.jurisdiction) == (1.0, "IL")
    assert place.label == "your location near Chicago, IL"
    assert locate("41.92, -87.65").label == place.label


@pytest.mark.parametrize(
    "near",
    ["(41.92, -87.65)", "41.92° N, 87.65° W", "lat: 41.92 lon: -87.65", "41.92 -87.65", "41.92N 87.65W"],
)
def test_a_position_is_read_however_it_is_written(near: str) -> None:
    place = locate(near)
    assert (place.status, place.latitude, place.longitude) == ("found", 41.92, -87.65)


@pytest.mark.parametrize(
    "near",
    [
        "91,0", "-91,0", "41.9,181", "nan,nan", "41.9,NaN", "inf,-87.6", "1e309,1", "-inf,inf", "40,7",
        "40,7,-74,0", "0,0", "52.5,13.4", "41.9,87.6", "-33.9,151.2",
    ],
)  # fmt: skip
def test_a_position_that_is_no_place_of_ours_is_not_found(near: str) -> None:
    place = locate(near)
    assert place.status == "not_found"
    assert "coordinates" in place.message


def test_a_position_has_the_jurisdiction_of_the_nearest_zip() -> None:
    points = zip_points()
    for latitude, longitude in (
        (40.72, -74.04),
        (38.9, -77.06),
        (18.34, -64.93),
        (51.88, -176.65),
        (71.29, -156.79),
    ):
        away = distance_km(latitude, longitude, points.latitudes, points.longitudes)
        assert locate(f"{latitude},{longitude}").jurisdiction == points.rows[int(away.argmin())].state


def test_a_zip_is_believed_where_the_post_gives_its_town_a_name_that_another_town_has() -> None:
    assert locate("Greenville, NY 12083").label == "12083 Greenville, NY"


@pytest.mark.parametrize(
    ("near", "choices"),
    [("Boston 60614", {"60614", "Boston, MA"}), ("60614, CA", {"60614", "California"}),
     ("60614 or 60615", {"60614", "60615"})],
)  # fmt: skip
def test_a_zip_that_contradicts_what_stands_beside_it_is_asked_about(near: str, choices: set[str]) -> None:
    place = locate(near)
    assert place.status == "ambiguous"
    assert choices <= {choice.near for choice in place.choices}


@pytest.mark.parametrize(
    "near", ["123 Main St, Chicago, IL", "1234 N Clark St Chicago IL", "12345 Main St, Chicago, IL",
             "12345 Main St Chicago IL"],
)  # fmt: skip
def test_of_an_unknown_street_address_the_town_is_taken_and_said(near: str) -> None:
    place = locate(near)
    assert (place.status, place.label, place.near) == ("found", "Chicago, IL", near)
    assert place.message == "We do not know the street, so we measure from the middle of Chicago, IL."


@pytest.mark.parametrize("near", ["12 Nowhere Lane", "7 Oak Ct", "99999 Park Drive", "5 Main Street"])
def test_a_street_without_a_town_is_not_guessed_at(near: str) -> None:
    place = locate(near)
    assert (place.status, place.choices) == ("not_found", ())
    assert place.message.startswith(
        "We do not know the ZIP 99999." if "9" in near else f"We do not know the address “{near}”."
    )


def test_of_an_unknown_neighbourhood_the_town_is_taken_and_said() -> None:
    place = locate("Zzyzzville Heights, Chicago, IL")
    assert place.label == "Chicago, IL"
    assert place.message.startswith("We do not know “Zzyzzville Heights”")


def test_towns_that_only_the_post_names_are_found_too() -> None:
    for name, cities in list(gazetteer().posts.items())[::500]:
        for city in cities:
            place = locate(f"{name}, {city.state}")
            assert (place.status, place.jurisdiction) == ("found", city.state), name


def test_every_town_leads_to_a_place_in_its_own_state() -> None:
    cities = [city for rows in gazetteer().cities.values() for city in rows if city.state in jurisdictions()]
    for city in cities[::150]:
        place = locate(f"{city.name}, {city.state}")
        assert (place.status, place.jurisdiction) == ("found", city.state), city.name


ALPHABET = st.one_of(st.characters(), st.sampled_from("0123456789,.-+ eE:*/'\x00\ud800٦é"))
WORDS = st.sampled_from(
    ["chicago", "il", "new york", "st", "60614", "00000", "washington", "dc", "near", "london", "ca", "paris",
     "springfield", "la", "guam", "virginia", "1e9", "nan", ",", "-", "usa", "1", "12", "saint", "city",
     "canada"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(ALPHABET, max_size=300),
    st.lists(WORDS, max_size=7).map(" ".join),
    st.sampled_from(sorted(gazetteer().cities)),
    st.tuples(st.floats(), st.floats()).map(lambda pair: f"{pair[0]},{pair[1]}"),
)


@given(TEXTS)
@settings(max_examples=400)
def test_no_text_raises_and_every_choice_leads_to_its_place(near: str) -> None:
    place = locate(near)
    assert place.near == near
    assert place.latitude is not None or place.status != "found"
    assert place.latitude is None or place.status == "found" or COUNTY.search(place.label)
    if place.latitude is not None:
        assert place.jurisdiction in jurisdictions()
        assert place.label
        assert place.precision_km is not None
        assert place.precision_km > 0
    if place.status == "not_found":
        assert place.message
    if place.status == "ambiguous":
        assert place.message
        assert place.choices
    for choice in place.choices:
        points_at(choice)


def test_an_answer_is_quick_and_a_slip_takes_under_30_ms() -> None:
    locate("Chcago, TX")
    for near, most in (("60614", 0.001), ("Chicago, IL", 0.001), ("Chcago", 0.03), ("Chcago, TX", 0.03),
                       ("asdf qwer zxcv", 0.03), ("a," * 100, 0.03), ("St " * 60 + "IL", 0.03)):  # fmt: skip
        times = []
        for _ in range(20):
            started = time.perf_counter()
            locate(near)
            times.append(time.perf_counter() - started)
        assert min(times) < most, near


def test_threads_get_the_same_answers() -> None:
    asked = ["60614", "Chcago", "Springfield", "41.9,-87.6"] * 10
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(locate, asked)) == [locate(near) for near in asked]


def test_the_gazetteer_is_a_geopy_geocoder() -> None:
    geocoder = GazetteerGeocoder()
    assert isinstance(geocoder, Geocoder)
    location = geocoder.geocode("Chicago, IL")
    assert location.address == "Chicago, IL"
    assert location.raw["jurisdiction"] == "IL"
    assert geocoder.geocode("Springfield") is None  # several are not guessed among
    assert len(geocoder.geocode("Springfield", exactly_one=False)) == 8
    assert geocoder.geocode("asdfgh") is geocoder.geocode("asdfgh", exactly_one=False) is None
    assert geocoder.geocode("California") is None


def test_the_command_answers_one_json_line_for_each_line_in_order() -> None:
    asked = ["60614", "Springfield", "Chcago", "😀", "", "\ud800"]
    lines = [json.dumps({"near": near}).encode() for near in asked]
    out = io.BytesIO()
    source = io.BytesIO(b"\n".join([*lines, b"not json", b""]))
    jsonl.answer_lines({"jsonl": True, "text": None}, key="near", answer=as_json, stdin=source, stdout=out)
    answers = [json.loads(line) for line in out.getvalue().decode().splitlines()]
    assert [row.get("status") for row in answers] == [
        "found", "ambiguous", "found", "not_found", "empty", "empty", None,
    ]  # fmt: skip
    assert answers[6]["line"] == 7
    assert set(answers[0]) == {
        "near", "status", "label", "latitude", "longitude", "precision_km", "jurisdiction", "choices",
        "message",
    }  # fmt: skip
    assert answers[1]["choices"][0]["label"]


def test_the_command_answers_one_place(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    call_command("locate", "Chicago, IL")
    assert json.loads(capfdbinary.readouterr().out)["jurisdiction"] == "IL"
