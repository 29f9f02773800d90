"""The worker's part: compare watches with who is listed now, and write to those who wait."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts import mail
from search.models import DrainState
from search.watching import letters
from search.watching.matches import matches_of
from search.watching.models import Watch

MOST_AT_ONCE: Final = 20
# A watch that has told and is not kept stays this long, so that the link in the mail leads somewhere.
STAYS_AFTER_TELLING: Final = timedelta(days=30)


def tell_due(*, at: datetime, most: int = MOST_AT_ONCE) -> dict[str, int]:
    """Look through up to `most` watches that rows may have changed for, the longest unseen first.

    A watch is looked at only if rows were built since it was last looked at: nobody can come otherwise.
    Returns how many were looked at, and how many people will be told.
    """
    version = DrainState.objects.values_list("version", flat=True).filter(pk=1).first() or 0
    due = Watch.objects.due(at).filter(checked_version__lt=version)
    watches = list(due.order_by("checked_version", "pk")[:most])
    return {"looked_at": len(watches), "told": sum(_look(watch, version, at) for watch in watches)}


def _look(watch: Watch, version: int, at: datetime) -> bool:
    """Compare one watch with the rows of `version` or later; True if its person will be told.

    The version was read before the rows, so what is built meanwhile is looked at again.
    """
    matching = matches_of(watch, at=at)
    news = matching - set(watch.seen)
    changes: dict[str, object] = {"checked_version": version}
    if news:
        changes |= {
            "seen": sorted(matching | set(watch.seen)),
            "told_at": at,
            "told_times": watch.told_times + 1,
        }
        if not watch.keeps_watching:
            changes["expires_at"] = min(watch.expires_at, at + STAYS_AFTER_TELLING)
    with transaction.atomic():
        # Only if nobody else has looked, told, confirmed or deleted meanwhile.
        mine = Watch.objects.filter(
            pk=watch.pk,
            checked_version=watch.checked_version,
            told_times=watch.told_times,
            keeps_watching=watch.keeps_watching,
        )
        if not mine.update(**changes) or not news:
            return False
        letter, headers = letters.somebody_came(watch)
        return mail.queue(
            key=f"{watch.mails}told/{watch.told_times + 1}",
            to=watch.email,
            letter=letter,
            headers=headers,
        )
