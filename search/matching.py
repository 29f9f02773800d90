"""Matching: a request in, results out. The engine proposes, the database decides.

Elasticsearch is asked where the site has one. On any failure of it the database engine answers, and the
results say so.
"""

import logging
from dataclasses import dataclass

from directory.listing import listed_among
from search import outage, scoring
from search.engines import database, elasticsearch
from search.explanation import explain
from search.index.connection import is_configured
from search.models import SearchCard, SearchRow
from search.requests import Candidates, EngineName, Match, Results, SearchRequest
from search.rows import RowSet, unpack


@dataclass(frozen=True)
class _Stored:
    """The shown rows, in the order of the answer."""

    ids: tuple[int, ...]
    rows: RowSet
    cards: tuple[dict[str, object], ...]


_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Proposal:
    """What an engine proposes, and which it was; `degraded`: not the one that should have answered."""

    candidates: Candidates
    engine: EngineName
    degraded: bool


def find(request: SearchRequest, *, engine: EngineName | None = None) -> Results:
    """The page of results that the request asks for, from the engine of this site or from the named one.

    Ids that an engine proposes and that may not be shown are dropped and never refilled, and the
    total is reduced by them.
    """
    proposal = _propose(request, engine)
    answer = proposal.candidates
    stored = _stored(answer, request)
    matches = _matches(stored, answer, request)
    dropped = len(answer.ids) - len(matches)
    pages = max(1, -(-answer.total // request.page_size))
    return Results(
        matches=matches,
        total=answer.total - dropped,
        page=answer.page,
        pages=pages,
        out_of=scoring.points_out_of(request),
        facets=answer.facets,
        engine=proposal.engine,
        degraded=proposal.degraded,
        dropped=dropped,
    )


def count(request: SearchRequest) -> int:
    """How many results a request would have, for an offer of a wider search."""
    return _propose(request, None).candidates.total


def _propose(request: SearchRequest, engine: EngineName | None) -> _Proposal:
    """From Elasticsearch where there is one and it answers, else from the database."""
    wanted = engine or ("elasticsearch" if is_configured() else "database")
    if wanted == "elasticsearch" and outage.may_try():
        try:
            found = elasticsearch.candidates(request)
        except elasticsearch.Refused:
            _logger.exception("Elasticsearch refused a search")
        except Exception as error:  # whatever it was, the database can answer
            outage.note_failure(error)
        else:
            outage.note_success()
            return _Proposal(found, "elasticsearch", degraded=False)
    return _Proposal(database.candidates(request), "database", degraded=wanted == "elasticsearch")


def _stored(answer: Candidates, request: SearchRequest) -> _Stored:
    listed = listed_among(answer.ids, at=request.at)
    packed = dict(SearchRow.objects.filter(practice__in=listed).values_list("practice_id", "packed"))
    cards = dict(SearchCard.objects.filter(practice__in=listed).values_list("practice_id", "facts"))
    ids = tuple(practice for practice in answer.ids if practice in packed and practice in cards)
    rows = unpack([bytes(packed[practice]) for practice in ids])
    return _Stored(ids=ids, rows=rows, cards=tuple(cards[practice] for practice in ids))


def _matches(stored: _Stored, answer: Candidates, request: SearchRequest) -> tuple[Match, ...]:
    if not stored.ids:
        return ()
    scores = dict(zip(answer.ids, answer.scores, strict=True))
    away = scoring.distances(stored.rows, request.origin).tolist() if request.origin else None
    parts = explain(stored.rows, request, away=away)
    head = stored.rows.head
    return tuple(
        Match(
            practice=practice,
            score=scores[practice],
            parts=parts[position],
            distance_km=away[position] if away else None,
            comes_to_you=bool(
                away
                and request.origin
                and 0 < head["reach_km"][position] >= away[position]
                and head["jurisdiction"][position] == request.origin.jurisdiction.encode()
            ),
            latitude=float(head["latitude"][position]),
            longitude=float(head["longitude"][position]),
            facts=frozenset(stored.rows.tokens_of(position)),
            card=stored.cards[position],
        )
        for position, practice in enumerate(stored.ids)
    )
