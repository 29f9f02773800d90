"""Where the measured searches are made from, and how two ways of answering them are timed fairly."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from benchmarks.searches import FILTERED, NEW_YORK, request_for
from directory.models import Practice
from search.models import SearchRow
from search.requests import Origin, SearchRequest

SEED, ORIGINS, ROUNDS = 7, 40, 5
SHIFT_DEGREES = 0.004  # some 400 m
WITHIN_KM = (25, 80, 400)


def zips() -> list[str]:
    """ZIPs of practices drawn by chance, so that where there are many, more searches begin."""
    chance = random.Random(SEED)
    rows = SearchRow.objects.order_by("practice").values_list("practice", flat=True)
    drawn = chance.sample(list(rows), ORIGINS)
    known = dict(Practice.objects.filter(pk__in=drawn).values_list("pk", "postal_code"))
    return [known[practice] for practice in drawn]


def question_sets() -> dict[str, list[SearchRequest]]:
    """Name -> requests, in the order in which they are measured."""
    nearby = [request_for(f"q=sciatica&near={code}&within=25") for code in zips()]
    sets = {f"{km}km": rounds([replace(row, within_km=km) for row in nearby]) for km in WITHIN_KM}
    here = {"no_words": NEW_YORK, "condition": f"{NEW_YORK}&q=sciatica", "condition_four_filters": FILTERED}
    return sets | {f"new_york_{name}": rounds([request_for(query)] * ORIGINS) for name, query in here.items()}


def rounds(requests: Sequence[SearchRequest]) -> list[SearchRequest]:
    """Each request several times, each time from a little beside: no engine may keep its answer."""
    chance = random.Random(SEED)
    return [_shifted(request, chance) for _ in range(ROUNDS) for request in requests]


def _shifted(request: SearchRequest, chance: random.Random) -> SearchRequest:
    origin = request.origin
    assert isinstance(origin, Origin)
    beside = replace(
        origin,
        latitude=origin.latitude + chance.uniform(-SHIFT_DEGREES, SHIFT_DEGREES),
        longitude=origin.longitude + chance.uniform(-SHIFT_DEGREES, SHIFT_DEGREES),
    )
    return replace(request, place=beside)


def in_turn(
    ways: Mapping[str, Callable[[SearchRequest], object]], requests: Sequence[SearchRequest]
) -> dict[str, list[float]]:
    """Milliseconds that each way takes for each request. The ways take turns, so that whatever else the
    machine does slows all of them; one round goes before that is not counted."""
    for request in rounds(requests[:ORIGINS])[:ORIGINS]:
        for way in ways.values():
            way(request)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for request in requests:
        for name, way in ways.items():
            begin = time.perf_counter()
            way(request)
            taken[name].append((time.perf_counter() - begin) * 1000)
    return taken
