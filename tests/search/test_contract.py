"""The contract of an engine, tried on every engine: same sets, totals, order, points and facets as the
plain reading of the tables (`oracle`). A second engine is added to ENGINES and nothing else."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.test import override_settings
from django.utils import timezone

from directory.models import Practice
from directory.vocabulary import vocabulary
from search.drain import drain_all
from search.engines import database
from search.engines import elasticsearch as elasticsearch_engine
from search.facets import EVIDENCE_LEVELS, facets
from search.filters import PracticeFilterSet
from search.index.building import rebuild
from search.inquiry import round_up_to_minute
from search.requests import Candidates, Origin, Region, SearchRequest
from search.understanding.asks import Ask, Term, Understanding
from tests.elasticsearch_site import use
from tests.search import oracle
from tests.search.oracle import Question

ENGINES: dict[str, Callable[[SearchRequest], Candidates]] = {
    "database": database.candidates,
    "elasticsearch": elasticsearch_engine.candidates,
}
SCORES_AGREE = 1e-4

CHICAGO = Origin(41.92, -87.65, 1.4, "IL", "60614")
STATE_LINE = Origin(39.1, -94.58, 3.0, "MO", "Kansas City, MO")
MANHATTAN = Origin(40.75, -73.99, 0.7, "NY", "10001")


def ask(*terms: tuple[str, float], kind: str = "condition") -> Ask:
    return Ask(terms[0][0], tuple(Term(kind, slug, weight) for slug, weight in terms))  # type: ignore[arg-type]


SCIATICA = ask(("sciatica", 1.0))
LYMPH = ask(("lymphedema", 1.0), ("swelling-edema", 0.3))
EITHER = ask(("low-back-pain", 0.9), ("herniated-disc", 0.6), ("sacroiliac-joint-pain", 0.2))
DRAINAGE = ask(("manual-lymphatic-drainage", 1.0), kind="technique")
BOARD = ask(("bctmb", 1.0), kind="credential")

QUESTIONS = {
    "place_alone": Question(MANHATTAN),
    "one_condition": Question(CHICAGO, (SCIATICA,), within_km=160),
    "alternatives_score_by_the_best": Question(MANHATTAN, (EITHER,)),
    "weak_readings_bring_nobody": Question(MANHATTAN, (LYMPH,), within_km=240),
    "two_complaints_are_averaged": Question(MANHATTAN, (SCIATICA, LYMPH)),
    "technique_certified_by_certificate": Question(MANHATTAN, (DRAINAGE,), within_km=400),
    "credential": Question(MANHATTAN, (BOARD,), within_km=400),
    "region_drops_distance": Question(Region("CA", "California"), (SCIATICA,)),
    "region_alone": Question(Region("NY", "New York")),
    "home_visits_stop_at_the_state_line": Question(STATE_LINE, within_km=100),
    "one_filter_of_each_kind": Question(
        MANHATTAN,
        filters=(("accepting", "yes"), ("language", "en"), ("payment", "hsa-fsa"), ("gender", "female")),
    ),
    "several_values_narrow": Question(
        MANHATTAN, filters=(("payment", "self-pay"), ("payment", "hsa-fsa"), ("setting", "private-practice"))
    ),
    "least_evidence": Question(MANHATTAN, (EITHER,), filters=(("evidence", "trained"),)),
    "certified_only": Question(MANHATTAN, (EITHER,), within_km=400, filters=(("evidence", "certified"),)),
    "price_and_access": Question(
        MANHATTAN,
        within_km=800,
        filters=(
            ("price", "100-129"),
            ("access", "step-free-entrance"),
            ("credential", "prenatal-massage-cert"),
        ),
    ),
    "unstated_is_kept_when_asked": Question(
        MANHATTAN,
        filters=(("access", "step-free-entrance"), ("gender", "male")),
        unstated=frozenset({"access", "gender"}),
    ),
    "unstated_without_its_filter": Question(
        MANHATTAN, filters=(("accepting", "yes"),), unstated=frozenset({"price", "payment"})
    ),
    "nearest_first": Question(MANHATTAN, (EITHER,), sort="distance"),
    "cheapest_first": Question(CHICAGO, within_km=200, sort="price"),
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A seeded population with its rows; gone when the module ends."""
    with django_db_blocker.unblock():
        call_command("seed", therapists=1500, seed=7, verbosity=0)
        drain_all()
        at = round_up_to_minute(timezone.now())
        yield at, oracle.read_truth(at)
        Practice.objects.all().delete()
        call_command("seed", therapists=0, verbosity=0)


