"""Plain words, typing errors, Spanish: judged phrases of our own, and what must not be read into words."""

import json
import math
from pathlib import Path

import pytest

from search.understanding import understand

ROWS = [json.loads(line) for line in (Path(__file__).parent / "phrases.jsonl").read_text().splitlines()]
FIXTURE = [row for row in ROWS if row.get("fixture")]
JUDGED = [row for row in ROWS if row["expected"]]
NOTHING = [row["q"] for row in ROWS if not row["expected"]]


def found(q: str) -> list[str]:
    return [term.slug for term in understand(q).conditions]


def ndcg(slugs: list[str], expected: dict[str, int]) -> float:
    gained = sum(expected.get(slug, 0) / math.log2(place + 2) for place, slug in enumerate(slugs[:5]))
    best = sorted(expected.values(), reverse=True)[:5]
    return gained / sum(grade / math.log2(place + 2) for place, grade in enumerate(best))


def test_fixture_of_thirty_leads_to_the_right_condition() -> None:
    assert len(FIXTURE) == 30
    wrong = [row["q"] for row in FIXTURE if row["expected"].get((found(row["q"]) or [""])[0]) != 2]
    assert len(wrong) <= 3, wrong


def test_judged_phrases_rank_well() -> None:
    scores = {row["q"]: ndcg(found(row["q"]), row["expected"]) for row in JUDGED}
    weak = {q: round(score, 2) for q, score in scores.items() if score < 0.6}
    assert sum(scores.values()) / len(scores) >= 0.9, weak


@pytest.mark.parametrize("q", NOTHING)
def test_nothing_is_claimed_where_nothing_is_meant(q: str) -> None:
    assert found(q) == []


def test_what_was_not_understood_stays_in_the_words() -> None:
    assert understand("Maria Hernandez").words == ("maria", "hernandez")
    assert understand("sciatica xylophone").words == ("xylophone",)


def test_fillers_are_neither_asks_nor_words() -> None:
    answer = understand("best massage therapist near me")
    assert (answer.asks, answer.words) == ((), ())


def test_the_specific_condition_suppresses_its_parent() -> None:
    (ask,) = understand("low back pain").asks
    assert (ask.terms[0].slug, ask.terms[0].weight) == ("low-back-pain", 1.0)
    assert all(term.weight <= 0.3 for term in ask.terms[1:])


def test_weights_tell_how_sure_the_reading_is() -> None:
    weights = {
        q: understand(q).conditions[0].weight
        for q in ("sciatica", "siatica", "fibromialgya", "hip is bothering me")
    }
    assert weights["sciatica"] == 1.0
    assert weights["siatica"] == 0.95
    assert weights["fibromialgya"] == 0.85
    assert 0.5 <= weights["hip is bothering me"] < 1


def test_corrections_are_reported() -> None:
    assert ("sholder", "shoulder") in understand("frozen sholder").corrections
    assert understand("frozen shoulder").corrections == ()


@pytest.mark.parametrize(
    "word", ["back", "band", "calm", "head", "hand", "neat", "shorter", "bake", "eczema", "pano", "mano"]
)
def test_ordinary_words_are_never_corrected(word: str) -> None:
    assert understand(f"something {word} here").corrections == ()


@pytest.mark.parametrize(
    "q", ["we met at art class", "ra ra ra go team", "Ms. Jones please", "ice cream shop", "ela es mi amiga"]
)
def test_short_names_do_not_match_ordinary_words(q: str) -> None:
    assert understand(q).asks == ()


@pytest.mark.parametrize(
    ("q", "slug"),
    [("MS", "multiple-sclerosis"), ("RA", "rheumatoid-arthritis"), ("tengo ELA", "als"),
     ("diagnosed with ra", "rheumatoid-arthritis"), ("oa of the knees", "osteoarthritis")],
)  # fmt: skip
def test_short_names_match_as_whole_words(q: str, slug: str) -> None:
    assert found(q)[0] == slug


def test_techniques_and_credentials_are_asks_too() -> None:
    kinds = {
        (term.kind, term.slug)
        for ask in understand("CLT-LANA for lymphedema, deep tissue").asks
        for term in ask.terms[:1]
    }
    assert kinds == {
        ("credential", "clt-lana"),
        ("condition", "lymphedema"),
        ("technique", "deep-tissue-massage"),
    }


def test_one_span_with_two_readings_is_one_ask() -> None:
    (ask,) = understand("oncology massage").asks
    assert {term.kind for term in ask.terms if term.weight == 1.0} == {"condition", "technique"}


@pytest.mark.parametrize(
    ("q", "gone"),
    [("knee pain, no sciatica", "sciatica"), ("not carpal tunnel, my elbow hurts", "carpal-tunnel-syndrome"),
     ("dolor de rodilla sin ciatica", "sciatica"), ("migraine ruled out, still have neck pain", "migraine")],
)  # fmt: skip
def test_what_is_denied_is_not_asked(q: str, gone: str) -> None:
    assert found(q)
    assert gone not in found(q)


@pytest.mark.parametrize(
    "q", ["no puedo dormir", "cant sleep, no relief", "no aguanto la espalda", "not just my neck hurts"]
)
def test_a_negative_verb_denies_nothing(q: str) -> None:
    assert found(q)


@pytest.mark.parametrize(
    ("q", "language"),
    [("my knee hurts", "en"), ("me duele la rodilla", "es"), ("M54.31", "en"),
     ("necesito massage for my espalda que me duele", "mixed")],
)  # fmt: skip
def test_language(q: str, language: str) -> None:
    assert understand(q).language == language
