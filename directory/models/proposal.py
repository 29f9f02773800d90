"""Changes that wait for the desk while the old value stays in force."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from directory.models.practice import Practice
from directory.models.therapist import Therapist


class Proposal(models.Model):
    """New values for fields of a therapist (name) or of a practice (location), awaiting a decision.

    `changes` is {field: [old, new]} as strings and numbers; it is applied whole or not at all, and
    only while the old values still hold.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for the desk"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="proposals")
    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, null=True, blank=True, related_name="proposals"
    )
    changes = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "accepted", "declined", "withdrawn"]),
                name="proposal_state_known",
            ),
            models.UniqueConstraint(
                fields=["practice"], condition=Q(state="waiting", practice__isnull=False),
                name="proposal_one_waiting_per_practice",
            ),
            models.UniqueConstraint(
                fields=["therapist"], condition=Q(state="waiting", practice__isnull=True),
                name="proposal_one_waiting_per_therapist",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "withdrawn"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="proposal_decided_by_somebody",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"