def request_for(question: Question, at: datetime, *, page_size: int = 100_000) -> SearchRequest:
    """The question as the form would put it."""
    data = QueryDict(mutable=True)
    for name, value in question.filters:
        data.appendlist(name, value)
    data.setlist("unstated", sorted(question.unstated))
    filters = PracticeFilterSet(data)
    assert filters.is_valid(), filters.errors
    return SearchRequest(
        understood=Understanding(q="", language="en", asks=question.asks),
        place=question.place,
        at=at,
        day=20_000,
        within_km=question.within_km,
        clauses=filters.clauses(question.asks),
        keeps_silent=question.unstated,
        sort=question.sort,  # type: ignore[arg-type]
        page_size=page_size,
    )


@pytest.fixture(scope="module")
def indexed(world, module_site, django_db_blocker):
    """The same population in a real index."""
    with django_db_blocker.unblock(), override_settings(**module_site.settings):
        rebuild()
    return module_site


@pytest.fixture(params=sorted(ENGINES))
def engine(request, settings):
    if request.param == "elasticsearch":
        use(request.getfixturevalue("indexed"), settings)
    return ENGINES[request.param]


@pytest.fixture(params=sorted(QUESTIONS))
def question(request):
    return QUESTIONS[request.param]


@pytest.mark.django_db
def test_finds_exactly_what_the_tables_say(world, engine, question):
    at, truth = world
    found = engine(request_for(question, at))
    expected = {known.practice.pk for known in oracle.matching(truth, question)}
    assert set(found.ids) == expected
    assert found.total == len(expected)
    assert len(expected) > 0, "a case that finds nobody proves nothing"


@pytest.mark.django_db
def test_scores_and_order_agree_with_the_policy(world, engine, question):
    at, truth = world
    found = engine(request_for(question, at))
    known = {row.practice.pk: row for row in truth}
    scores = {pk: oracle.score(known[pk], question, at=at, day=20_000) for pk in found.ids}
    for pk, given in zip(found.ids, found.scores, strict=True):
        assert given == pytest.approx(scores[pk], abs=SCORES_AGREE)
    for before, after in zip(found.ids, found.ids[1:], strict=False):
        assert (
            _key(known[before], scores[before], question)
            <= _key(known[after], scores[after], question) + 1e-6
        )


def _key(known: oracle.Known, score: float, question: Question) -> float:
    """What results are ordered by, smaller first."""
    if question.sort == "distance":
        assert isinstance(question.place, Origin)
        return known.distance(question.place)
    if question.sort == "price":
        price = next((row.cents for row in known.practice.prices.all() if row.minutes == 60), None)
        return 10_000.0 if price is None else round(price / 100)
    return -score - SCORES_AGREE


@pytest.mark.django_db
def test_pages_have_no_gap_and_no_repeat(world, engine, question):
    at, _ = world
    request = request_for(question, at)
    whole = engine(request).ids
    size = max(1, len(whole) // 4)
    pages = [engine(replace(request, page=page, page_size=size)) for page in range(1, 7)]
    paged = [pk for number, page in enumerate(pages, start=1) if page.page == number for pk in page.ids]
    assert paged[: len(whole)] == list(whole)
    assert engine(replace(request, page=10**9, page_size=size)).ids, "a page too far shows the last one"


@pytest.mark.django_db
def test_what_a_count_promises_a_click_gives(world, engine, question):
    at, truth = world
    counts = engine(request_for(question, at)).facets
    for facet in facets():
        for value in random.Random(facet.name).sample(facet.values, min(3, len(facet.values))):
            kept = [pair for pair in question.filters if facet.several or pair[0] != facet.name]
            clicked = replace(question, filters=tuple(dict.fromkeys([*kept, (facet.name, value.value)])))
            promised = counts.tokens[facet.name][value.token]
            assert promised == len(oracle.matching(truth, clicked)), (facet.name, value.value)
    if question.asks:
        for name, (level, _) in EVIDENCE_LEVELS.items():
            kept = [pair for pair in question.filters if pair[0] != "evidence"]
            clicked = replace(question, filters=(*kept, ("evidence", name)))
            assert counts.tokens["evidence"][level] == len(oracle.matching(truth, clicked))


@pytest.mark.django_db
def test_not_stated_counts_say_how_many_are_silent(world, engine, question):
    at, truth = world
    counts = engine(request_for(question, at)).facets
    for facet in facets():
        if facet.unstated is None or facet.name in question.unstated:
            continue
        others = oracle.matching(truth, question, without=facet.name)
        silent = sum(1 for known in others if not known.values[facet.name])
        assert counts.unstated[facet.name] == silent, facet.name


@pytest.mark.django_db
def test_every_condition_can_be_asked_for(world, engine):
    at, truth = world
    for slug in vocabulary().conditions:
        question = Question(MANHATTAN, (ask((slug, 1.0)),), within_km=800)
        found = engine(request_for(question, at))
        assert found.total == len(oracle.matching(truth, question)), slug
