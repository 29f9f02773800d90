"""The public page of a practice, as a patient reads it."""

import re
from datetime import time

import pytest
from django.test import Client

from directory.models import Practice
from directory.profile import _clock, _phone_link
from tests.factories import PracticeFactory

pytestmark = pytest.mark.django_db


def page(practice: Practice) -> str:
    response = Client().get(f"/practices/{practice.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def test_each_badge_opens_to_its_facts() -> None:
    practice = PracticeFactory()
    html = page(practice)
    badges = re.findall(r'<details class="credential".*?</details>', html, re.DOTALL)
    assert len(badges) == practice.therapist.credentials.count()
    for badge in badges:
        for label in ("Issued by", "Number", "Valid", "Checked", "Check it yourself"):
            assert f"<dt>{label}</dt>" in badge
        assert re.search(r"<dt>Checked</dt><dd>on [A-Z][a-z]{2} \d+, \d{4}", badge)
    assert " open>" in badges[0], "the right to practise is open from the start"


def test_what_somebody_works_with_comes_before_the_papers() -> None:
    html = page(PracticeFactory())
    assert html.index('id="visit"') < html.index('id="conditions"') < html.index('id="proof"')


def test_all_dates_are_written_one_way() -> None:
    html = page(PracticeFactory())
    assert re.findall(r"[A-Z][a-z]{2} \d{1,2}, \d{4}", html)
    assert not re.search(r"\b\d{1,2} [A-Z][a-z]{2,8} \d{4}\b", html)
    assert not re.search(r"\b(January|February|April|August|September|October|November|December) \d", html)


def test_years_in_practice_are_a_number() -> None:
    practice = PracticeFactory()
    practice.therapist.practising_since = 2010
    practice.therapist.save()
    assert re.search(r"<dt>In practice</dt><dd>\d+ years</dd>", page(practice))
    practice.therapist.practising_since = None
    practice.therapist.save()
    assert "<dt>In practice</dt><dd>Not stated</dd>" in page(practice)


def test_a_state_without_a_law_says_what_is_shown_instead() -> None:
    html = page(PracticeFactory(minnesota=True))
    assert "Minnesota has no statewide licence for massage therapy. Shown instead: " in html
    assert "licensed" not in html.lower()


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(8), "8 a.m."),
        (time(12), "noon"),
        (time(12, 30), "12:30 p.m."),
        (time(19, 5), "7:05 p.m."),
        (time(0, 15), "12:15 a.m."),
    ],
)
def test_hours_are_said_as_people_say_them(at: time, said: str) -> None:
    assert _clock(at) == said


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("(212) 555-0116", "+12125550116"),
        ("1-212-555-0116", "+12125550116"),
        ("212.555.0116", "+12125550116"),
        ("ask at the desk", ""),
        ("(212) 555-0116 ext. 12", ""),
        ("", ""),
    ],
)
def test_a_phone_number_can_be_dialled(phone: str, link: str) -> None:
    assert _phone_link(phone) == link
