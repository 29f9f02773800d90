"""The exposure report: its order is the engine's, turns let everybody be seen, and it writes nothing."""

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.models import Practice, Specialty, Therapist
from directory.signals import practices_changed
from directory.vocabulary import vocabulary
from search.drain import drain_all
from search.engines.database import candidates, qualified
from search.exposure import VIEW, conditions_by_demand, gini, report, sample, simulate
from search.inquiry import round_up_to_minute
from search.requests import PAGE_SIZE
from tests.factories import PracticeFactory

CROWD = PAGE_SIZE + 6


def plant(count: int) -> list[Practice]:
    practices: list[Practice] = [PracticeFactory(latitude=41.92 + 0.0001 * (n % 3)) for n in range(count)]
    sciatica = vocabulary().conditions["sciatica"].number
    for n, practice in enumerate(practices):
        Specialty.objects.create(therapist=practice.therapist, condition_id=sciatica, level=1 + n % 3)
    announce()
    return practices


def announce() -> None:
    practices_changed.send(Practice, ids=list(Practice.objects.values_list("pk", flat=True)))
    drain_all()


def run(**options) -> Any:
    out = StringIO()
    call_command("exposure", stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.mark.parametrize(
    ("amounts", "inequality"),
    [([1, 1, 1, 1], 0.0), ([0, 0, 0, 1], 0.75), ([0, 1], 0.5), ([1, 3], 0.25), ([0, 0], 0.0), ([], 0.0)],
)
def test_gini_is_none_where_all_are_equal_and_near_one_where_one_has_all(amounts, inequality):
    assert gini(np.array(amounts, dtype=np.float64)) == pytest.approx(inequality)


def test_every_condition_can_be_asked_for_and_the_most_sought_comes_first():
    names = conditions_by_demand()
    assert names[0] == vocabulary().conditions["low-back-pain"].name
    assert sorted(names) == sorted(entry.name for entry in vocabulary().conditions.values())


@pytest.mark.django_db
def test_views_are_those_of_the_pages_that_the_engine_gives():
    plant(CROWD)
    at = round_up_to_minute(timezone.now())
    searches = list(sample(12, seed=3, at=at))
    found = simulate(searches, days=4, at=at)
    views = dict.fromkeys(found.ids.tolist(), 0.0)
    for request in searches:
        for ahead in range(4):
            page = candidates(replace(request, day=request.day + ahead))
            for place, practice in enumerate(page.ids):
                views[practice] += VIEW[place]
    assert found.with_turns.views == pytest.approx(list(views.values()))
    assert found.with_turns.views.sum() > 0
    assert found.chances.sum() == 4 * sum(candidates(request).total for request in searches)


@pytest.mark.django_db
def test_all_who_qualify_are_all_whom_the_engine_counts():
    plant(9)
    for request in sample(20, seed=1, at=round_up_to_minute(timezone.now())):
        found, page = qualified(request), candidates(request)
        assert len(found.practices) == page.total
        scores = np.sum(list(found.points.values()), axis=0)
        points = dict(zip(found.practices.tolist(), scores.tolist(), strict=True))
        assert [points[practice] for practice in page.ids] == pytest.approx(page.scores)


@pytest.mark.django_db
def test_with_turns_equals_share_the_first_page_and_without_them_the_same_ones_never_get_there():
    for _ in range(CROWD):
        PracticeFactory()
    announce()
    at = round_up_to_minute(timezone.now())
    nothing_asked = [request for request in sample(200, seed=1, at=at) if not request.understood.asks]
    told: dict[str, Any] = report(simulate(nothing_asked[:3], days=28, at=at), at=at)
    assert told["without_turns"]["never_on_a_first_page"] == CROWD - PAGE_SIZE
    assert told["with_turns"]["never_on_a_first_page"] == 0
    assert told["with_turns"]["gini_of_exposure"] < told["without_turns"]["gini_of_exposure"] / 2
    assert told["without_turns"]["different_first_places_per_search"] == 1
    assert told["with_turns"]["different_first_places_per_search"] > 10
    assert told["near_equal"]["pairs"] == 3 * (PAGE_SIZE - 1)
    assert 0.4 < told["near_equal"]["share_of_days_on_which_the_second_leads"] < 0.6


@pytest.mark.django_db
def test_new_entries_are_told_apart_by_the_day_they_were_opened():
    practices = plant(8)
    Practice.objects.update(created_at=timezone.now() - timedelta(days=91))
    Practice.objects.filter(pk=practices[0].pk).update(created_at=timezone.now() - timedelta(days=89))
    Therapist.objects.exclude(pk=practices[1].therapist_id).update(answer_share=0.9)
    told = run(searches=20)
    assert told["new"]["practices"] == 1
    assert told["new"]["share_of_practices"] == 0.125
    assert 0 < told["new"]["share_of_exposure"] < 0.5
    assert told["no_history_of_answers"]["practices"] == 1


@pytest.mark.django_db
def test_shares_over_all_tenths_of_merit_add_up_to_the_whole():
    plant(CROWD)
    tenths = run(searches=30)["by_merit"]
    assert len(tenths) == 10
    for share in ("share_of_chances", "share_of_exposure"):
        assert sum(tenth[share] for tenth in tenths) == pytest.approx(1, abs=0.001)
    assert all(tenth["merit_from"] <= tenth["merit_to"] for tenth in tenths)


@pytest.mark.django_db
def test_the_same_seed_asks_the_same_and_another_one_something_else():
    plant(6)
    at = round_up_to_minute(timezone.now())
    assert list(sample(40, seed=1, at=at)) == list(sample(40, seed=1, at=at))
    assert list(sample(40, seed=1, at=at)) != list(sample(40, seed=2, at=at))


@pytest.mark.django_db
def test_nothing_is_written():
    plant(3)
    with CaptureQueriesContext(connection) as captured:
        run(searches=5)
    assert captured.captured_queries
    assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)


@pytest.mark.django_db
def test_an_empty_list_gives_an_empty_report():
    told = run(searches=5)
    assert (told["listed"], told["searches"], told["by_merit"]) == (0, 0, [])
    assert told["new"]["share_of_exposure"] is None


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{"days": 0}, {"days": 400}, {"searches": 0}, {"searches": 1_000_000}])
def test_senseless_numbers_are_refused(options):
    with pytest.raises(CommandError, match="--days takes"):
        run(**options)
