"""The searches that are measured, and the engine and its peer measured on them."""

import math
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from unittest.mock import patch

from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.figures import Figure, percentile
from directory.models import Practice
from search import inquiry
from search.engines import database
from search.filters import PracticeFilterSet
from search.models import SearchRow
from search.requests import Origin, SearchRequest

WARM_UP, RUNS, PEER_RUNS = 20, 200, 5
NEW_YORK = "near=10001&within=25"
FILTERED = f"{NEW_YORK}&q=sciatica&accepting=yes&language=es&gender=female&payment=hsa-fsa"
# Name -> (address of the results page, target in ms for p95).
SEARCHES = {"new_york_no_words": (NEW_YORK, 60), "new_york_condition_four_filters": (FILTERED, 80)}


def request_for(query: str) -> SearchRequest:
    """The request that the results page makes out of an address."""
    filters = PracticeFilterSet(QueryDict(query))
    found = inquiry.answer(filters, at=timezone.now())
    if found.request is None:
        raise SystemExit(
            f"This search cannot be measured ({found.state}): {query} {filters.form.errors.as_json()}"
        )
    return found.request


def times(run: Callable[[], object], *, runs: int, warm_up: int) -> list[float]:
    """Milliseconds of each run."""
    for _ in range(warm_up):
        run()
    taken = []
    for _ in range(runs):
        begin = time.perf_counter()
        run()
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


def engine_figures() -> list[Figure]:
    """The database engine in this process, facets included, and the peer on the same search."""
    request = request_for(NEW_YORK)
    share = database.candidates(request).total / max(1, SearchRow.objects.count())
    figures = [
        Figure("rows", SearchRow.objects.count(), "practices"),
        Figure("new_york_share", share * 100, "%"),
    ]
    for name, (query, target) in SEARCHES.items():
        request = request_for(query)
        taken = times(lambda request=request: database.candidates(request), runs=RUNS, warm_up=WARM_UP)  # type: ignore[misc]
        figures += [
            Figure(f"engine_{name}_results", database.candidates(request).total, "practices"),
            Figure(f"engine_{name}_p50", percentile(taken, 0.5), "ms"),
            Figure(f"engine_{name}_p95", percentile(taken, 0.95), "ms", f"<{target}"),
        ]
    return figures + peer_figures(figures)


def peer_figures(figures: list[Figure]) -> list[Figure]:
    """The plain form: joined tables through the ORM, filtered by box, sorted and counted in Python."""
    request = request_for(NEW_YORK)
    taken = percentile(times(lambda: joined_tables(request), runs=PEER_RUNS, warm_up=1), 0.5)
    engine = next(figure.value for figure in figures if figure.name == "engine_new_york_no_words_p50")
    return [
        Figure("peer_orm_joins_new_york_no_words_p50", taken, "ms"),
        Figure("engine_faster_than_orm_joins", taken / engine, "times", ">=5"),
    ]


def joined_tables(request: SearchRequest) -> list[int]:
    """What one would write first. It counts four facets where the engine counts all, so it is flattered."""
    origin = request.origin
    assert origin is not None
    found = near(origin, request.within_km, request.at)
    counts: Counter[tuple[str, object]] = Counter()
    scored: list[tuple[float, int]] = []
    for practice in found:
        away = kilometres(origin, practice)
        if away > request.within_km:
            continue
        counts["accepting", practice.accepting] += 1
        counts["gender", practice.therapist.gender] += 1
        counts.update(("language", row.pk) for row in practice.therapist.languages.all())
        counts.update(("payment", row.pk) for row in practice.payment_kinds.all())
        points = 30 * 0.5 ** (max(0.0, away - 2) / 13) + {"yes": 10, "waiting_list": 4}.get(
            practice.accepting, 0
        )
        scored.append((-points, practice.pk))
    return [pk for _, pk in sorted(scored)[:20]]


def kilometres(origin: Origin, practice: Practice) -> float:
    """The great circle between a search and a practice."""
    one, other = math.radians(origin.latitude), math.radians(practice.public_latitude)
    across = math.sin(math.radians(practice.public_longitude - origin.longitude) / 2) ** 2
    chord = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * across
    return 2 * 6371.0087714 * math.asin(math.sqrt(chord))


def near(origin: Origin, radius_km: float, at: datetime) -> list[Practice]:
    """Listed practices in a box around the origin, with what facets need."""
    high = radius_km / 111.195
    wide = high / 0.75
    box = Q(
        public_latitude__range=(origin.latitude - high, origin.latitude + high),
        public_longitude__range=(origin.longitude - wide, origin.longitude + wide),
    )
    rows = Practice.objects.listed(at).filter(box).select_related("therapist")
    return list(rows.prefetch_related("therapist__languages", "payment_kinds"))


def statement_figures() -> list[Figure]:
    """SQL statements of the whole results page, with 10 and with 50 cards."""
    figures = []
    for cards in (10, 50):
        sized = lambda *args, cards=cards, **fields: SearchRequest(*args, **(fields | {"page_size": cards}))  # noqa: E731
        with patch.object(inquiry, "SearchRequest", sized), CaptureQueriesContext(connection) as captured:
            response = Client(SERVER_NAME="localhost").get(
                f"/search/?{FILTERED.replace('&gender=female&payment=hsa-fsa', '')}"
            )
        if response.status_code != 200:
            raise SystemExit(f"the results page answered {response.status_code}")
        figures.append(Figure(f"page_sql_statements_{cards}_cards", len(captured), "statements", "<=8"))
        figures.append(
            Figure(f"page_cards_{cards}", response.content.count(b'class="card"'), "cards", f"={cards}")
        )
    return figures
