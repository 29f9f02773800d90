"""Credentials: what a therapist can prove, the state of each proof, and every step it took."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from directory.models.jurisdiction import Jurisdiction
from directory.models.therapist import Therapist
from directory.models.vocabulary import CredentialKind


class Credential(models.Model):
    """A licence, registration, certificate, board certification, insurance or number of one therapist.

    `counts_until` is the instant (UTC) at which it stops counting as it stands now: midnight after
    `expires_on` in the zone of its jurisdiction, or the end of the grace of a filed renewal. It is
    set exactly while the state counts, so a missing date fails closed. `directory.credentials.move`
    is the only writer of `state`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Submitted"
        IN_REVIEW = "in_review", "In review"
        NEEDS_INFORMATION = "needs_information", "Needs information"
        REJECTED = "rejected", "Rejected"
        VERIFIED = "verified", "Verified"
        RENEWAL_FILED = "renewal_filed", "Renewal filed"
        EXPIRED = "expired", "Expired"
        SUSPENDED = "suspended", "Suspended"
        REVOKED = "revoked", "Revoked"
        SURRENDERED = "surrendered", "Surrendered"

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="credentials")
    kind = models.ForeignKey(CredentialKind, on_delete=models.PROTECT, related_name="+")
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=20, blank=True)
    number = models.CharField(max_length=40, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=18, choices=State.choices, default=State.DRAFT)
    counts_until = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "submitted",
                        "in_review",
                        "needs_information",
                        "rejected",
                        "verified",
                        "renewal_filed",
                        "expired",
                        "suspended",
                        "revoked",
                        "surrendered",
                    ]
                ),
                name="credential_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["verified", "renewal_filed"], counts_until__isnull=False)
                | (~Q(state__in=["verified", "renewal_filed"]) & Q(counts_until__isnull=True)),
                name="credential_counts_until_exactly_while_it_counts",
            ),
            # 500-502 are the legal kinds of the vocabulary: given by one jurisdiction, with an end.
            models.CheckConstraint(
                condition=(Q(kind__in=[500, 501, 502]) & Q(jurisdiction__isnull=False))
                | (~Q(kind__in=[500, 501, 502]) & Q(jurisdiction__isnull=True)),
                name="credential_jurisdiction_exactly_for_legal_kinds",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["verified", "renewal_filed"])
                | ~Q(kind__in=[500, 501, 502])
                | (Q(expires_on__isnull=False) & ~Q(number="")),
                name="credential_legal_kind_has_number_and_end",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["verified", "renewal_filed"])
                | (Q(checked_at__isnull=False) & ~Q(checked_source="")),
                name="credential_verified_was_checked_at_a_source",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "kind", "number"],
                condition=Q(state__in=["verified", "renewal_filed"], jurisdiction__isnull=False),
                name="credential_number_counts_for_one_therapist",
            ),
        ]
        indexes = [models.Index(fields=["therapist", "kind"], name="credential_by_therapist")]

    def __str__(self) -> str:
        return f"{self.kind_id} of {self.therapist_id}: {self.state}"

    @property
    def number_shown(self) -> str:
        """The number as the public sees it: whole where the public look-up has it, else the last four."""
        return self.number if self.jurisdiction_id else f"ends in {self.number[-4:]}" if self.number else ""


class CredentialEvent(models.Model):
    """One step of a credential: who moved it from where to where, why, and on what evidence."""

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField(max_length=18)
    to_state = models.CharField(max_length=18)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=12)
    reason = models.CharField(max_length=500, blank=True)
    evidence = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["credential", "at", "id"]

    def __str__(self) -> str:
        return f"{self.credential_id}: {self.from_state} -> {self.to_state}"
