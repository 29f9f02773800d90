"""The order is held to the judged searches: the gate, what must never be shown, and that it can fail."""

import json
from functools import cache
from io import StringIO
from typing import Any, get_args

import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict

from directory.models import Credential, Practice, Therapist
from search import judged
from search.drain import rebuild
from search.filters import PracticeFilterSet
from search.inquiry import answer
from search.judged import JudgedPractices, JudgementError, judged_practices, judged_searches, plant
from search.models import IndexChange, SearchRow
from search.policy import POLICY, FactorName
from search.relevance import GATE, mean_ndcg, moves, ndcg, score_all

pytestmark = pytest.mark.django_db
FACTORS: tuple[FactorName, ...] = get_args(FactorName)


@cache
def built() -> JudgedPractices:
    """Built once: they live in memory and never change."""
    return judged_practices()


@pytest.fixture
def practices() -> JudgedPractices:
    return built()


def run(**options) -> Any:
    out = StringIO()
    call_command("relevance", stdout=out, **options)
    return json.loads(out.getvalue())


def test_the_right_therapists_come_first(practices):
    scored = score_all(judged_searches(), practices)
    assert sum(one.ndcg is not None for one in scored) >= 60
    worst = sorted((one.ndcg, one.search.label, one.shown[:4]) for one in scored if one.ndcg is not None)
    assert mean_ndcg(scored) >= GATE, worst[:8]


def test_nobody_is_shown_who_must_never_be(practices):
    scored = score_all(judged_searches(), practices)
    assert [(one.search.label, one.wrongly_shown) for one in scored if one.wrongly_shown] == []
    assert sum(len(one.search.never) for one in scored) > 50


@pytest.mark.parametrize("only", ["nearness", "fit"])
def test_an_order_by_one_thing_alone_falls_under_the_gate(practices, only):
    others = {name: 0.0 for name in FACTORS if name != only}
    assert mean_ndcg(score_all(judged_searches(), practices, POLICY.reweighted(others))) < GATE


def test_an_order_that_forgets_who_takes_patients_is_worse_than_the_policy(practices):
    forgetful = score_all(judged_searches(), practices, POLICY.reweighted({"accepting": 0.0}))
    assert mean_ndcg(forgetful) < mean_ndcg(score_all(judged_searches(), practices)) - 0.01


def test_rows_in_memory_give_the_order_that_the_site_would_give():
    data = judged._read("judged_practices.json")
    made = built()
    rebuild(list(plant(data["practices"], at=made.at)), at=made.at)
    compared = 0
    for search in judged_searches():
        form = QueryDict(mutable=True)
        form.update(search.form)
        results = answer(PracticeFilterSet(form), at=made.at, engine="database").results
        shown = [made.keys[match.practice] for match in results.matches] if results else []
        if results:
            compared += 1
            assert made.order(search) == shown, search.label
    assert compared >= 100


def test_whoever_is_off_the_list_has_no_row_and_everybody_else_has_one(practices):
    data = judged._read("judged_practices.json")["practices"]
    listed = {practices.keys[one.row.practice_id] for one in practices.built}
    assert listed == {row["key"] for row in data if not row.get("off_list")}
    assert len(listed) >= 60


def test_nothing_of_the_site_is_changed():
    tables = (Practice, Therapist, Credential, SearchRow, IndexChange)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    judged_practices()
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (["a", "b"], 1.0),
        (["b", "a"], (1 + 7 / 1.584962500721156) / (7 + 1 / 1.584962500721156)),
        (["x", "a", "b"], (7 / 1.584962500721156 + 1 / 2) / (7 + 1 / 1.584962500721156)),
        (["x"] * 10 + ["a"], 0.0),
        ([], 0.0),
    ],
)
def test_ndcg_is_the_gain_of_the_first_ten_as_a_share_of_the_best_order(shown, expected):
    assert ndcg(shown, {"a": 3, "b": 1}) == pytest.approx(expected)


def test_where_nobody_is_right_there_is_no_ndcg():
    assert ndcg(["a"], {}) is None


def test_the_command_tells_before_and_after_with_the_moves(practices):
    told = run(weights="nearness=0,fit=60")
    assert told["before"]["ndcg"] == round(mean_ndcg(score_all(judged_searches(), practices)), 4)
    assert told["before"]["points"] == 100
    assert told["after"]["weights"]["nearness"] == 0
    assert told["after"]["weights"]["accepting"] == POLICY.points("accepting")
    assert told["better"] + told["worse"] > 0
    near = next(one for one in told["results"] if one["search"].get("within") == "50")
    assert {"practice": "dana-whitfield", "grade": 2, "before": 4, "after": 1} in near["moves"]


def test_without_other_weights_the_command_tells_what_is_shown():
    told = run()
    assert told["before"]["passes"]
    assert "after" not in told
    assert told["results"][0]["shown"][0] == {"practice": "amara-okafor", "grade": 3}


@pytest.mark.parametrize("weights", ["near=3", "fit", "fit=x", "fit=-1", "fit=nan", "fit=1e9", "fit=1,,"])
def test_weights_that_make_no_sense_are_refused(weights):
    with pytest.raises(CommandError, match="--weights takes"):
        run(weights=weights)


def test_moves_name_who_came_who_went_and_who_changed_place(practices):
    search = judged_searches()[0]
    old, new = (
        score_all([search], practices, policy)[0] for policy in (POLICY, POLICY.reweighted({"fit": 0}))
    )
    changed = moves(old, new)
    assert all(move.before != move.after for move in changed)
    places = [move.after or 99 for move in changed]
    assert places == sorted(places)
    assert {move.practice for move in changed} <= {*old.shown, *new.shown}
    assert moves(old, old) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"grades": {"nobody": 3}}, "nobody"),
        ({"grades": {"otto-kraus": 3}}, "otto-kraus"),
        ({"grades": {"amara-okafor": 3}, "never": ["amara-okafor"]}, "amara-okafor"),
        ({"grades": {"amara-okafor": 4}}, "grades are 0 to 3"),
    ],
)
def test_judgements_that_contradict_the_practices_are_refused(monkeypatch, wrong, told):
    read = judged._read
    searches = {"searches": [{"q": "sciatica", "near": "60614", **wrong}]}
    monkeypatch.setattr(
        judged, "_read", lambda name: searches if name == "judged_searches.json" else read(name)
    )
    with pytest.raises(JudgementError, match=told):
        judged_searches.__wrapped__()


@pytest.mark.parametrize("form", [{"q": "sciatica", "near": "nowhere at all"}, {"q": "x", "gender": "tall"}])
def test_a_search_that_cannot_run_is_told_of_and_not_scored(practices, form):
    with pytest.raises(JudgementError):
        practices.order(judged.JudgedSearch(form=form, grades={}, never=(), why=""))
