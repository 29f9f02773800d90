"""Telling the index what changed: whole documents, each with the version of its row.

Elasticsearch keeps the highest version it has seen, of deleted documents, too, so it does not matter in
which order writes arrive, or how often. What could not be told stays in the table for the next turn.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from elasticsearch import ApiError, Elasticsearch, TransportError

from search.index.connection import alias, writer
from search.index.document import documents_of
from search.models import DeadLetter, DocumentChange, IndexBuild, SearchRow

BATCH = 500
# What an item is answered with: done; not done because a newer version is there; refused for good.
_DONE, _NEWER, _REFUSED = {200, 201}, 409, 400


class IndexMissing(Exception):
    """There is no index of the present form under the alias: it has to be built."""


class IndexBusy(Exception):
    """The index takes no writes just now: full, blocked or overloaded. What was not written waits."""


@dataclass(frozen=True)
class Write:
    """What one practice's document is to become; no document = it is to go."""

    practice: int
    version: int
    document: dict[str, Any] | None


# Everything that says "not now": what it stopped is tried again.
NOT_NOW = (ApiError, TransportError, IndexBusy, IndexMissing)


def feed(*, batch: int = BATCH) -> int:
    """Tell the index of up to `batch` changes. Returns how many are settled.

    Raises IndexMissing, IndexBusy, ApiError or TransportError; what was settled before stays settled.
    """
    changes = list(DocumentChange.objects.order_by("version", "practice")[:batch])
    if not changes:
        return 0
    building = IndexBuild.objects.values_list("index", flat=True).first()
    writes = _writes(changes)
    refused = send(writer(), alias(), writes, require_alias=True)
    if building:
        # It may have been given up this moment. Then nobody needs it.
        send(writer(), building, writes, require_alias=False, may_be_gone=True)
    _settle(changes, refused)
    return len(changes)


def feed_all() -> int:
    """Tell the index of all changes. Returns how many. Raises as `feed` does."""
    done = 0
    while count := feed():
        done += count
    return done


def _writes(changes: Sequence[DocumentChange]) -> list[Write]:
    rows = list(SearchRow.objects.filter(practice__in=[change.practice for change in changes]))
    there = {row.practice_id for row in rows}
    gone = (change for change in changes if change.practice not in there)
    return [*writes_of(rows), *(Write(change.practice, change.version, None) for change in gone)]


def writes_of(rows: Sequence[SearchRow]) -> list[Write]:
    """The writes of rows, in their order. A row that no document can be made of is set aside with the
    reason and left out, so that it stops nobody else."""
    try:
        documents = documents_of(rows)
    except Exception as error:
        if len(rows) == 1:
            set_aside({rows[0].practice_id: f"{type(error).__name__}: {error}"[:500]})
            return []
        return [write for row in rows for write in writes_of([row])]
    return [
        Write(row.practice_id, row.version, document) for row, document in zip(rows, documents, strict=True)
    ]


def send(
    client: Elasticsearch,
    index: str,
    writes: Iterable[Write],
    *,
    require_alias: bool,
    may_be_gone: bool = False,
) -> dict[int, str]:
    """One bulk call. Returns the practices whose documents were refused for good, with the reason.

    Raises IndexMissing, IndexBusy, ApiError or TransportError.
    """
    told = list(writes)
    operations: list[Any] = []  # the client takes lines of JSON, too, though its types do not say so
    for write in told:
        target = {"_id": str(write.practice), "version": write.version, "version_type": "external"}
        if write.document is None:
            operations.append({"delete": target})
        else:
            operations += [orjson.dumps({"index": target}), orjson.dumps(write.document)]
    answer = client.bulk(
        index=index,
        operations=operations,
        require_alias=require_alias,
        filter_path=["errors", "items.*.status", "items.*._id", "items.*.result", "items.*.error"],
    )
    items = answer.body.get("items") if isinstance(answer.body, dict) else None
    if not isinstance(items, list) or len(items) != len(told):
        # A proxy in between, say. What was not acknowledged one by one was not written.
        raise IndexBusy("not as many acknowledgements as writes")
    return _refused(items, may_be_gone=may_be_gone)


def _refused(items: Iterable[dict[str, Any]], *, may_be_gone: bool) -> dict[int, str]:
    refused: dict[int, str] = {}
    for item in items:
        (result,) = item.values()
        status, error = result["status"], result.get("error", {})
        kind = error.get("type", "")
        if status in _DONE or status == _NEWER or result.get("result") == "not_found":
            continue
        if status == 404:  # no such alias
            if may_be_gone:
                continue
            raise IndexMissing(kind)
        if status != _REFUSED:
            raise IndexBusy(f"{status} {kind}")
        refused[int(result["_id"])] = f"{kind}: {error.get('reason', '')}"[:500]
    return refused


def set_aside(refused: dict[int, str]) -> None:
    """Keep the practices whose documents were refused for good, each with the reason."""
    DeadLetter.objects.bulk_create(
        (DeadLetter(practice=practice, reason=reason) for practice, reason in refused.items()),
        update_conflicts=True,
        unique_fields=["practice"],
        update_fields=["reason", "at"],
    )


def _settle(changes: Iterable[DocumentChange], refused: dict[int, str]) -> None:
    """Forget exactly the changes that were read: a newer one of the same practice has another version."""
    set_aside(refused)
    by_version: dict[int, list[int]] = defaultdict(list)
    for change in changes:
        by_version[change.version].append(change.practice)
    for version, practices in by_version.items():
        DocumentChange.objects.filter(version=version, practice__in=practices).delete()
