"""What search keeps for people who found nobody. Unlike the rows, it cannot be built again."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from directory.geography import KM_PER_MILE
from directory.vocabulary import ConditionEntry, vocabulary

TOLD_AT_MOST_EVERY: Final = timedelta(days=7)


class WatchQuerySet(models.QuerySet["Watch"]):
    """Watches by what is to be done with them."""

    def due(self, at: datetime) -> "WatchQuerySet":
        """Those whose person wants to hear now: confirmed, and not told yet, or kept and told a week ago."""
        untold_or_kept = Q(told_at=None) | Q(keeps_watching=True, told_at__lte=at - TOLD_AT_MOST_EVERY)
        return self.filter(untold_or_kept, confirmed_at__isnull=False, expires_at__gt=at)


class Watch(models.Model):
    """One person's wish to hear when somebody comes for some conditions in one area.

    `public_id` is what links carry, signed (`search.watching.keys`). `conditions` are numbers of the
    vocabulary, sorted, with spaces between. The area is a ZIP and a radius: its middle is measured from,
    so no point is kept. `seen` are the practices that matched already, and so are no news.
    `checked_version` is the version of the search rows that it was last compared with.
    `expires_at` is when it is deleted, whatever its state.
    """

    public_id = models.CharField(max_length=40, unique=True)
    email = models.EmailField()
    conditions = models.CharField(max_length=60)
    postal_code = models.CharField(max_length=5)
    within_miles = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_times = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    told_times = models.PositiveSmallIntegerField(default=0)
    keeps_watching = models.BooleanField(default=False)
    expires_at = models.DateTimeField(db_index=True)
    seen = models.JSONField(default=list)
    checked_version = models.BigIntegerField(default=-1)

    objects: ClassVar[models.Manager["Watch"]] = WatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email", "conditions", "postal_code", "within_miles"], name="watch_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["checked_version"], condition=Q(confirmed_at__isnull=False), name="watch_to_check"
            )
        ]

    def __str__(self) -> str:
        return f"watch {self.pk}"  # never the address, nor what for

    @property
    def entries(self) -> tuple[ConditionEntry, ...]:
        """The conditions. One that has left the vocabulary is left out."""
        numbers = {int(number) for number in self.conditions.split()}
        return tuple(entry for entry in vocabulary().conditions.values() if entry.number in numbers)

    @property
    def within_km(self) -> float:
        """The radius in km."""
        return self.within_miles * KM_PER_MILE

    @property
    def mails(self) -> str:
        """What the keys of its mails begin with."""
        return f"watch/{self.pk}/"


class UnmetDemand(models.Model):
    """How often a condition was asked for in one week where nobody was found: nothing else is kept of it.

    `condition` is a number of the vocabulary, `area` the first three digits of a ZIP, `week` the Monday of
    the week (UTC).
    """

    condition = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=3)
    week = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["condition", "area", "week"], name="unmet_demand_once")
        ]

    def __str__(self) -> str:
        return f"{self.condition} in {self.area}, week of {self.week}: {self.count}"
