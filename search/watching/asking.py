"""From a form to a watch: asked for, confirmed from the mailbox, kept, deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts import mail
from accounts.rate_limits import Limit, take
from directory.geography import KM_PER_MILE
from directory.vocabulary import vocabulary
from search.areas import origin_of, zip_with_point
from search.inquiry import FEW
from search.watching import letters
from search.watching.keys import new_public_id
from search.watching.matches import matching_practices
from search.watching.models import Watch

CONFIRM_WITHIN: Final = timedelta(days=3)
LASTS: Final = timedelta(days=180)
ASKED_AT_MOST_EVERY: Final = timedelta(days=1)
MAILS_PER_ADDRESS: Final = Limit("watch-mails", most=3, seconds=86_400)


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be told of."""

    slugs: Sequence[str]
    postal_code: str
    within_miles: int


def already_there(wish: Wish, *, at: datetime) -> frozenset[int]:
    """Practices that match the wish now, as far as a watch may begin with them."""
    row = zip_with_point(wish.postal_code)
    if row is None:
        return frozenset()
    known = vocabulary().conditions
    entries = [known[slug] for slug in wish.slugs]
    return matching_practices(entries, origin_of(row), within_km=wish.within_miles * KM_PER_MILE, at=at)


def are_enough(practices: frozenset[int]) -> bool:
    """Whether a list is more help than a watch."""
    return len(practices) >= FEW


@transaction.atomic
def ask(wish: Wish, *, email: str, seen: frozenset[int], at: datetime) -> None:
    """Store the wish and have the address asked whether it is meant.

    The same wish again within a day, or a fourth mail to one address within a day, does nothing. The
    caller is told nothing of it, so that nobody learns which addresses are known.
    """
    known = vocabulary().conditions
    watch, made = Watch.objects.get_or_create(
        email=email,
        conditions=" ".join(str(number) for number in sorted(known[slug].number for slug in wish.slugs)),
        postal_code=wish.postal_code,
        within_miles=wish.within_miles,
        defaults={
            "public_id": new_public_id(),
            "created_at": at,
            "asked_at": at,
            "expires_at": at + CONFIRM_WITHIN,
            "seen": sorted(seen),
        },
    )
    if not made and watch.asked_at > at - ASKED_AT_MOST_EVERY:
        return
    if not take(MAILS_PER_ADDRESS, email, at=at):
        if made:
            watch.delete()
        return
    watch.asked_at, watch.asked_times = at, watch.asked_times + 1
    if watch.confirmed_at is None:
        watch.expires_at = at + CONFIRM_WITHIN
    watch.save(update_fields=["asked_at", "asked_times", "expires_at"])
    letter, headers = letters.confirmation(watch)
    mail.queue(
        key=f"{watch.mails}confirm/{watch.asked_times}", to=watch.email, letter=letter, headers=headers
    )


def confirm(watch: Watch, *, at: datetime) -> None:
    """The mailbox says that it is meant. Again changes nothing."""
    Watch.objects.filter(pk=watch.pk, confirmed_at=None, expires_at__gt=at).update(
        confirmed_at=at, expires_at=at + LASTS
    )


def keep(watch: Watch, *, at: datetime) -> None:
    """Go on after the first telling, for another half year. A wish that was not confirmed is not kept."""
    Watch.objects.filter(pk=watch.pk, confirmed_at__isnull=False, expires_at__gt=at).update(
        keeps_watching=True, expires_at=at + LASTS
    )


@transaction.atomic
def forget(watch: Watch) -> None:
    """Delete a watch for good, with the mails that wait for it."""
    mail.withdraw(watch.mails)
    watch.delete()


def forget_expired(at: datetime) -> int:
    """Delete what nobody confirmed in time and what has run out. Returns how many."""
    ended = list(Watch.objects.filter(expires_at__lte=at).order_by("expires_at")[:500])
    for watch in ended:
        forget(watch)
    return len(ended)
