"""What search keeps: packed rows, the outbox that feeds them, and what could not be fed.

Nothing here is truth. Every row can be dropped and built again from `directory`; what people asked to be
told of cannot, and stands apart in `search.watching.models`.
"""

from django.db import models
from django.db.models import Q

from directory.models import Practice
from search.watching.models import UnmetDemand, Watch

__all__ = [
    "PRACTICE_BITS",
    "DeadLetter",
    "DrainState",
    "IndexChange",
    "SearchRow",
    "UnmetDemand",
    "Watch",
    "row_key",
]

# A row's key is its cell and its practice in one number, so that the rows of a neighbourhood lie
# side by side in the table (on SQLite the key is the order on disk) and one BETWEEN reads a strip.
PRACTICE_BITS = 41


def row_key(cell: int, practice: int) -> int:
    """Key of a row: 22 bits of cell above 41 bits of practice id."""
    return (cell << PRACTICE_BITS) | practice


class SearchRow(models.Model):
    """The packed facts of one listed practice, for both engines. Built by `search.rows` alone.

    `packed` has the fixed numbers (`search.rows.HEAD`) and behind them sorted 16-bit tokens.
    `listed_until` is in seconds since 1970 (UTC).
    """

    # An automatic field though it is always given: only that is the order on disk on SQLite.
    key = models.BigAutoField(primary_key=True)
    practice = models.OneToOneField(Practice, on_delete=models.CASCADE, related_name="search_row")
    jurisdiction = models.CharField(max_length=2, db_index=True)
    reach_km = models.PositiveSmallIntegerField()
    listed_until = models.BigIntegerField()
    version = models.BigIntegerField()
    packed = models.BinaryField()
    folded_name = models.CharField(max_length=320)

    class Meta:
        indexes = [
            models.Index(fields=["jurisdiction", "key"], condition=Q(reach_km__gt=0), name="row_home_visits")
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} v{self.version}"


class SearchCard(models.Model):
    """The public facts of one listed practice that its result shows. Built with its row, never alone.

    Kept apart because a search reads thousands of rows and shows twenty: with the cards among them,
    reading the rows takes three times as long.
    """

    practice = models.OneToOneField(
        Practice, on_delete=models.CASCADE, primary_key=True, related_name="search_card"
    )
    facts = models.JSONField()

    def __str__(self) -> str:
        return str(self.practice_id)


class IndexChange(models.Model):
    """A practice that changed and whose row is to be built again: written with the change itself."""

    practice = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.practice)


class DocumentChange(models.Model):
    """A practice whose row was written or deleted, and whose document in the index has yet to follow.

    One for each practice, with the version of its latest change; written with the row itself.
    """

    practice = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.practice} v{self.version}"


class DeadLetter(models.Model):
    """A practice whose row or document could not be built, and why. It stops nobody else."""

    practice = models.BigIntegerField(unique=True)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.practice}: {self.reason}"


class DrainState(models.Model):
    """One row: the counter that versions are drawn from, and how far the clock has been read."""

    version = models.BigIntegerField(default=0)
    clock_read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="drain_state_single")]

    def __str__(self) -> str:
        return f"version {self.version}"


class IndexBuild(models.Model):
    """The index that is being built just now, if any, and the last sign of life of whoever builds it."""

    index = models.CharField(max_length=200)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="index_build_single")]

    def __str__(self) -> str:
        return self.index
