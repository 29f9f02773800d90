"""Whether the truth, the rows and the index say the same; and the mending of what differs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from elasticsearch import NotFoundError
from elasticsearch.helpers import scan

from directory.models import Practice
from search.index.connection import alias, is_configured, writer
from search.index.document import as_iso
from search.models import DeadLetter, DocumentChange, IndexChange, SearchCard, SearchRow
from search.rows import build_rows

BATCH = 2000


@dataclass(frozen=True)
class Audit:
    """Ids of practices. `missing`: listed, but without a row or document. `extra`: the other way round.
    `stale`: of an older version than the row, or a row that is not what would be built now."""

    database: int
    rows: int
    index: int | None
    missing: tuple[int, ...]
    extra: tuple[int, ...]
    stale: tuple[int, ...]
    outbox: int
    dead: int

    @property
    def differing(self) -> tuple[int, ...]:
        """All that is to be built again."""
        return tuple(sorted({*self.missing, *self.extra, *self.stale}))


def audit(*, at: datetime, deep: bool = False) -> Audit:
    """Compare as of `at`. What the clock alone hides at `at` counts as gone from rows and index.

    `deep` builds every row anew and compares it too, which takes minutes for 300,000 practices.
    Raises ApiError or TransportError if the index cannot be read.
    """
    listed = set(Practice.objects.listed(at).values_list("pk", flat=True).iterator())
    now = int(at.timestamp())
    rows = dict(
        SearchRow.objects.filter(listed_until__gt=now).values_list("practice_id", "version").iterator()
    )
    missing, extra = listed - rows.keys(), rows.keys() - listed
    stale = set(_changed_rows(at)) if deep else set()
    documents = dict(_documents(at)) if is_configured() else None
    if documents is not None:
        missing |= listed - documents.keys()
        extra |= documents.keys() - listed
        stale |= {
            practice for practice, version in documents.items() if rows.get(practice, version) != version
        }
    return Audit(
        database=len(listed),
        rows=len(rows),
        index=None if documents is None else len(documents),
        missing=tuple(sorted(missing)),
        extra=tuple(sorted(extra)),
        stale=tuple(sorted(stale - missing - extra)),
        outbox=IndexChange.objects.count() + DocumentChange.objects.count(),
        dead=DeadLetter.objects.count(),
    )


def _documents(at: datetime) -> Iterator[tuple[int, int]]:
    """(practice, version) of everything in the index that is still listed by the clock; nothing where
    there is no index."""
    client = writer()
    query = {"query": {"range": {"listed_until": {"gt": as_iso(int(at.timestamp()))}}}, "_source": False}
    try:
        client.indices.refresh(index=alias())
        for hit in scan(client, index=alias(), query=query, size=5000, version=True):
            yield int(hit["_id"]), int(hit["_version"])
    except NotFoundError:
        return


def _changed_rows(at: datetime) -> Iterator[int]:
    """Practices whose row or card is not what would be built now."""
    last = 0
    while practices := list(
        SearchRow.objects.filter(practice__gt=last)
        .order_by("practice")
        .values_list("practice", flat=True)[:BATCH]
    ):
        last = practices[-1]
        stored = {
            row[0]: row[1:]
            for row in SearchRow.objects.filter(practice__in=practices).values_list(
                "practice_id", "key", "packed", "folded_name"
            )
        }
        cards = dict(SearchCard.objects.filter(practice__in=practices).values_list("practice_id", "facts"))
        for built in build_rows(practices, at=at, version=0):
            practice, row = built.row.practice_id, built.row
            key, packed, name = stored[practice]
            same = (key, bytes(packed), name) == (row.key, row.packed, row.folded_name)
            if not same or cards.get(practice) != built.card.facts:
                yield practice


def mend(found: Audit) -> int:
    """Have everything that differs built again and told again. Returns how many."""
    IndexChange.objects.bulk_create(
        (IndexChange(practice=practice) for practice in found.differing), batch_size=5000
    )
    return len(found.differing)
