"""The one worker process: it polls tables and does what has become due."""

import json
import signal
import threading
import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone

from directory.clock import announce_changed_demands, expire_credentials
from search.drain import drain, drain_all
from search.models import DrainState

POLL_SECONDS = 0.25
CLOCK_SECONDS = 15.0
FIRST_LOOK_BACK = timedelta(days=2)


class Command(BaseCommand):
    """Drain the outbox four times a second, read the clock four times a minute, until told to stop."""

    help = "Keep the search rows up to date and let the calendar act. --once: work off what is due and end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="work off what is due, print what was done, end"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["once"]:
            done = read_clock()
            done["drained"] = drain_all()
            self.stdout.write(json.dumps(done))
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        self.stdout.write(json.dumps({"worker": "started"}))
        self._work(stop)
        self.stdout.write(json.dumps({"worker": "stopped"}))

    def _work(self, stop: threading.Event) -> None:
        """The loop. A database that is away is waited for, a little longer each time."""
        clock_due, wait = 0.0, POLL_SECONDS
        while not stop.is_set():
            try:
                if time.monotonic() >= clock_due:
                    read_clock()
                    clock_due = time.monotonic() + CLOCK_SECONDS
                wait = 0.0 if drain() else POLL_SECONDS
            except DatabaseError as error:
                self.stderr.write(
                    json.dumps({"worker": "waits for the database", "error": type(error).__name__})
                )
                wait = min(10.0, max(1.0, wait * 2))
                close_old_connections()
            stop.wait(wait)


def read_clock() -> dict[str, int]:
    """Do what became due since the clock was last read, and remember how far it was read."""
    at = timezone.now()
    with transaction.atomic():
        state, _ = DrainState.objects.select_for_update().get_or_create(pk=1)
        since = state.clock_read_at or at - FIRST_LOOK_BACK
        expired = expire_credentials(at)
        begun = announce_changed_demands(since=since, at=at)
        state.clock_read_at = at
        state.save(update_fields=["clock_read_at"])
    return {"expired": expired, "announced": begun}
