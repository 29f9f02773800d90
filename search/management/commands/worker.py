"""The one worker process: it polls tables and does what has become due."""

import json
import signal
import threading
import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone

from accounts import mail, rate_limits
from directory.clock import announce_changed_demands, expire_credentials
from search.drain import drain, drain_all
from search.index.connection import is_configured
from search.index.feeding import NOT_NOW, feed_all
from search.index.keeping import ensure_index, keep
from search.models import DrainState
from search.watching.asking import forget_expired
from search.watching.telling import tell_due

POLL_SECONDS = 0.25
CLOCK_SECONDS = 15.0
POST_SECONDS = 2.0
TIDY_SECONDS = 60.0
MAIL_SERVER_SECONDS = 30.0  # how long a mail server that cannot be reached is left alone
STOP_SECONDS = 12.0  # a little longer than a mail server may hang
FIRST_LOOK_BACK = timedelta(days=2)


class Command(BaseCommand):
    """Drain the outbox four times a second, read the clock four times a minute, until told to stop.

    Watches and mail have a thread of their own, and so has the Elasticsearch index where there is one: a
    server that hangs must not hold the search rows.
    """

    help = "Keep the search rows up to date, let the calendar act, send mail. --once: what is due, then end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="work off what is due, print what was done, end"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["once"]:
            done = read_clock()
            done["drained"] = drain_all()
            told = feed_index() if is_configured() else {}
            self.stdout.write(json.dumps(done | told | post_all()))
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        self.stdout.write(json.dumps({"worker": "started"}))
        post = threading.Thread(target=self._post, args=(stop,), name="post", daemon=True)
        index = threading.Thread(target=self._keep_index, args=(stop,), name="index", daemon=True)
        threads = [post, *([index] if is_configured() else [])]
        for thread in threads:
            thread.start()
        self._work(stop)
        for thread in threads:
            thread.join(STOP_SECONDS)
        self.stdout.write(json.dumps({"worker": "stopped"}))

    def _keep_index(self, stop: threading.Event) -> None:
        keep(stop, self._say)
        connection.close()

    def _say(self, what: dict[str, object]) -> None:
        self.stdout.write(json.dumps({"worker": what}))

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

    def _post(self, stop: threading.Event) -> None:
        """The other loop. Whatever goes wrong is told by its kind and tried again: the thread must live."""
        mail_due = tidy_due = 0.0
        while not stop.is_set():
            wait = POST_SECONDS
            try:
                tell_due(at=timezone.now())
                if time.monotonic() >= tidy_due:
                    tidy()
                    tidy_due = time.monotonic() + TIDY_SECONDS
                if time.monotonic() >= mail_due and mail.send_due().stuck:
                    mail_due = time.monotonic() + MAIL_SERVER_SECONDS
            except Exception as error:
                self.stderr.write(json.dumps({"worker": "post waits", "error": type(error).__name__}))
                wait = 10.0
                close_old_connections()
            stop.wait(wait)
        connection.close()


def feed_index() -> dict[str, Any]:
    """Tell the index of all changes, as far as it takes them. Builds it where there is none."""
    try:
        ensure_index(lambda _: None)
        return {"indexed": feed_all()}
    except NOT_NOW as error:
        return {"indexed": 0, "index_waits": type(error).__name__}


def tidy() -> int:
    """Delete what has run out: watches, and what mails and limits leave behind. Returns how many watches."""
    at = timezone.now()
    rate_limits.forget_ended(at)
    mail.forget_sent(at)
    return forget_expired(at)


def post_all() -> dict[str, int]:
    """Work off all watches and mails that are due, as far as the mail server takes them."""
    done = {"forgotten": tidy(), "looked_at": 0, "told": 0, "mailed": 0}
    while (turn := tell_due(at=timezone.now(), most=500))["looked_at"]:
        done["looked_at"] += turn["looked_at"]
        done["told"] += turn["told"]
    while True:
        sending = mail.send_due()
        done["mailed"] += sending.sent
        if sending.stuck or not sending.sent + sending.failed:
            return done


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
