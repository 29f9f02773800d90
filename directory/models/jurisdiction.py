"""Where a therapist practises, and what the law there demands, by date."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from directory.models.vocabulary import CredentialKind


class Jurisdiction(models.Model):
    """A state, DC or a territory.

    `time_zone` is where its board sits: a licence ends at midnight there.
    `renewal_grace_days` is how long a renewal filed in time keeps a licence valid; null = not
    established, so none is granted.
    """

    class Regulation(models.TextChoices):
        LICENCE = "license", "Licence"
        REGISTRATION = "registration", "Registration"
        VOLUNTARY = "voluntary-certification", "Voluntary certification"
        NONE = "none", "No statewide regulation"

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=60, unique=True)
    regulation = models.CharField(max_length=24, choices=Regulation.choices)
    time_zone = models.CharField(max_length=40)
    titles = models.JSONField(default=list)
    agency = models.CharField(max_length=200)
    lookup_url = models.URLField(blank=True)
    number_pattern = models.CharField(max_length=200, blank=True)
    number_pattern_confidence = models.CharField(max_length=12, default="unknown")
    renewal_months = models.PositiveSmallIntegerField(null=True)
    renewal_grace_days = models.PositiveSmallIntegerField(null=True)
    confidence = models.CharField(max_length=12)
    source = models.TextField(blank=True)
    reviewed_on = models.DateField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(regulation__in=["license", "registration", "voluntary-certification", "none"]),
                name="jurisdiction_regulation_known",
            ),
            models.CheckConstraint(condition=~Q(time_zone=""), name="jurisdiction_time_zone_given"),
        ]

    def __str__(self) -> str:
        return self.name


class DemandQuerySet(models.QuerySet["Demand"]):
    def in_force(self, at: datetime) -> "DemandQuerySet":
        """Demands that hold at this instant: from <= at < until. Of several the latest begun counts."""
        return self.filter(valid_from__lte=at).filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))


class Demand(models.Model):
    """What a jurisdiction requires of a practice between two instants: any one of its options."""

    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="demands")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)

    objects = DemandQuerySet.as_manager()

    class Meta:
        ordering = ["jurisdiction", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "valid_from"], name="demand_starts_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="demand_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction_id} from {self.valid_from:%Y-%m-%d}"


class DemandOption(models.Model):
    """One way to meet a demand: a credential of `kind`, and where set one of `along_with` as well."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="options")
    kind = models.ForeignKey(CredentialKind, on_delete=models.PROTECT, related_name="+")
    along_with = models.ForeignKey(CredentialKind, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demand", "kind", "along_with"], name="demand_option_once"),
            models.UniqueConstraint(
                fields=["demand", "kind"],
                condition=Q(along_with__isnull=True),
                name="demand_option_alone_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demand_id}: {self.kind_id} + {self.along_with_id}"
