"""Indexes made for measuring: of the search rows themselves, of a part of them, or of more than there are."""

import random
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from django.conf import settings
from elasticsearch import Elasticsearch

from search.index.building import CHUNK, MERGE_SECONDS, settings_of_index
from search.index.connection import alias, prefix, writer
from search.index.document import documents_of, mapping
from search.index.feeding import Write, send
from search.models import SearchRow
from search.rows import HEAD, rotation_shares

AT_ONCE = 2  # bulk calls under way, as in a rebuild
COPY_IDS = 10_000_000  # between the ids of a practice and of its copy
COPY_DEGREES = 0.04  # a copy lies up to some 4 km beside


def delete_indexes() -> None:
    """Delete all indexes that have the present prefix."""
    for name in writer().indices.get(index=f"{prefix()}*").body:
        writer().indices.delete(index=name)


def as_they_are() -> Iterator[list[Write]]:
    """All search rows as writes, some at a time, in the order of their keys."""
    last = -1
    while rows := list(SearchRow.objects.filter(key__gt=last).order_by("key")[:CHUNK]):
        last = rows[-1].key
        yield _writes(rows)


def of_size(count: int) -> Iterator[list[Write]]:
    """So many writes: every n-th row, or all rows and as many copies as it takes, each a little beside."""
    keys = list(SearchRow.objects.order_by("key").values_list("key", flat=True))
    copies = -(-count // len(keys))
    chance = random.Random(1)
    for copy in range(copies):
        wanted = min(len(keys), count - copy * len(keys))
        chosen = [keys[number * len(keys) // wanted] for number in range(wanted)]
        for begin in range(0, len(chosen), CHUNK):
            rows = list(SearchRow.objects.filter(key__in=chosen[begin : begin + CHUNK]).order_by("key"))
            yield _writes([_copied(row, copy, chance) for row in rows] if copy else rows)


def _copied(row: SearchRow, copy: int, chance: random.Random) -> SearchRow:
    """Another practice with the same facts, a few kilometres away."""
    packed = bytes(row.packed)
    head = np.frombuffer(packed[: HEAD.itemsize], dtype=HEAD).copy()
    practice = row.practice_id + copy * COPY_IDS
    head["practice"] = practice
    head["latitude"] += chance.uniform(-COPY_DEGREES, COPY_DEGREES)
    head["longitude"] += chance.uniform(-COPY_DEGREES, COPY_DEGREES)
    head["rotation"] = np.frombuffer(rotation_shares(practice), dtype=np.uint8)
    row.practice_id, row.packed = practice, head.tobytes() + packed[HEAD.itemsize :]
    return row


def _writes(rows: list[SearchRow]) -> list[Write]:
    return [
        Write(row.practice_id, row.version, document)
        for row, document in zip(rows, documents_of(rows), strict=True)
    ]


def create(client: Elasticsearch) -> str:
    """A new index in the site's form, without its alias. Returns its name."""
    name = f"{alias()}-{time.time_ns()}"
    client.indices.create(index=name, settings=settings_of_index(), mappings=mapping())
    return name


def write(client: Elasticsearch, name: str, chunks: Iterable[list[Write]]) -> int:
    """Send all writes, two bulk calls at a time. Returns how many there were."""
    written = 0
    with ThreadPoolExecutor(max_workers=AT_ONCE) as threads:
        under_way: deque[Future[dict[int, str]]] = deque()
        for writes in chunks:
            under_way.append(threads.submit(send, client, name, writes, require_alias=False))
            written += len(writes)
            if len(under_way) > AT_ONCE:
                assert not under_way.popleft().result()
        for call in under_way:
            assert not call.result()
    return written


def merge(client: Elasticsearch, name: str) -> None:
    """Bring an index into the state in which a rebuild leaves it."""
    client.options(request_timeout=MERGE_SECONDS).indices.forcemerge(index=name, max_num_segments=1)
    client.indices.refresh(index=name)


def put_in_use(client: Elasticsearch, name: str) -> None:
    """Have searches find an index, and never an answer that was kept."""
    client.indices.put_settings(index=name, settings={"index.requests.cache.enable": False})
    client.indices.put_alias(index=name, name=alias())


def use(index: str) -> None:
    """Have this process read and write the indexes with this prefix."""
    settings.ELASTICSEARCH_INDEX = index
