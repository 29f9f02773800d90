"""Diagnoses as physicians type them: codes among words, words of ICD-10-CM, words of anybody."""

import pytest

from search.diagnosis_in_words import diagnose_text


@pytest.mark.parametrize(
    ("typed", "code", "slug"),
    [
        ("post-mastectomy lymphedema", "I97.2", "breast-cancer-lymphedema"),
        ("adhesive capsulitis of left shoulder", "M75.02", "frozen-shoulder"),
        ("Carpal tunnel syndrome, right upper limb", "G56.01", "carpal-tunnel-syndrome"),
        ("migraine without aura", "G43.0", "migraine"),
        ("lumbago", "M54.50", "low-back-pain"),
        ("ICD-10 M54.31", "M54.31", "sciatica"),
        ("M54.31 (sciatica, right)", "M54.31", "sciatica"),
        ("dx: g43.909", "G43.909", "migraine"),
    ],
)
def test_lands_on_the_code_and_the_condition(typed: str, code: str, slug: str) -> None:
    found = diagnose_text(typed)
    assert (found.code, found.status, found.conditions[0].slug) == (code, "mapped", slug)


@pytest.mark.parametrize("typed", ["whiplash", "frozen shoulder", "dolor lumbar", "TMJ"])
def test_words_of_anybody_lead_to_a_condition_with_its_code(typed: str) -> None:
    found = diagnose_text(typed)
    assert found.status == "mapped"
    assert found.suggestions or found.title


@pytest.mark.parametrize("typed", ["cholera", "pneumonia", "A00.0"])
def test_a_diagnosis_without_a_condition_says_so(typed: str) -> None:
    found = diagnose_text(typed)
    assert (found.status, found.conditions) == ("unmapped", ())


@pytest.mark.parametrize("typed", ["hello", "asdf", "M54.99999", "", "🦵", "x" * 5000, "Z99.999"])
def test_nonsense_is_invalid(typed: str) -> None:
    found = diagnose_text(typed)
    assert (found.status, found.conditions) == ("invalid", ())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("54.31", "M54.31"), ("M54.3l", "M54.31"), ("MS4.31", "M54.31"), ("M45.31", "M54.31")],
)
def test_typing_errors_get_suggestions(typed: str, meant: str) -> None:
    found = diagnose_text(typed)
    assert found.status == "invalid"
    assert meant in {one.code for one in found.suggestions}
