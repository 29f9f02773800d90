"""Building the index anew, beside the one in use, and swapping them in one call.

While it is built every change goes to both (`search.index.feeding`), each write with the version of its
row, so it does not matter which comes first.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from elasticsearch import Elasticsearch, NotFoundError
from elasticsearch.helpers import parallel_bulk

from search.index.connection import DEEPEST, alias, prefix, writer
from search.index.document import documents_of, mapping
from search.models import DeadLetter, DrainState, SearchRow

CHUNK = 1000
GIVEN_UP_AFTER = timedelta(minutes=5)  # without a sign of life
MERGE_SECONDS = 900.0


class AlreadyBuilding(Exception):
    """Somebody builds the index just now."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did."""

    index: str
    documents: int
    refused: int
    deleted: tuple[str, ...]
    seconds: float


def rebuild(*, forget_other_forms: bool = False) -> Rebuilt:
    """Build the index from the search rows and put it in the place of the old one.

    Raises AlreadyBuilding, ApiError or TransportError; then the old one stays, and the new one is gone.
    """
    begin, client = time.monotonic(), writer()
    name = f"{alias()}-{timezone.now():%Y%m%d%H%M%S%f}"
    _claim(name)
    try:
        _create(client, name)
        written, refused = _fill(client, name)
        client.options(request_timeout=MERGE_SECONDS).indices.forcemerge(index=name, max_num_segments=1)
        client.indices.refresh(index=name)
        _swap(client, name)
    except BaseException:
        client.indices.delete(index=name, ignore_unavailable=True)
        raise
    finally:
        DrainState.objects.filter(pk=1, building=name).update(building="", building_seen_at=None)
    # Whoever asked the old one a moment ago gets the answer first.
    time.sleep(2 * settings.ELASTICSEARCH_ANSWER_SECONDS)
    deleted = delete_leftovers(client, other_forms=forget_other_forms)
    return Rebuilt(name, written, refused, deleted, round(time.monotonic() - begin, 2))


def _claim(name: str) -> None:
    now = timezone.now()
    DrainState.objects.get_or_create(pk=1)
    free = Q(building="") | Q(building_seen_at__lt=now - GIVEN_UP_AFTER)
    if not DrainState.objects.filter(free, pk=1).update(building=name, building_seen_at=now):
        raise AlreadyBuilding


def settings_of_index() -> dict[str, Any]:
    """How the index is kept."""
    return {
        "index.number_of_shards": 1,
        "index.auto_expand_replicas": "0-1",
        # Named, so that an index nobody has asked for a while does not go to sleep.
        "index.refresh_interval": "500ms",
        "index.max_result_window": DEEPEST,
        "index.sort.field": "order",
        # A late write of an older version must not bring a deleted document back.
        "index.gc_deletes": "1h",
    }


def _create(client: Elasticsearch, name: str) -> None:
    client.indices.create(index=name, settings=settings_of_index(), mappings=mapping())


def _fill(client: Elasticsearch, name: str) -> tuple[int, int]:
    """Write every row's document. Returns how many were written, and how many were refused for good."""
    written = refused = 0
    for ok, item in parallel_bulk(
        client, _actions(name), thread_count=2, queue_size=2, chunk_size=CHUNK, raise_on_error=False
    ):
        (result,) = item.values()
        if ok or result["status"] == 409:  # a change was quicker, and newer
            written += 1
        elif result["status"] == 400:
            refused += 1
            reason = f"{result['error']['type']}: {result['error']['reason']}"[:500]
            DeadLetter.objects.update_or_create(practice=int(result["_id"]), defaults={"reason": reason})
        else:
            raise RuntimeError(f"the index refused a document: {result['status']}")
        if not (written + refused) % 10_000:
            DrainState.objects.filter(pk=1, building=name).update(building_seen_at=timezone.now())
    return written, refused


def _actions(name: str) -> Iterator[dict[str, Any]]:
    """All rows in the order of their keys, a chunk at a time: memory stays flat."""
    last = -1
    while rows := list(SearchRow.objects.filter(key__gt=last).order_by("key")[:CHUNK]):
        last = rows[-1].key
        for row, document in zip(rows, documents_of(rows), strict=True):
            yield {
                "_index": name, "_id": str(row.practice_id), "_version": row.version,
                "_version_type": "external", "_source": document,
            }  # fmt: skip


def _swap(client: Elasticsearch, name: str) -> None:
    old = _indexes_of(client, alias())
    actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": alias()}} for index in old]
    client.indices.update_aliases(actions=[*actions, {"add": {"index": name, "alias": alias()}}])


def _indexes_of(client: Elasticsearch, name: str) -> list[str]:
    try:
        return list(client.indices.get_alias(name=name))
    except NotFoundError:
        return []


def delete_leftovers(client: Elasticsearch, *, other_forms: bool = False) -> tuple[str, ...]:
    """Delete indexes that nobody reads: old ones, and those of builds that were cut off.

    Those of another form may still serve the release before; they go with `other_forms` only.
    """
    building = DrainState.objects.filter(pk=1).values_list("building", flat=True).first()
    pattern = f"{prefix()}*" if other_forms else f"{alias()}-*"
    found = client.indices.get(index=pattern, features="aliases").body
    unread = tuple(
        name for name, facts in found.items() if alias() not in facts["aliases"] and name != building
    )
    for name in unread:
        client.indices.delete(index=name, ignore_unavailable=True)
    return unread
