"""The peer: PostgreSQL with PostGIS, holding the very documents that Elasticsearch holds.

One statement gives what an engine gives: filter, score by the same policy, the first twenty, counts by
token, exact total. It is tuned as well as we know how. It is flattered: counts are made over the results
only (the engine also counts without each filter's own selection), and none by level of evidence.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from directory.models.practice import REACH_TIERS_KM
from search import tokens
from search.index.document import ROTATION_FIELDS
from search.policy import POLICY, asked_tokens, evidence
from search.requests import SearchRequest
from search.rows import day_number
from search.understanding.asks import Ask

TABLE = """
CREATE UNLOGGED TABLE practice (
    practice bigint PRIMARY KEY, point geography(Point, 4326) NOT NULL, "order" bigint NOT NULL,
    listed_until timestamptz NOT NULL, answers float8 NOT NULL, experience float8 NOT NULL,
    confirmed_day int NOT NULL, accepting smallint NOT NULL, reach_km smallint NOT NULL,
    clinic bool NOT NULL, jurisdiction char(2) NOT NULL, rotation bytea NOT NULL, tokens int[] NOT NULL
)
"""
# Neighbours side by side, a place index for each of the two ways to be reached, one for what is asked.
# PostGIS says that a distance is 250 times as dear as it is between two points on a sphere; believing it,
# the planner reads all of the index of tokens first, and in several processes: five times as slow at 25 km.
FINISH = """
CREATE INDEX by_order ON practice ("order");
CLUSTER practice USING by_order;
CREATE INDEX by_clinic ON practice USING gist (point) WHERE clinic;
CREATE INDEX by_visits ON practice USING gist (point) WHERE reach_km > 0;
CREATE INDEX by_token ON practice USING gin (tokens);
ALTER FUNCTION ST_DWithin(geography, geography, float8, bool) COST 20;
ALTER FUNCTION ST_Distance(geography, geography, bool) COST 20;
VACUUM ANALYZE practice
"""
SESSION = """
SET work_mem = '64MB'; SET jit = off; SET random_page_cost = 1.1; SET effective_cache_size = '4GB';
SET maintenance_work_mem = '512MB'; SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0
"""
FARTHEST_VISIT_KM = max(REACH_TIERS_KM)


@dataclass(frozen=True)
class PeerAnswer:
    """Ids of the first page in order with their scores, the total, and results by token."""

    ids: tuple[int, ...]
    scores: tuple[float, ...]
    total: int
    counts: dict[int, int]


class Peer:
    """One connection to the peer's database."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute(SESSION)

    def empty(self) -> None:
        """Begin anew, with no practice."""
        self.connection.execute("DROP TABLE IF EXISTS practice")
        self.connection.execute(TABLE)

    def add(self, documents: Iterable[dict[str, Any]]) -> None:
        """Copy some documents of the index into the table."""
        columns = 'practice, point, "order", listed_until, answers, experience, confirmed_day, accepting,'
        columns += " reach_km, clinic, jurisdiction, rotation, tokens"
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY practice ({columns}) FROM STDIN") as copy,
        ):
            for document in documents:
                copy.write_row(_columns(document))

    def finish(self) -> None:
        """Build the indexes and let the planner know what there is."""
        for statement in FINISH.split(";"):
            self.connection.execute(statement)

    def ask(self, request: SearchRequest) -> PeerAnswer:
        """The answer to a search, in one statement."""
        row = self.connection.execute(*statement(request), binary=True).fetchone()
        assert row is not None
        total, ids, scores, numbers, counts = row
        return PeerAnswer(
            tuple(ids or ()), tuple(scores or ()), total, dict(zip(numbers or (), counts or (), strict=True))
        )


def _columns(document: dict[str, Any]) -> tuple[Any, ...]:
    facts = [int(token) for token in document["tokens"]]
    (accepting,) = set(facts) & set(tokens.ACCEPTING.values())
    point = document["point"]
    return (
        document["practice"],
        f"SRID=4326;POINT({point['lon']!r} {point['lat']!r})",
        document["order"],
        document["listed_until"],
        document["answers"],
        document["experience"],
        day_number(datetime.fromisoformat(document["confirmed"])),
        accepting,
        document["reach_km"],
        document["clinic"],
        document["jurisdiction"],
        bytes(document[name] for name in ROTATION_FIELDS),
        facts,
    )


