"""Building the index anew, beside the one in use, and swapping them in one call.

While it is built every change goes to both (`search.index.feeding`), each write with the version of its
row, so it does not matter which comes first.
"""

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from elasticsearch import Elasticsearch, NotFoundError

from search.index.connection import DEEPEST, alias, prefix, writer
from search.index.document import mapping
from search.index.feeding import Write, send, set_aside, writes_of
from search.models import IndexBuild, SearchRow

CHUNK = 1000
GIVEN_UP_AFTER = timedelta(minutes=5)  # without a sign of life
SIGN_OF_LIFE_SECONDS = 5.0  # each waits for the disk
MERGE_SECONDS = 900.0
OLD_ANSWERS_SECONDS = 2.0  # twice what a page waits for an answer


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
        replaced = _swap(client, name)
    except BaseException:
        client.indices.delete(index=name, ignore_unavailable=True)
        raise
    finally:
        IndexBuild.objects.filter(index=name).delete()
    if replaced:
        # Whoever asked the old one a moment ago gets the answer first.
        time.sleep(OLD_ANSWERS_SECONDS)
    deleted = delete_leftovers(client, other_forms=forget_other_forms)
    return Rebuilt(name, written, refused, deleted, round(time.monotonic() - begin, 2))


def _claim(name: str) -> None:
    now = timezone.now()
    IndexBuild.objects.filter(seen_at__lt=now - GIVEN_UP_AFTER).delete()
    try:
        with transaction.atomic():
            IndexBuild.objects.create(pk=1, index=name, seen_at=now)
    except IntegrityError as error:
        raise AlreadyBuilding from error


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
    """Write every row's document. Returns how many were written, and how many were refused for good.

    Two calls are under way while the next documents are made.
    """
    written, seen = 0, time.monotonic()
    refused: dict[int, str] = {}
    with ThreadPoolExecutor(max_workers=2) as threads:
        under_way: deque[Future[dict[int, str]]] = deque()
        for writes in _chunks():
            under_way.append(threads.submit(send, client, name, writes, require_alias=False))
            written += len(writes)
            if len(under_way) > 2:
                refused |= under_way.popleft().result()
            if time.monotonic() - seen > SIGN_OF_LIFE_SECONDS:
                seen = time.monotonic()
                IndexBuild.objects.filter(index=name).update(seen_at=timezone.now())
        for call in under_way:
            refused |= call.result()
    set_aside(refused)
    return written - len(refused), len(refused)


def _chunks() -> Iterator[list[Write]]:
    """All rows in the order of their keys, some at a time: memory stays flat."""
    last = -1
    while rows := list(SearchRow.objects.filter(key__gt=last).order_by("key")[:CHUNK]):
        last = rows[-1].key
        yield writes_of(rows)


def _swap(client: Elasticsearch, name: str) -> list[str]:
    """Have the alias name the new index alone. Returns what it named before."""
    old = _indexes_of(client, alias())
    actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": alias()}} for index in old]
    client.indices.update_aliases(actions=[*actions, {"add": {"index": name, "alias": alias()}}])
    return old


def _indexes_of(client: Elasticsearch, name: str) -> list[str]:
    try:
        return list(client.indices.get_alias(name=name))
    except NotFoundError:
        return []


def delete_leftovers(client: Elasticsearch, *, other_forms: bool = False) -> tuple[str, ...]:
    """Delete indexes that nobody reads: old ones, and those of builds that were cut off.

    Those of another form may still serve the release before; they go with `other_forms` only.
    """
    building = IndexBuild.objects.values_list("index", flat=True).first()
    pattern = f"{prefix()}*" if other_forms else f"{alias()}-*"
    found = client.indices.get(index=pattern, features="aliases").body
    unread = tuple(
        name for name, facts in found.items() if alias() not in facts["aliases"] and name != building
    )
    for name in unread:
        client.indices.delete(index=name, ignore_unavailable=True)
    return unread
