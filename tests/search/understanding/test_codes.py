"""ICD-10-CM codes among words."""

import pytest

from search.understanding import understand


@pytest.mark.parametrize(
    ("q", "codes", "slug"),
    [
        ("m5431", ("M54.31",), "sciatica"),
        ("M54.31", ("M54.31",), "sciatica"),
        ("m54.31 left", ("M54.31",), "sciatica"),
        ("G43.909", ("G43.909",), "migraine"),
        ("I97.2", ("I97.2",), "breast-cancer-lymphedema"),
        ("dx G35 needs massage", ("G35",), "multiple-sclerosis"),
        ("G35", ("G35",), "multiple-sclerosis"),
        ("M54", ("M54",), "back-pain"),
        ("referral for M75.01, S13.4XXA", ("M75.01", "S13.4XXA"), "frozen-shoulder"),
    ],
)
def test_codes_become_asks(q: str, codes: tuple[str, ...], slug: str) -> None:
    answer = understand(q)
    assert answer.codes == codes
    assert answer.conditions[0].slug == slug
    assert answer.asks[0].terms[0].weight == 1.0


@pytest.mark.parametrize(
    "q",
    [
        "t2 weighted mri",
        "L5-S1",
        "C5",
        "pain at L4 L5 since may",
        "C6 C7 disc",
        "room b20 please",
        "M54.99999",
    ],
)
def test_what_is_no_code(q: str) -> None:
    assert understand(q).codes == ()


def test_a_code_without_a_condition_is_still_a_code() -> None:
    answer = understand("A00.0")
    assert (answer.codes, answer.asks) == (("A00.0",), ())
