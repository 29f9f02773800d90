"""Check records: what a source said about a credential, when, and the proof that it did."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from directory.models.credential import Credential
from directory.models.document import Document


class CheckRecord(models.Model):
    """One look at one source. It is evidence for a decision for 120 days; it is never changed.

    `found` is what the source had (name, number, state, expiry), by field; `snapshot` is what it
    answered, as text, or `document` is a file of it; `snapshot_sha256` is the hash of either.
    """

    class Result(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        DIFFERS = "differs", "Something differs"
        NOT_FOUND = "not_found", "Not found"
        NOT_ACTIVE = "not_active", "Found, but not active"
        DISCIPLINED = "disciplined", "Found, with discipline"
        UNREACHABLE = "unreachable", "The source did not answer"

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="checks")
    source = models.CharField(max_length=60)
    url = models.URLField(max_length=500, blank=True)
    checked_at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    result = models.CharField(max_length=12, choices=Result.choices)
    found = models.JSONField(default=dict)
    snapshot = models.TextField(blank=True)
    snapshot_sha256 = models.CharField(max_length=64)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["credential", "-checked_at", "-id"]
        indexes = [models.Index(fields=["credential", "-checked_at"], name="check_latest_first")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    result__in=[
                        "confirmed", "differs", "not_found", "not_active", "disciplined", "unreachable",
                    ]
                ),
                name="check_result_known",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="check_names_its_source"),
            models.CheckConstraint(
                condition=~Q(snapshot="") | Q(document__isnull=False) | Q(result="unreachable"),
                name="check_keeps_what_it_saw",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.credential_id} at {self.source}: {self.result}"
