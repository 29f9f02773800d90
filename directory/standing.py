"""Why a practice is listed or not, part by part, for the therapist and the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from directory.listing import CONFIRMATION_LASTS, FOREVER, NEVER
from directory.models import Practice


@dataclass(frozen=True)
class Standing:
    """Whether a practice is listed at an instant, until when, and what keeps it off the list."""

    practice: Practice
    listed: bool
    until: datetime | None
    reasons: tuple[str, ...]


def read_standings(therapist_id: int, *, at: datetime | None = None) -> list[Standing]:
    """The standing of each practice of a therapist, oldest first."""
    at = at or timezone.now()
    practices = Practice.objects.filter(therapist=therapist_id).with_listing_end(at)
    return [_read(row, at) for row in practices.select_related("therapist", "jurisdiction").order_by("pk")]


def _read(practice: Practice, at: datetime) -> Standing:
    end: datetime = practice.listing_end  # type: ignore[attr-defined]
    reasons = tuple(_reasons(practice, end, at))
    until = end if NEVER < end < FOREVER else None
    return Standing(practice=practice, listed=not reasons, until=until, reasons=reasons)


def _reasons(practice: Practice, end: datetime, at: datetime) -> list[str]:
    found = []
    if not practice.published:
        found.append("You have not published it yet.")
    if practice.held:
        found.append(f"Our desk has taken it off the list: {practice.held_reason}")
    confirmed = practice.confirmed_at
    if confirmed is None or confirmed + CONFIRMATION_LASTS <= at:
        found.append("It was not confirmed within the last 120 days.")
    member = practice.therapist.membership_until
    if settings.PAYMENTS != "off" and (member is None or member <= at):
        found.append("The membership has ended.")
    if end <= at and not found:
        found.append(f"No credential that {practice.jurisdiction.name} asks for is valid today.")
    return found
