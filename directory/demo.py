"""Accounts to try the site with on one's own machine. They exist only where LOCAL is on."""

from django.db import transaction

from accounts.models import Role, User
from directory.models import Practice, Therapist
from directory.population import FIRST_ID

PASSWORD = "palmar-demo-2026"  # noqa: S105  made up, for a machine of one's own
ACCOUNTS: dict[str, Role.Kind | None] = {
    "therapist@example.org": Role.Kind.THERAPIST,
    "referrer@example.org": Role.Kind.REFERRER,
    "desk@example.org": Role.Kind.DESK,
    "operator@example.org": None,
}


@transaction.atomic
def open_accounts() -> None:
    """Create or renew them; the therapist owns a listed practice, in Chicago where there is one."""
    for email, role in ACCOUNTS.items():
        user, _ = User.objects.get_or_create(email=email)
        user.is_staff = user.is_superuser = role is None
        user.set_password(PASSWORD)
        user.save()
        if role:
            Role.objects.get_or_create(user=user, kind=role)
        if role == Role.Kind.THERAPIST:
            _give_practice(user)


def _give_practice(user: User) -> None:
    if Therapist.objects.filter(user=user).exists():
        return
    made_up = Practice.objects.listed().filter(pk__gte=FIRST_ID).order_by("pk")
    practice = made_up.filter(city="Chicago").first() or made_up.first()
    if practice:
        Therapist.objects.filter(pk=practice.therapist_id).update(user=user)
