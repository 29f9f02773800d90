"""Users and their roles. A role is a row of its own, so that it can be given, dated and withdrawn."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case, so that one person has one account."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A user who can log in with this address; without a password only a reset link helps."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """An operator of the site (`manage.py createsuperuser`)."""
        return self.create_user(email, password, **(fields | {"is_superuser": True, "is_staff": True}))

    def get_by_natural_key(self, username: str | None) -> "User":
        """Log-in ignores the case of the address."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account, known by an e-mail address. Patients need none."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("operator", default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_without_case"),
        ]

    def __str__(self) -> str:
        return self.email

    def has_role(self, role: "Role.Kind") -> bool:
        """Whether the user acts in this role today."""
        return self.roles.filter(kind=role).exists()


class Role(models.Model):
    """What a user may act as."""

    class Kind(models.TextChoices):
        THERAPIST = "therapist", "Therapist"
        REFERRER = "referrer", "Referrer"
        DESK = "desk", "Verification desk"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    given_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="role_once_per_user"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["therapist", "referrer", "desk"]), name="role_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"


class Mail(models.Model):
    """A mail that is to be sent, or has been. Written with the change that it tells of; see `accounts.mail`.

    `key` says what it is about, so that queueing it twice sends it once. Once it is sent or given up, the
    address and the texts are gone from the row: nobody needs them any more. `last_error` names the kind of
    error and its code, never its words, which quote the address.
    """

    key = models.CharField(max_length=120, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="mail_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.key


class RateBucket(models.Model):
    """How often somebody did something in one window of time; see `accounts.rate_limits`.

    The key is a keyed hash of who and when: no address can be read from it, and it changes with each
    window.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at:%Y-%m-%d %H:%M}"