def statement(request: SearchRequest) -> tuple[str, dict[str, Any]]:
    """The statement of a search near a point, with its values."""
    origin = request.origin
    assert origin is not None
    values: dict[str, Any] = {
        "here": f"SRID=4326;POINT({origin.longitude!r} {origin.latitude!r})",
        "metres": request.within_km * 1000,
        "farthest": FARTHEST_VISIT_KM * 1000,
        "jurisdiction": origin.jurisdiction,
        "at": request.at.astimezone(UTC),
        "full": max(POLICY.near_full_km, origin.precision_km),
        "today": day_number(request.at),
        "slot": request.day % len(ROTATION_FIELDS),
    }
    wanted = [clause.tokens for clause in request.clauses]
    if request.understood.asks:
        wanted.append(asked_tokens(request.understood.asks))
    having = " AND ".join(["listed_until > %(at)s", *(f"tokens && {_array(some)}" for some in wanted)])
    away = "ST_Distance(point, %(here)s::geography, false)"
    clinic = "clinic AND ST_DWithin(point, %(here)s::geography, %(metres)s, false)"
    visits = f"""reach_km > 0 AND jurisdiction = %(jurisdiction)s
        AND ST_DWithin(point, %(here)s::geography, %(farthest)s, false) AND {away} <= reach_km * 1000"""
    read = f"SELECT *, {away} / 1000 AS away FROM practice WHERE {having} AND"  # noqa: S608 - numbers of ours
    return (
        f"""
        WITH near AS (
            {read} {clinic} UNION ALL {read} {visits} AND NOT (clinic AND {away} <= %(metres)s)
        ), found AS MATERIALIZED (
            SELECT practice, tokens, {_score(request)} AS score FROM near
        ), page AS (
            SELECT practice, score FROM found ORDER BY score DESC, practice LIMIT {request.page_size}
        ), counts AS (
            SELECT token, count(*) AS results FROM found, unnest(tokens) AS token GROUP BY token
        )
        SELECT (SELECT count(*) FROM found),
            (SELECT array_agg(practice ORDER BY score DESC, practice) FROM page),
            (SELECT array_agg(score ORDER BY score DESC, practice) FROM page),
            (SELECT array_agg(token) FROM counts), (SELECT array_agg(results) FROM counts)
        """,  # noqa: S608
        values,
    )


def _array(numbers: Iterable[int]) -> str:
    return f"'{{{','.join(str(number) for number in sorted(numbers))}}}'::int[]"


def _score(request: SearchRequest) -> str:
    asks = request.understood.asks
    accepting = " ".join(
        f"WHEN {tokens.ACCEPTING[name]} THEN {POLICY.points('accepting') * share!r}::float8"
        for name, share in POLICY.accepting_shares.items()
        if share
    )
    return " + ".join(
        [
            *(_fit(ask, points=POLICY.points("fit") / len(asks)) for ask in asks),
            f"{POLICY.points('nearness')!r}::float8 * power(0.5::float8,"
            f" greatest(0, away - %(full)s::float8) / {POLICY.near_half_after_km!r}::float8)",
            f"CASE accepting {accepting} ELSE 0 END",
            f"{POLICY.points('answers')!r}::float8 * answers",
            f"{POLICY.points('experience')!r}::float8 * experience",
            f"{POLICY.points('confirmed')!r}::float8 * power(0.5::float8, greatest(0,"
            f" %(today)s::int - confirmed_day - {POLICY.confirmed_full_days})"
            f" / {float(POLICY.confirmed_half_after_days)!r}::float8)",
            f"{POLICY.points('rotation')!r}::float8 * get_byte(rotation, %(slot)s::int) / 255",
        ]
    )


def _fit(ask: Ask, *, points: float) -> str:
    """The best proof first: the first that a practice has decides."""
    worth: dict[float, set[int]] = defaultdict(set)
    for token, proof in evidence(ask).items():
        worth[proof.share].add(token)
    cases = " ".join(
        f"WHEN tokens && {_array(worth[share])} THEN {points * share!r}::float8"
        for share in sorted(worth, reverse=True)
    )
    return f"CASE {cases} ELSE 0 END"
