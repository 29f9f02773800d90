"""A practice: one therapist at one address, or one home-visit area. The unit that is listed."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from directory.models.jurisdiction import Jurisdiction
from directory.models.therapist import Therapist
from directory.models.vocabulary import AccessFeature, Amenity, PaymentKind, ReferralTerm, Setting

# How far a therapist travels for home visits: 5, 10, 15, 25, 40 and 60 miles in km.
REACH_TIERS_KM = (8, 16, 24, 40, 64, 97)


class PracticeQuerySet(models.QuerySet["Practice"]):
    """Practices, with the one rule of who may be shown."""

    def with_listing_end(self, at: datetime | None = None) -> Self:
        """Each practice with `listing_end`: the instant at which it stops being listable.

        Judged by what the law demands at `at` (now, if not given).
        """
        from directory.listing import listing_end

        return self.annotate(listing_end=listing_end(at or timezone.now()))

    def listed(self, at: datetime | None = None) -> Self:
        """Practices that may be shown to the public at `at` (now, if not given). Every surface uses it."""
        at = at or timezone.now()
        return self.filter(published=True, held=False).with_listing_end(at).filter(listing_end__gt=at)


class Practice(models.Model):
    """Where and how one therapist sees people.

    Two points: `latitude`/`longitude` is the true one, private; `public_latitude`/`public_longitude`
    is the one that search, pages and the index know. They differ exactly where people are seen in
    the therapist's home: then the public one is the centre of a cell of 2 km or more.
    """

    class Accepting(models.TextChoices):
        YES = "yes", "Accepting new patients"
        WAITING_LIST = "waiting_list", "Waiting list"
        NO = "no", "Not accepting new patients"

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="practices")
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80)
    postal_code = models.CharField("ZIP", max_length=5)
    latitude = models.FloatField()
    longitude = models.FloatField()
    home_based = models.BooleanField(default=False)
    public_latitude = models.FloatField()
    public_longitude = models.FloatField()
    sees_at_clinic = models.BooleanField("people come to the practice", default=True)
    home_visit_reach_km = models.PositiveSmallIntegerField(
        null=True, blank=True, choices=[(km, f"{round(km / 1.609344)} miles") for km in REACH_TIERS_KM]
    )
    setting = models.ForeignKey(Setting, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    website = models.URLField(blank=True)
    accepting = models.CharField(max_length=12, choices=Accepting.choices, default=Accepting.YES)
    resume_on = models.DateField(null=True, blank=True)
    payment_kinds = models.ManyToManyField(PaymentKind, blank=True)
    access_features = models.ManyToManyField(AccessFeature, blank=True)
    amenities = models.ManyToManyField(Amenity, blank=True)
    referral_terms = models.ManyToManyField(ReferralTerm, blank=True)
    published = models.BooleanField(default=False)
    held = models.BooleanField("taken off the list by the desk", default=False)
    held_reason = models.CharField(max_length=300, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180)
                & Q(public_latitude__gte=-90, public_latitude__lte=90)
                & Q(public_longitude__gte=-180, public_longitude__lte=180),
                name="practice_points_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(home_based=True)
                | Q(public_latitude=F("latitude"), public_longitude=F("longitude")),
                name="practice_point_public_unless_home",
            ),
            models.CheckConstraint(
                condition=Q(home_based=False)
                | ~Q(public_latitude=F("latitude"), public_longitude=F("longitude")),
                name="practice_home_point_is_snapped",
            ),
            models.CheckConstraint(
                condition=Q(sees_at_clinic=True) | Q(home_visit_reach_km__isnull=False),
                name="practice_sees_people_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(home_visit_reach_km__isnull=True) | Q(home_visit_reach_km__in=REACH_TIERS_KM),
                name="practice_reach_is_a_tier",
            ),
            models.CheckConstraint(
                condition=Q(accepting__in=["yes", "waiting_list", "no"]), name="practice_accepting_known"
            ),
            models.CheckConstraint(
                condition=Q(held=False) | ~Q(held_reason=""), name="practice_held_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.city}, {self.jurisdiction_id}"


class Hours(models.Model):
    """One stretch of opening hours in the practice's local time. Weekday 0 is Monday."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name_plural = "hours"
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "weekday", "opens"], name="hours_open_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday_known"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="hours_close_after_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Price(models.Model):
    """The price of a session of so many minutes, in US cents."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="prices")
    minutes = models.PositiveSmallIntegerField()
    cents = models.PositiveIntegerField()

    class Meta:
        ordering = ["minutes"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "minutes"], name="price_once_per_length"),
            models.CheckConstraint(condition=Q(minutes__gt=0, minutes__lte=480), name="price_length_sane"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="price_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min: {self.cents / 100:.2f}"
