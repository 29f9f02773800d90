"""Puts a made-up population into the database, in place of the one that was there."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from directory.credentials import COUNTING
from directory.models import Credential, Practice, Therapist
from directory.population import storing
from directory.population.batch import BEYOND_ID, CREDENTIALS, FIRST_ID, PRACTICES, TABLES, THERAPISTS, Batch
from directory.population.block import BLOCK
from directory.population.people import draw_people
from directory.signals import practices_changed

BLOCKS_A_TRANSACTION = 10


@dataclass
class Planted:
    """What was made: counts by kind, and of rights to practise by state of life; who is no more."""

    therapists: int = 0
    practices: int = 0
    credentials: int = 0
    states: dict[str, int] = field(default_factory=dict)
    therapists_removed: int = 0

    def count(self, batch: Batch) -> None:
        """Add the rows of a block."""
        self.therapists += len(batch.of(THERAPISTS))
        self.practices += len(batch.of(PRACTICES))
        self.credentials += len(batch.of(CREDENTIALS))
        rights = Counter(row[8] for row in batch.of(CREDENTIALS) if row[3] is not None)
        self.states = dict(Counter(self.states) + rights)


def plant(therapists: int, *, seed: int, today: date | None = None) -> Planted:
    """Make `therapists` people. Those who were made before are renewed, the surplus is removed.

    All dates are relative to `today` (UTC). Until it has ended nobody made up is listed whose turn has
    not come: licence numbers must be free before they are given anew.
    """
    planted = Planted()
    blocks = enumerate(draw_people(therapists, seed=seed, today=today or timezone.now().date()))
    with transaction.atomic():
        storing.reserve([table for table in TABLES if table.kept])
        _set_aside()
    more = True
    while more:
        more = False
        with transaction.atomic():
            for number, batch in islice(blocks, BLOCKS_A_TRANSACTION):
                _write(batch, number * BLOCK)
                planted.count(batch)
                more = True
    planted.therapists_removed = _remove_from(therapists)
    _count_anew()
    return planted


def _count_anew() -> None:
    """Let PostgreSQL know how much there is now: it plans by what it counted, and counts only later."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _set_aside() -> None:
    """Free the licence numbers of everybody made up before: another seed gives them to others."""
    made_up = Credential.objects.filter(pk__gte=FIRST_ID, pk__lt=BEYOND_ID, state__in=COUNTING)
    made_up.update(state=Credential.State.DRAFT, counts_until=None)


def _write(batch: Batch, first: int) -> None:
    """One block, in the transaction of the caller."""
    beyond = first + BLOCK
    practices = {row[0] for row in batch.of(PRACTICES)}
    credentials = {row[0] for row in batch.of(CREDENTIALS)}
    before = storing.ids(PRACTICES, first, beyond)
    for table in reversed(TABLES):
        if not table.kept:
            storing.clear(table, first, beyond)
    Practice.objects.filter(pk__in=before - practices).delete()
    Credential.objects.filter(pk__in=storing.ids(CREDENTIALS, first, beyond) - credentials).delete()
    for table in TABLES:
        storing.write(table, batch.of(table))
    practices_changed.send(Therapist, ids=sorted(practices | before))


def _remove_from(first: int) -> int:
    """Remove made-up people number `first` and on, block by block. Returns how many there were."""
    removed = 0
    surplus = Therapist.objects.filter(pk__gte=FIRST_ID + first, pk__lt=BEYOND_ID)
    last = surplus.aggregate(last=Max("pk"))["last"]
    for start in range(first, 0 if last is None else last - FIRST_ID + 1, BLOCK):
        with transaction.atomic():
            beyond = start + BLOCK
            for table in reversed(TABLES):
                if not table.kept:
                    storing.clear(table, start, beyond)
            practices = storing.ids(PRACTICES, start, beyond)
            people = storing.ids(THERAPISTS, start, beyond)
            Therapist.objects.filter(pk__in=people).delete()
            practices_changed.send(Therapist, ids=sorted(practices))
            removed += len(people)
    return removed
