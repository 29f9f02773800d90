"""The life cycle of a credential: one table of moves, one writer."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from directory.listing import FOREVER, NEVER
from directory.models import Credential, CredentialEvent, Practice
from directory.signals import practices_changed

State = Credential.State
COUNTING = (State.VERIFIED, State.RENEWAL_FILED)

# The earliest midnight of any zone that Palmar serves: a national credential ends no later than this.
NATIONAL_ZONE = "America/Puerto_Rico"

# (from, to) -> who may. "clock" is the worker, acting for the calendar.
MOVES: dict[tuple[str, str], tuple[str, ...]] = {
    (State.DRAFT, State.SUBMITTED): ("therapist",),
    (State.SUBMITTED, State.IN_REVIEW): ("desk",),
    (State.IN_REVIEW, State.VERIFIED): ("desk",),
    (State.IN_REVIEW, State.REJECTED): ("desk",),
    (State.IN_REVIEW, State.NEEDS_INFORMATION): ("desk",),
    (State.NEEDS_INFORMATION, State.SUBMITTED): ("therapist",),
    (State.VERIFIED, State.RENEWAL_FILED): ("desk",),
    (State.RENEWAL_FILED, State.VERIFIED): ("desk",),
    (State.VERIFIED, State.EXPIRED): ("clock", "desk"),
    (State.RENEWAL_FILED, State.EXPIRED): ("clock", "desk"),
    (State.VERIFIED, State.SUSPENDED): ("desk",),
    (State.VERIFIED, State.REVOKED): ("desk",),
    (State.VERIFIED, State.SURRENDERED): ("desk", "therapist"),
    (State.SUSPENDED, State.VERIFIED): ("desk",),
    (State.SUSPENDED, State.REVOKED): ("desk",),
    (State.EXPIRED, State.SUBMITTED): ("therapist",),
}


class MoveRefused(Exception):
    """The move is not in the table, not this role's, lost a race, or lacks what the new state needs."""


@dataclass(frozen=True)
class Grounds:
    """Why a credential moves: who acts in which role, and on what evidence."""

    role: str
    actor: User | None = None
    reason: str = ""
    evidence: str = ""
    source: str = ""


def end_of_day(day: date, zone: str) -> datetime:
    """Midnight after `day` in `zone`, as a UTC instant."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))
    return midnight.astimezone(UTC)


def counting_end(credential: Credential, state: str) -> datetime | None:
    """Until when `credential` would count in `state`; None where it does not count.

    A kind that does not expire counts for ever; one that does and has no date counts never. A filed
    renewal adds the days that the jurisdiction grants, and none where that is not established.
    """
    if state not in COUNTING:
        return None
    if credential.expires_on is None:
        return None if credential.kind.expires else FOREVER
    jurisdiction = credential.jurisdiction
    end = end_of_day(credential.expires_on, jurisdiction.time_zone if jurisdiction else NATIONAL_ZONE)
    if state == State.RENEWAL_FILED and jurisdiction and jurisdiction.renewal_grace_days:
        day = credential.expires_on + timedelta(days=jurisdiction.renewal_grace_days)
        end = end_of_day(day, jurisdiction.time_zone)
    return end


def _compare_and_set(credential: Credential, **values: object) -> None:
    """Write `values` if the row still says what `credential` says; else somebody was faster.

    The end is computed from the expiry, so it is compared too: a state can come round again (renewal
    filed, then verified) with another date.
    """
    seen = Credential.objects.filter(
        pk=credential.pk, state=credential.state, kind=credential.kind_id, number=credential.number,
        jurisdiction=credential.jurisdiction_id, expires_on=credential.expires_on,
    )  # fmt: skip
    try:
        with transaction.atomic():
            changed = seen.update(**values)
    except IntegrityError as error:
        raise MoveRefused("this number already counts for another credential") from error
    if not changed:
        raise MoveRefused("the credential was changed by somebody else meanwhile")


@transaction.atomic
def move(credential: Credential, to: str, *, grounds: Grounds, at: datetime | None = None) -> CredentialEvent:
    """Move a credential to another state, write the event, and tell who reads the directory.

    Raises MoveRefused, and changes nothing, if the table does not allow it or somebody was faster.
    """
    at = at or timezone.now()
    origin = credential.state
    if grounds.role not in MOVES.get((origin, to), ()):
        raise MoveRefused(f"{grounds.role or 'nobody'} may not move a credential from {origin} to {to}")
    end = counting_end(credential, to)
    if to in COUNTING and end is None:
        raise MoveRefused("a credential that expires counts only with its date")
    if (
        to in COUNTING
        and credential.kind.scope == "legal"
        and not (credential.number and credential.jurisdiction)
    ):
        raise MoveRefused("a credential given under a law counts only with its number and jurisdiction")
    checked: dict[str, object] = {}
    if to == State.VERIFIED:
        if not grounds.source:
            raise MoveRefused("a credential is verified at a named source")
        checked = {"checked_at": at, "checked_source": grounds.source}
    _compare_and_set(credential, state=to, counts_until=end, **checked)
    event = CredentialEvent.objects.create(
        credential=credential, from_state=origin, to_state=to, actor=grounds.actor, role=grounds.role,
        reason=grounds.reason, evidence=grounds.evidence, source=grounds.source, at=at,
    )  # fmt: skip
    credential.refresh_from_db()
    ids = list(Practice.objects.filter(therapist=credential.therapist_id).values_list("pk", flat=True))
    practices_changed.send(Credential, ids=ids)
    return event


def recount(credentials: QuerySet[Credential]) -> set[int]:
    """Compute `counts_until` anew after a rule changed (a time zone, a grace); ids of therapists concerned.

    One that by the new rule has no end stops counting at once: the list fails closed.
    """
    changed = []
    counting = credentials.filter(state__in=COUNTING).select_related("kind", "jurisdiction")
    for credential in counting.iterator(chunk_size=2000):
        end = counting_end(credential, credential.state) or NEVER
        if end != credential.counts_until:
            credential.counts_until = end
            changed.append(credential)
    Credential.objects.bulk_update(changed, ["counts_until"], batch_size=500)
    return {credential.therapist_id for credential in changed}
