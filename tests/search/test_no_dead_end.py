"""Finding nobody is not the end: the next radius and the wider condition, each with a count that holds."""

import html
import re

import pytest

from tests.search.watching.people import results_page, somebody_comes

pytestmark = pytest.mark.django_db


def offered(page: str, words: str) -> tuple[str, int]:
    """The link whose text begins so, and the number it promises."""
    found = re.search(rf'<a href="([^"]+)">{re.escape(words)}[^<]*: (\d+) therapists?</a>', page)
    assert found, words
    return html.unescape(found[1]), int(found[2])


def counted(client, url: str) -> int:
    page = client.get(url).content.decode()
    found = re.search(r'id="count"[^>]*>\s*(\d+|No) therapist', page)
    assert found
    return 0 if found[1] == "No" else int(found[1])


def test_the_next_radius_that_finds_somebody_is_offered_with_its_count(client):
    somebody_comes()
    somebody_comes()
    url, promised = offered(results_page(client, near="Milwaukee, WI"), "Within 100 miles")
    assert promised == counted(client, url) == 2


def test_the_wider_condition_is_offered_with_its_count(client):
    # One who works with another kind of back pain: found for back pain, not for a herniated disc.
    somebody_comes("scoliosis")
    page = results_page(client, q="herniated disc")
    assert counted(client, "/search/?q=herniated+disc&near=60614") == 0
    url, promised = offered(page, "Back pain, within 25 miles")
    assert promised == counted(client, url) == 1


def test_a_wider_condition_that_is_only_found_farther_away_names_its_radius(client):
    somebody_comes("scoliosis")
    page = results_page(client, q="herniated disc", near="Milwaukee, WI")
    url, promised = offered(page, "Back pain, within 100 miles")
    assert promised == counted(client, url) == 1


def test_the_wider_condition_keeps_the_filters(client):
    somebody_comes("scoliosis", accepting="no")
    page = results_page(client, q="herniated disc", accepting="yes")
    assert "For the wider condition" not in page
    page = results_page(client, q="herniated disc", accepting="no")
    url, promised = offered(page, "Back pain, within 25 miles")
    assert "accepting=no" in url
    assert promised == counted(client, url) == 1


def test_in_a_region_the_wider_condition_needs_no_radius(client):
    somebody_comes("scoliosis")
    url, promised = offered(results_page(client, q="herniated disc", near="Illinois"), "Back pain")
    assert promised == counted(client, url) == 1


def test_a_wider_condition_with_nobody_is_not_promised(client):
    assert "For the wider condition" not in results_page(client, q="herniated disc")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"near": "Vermont"}, "Nobody in Vermont is listed for this."),
        ({"within": "10"}, "Nobody within 500 miles is listed for this."),
        ({"within": "400"}, "Nobody within 500 miles is listed for this."),
    ],
)
def test_it_says_how_far_it_has_looked(client, where, words):
    assert words in results_page(client, **where)
