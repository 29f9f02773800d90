"""The drain: reads the outbox, builds the rows anew and whole, and marks exactly what it read.

Rows are written in one transaction with what the index is to be told (`search.index.feeding` tells it),
so that the database engine is up to date even while Elasticsearch is away.

One drain runs at a time. The version of a row comes from a counter that is drawn after the outbox was
read: with the outbox id as version, an update would be lost for good when a lower id commits later.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from search.models import DeadLetter, DocumentChange, DrainState, IndexChange, SearchCard, SearchRow
from search.rows import Built, build_rows

BATCH = 500
LOCK = 7_252_747  # any number, the same for every process that drains


def drain(*, batch: int = BATCH, at: datetime | None = None) -> int:
    """Work off up to `batch` outbox rows in one transaction. Returns how many there were."""
    at = at or timezone.now()
    with transaction.atomic():
        _wait_for_turn()
        changes = list(IndexChange.objects.order_by("pk").values_list("pk", "practice")[:batch])
        if not changes:
            return 0
        rebuild(sorted({practice for _, practice in changes}), at=at)
        IndexChange.objects.filter(pk__in=[change for change, _ in changes]).delete()
    return len(changes)


def drain_all(*, at: datetime | None = None) -> int:
    """Work off the whole outbox in large batches. Returns how many rows there were."""
    done = 0
    while count := drain(batch=5000, at=at):
        done += count
    return done


def rebuild(practices: Sequence[int], *, at: datetime) -> None:
    """Rows of these practices, whole and new; those that are not listed have none afterwards."""
    version = _draw_version()
    built = _build(practices, at=at, version=version)
    SearchRow.objects.filter(practice__in=practices).delete()
    SearchCard.objects.filter(practice__in=practices).delete()
    SearchRow.objects.bulk_create((one.row for one in built), batch_size=1000)
    SearchCard.objects.bulk_create((one.card for one in built), batch_size=1000)
    if settings.ELASTICSEARCH_URL:
        DocumentChange.objects.bulk_create(
            (DocumentChange(practice=practice, version=version) for practice in practices),
            update_conflicts=True,
            unique_fields=["practice"],
            update_fields=["version"],
            batch_size=1000,
        )


def _build(practices: Sequence[int], *, at: datetime, version: int) -> list[Built]:
    """All rows at once; if one cannot be built, one by one, so that it stops nobody else."""
    try:
        rows = build_rows(practices, at=at, version=version)
    except DatabaseError:
        raise  # the transaction is gone; nothing was read, and the next turn tries again
    except Exception as error:
        if len(practices) == 1:
            DeadLetter.objects.update_or_create(
                practice=practices[0], defaults={"reason": f"{type(error).__name__}: {error}"[:500]}
            )
            return []
        return [row for practice in practices for row in _build([practice], at=at, version=version)]
    DeadLetter.objects.filter(practice__in=practices).delete()
    return rows


def _draw_version() -> int:
    DrainState.objects.get_or_create(pk=1)
    DrainState.objects.filter(pk=1).update(version=F("version") + 1)
    return DrainState.objects.values_list("version", flat=True).get(pk=1)


def _wait_for_turn() -> None:
    """One drain at a time: SQLite's transaction holds the only write lock, PostgreSQL has a lock for it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
