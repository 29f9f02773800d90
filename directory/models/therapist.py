"""A therapist, and what she or he has experience with."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from directory.models.vocabulary import ClientGroup, Condition, Language, Technique


class Therapist(models.Model):
    """One person who treats. Empty fields mean "not stated", never "no".

    `membership_until` and `answer_share` are written by the rooms above this one: the instant to
    which a membership (with its grace) reaches, and the smoothed share, 0 to 1, of requests that
    were answered within two business days.
    """

    class Gender(models.TextChoices):
        FEMALE = "female", "Female"
        MALE = "male", "Male"
        NONBINARY = "nonbinary", "Non-binary"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="therapist"
    )
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    gender = models.CharField(max_length=10, choices=Gender.choices, blank=True)
    practising_since = models.PositiveSmallIntegerField("practising since (year)", null=True, blank=True)
    bio = models.TextField(max_length=3000, blank=True)
    languages = models.ManyToManyField(Language, blank=True)
    techniques = models.ManyToManyField(Technique, blank=True)
    client_groups = models.ManyToManyField(ClientGroup, blank=True)
    membership_until = models.DateTimeField(null=True, blank=True)
    answer_share = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gender__in=["", "female", "male", "nonbinary"]), name="therapist_gender_known"
            ),
            models.CheckConstraint(
                condition=Q(answer_share__isnull=True) | Q(answer_share__gte=0, answer_share__lte=1),
                name="therapist_answer_share_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(practising_since__isnull=True)
                | Q(practising_since__gte=1930, practising_since__lte=2200),
                name="therapist_practising_since_is_a_year",
            ),
            models.CheckConstraint(
                condition=~Q(given_name="") & ~Q(family_name=""), name="therapist_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name as people say it."""
        return f"{self.given_name} {self.family_name}"


class Specialty(models.Model):
    """Experience of one therapist with one condition, and how far it is proven.

    stated: the therapist says so; trained: the desk has seen the certificate; certified: the desk
    has checked with the issuer.
    """

    class Level(models.IntegerChoices):
        STATED = 1, "stated"
        TRAINED = 2, "trained"
        CERTIFIED = 3, "certified"

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="specialties")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.STATED)
    cases_per_year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(2000)]
    )

    class Meta:
        verbose_name_plural = "specialties"
        constraints = [
            models.UniqueConstraint(fields=["therapist", "condition"], name="specialty_once_per_condition"),
            models.CheckConstraint(condition=Q(level__in=[1, 2, 3]), name="specialty_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.therapist_id}: {self.condition_id} {self.get_level_display()}"
