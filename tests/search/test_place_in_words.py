"""A place among the search words is found with care, and only where the box for it is empty."""

import time

import pytest

from search.place_in_words import read, split_place


@pytest.mark.parametrize(
    ("words", "rest", "near"),
    [
        ("sciatica in 60614", "sciatica", "60614"),
        ("sciatica 60614", "sciatica", "60614"),
        ("60614 sciatica", "sciatica", "60614"),
        ("sciatica near 60614-1234, female", "sciatica female", "60614-1234"),
        ("massage for migraine near Austin TX", "massage for migraine", "Austin TX"),
        ("massage in Austin, TX for migraine", "massage for migraine", "Austin, TX"),
        ("pain in my lower back near Mobile AL", "pain in my lower back", "Mobile AL"),
        ("neck pain in Chicago", "neck pain", "Chicago"),
        ("lymphedema around Fort Worth, Texas", "lymphedema", "Fort Worth, Texas"),
        ("dolor de espalda cerca de Houston", "dolor de espalda", "Houston"),
        ("massage 97140 near 60614", "massage 97140", "60614"),
        ("M54.31 in 02134", "M54.31", "02134"),
    ],
)
def test_a_zip_or_a_town_after_a_place_word_is_the_place(words: str, rest: str, near: str) -> None:
    assert split_place(words) == (rest, near)


@pytest.mark.parametrize(
    "words",
    [
        "back pain in neck", "pain in OR", "pain in back of head", "tightness in calf", "hip pain in Orange",
        "numbness in arm and hand", "stiff neck near me", "headache in Reading", "pain at night",
        "massage 97140",
        "cramps in 00000", "sciatica in Springfield", "Jackson", "pain in my hip in the morning", "", "in",
        "near ",         "dolor en la espalda", "worse in winter", "in " * 300,
    ],
)  # fmt: skip
def test_words_that_are_no_certain_place_stay_words(words: str) -> None:
    assert split_place(words) is None


def test_the_place_in_the_words_is_said_and_the_rest_is_understood() -> None:
    understood, place = read("sciatica in 60614", "")
    assert [term.slug for term in understood.conditions][:1] == ["sciatica"]
    assert (place.status, place.near) == ("found", "60614")
    assert place.message == "Looking near 60614 Chicago, IL, found in your words."
    assert understood.words == ()


def test_long_words_with_many_place_words_are_parted_quickly() -> None:
    words = " ".join(["pain in the lower left near hip"] * 15)
    split_place(words)
    started = time.perf_counter()
    assert split_place(words) is None
    assert time.perf_counter() - started < 0.2


def test_a_place_in_its_own_box_is_believed() -> None:
    understood, place = read("sciatica in 60614", "Austin, TX")
    assert place.label == "Austin, TX"
    assert understood.q == "sciatica in 60614"
