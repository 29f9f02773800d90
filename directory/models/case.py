"""Cases: what the verification desk has to look at, and reports of wrong entries."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from directory.models.credential import Credential
from directory.models.practice import Practice
from directory.models.proposal import Proposal
from directory.models.therapist import Therapist


class Case(models.Model):
    """One thing for the desk to decide. One open case for each subject and kind."""

    class Kind(models.TextChoices):
        CREDENTIAL = "credential", "Credential submitted"
        CHANGE = "change", "Change of name or place"
        MISMATCH = "mismatch", "A check found something else"
        EXCLUSION = "exclusion", "Name on the exclusion list"
        DUPLICATE = "duplicate", "Perhaps entered twice"
        WRONG_ENTRY = "wrong_entry", "Wrong entry reported"
        COMPLAINT = "complaint", "Severe complaint"
        APPEAL = "appeal", "Appeal"
        TWO_PERSON = "two_person", "Needs a second person"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="cases")
    credential = models.ForeignKey(
        Credential, on_delete=models.CASCADE, null=True, blank=True, related_name="cases"
    )
    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, null=True, blank=True, related_name="cases"
    )
    proposal = models.ForeignKey(
        Proposal, on_delete=models.CASCADE, null=True, blank=True, related_name="cases"
    )
    summary = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    severe = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    first_decision = models.CharField(max_length=30, blank=True)
    first_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=30, blank=True)
    note = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["opened_at", "id"]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(closed_at__isnull=True), name="case_open_by_age")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "credential", "change", "mismatch", "exclusion", "duplicate", "wrong_entry",
                        "complaint", "appeal", "two_person",
                    ]
                ),
                name="case_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
                name="case_claim_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(outcome=""), name="case_closed_with_an_outcome"
            ),
            models.UniqueConstraint(
                fields=["kind", "credential"],
                condition=Q(closed_at__isnull=True, credential__isnull=False),
                name="case_one_open_per_credential",
            ),
            models.UniqueConstraint(
                fields=["kind", "proposal"],
                condition=Q(closed_at__isnull=True, proposal__isnull=False),
                name="case_one_open_per_proposal",
            ),
            models.UniqueConstraint(
                fields=["kind", "practice"],
                condition=Q(closed_at__isnull=True, practice__isnull=False, credential__isnull=True,
                            proposal__isnull=True),
                name="case_one_open_per_practice",
            ),
            models.UniqueConstraint(
                fields=["kind", "therapist"],
                condition=Q(closed_at__isnull=True, practice__isnull=True, credential__isnull=True,
                            proposal__isnull=True),
                name="case_one_open_per_therapist",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pk}: {self.kind}"


class EntryReport(models.Model):
    """Somebody says that an entry is wrong. `reporter_key` is a keyed hash: it tells two people apart."""

    class Reason(models.TextChoices):
        UNREACHABLE = "unreachable", "Nobody can be reached there"
        MOVED = "moved", "They moved, or it is another place"
        NOT_PRACTISING = "not_practising", "They no longer practise"
        CREDENTIAL = "credential", "A licence or certificate is wrong"
        CONDUCT = "conduct", "Unsafe or improper conduct"
        OTHER = "other", "Something else"

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="entry_reports")
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="entry_reports")
    reason = models.CharField(max_length=14, choices=Reason.choices)
    text = models.TextField(max_length=1000, blank=True)
    email = models.EmailField(blank=True)
    reporter_key = models.CharField(max_length=64)
    reported_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "reason", "reporter_key"], name="entry_report_once_per_person"
            ),
            models.CheckConstraint(
                condition=Q(
                    reason__in=[
                        "unreachable", "moved", "not_practising", "credential", "conduct", "other",
                    ]
                ),
                name="entry_report_reason_known",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.practice_id}: {self.reason}"


class MergedPractice(models.Model):
    """An entry that was the same person as another one: its old addresses lead to the one that stays."""

    old_practice = models.PositiveBigIntegerField(primary_key=True)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="merged_from")
    merged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.old_practice} -> {self.practice_id}"
