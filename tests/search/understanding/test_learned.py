"""What is learned from the bank of phrasings: judged by phrases that nobody tuned on."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.understanding import by_synonyms, by_understanding, judged, quality
from directory.vocabulary import fold, vocabulary
from search.understanding import encoder, learned, understand
from search.understanding.pieces import pieces

BANK = Path(learned.__file__).parent.parent / "data" / "phrase_bank.jsonl"
HELD_OUT = judged("held_out")
OTHER_HAND = judged("other_hand")
FRESH = judged("fresh")


def kept_aside(phrase: str) -> bool:
    """Every tenth phrase, by a sum of its words, belongs to the judged set and never to the bank."""
    return hashlib.blake2b(fold(phrase).encode(), digest_size=8).digest()[0] % 10 == 0


def bank() -> list[dict]:
    return [json.loads(line) for line in BANK.read_text(encoding="utf-8").splitlines()]


def test_a_tenth_is_kept_aside_and_was_not_learned_from() -> None:
    phrases = [row["phrase"] for row in bank()]
    assert not any(kept_aside(phrase) for phrase in phrases)
    assert all(kept_aside(row.phrase) for row in HELD_OUT)
    known = {fold(phrase) for phrase in phrases}
    assert not [row.phrase for row in (*HELD_OUT, *OTHER_HAND, *FRESH) if fold(row.phrase) in known]


def test_the_data_fits_the_bank_and_the_vocabulary() -> None:
    stamp = hashlib.blake2b(BANK.read_bytes(), digest_size=16).hexdigest()
    assert learned.labels().bank == stamp, "run scripts/build_reader.py"
    assert learned.labels().conditions == tuple(vocabulary().conditions)


def test_the_bank_names_what_exists() -> None:
    for row in bank():
        assert set(row["expected"]) <= set(vocabulary().conditions), row
        assert set(row["expected"].values()) <= {1, 2}, row
        assert set(row.get("techniques", ())) <= set(vocabulary().techniques), row


def test_phrases_kept_aside_rank_far_better_than_by_synonyms() -> None:
    score, silent = quality(HELD_OUT, by_understanding)
    assert score >= 0.78
    assert silent >= 0.94
    assert score >= quality(HELD_OUT, by_synonyms)[0] + 0.4


def test_phrases_of_another_hand() -> None:
    score, silent = quality(OTHER_HAND, by_understanding)
    assert score >= 0.94
    assert silent >= 0.95


def test_phrases_written_after_everything_else() -> None:
    score, silent = quality(FRESH, by_understanding)
    assert score >= 0.9
    assert silent == 1


@pytest.mark.parametrize("rows", [HELD_OUT, OTHER_HAND], ids=["kept aside", "another hand"])
def test_red_flags_are_seen_with_few_false_alarms(rows) -> None:
    keys = [{flag.key for flag in understand(row.phrase).red_flags} for row in rows]
    missed = [row.phrase for row, seen in zip(rows, keys, strict=True) if row.red_flag and not seen]
    flagged = [row for row in rows if row.red_flag]
    assert len(missed) <= 0.02 * len(flagged), missed
    false = [row.phrase for row, seen in zip(rows, keys, strict=True) if seen and not row.red_flag]
    assert len(false) < 0.03 * len(rows), false


@pytest.mark.parametrize(
    ("q", "slugs"),
    [
        ("migraines plus my jaw clicks", {"migraine", "tmj-disorder"}),
        ("bad knee and a stiff neck", {"knee-pain", "stiff-neck-torticollis"}),
        ("carpal tunnel + trigger finger, same hand", {"carpal-tunnel-syndrome", "trigger-finger"}),
        ("hombro congelado y codo de tenista", {"frozen-shoulder", "tennis-elbow"}),
    ],
)
def test_several_complaints_become_asks(q: str, slugs: set[str]) -> None:
    assert {ask.terms[0].slug for ask in understand(q).asks} == slugs


@pytest.mark.parametrize(
    ("q", "slug"),
    [
        ("trigeminal neuralgia", "trigeminal-neuralgia"),
        ("shoulder impingement", "shoulder-impingement"),
        ("meniscus injury", "knee-ligament-meniscus-injury"),
        ("sprains", "sprains-and-strains"),
        ("hip bursitis", "hip-bursitis"),
        ("failed back surgery", "failed-back-surgery"),
        ("lightning down my leg since I shovelled snow", "sciatica"),
        ("mi mamá tiene el brazo hinchado después de la cirugía de seno", "breast-cancer-lymphedema"),
        ("cant turn head to back out the car", "stiff-neck-torticollis"),
    ],
)
def test_is_understood(q: str, slug: str) -> None:
    assert understand(q).conditions[0].slug == slug


def test_near_alternatives_are_offered_and_not_searched_for() -> None:
    found = understand("sciatica")
    assert [term.slug for ask in found.asks for term in ask.terms] == ["sciatica"]
    assert "radiculopathy" in {term.slug for term in found.alternatives}
    assert found.conditions[0].slug == "sciatica"
    weights = [term.weight for term in found.conditions]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    ("q", "key"),
    [("heart failure", "heart_disease"), ("deep vein thrombosis", "dvt"),
     ("kidney disease", "kidney_disease"), ("sjogrens", "sjogren"), ("polymyalgia rheumatica", "pmr"),
     ("unexplained weight loss", "cancer_unexplained")],
)  # fmt: skip
def test_what_no_condition_covers_leads_to_a_doctor_and_not_to_silence(q: str, key: str) -> None:
    assert key in {flag.key for flag in understand(q).red_flags}


def test_a_text_means_the_same_beside_others() -> None:
    texts = ["pain in my heel", "me duele la espalda", "a"]
    together = encoder.vectors(texts)
    assert np.allclose(together, np.vstack([encoder.vectors([text]) for text in texts]), atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)


def test_words_are_cut_into_known_pieces_and_unknown_letters_do_no_harm() -> None:
    assert len(pieces("pain")) == 3
    assert len(pieces("word " * 500)) == 64
    assert pieces("漢") != pieces("pain")
    assert len(pieces("")) == 2
