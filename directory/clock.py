"""What the calendar does to the directory: credentials that expire, demands that begin."""

from datetime import datetime

from django.db.models import Q

from directory.credentials import COUNTING, Grounds, MoveRefused, move
from directory.models import Credential, Demand, Practice
from directory.signals import practices_changed

BATCH = 500


def expire_credentials(at: datetime) -> int:
    """Move credentials that ended to `expired`. Listing does not wait for it: it goes by the instant."""
    ended = Credential.objects.filter(state__in=COUNTING, counts_until__lte=at).select_related(
        "kind", "jurisdiction"
    )
    moved = 0
    for credential in ended.order_by("counts_until")[:BATCH]:
        try:
            move(
                credential,
                Credential.State.EXPIRED,
                grounds=Grounds(role="clock", reason="its last day has passed"),
                at=at,
            )
        except MoveRefused:  # somebody moved it meanwhile: then it is theirs
            continue
        moved += 1
    return moved


def announce_changed_demands(*, since: datetime, at: datetime) -> int:
    """Tell readers which practices are judged by a demand that began or ended in (since, at]."""
    changed = Demand.objects.filter(
        Q(valid_from__gt=since, valid_from__lte=at) | Q(valid_until__gt=since, valid_until__lte=at)
    ).values("jurisdiction")
    ids = list(Practice.objects.filter(jurisdiction__in=changed).values_list("pk", flat=True))
    if ids:
        practices_changed.send(Demand, ids=ids)
    return len(ids)
