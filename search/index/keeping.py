"""Keeping the index equal to the rows, for as long as the worker lives."""

import threading
import time
from collections.abc import Callable

from django.db import close_old_connections
from django.utils import timezone
from elasticsearch import ApiError, TransportError

from search.index.auditing import audit, mend
from search.index.building import AlreadyBuilding, rebuild
from search.index.connection import alias, writer
from search.index.feeding import IndexMissing, feed

POLL_SECONDS = 0.25
LOOK_SECONDS = 15.0  # how often it is looked whether the index is there at all
AUDIT_SECONDS = 3600.0
LONGEST_WAIT = 5.0
REMIND_SECONDS = 60.0  # how often it is said again that the index cannot be reached


def keep(stop: threading.Event, say: Callable[[dict[str, object]], None]) -> None:
    """Feed the index until told to stop; build it where there is none; audit it every hour.

    Whatever goes wrong is told by its kind and tried again, at most five seconds later.
    """
    keeper, wait = _Keeper(say), 0.0
    while not stop.wait(wait):
        try:
            wait = 0.0 if keeper.turn() else POLL_SECONDS
            keeper.told_at = 0.0
        except Exception as error:  # whatever it was: the thread must live
            keeper.tell(error)
            wait = min(LONGEST_WAIT, max(1.0, wait * 2))
            close_old_connections()


class _Keeper:
    """What one keeper remembers between its turns, in seconds of the monotonic clock."""

    def __init__(self, say: Callable[[dict[str, object]], None]) -> None:
        self.say = say
        self.look_due = 0.0
        self.audit_due = time.monotonic() + AUDIT_SECONDS
        self.told_at = 0.0

    def turn(self) -> int:
        """Do what is due. Returns how many changes were told."""
        now = time.monotonic()
        if now >= self.look_due:
            ensure_index(self.say)
            self.look_due = now + LOOK_SECONDS
        try:
            told = feed()
        except IndexMissing:
            self.look_due = 0.0
            raise
        if now >= self.audit_due:
            self.say({"index": "audited", "mending": mend(audit(at=timezone.now()))})
            self.audit_due = now + AUDIT_SECONDS
        return told

    def tell(self, error: Exception) -> None:
        if not self.told_at or time.monotonic() - self.told_at >= REMIND_SECONDS:
            self.say({"index": "waits", "error": type(error).__name__})
            self.told_at = time.monotonic()


def ensure_index(say: Callable[[dict[str, object]], None]) -> None:
    """Build the index if there is none of the present form. Raises ApiError or TransportError."""
    if writer().indices.exists_alias(name=alias()):
        return
    try:
        done = rebuild()
    except AlreadyBuilding:
        return
    say({"index": "built", "documents": done.documents, "seconds": done.seconds})


def index_state() -> str:
    """ "ok", "missing" or "away", for those who ask how the site is. Takes a second at most."""
    try:
        return "ok" if writer().options(request_timeout=1.0).indices.exists_alias(name=alias()) else "missing"
    except (ApiError, TransportError):
        return "away"
