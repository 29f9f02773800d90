"""A composed search is remembered by its shape: nothing typed is in it, and every gap is filled."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from search.engines.query import searches
from search.engines.shape import shape_of
from search.requests import Origin, Region, SearchRequest
from search.understanding.asks import Ask, Term, Understanding

HERE = Origin(40.75, -73.99, 0.7, "NY", "10001")
ASKED = Understanding(q="", language="en", asks=(Ask("my siatica", (Term("condition", "sciatica", 1.0),)),))
REQUEST = SearchRequest(
    understood=ASKED, place=HERE, at=datetime(2026, 11, 24, 12, tzinfo=UTC), day=20_000, within_km=25.0
)


def test_where_when_and_which_page_are_no_part_of_a_shape() -> None:
    elsewhere = replace(
        REQUEST, place=Origin(34.05, -118.24, 3.0, "CA", "here"), at=datetime(2027, 1, 1, tzinfo=UTC), day=1,
        page=4, within_km=80.0,
    )  # fmt: skip
    assert shape_of(elsewhere) == shape_of(REQUEST)
    assert searches(elsewhere, page=4) != searches(REQUEST, page=1)


def test_a_shape_holds_no_word_that_was_typed() -> None:
    shape = shape_of(replace(REQUEST, understood=replace(ASKED, q="my siatica"), names=("lopez",)))
    assert "siatica" not in repr(shape).replace("sciatica", "")
    assert "lopez" not in repr(shape)


@pytest.mark.parametrize("place", [HERE, Region("NY", "New York"), None])
def test_no_gap_is_left_open(place: Origin | Region | None) -> None:
    found = searches(replace(REQUEST, place=place, names=("lopez",)), page=1)
    assert not any("<" in text for text in found)


def test_a_name_cannot_break_out_of_its_gap() -> None:
    name = 'o"neil\\ <at>'
    (text,) = searches(replace(REQUEST, names=(name,)), page=1)
    wanted = json.loads(text)["query"]["function_score"]["query"]["bool"]["filter"]
    assert {"term": {"names": name}} in wanted


def test_neither_place_nor_name_is_refused() -> None:
    with pytest.raises(ValueError, match="place or a name"):
        searches(replace(REQUEST, place=None), page=1)
