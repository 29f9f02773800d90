"""When things happened to a credential: days around today that a real history could have."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from directory.credentials import NATIONAL_ZONE, end_of_day
from directory.jurisdictions import JurisdictionEntry
from directory.listing import FOREVER
from directory.population.block import written

# The way to each state, as the table of moves (`directory.credentials.MOVES`) allows it.
_SENT = ("draft", "submitted", "therapist", "")
_TAKEN_UP = ("submitted", "in_review", "desk", "")
_VERIFIED = ("in_review", "verified", "desk", "Found in the register with the same name and number.")
_LAST = {
    "needs_information": ("in_review", "desk", "The name on the document is not the name of the account."),
    "rejected": ("in_review", "desk", "The document is of somebody else."),
    "renewal_filed": ("verified", "desk", "The register shows a renewal that is being worked on."),
    "expired": ("verified", "clock", "its last day has passed"),
    "suspended": ("verified", "desk", "The register shows a suspension."),
    "revoked": ("verified", "desk", "The register shows a revocation."),
    "surrendered": ("verified", "desk", "The register shows that it was given back."),
}


@cache
def path(state: str) -> tuple[tuple[str, str, str, str], ...]:
    """(from, to, role, reason) of each step to a state."""
    if state in _LAST:
        before, role, reason = _LAST[state]
        return (*path(before), (before, state, role, reason))
    steps = {"draft": 0, "submitted": 1, "in_review": 2, "verified": 3}[state]
    return (_SENT, _TAKEN_UP, _VERIFIED)[:steps]


@dataclass(frozen=True)
class Dates:
    """Days from today. `checked` is None where nobody has checked it; `steps` has one for each step."""

    issued: int
    expires: int
    checked: int | None
    steps: tuple[int, ...]


def date_proof(state: str, chance: list[float], *, days: int, expires_in: int | None = None) -> Dates:
    """Days for a credential of a period of `days`. Nothing that happened happened today or later."""
    soon, age, wait = chance
    ahead = expires_in if expires_in is not None else int(soon * (days - 2))
    if state in ("draft", "submitted", "in_review", "needs_information", "rejected"):
        sent = -(4 + int(age * 12))
        steps = (sent, sent + 1, sent + 2 + int(wait * 2))[: len(path(state))]
        return Dates(ahead - days, ahead, None, steps)
    checked = -(1 + int(age * min(117, max(1, days - ahead - 1))))
    moved: int | None = None
    if state == "renewal_filed":
        ahead, moved = 2 + int(soon * 28), -(1 + int(wait * 20))
        checked = moved - (60 + int(age * 400))
    elif state == "expired":
        ahead = -(2 + int(soon * 400))
        checked, moved = ahead - (30 + int(age * 200)), ahead + 1
    elif state != "verified":  # taken away or given back in the middle of its time
        moved = -(1 + int(wait * 200))
        checked = moved - (30 + int(age * 300))
    sent = checked - (4 + int(wait * 15))
    steps = (sent, checked - 1 - int(wait * 3), checked) + (() if moved is None else (moved,))
    # It was issued before it was sent in.
    return Dates(min(ahead - days, sent), ahead, checked, steps)


@cache
def _end(day: date, zone: str) -> str:
    return written(end_of_day(day, zone))


@cache
def counts_until(today: date, expires: int | None, state: str, place: JurisdictionEntry | None) -> str:
    """Until when it counts in a state that counts: the sums of `directory.credentials.counting_end`."""
    if expires is None:
        return written(FOREVER)
    grace = (place.renewal_grace_days or 0) if place and state == "renewal_filed" else 0
    return _end(today + timedelta(days=expires + grace), place.time_zone if place else NATIONAL_ZONE)
