"""Wishes among the words: offered as filters, never left over, never applied unasked."""

import pytest

from search.filters import PracticeFilterSet
from search.understanding import understand
from search.understanding.wishes import all_wishes


@pytest.mark.parametrize(
    ("q", "wishes"),
    [
        ("female therapist who speaks spanish", {("gender", "female"), ("language", "es")}),
        ("masajista mujer a domicilio", {("gender", "female"), ("setting", "mobile-home-visit")}),
        ("home visit for sciatica", {("setting", "mobile-home-visit")}),
        ("takes my insurance", {("payment", "major-medical")}),
        ("knee pain, bills workers comp", {("payment", "workers-comp")}),
        ("whiplash, auto insurance", {("payment", "auto-pip-medpay")}),
        ("wheelchair accessible", {("access", "step-free-entrance")}),
        ("no stairs please", {("access", "step-free-entrance")}),
        ("sciatica", set()),
        ("mi mujer tiene ciatica", set()),
    ],
)
def test_wishes(q: str, wishes: set[tuple[str, str]]) -> None:
    found = understand(q)
    assert {(wish.filter, wish.value) for wish in found.wishes} == wishes


def test_a_wish_is_not_left_over_and_asks_for_no_condition() -> None:
    found = understand("female therapist who speaks spanish")
    assert (found.words, found.conditions) == ((), ())


def test_the_complaint_beside_a_wish_is_understood() -> None:
    found = understand("female therapist for sciatica, home visit")
    assert [ask.terms[0].slug for ask in found.asks] == ["sciatica"]


def test_every_wish_is_a_choice_of_the_form() -> None:
    filters = PracticeFilterSet({}).filters
    for phrase, wish in all_wishes():
        assert wish.value in dict(filters[wish.filter].facet.choices()), phrase
