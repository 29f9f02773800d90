"""The policy: sums to 100, money is not in it, pages say what it does, shown parts add up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from directory.models import Practice, Therapist
from search.drain import drain_all
from search.engines.database import candidates
from search.explanation import round_to_sum
from search.models import SearchRow
from search.policy import POLICY, evidence
from search.requests import Origin, SearchRequest
from search.understanding.asks import Ask, Term, Understanding
from tests.factories import PracticeFactory

CHICAGO = Origin(41.92, -87.65, 1.0, "IL", "60614")


def request(**changes) -> SearchRequest:
    base = SearchRequest(
        understood=Understanding(q="", language="en"), place=CHICAGO, at=timezone.now(), day=3, within_km=400
    )
    return replace(base, **changes)


def test_points_add_up_to_a_hundred():
    assert sum(factor.points for factor in POLICY.factors) == 100


def test_money_reviews_and_length_are_not_factors():
    names = {factor.name for factor in POLICY.factors}
    assert names == {"fit", "nearness", "accepting", "answers", "experience", "confirmed", "rotation"}


@pytest.mark.django_db
@pytest.mark.parametrize("payments", ["off", "fake"])
def test_permuting_memberships_and_bios_changes_no_order(settings, payments):
    settings.PAYMENTS = payments
    practices = [PracticeFactory() for _ in range(8)]
    Therapist.objects.update(membership_until=timezone.now() + timedelta(days=9))
    _announce()
    before = candidates(request())
    for number, practice in enumerate(practices):
        Therapist.objects.filter(pk=practice.therapist_id).update(
            membership_until=timezone.now() + timedelta(days=1 + (number * 5) % 8),
            bio="word " * (number * 13 % 40),
        )
    _announce()
    after = candidates(request(at=before and timezone.now()))
    assert after.ids == before.ids
    assert len(before.ids) == 8


def _announce() -> None:
    from directory.signals import practices_changed

    practices_changed.send(Practice, ids=list(Practice.objects.values_list("pk", flat=True)))
    drain_all()


@given(st.lists(st.floats(min_value=0, max_value=40, allow_nan=False), min_size=1, max_size=7))
def test_shown_parts_add_up_to_the_shown_score(values):
    shown = round_to_sum(values)
    assert round(sum(shown) * 10) == round(sum(values) * 10)
    assert all(abs(part - value) <= 0.1 + 1e-6 for part, value in zip(shown, values, strict=True))


def test_kin_goes_one_step():
    proofs = evidence(Ask("x", (Term("condition", "low-back-pain", 1.0),)))
    shares = {round(proof.share, 3) for proof in proofs.values()}
    assert shares == {1.0, 0.8, 0.5, 0.6, 0.48, 0.3}


def test_the_ranking_page_is_the_policy(client):
    page = client.get(reverse("search:ranking")).content.decode()
    assert "Payment is not a factor" in page
    assert POLICY.version in page
    for factor in POLICY.factors:
        assert factor.label in page
        assert f"up to {factor.points:g} point" in page


@pytest.mark.django_db
def test_near_ties_take_turns_by_day_and_keep_still_within_one():
    for _ in range(6):
        PracticeFactory()
    _announce()
    assert SearchRow.objects.count() == 6
    orders = {candidates(request(day=day)).ids for day in range(28)}
    assert len(orders) > 5
    assert candidates(request(day=4)).ids == candidates(request(day=4 + 28)).ids
