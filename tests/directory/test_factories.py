"""The factories make what they say: a listed practice, unless a trait takes a part away."""

import pytest

from directory.models import Practice
from tests.factories import PracticeFactory

pytestmark = pytest.mark.django_db

LISTED = ("kansas_certified", "kansas_trained", "minnesota", "wyoming", "california", "vermont", "missouri",
          "home_based", "home_visits_only")  # fmt: skip


@pytest.mark.parametrize("trait", ["", *LISTED])
def test_a_practice_is_listed(trait):
    practice = PracticeFactory(**({trait: True} if trait else {}))
    assert list(Practice.objects.listed()) == [practice]


@pytest.mark.parametrize("trait", ["is_held", "unpublished", "unconfirmed", "without_proof"])
def test_a_practice_without_a_part_is_not(trait):
    PracticeFactory(**{trait: True})
    assert not Practice.objects.listed().exists()


def test_a_home_has_a_snapped_point():
    practice = PracticeFactory(home_based=True)
    assert practice.home_based
    assert (practice.latitude, practice.longitude) != (practice.public_latitude, practice.public_longitude)
