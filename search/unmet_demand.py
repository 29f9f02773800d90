"""What is asked for where nobody is: counted by condition, 3-digit ZIP and week, and nothing else.

The one exception to "searches are not stored" (decision 7), so that therapists can be found for places
that have none. A page never waits for it: counts gather in the memory of the web process and a thread
writes them now and then, so that no row tells the moment of a search either. What was gathered since is
lost when the process is killed; these are counts, and a few too low do no harm.

Somebody who loads a page again and again counts once a day. That is known by a hash under a random key
that lives in the memory of the process, is replaced with the day, and is never written anywhere. Several
processes do not know each other's: one person may count once in each.
"""

import logging
import secrets
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from django.db import DatabaseError, connection, transaction
from django.db.models import F

from directory.vocabulary import vocabulary
from search.areas import zip_of
from search.inquiry import Answer, State
from search.watching.models import UnmetDemand
from search.watching.offering import conditions_asked

log = logging.getLogger(__name__)
FLUSH_SECONDS: Final = 30.0
AREA_DIGITS: Final = 3
MOST_VISITORS: Final = 50_000  # a day, in each process: then counting rests, so that memory has an end
LEAST_SHOWN: Final = 3


@dataclass(frozen=True)
class Unmet:
    """One row: the number of a condition, an area, and the Monday of a week."""

    condition: int
    area: str
    week: date


class Counts:
    """What one process has gathered and not written yet. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Counter[Unmet] = Counter()
        self._day: date | None = None
        self._key = b""
        self._visitors: set[bytes] = set()

    def add(self, unmet: Unmet, *, visitor: str, at: datetime) -> None:
        """Count one, unless this visitor was counted for it today."""
        today = at.astimezone(UTC).date()
        with self._lock:
            if today != self._day:
                self._day, self._key, self._visitors = today, secrets.token_bytes(32), set()
            said = f"{unmet.condition}|{unmet.area}|{visitor}".encode()
            mark = blake2b(said, key=self._key, digest_size=16).digest()
            if mark in self._visitors or len(self._visitors) >= MOST_VISITORS:
                return
            self._visitors.add(mark)
            self._waiting[unmet] += 1

    def write(self) -> int:
        """Add what was gathered to the table; what cannot be written is kept. Returns how many counts."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
        try:
            with transaction.atomic():
                for unmet, count in sorted(waiting.items(), key=lambda item: str(item[0])):
                    _add_to_row(unmet, count)
        except DatabaseError as error:
            log.warning("counts of unmet demand wait: %s", type(error).__name__)
            with self._lock:
                self._waiting.update(waiting)
            return 0
        return sum(waiting.values())


def _add_to_row(unmet: Unmet, count: int) -> None:
    row = {"condition": unmet.condition, "area": unmet.area, "week": unmet.week}
    UnmetDemand.objects.bulk_create([UnmetDemand(**row)], ignore_conflicts=True)
    UnmetDemand.objects.filter(**row).update(count=F("count") + count)


COUNTS: Final = Counts()
_writer: threading.Thread | None = None
_ending = threading.Event()


def note(found: Answer, *, visitor: str, at: datetime) -> None:
    """Count an answer, if it is a condition for which nobody was found within the radius asked.

    Searches with filters are not counted: there it may be the filter that nobody meets. Where no thread
    writes (a server for development, tests) it is written at once.
    """
    request = found.request
    if found.state is not State.NONE_FOUND or request is None or request.origin is None or request.clauses:
        return
    slugs = conditions_asked(found.understood.asks)
    row = zip_of(request.origin) if slugs else None
    if row is None:
        return
    known = vocabulary().conditions
    for slug in slugs:
        unmet = Unmet(known[slug].number, row.code[:AREA_DIGITS], monday(at))
        COUNTS.add(unmet, visitor=visitor, at=at)
    if _writer is None:
        COUNTS.write()


def start_writing() -> None:
    """Write every half minute from now on. Called once in each web process, after it has parted."""
    global _writer
    _ending.clear()
    _writer = threading.Thread(target=_keep_writing, name="unmet-demand", daemon=True)
    _writer.start()


def stop_writing() -> None:
    """Write what is left, and end."""
    global _writer
    if _writer is not None:
        _ending.set()
        _writer.join(5)
        _writer = None


def _keep_writing() -> None:
    ended = False
    while not ended:
        ended = _ending.wait(FLUSH_SECONDS)
        try:
            COUNTS.write()
        finally:
            connection.close()


def monday(at: datetime) -> date:
    """The first day of the ISO week of an instant, in UTC."""
    day = at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def report(*, weeks: int, at: datetime) -> dict[str, Any]:
    """The counts of this week and the `weeks` - 1 before it, the greatest first.

    Counts under three are left out and only numbered in `suppressed`: one or two searches for a rare
    condition in a thinly settled area could point to one person.
    """
    first = monday(at) - timedelta(weeks=weeks - 1)
    slugs = {entry.number: entry.slug for entry in vocabulary().conditions.values()}
    rows = list(UnmetDemand.objects.filter(week__gte=first).order_by("-count", "week", "area", "condition"))
    shown = [row for row in rows if row.count >= LEAST_SHOWN]
    return {
        "since": first.isoformat(),
        "unmet": [
            {
                "condition": slugs.get(row.condition, str(row.condition)),
                "area": row.area,
                "week": f"{row.week:%G-W%V}",
                "count": row.count,
            }
            for row in shown
        ],
        "suppressed": len(rows) - len(shown),
    }
