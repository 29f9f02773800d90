"""From an edit to the answer of a search: a worker process of our own on a small population."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from elasticsearch import NotFoundError

from benchmarks.figures import Figure, percentile
from benchmarks.indexes import delete_indexes
from benchmarks.population import ROOT, environment
from benchmarks.searches import request_for
from directory.models import Practice
from directory.signals import practices_changed
from search.engines import elasticsearch
from search.filters import PracticeFilterSet
from search.index.connection import alias, writer
from search.models import SearchRow
from search.requests import Origin

DATABASE = ROOT / "var" / "bench-edits.sqlite3"
INDEX = "palmar-bench-edits"
THERAPISTS, EDITS = 2000, 60
POLL_SECONDS, GIVE_UP_SECONDS, BUILD_SECONDS = 0.01, 30.0, 120.0
# This module again, in a process that knows the small population alone.
CHILD = "import django; django.setup(); from benchmarks.edits import make_edits; make_edits()"


def edit_figures() -> list[Figure]:
    """How long after its commit a change shows in the engine's answer."""
    env = environment() | {
        "DATABASE_URL": f"sqlite:///{DATABASE}",
        "ELASTICSEARCH_URL": settings.ELASTICSEARCH_URL,
        "ELASTICSEARCH_INDEX": INDEX,
        "ELASTICSEARCH_ANSWER_SECONDS": "10",
    }
    forget()
    try:
        for command in (
            ["migrate", "--verbosity", "0"],
            ["load_vocabulary"],
            ["seed", "--therapists", str(THERAPISTS)],
        ):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        with working(env):
            done = subprocess.run(
                [sys.executable, "-c", CHILD],
                cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
    finally:
        forget()
    seconds = json.loads(done.stdout.splitlines()[-1])
    return [
        Figure("edit_to_searchable_p50", percentile(seconds, 0.5), "s"),
        Figure("edit_to_searchable_p95", percentile(seconds, 0.95), "s", "<2"),
        Figure("edit_to_searchable_longest", max(seconds), "s"),
    ]


def forget() -> None:
    """Remove the small population."""
    for part in ("", "-wal", "-shm"):
        Path(f"{DATABASE}{part}").unlink(missing_ok=True)


@contextmanager
def working(env: dict[str, str]) -> Iterator[None]:
    """A worker, ended by its process id."""
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(60)


def make_edits() -> None:
    """Edit, wait for each edit to show, print the seconds of each."""
    wait_for_index(SearchRow.objects.count())
    practices = list(SearchRow.objects.order_by("practice").values_list("practice", flat=True))
    chosen = practices[:: len(practices) // EDITS][:EDITS]
    try:
        print(json.dumps([seconds_until_seen(practice) for practice in chosen]))
    finally:
        delete_indexes()


def wait_for_index(documents: int) -> None:
    """Until the worker has built the index."""
    end = time.monotonic() + BUILD_SECONDS
    while time.monotonic() < end:
        try:
            if writer().count(index=alias())["count"] >= documents:
                return
        except NotFoundError:
            pass
        time.sleep(0.2)
    raise SystemExit("the worker built no index")


def seconds_until_seen(practice_id: int) -> float:
    """Change whether a practice takes new patients, and ask for that until it is in the answer."""
    practice = Practice.objects.get(pk=practice_id)
    wanted = "no" if practice.accepting == "yes" else "yes"
    filters = PracticeFilterSet(QueryDict(f"accepting={wanted}"))
    assert filters.is_valid()
    origin = Origin(
        practice.public_latitude, practice.public_longitude, 0.5, practice.jurisdiction_id, "here"
    )
    plain = request_for("near=10001&within=25")
    request = replace(plain, place=origin, within_km=100, clauses=filters.clauses(()), page_size=1000)
    if practice_id in elasticsearch.candidates(request).ids:
        raise SystemExit("the edit shows before it is made")
    with transaction.atomic():
        Practice.objects.filter(pk=practice_id).update(accepting=wanted)
        practices_changed.send(None, ids=[practice_id])
    begin = time.monotonic()
    while practice_id not in elasticsearch.candidates(request).ids:
        if time.monotonic() - begin > GIVE_UP_SECONDS:
            raise SystemExit("the edit never showed")
        time.sleep(POLL_SECONDS)
    return time.monotonic() - begin
