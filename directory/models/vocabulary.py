"""The keys of the vocabulary that other tables point to.

Texts live in `directory/data/` and are read through `directory.vocabulary`; these rows hold what the
database needs to keep its references whole. The primary key is the number of the entry, which is also
its token in a search row.
"""

from django.db import models


class Term(models.Model):
    """One entry: its number, its slug, and its English name."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        abstract = True
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


class Condition(Term):
    """A condition that patients ask for; a specialty points to it."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")


class Technique(Term):
    """A technique or modality."""


class Language(Term):
    """A language spoken at a practice; the slug is the ISO 639 code."""


class PaymentKind(Term):
    """A way to pay that a practice accepts or can bill."""


class Setting(Term):
    """Where the work is done: a private practice, a hospital, at home."""


class AccessFeature(Term):
    """Something that lets more people use the room."""


class Amenity(Term):
    """A convenience."""


class ClientGroup(Term):
    """People whom a therapist is used to working with."""


class ReferralTerm(Term):
    """How a practice deals with referrals."""


class CredentialKind(Term):
    """A kind of proof. Legal kinds are given under the law of one jurisdiction."""

    class Scope(models.TextChoices):
        LEGAL = "legal", "Right to practise"
        GENERAL = "general", "General"
        SPECIALTY = "specialty", "Specialty"
        OTHER = "other", "Other"

    scope = models.CharField(max_length=10, choices=Scope.choices)
    abbreviation = models.CharField(max_length=40, blank=True)
    issuing_body = models.CharField(max_length=200)
    expires = models.BooleanField("has an expiry date")

    class Meta(Term.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=["legal", "general", "specialty", "other"]),
                name="credential_kind_scope_known",
            )
        ]
