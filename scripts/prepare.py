"""Bring the database and the index up to date: `make setup`, `make run` and compose call it.

Safe to run again.

usage: python -m scripts.prepare [--static] [--demo on|off]
"""

import argparse
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

DEMO_THERAPISTS = 2000


def main() -> None:
    """Migrate, load the vocabulary; where asked, collect static files and make up therapists."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--static", action="store_true", help="collect the static files a server needs")
    parser.add_argument("--demo", choices=["on", "off"], default="off", help="make up therapists to look at")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

    step("Migrating the database", "migrate", interactive=False)
    step("Loading the vocabulary", "load_vocabulary")
    if arguments.static and not settings.DEBUG and static_is_stale():
        step("Collecting static files", "collectstatic", interactive=False)
    if arguments.demo == "on" and settings.LOCAL:
        seed_once_a_day()
    if settings.ELASTICSEARCH_URL:
        fill_index()


def step(what: str, command: str, **options: Any) -> None:
    """One command, told in one line with its time."""
    print(f"{what} ..", end="", flush=True)
    begin = time.monotonic()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        call_command(command, verbosity=0, stdout=nowhere, **options)
    print(f" {time.monotonic() - begin:.1f} s", flush=True)


def fill_index() -> None:
    """Build the index where there is none, and tell it what changed; where it is away, the worker will."""
    from search.management.commands.worker import feed_index

    print("Filling the index ..", end="", flush=True)
    begin = time.monotonic()
    waits = feed_index().get("index_waits")
    print(f" {time.monotonic() - begin:.1f} s" if not waits else f" left to the worker ({waits})", flush=True)


def static_is_stale() -> bool:
    """Whether a static file is newer than what was collected."""
    collected = Path(settings.STATIC_ROOT, "staticfiles.json")
    if not collected.exists():
        return True
    newest = max(
        Path(storage.path(name)).stat().st_mtime
        for finder in get_finders()
        for name, storage in finder.list([])
    )
    return newest > collected.stat().st_mtime


def seed_once_a_day() -> None:
    """Made-up therapists have dates around today, so another day makes them anew."""
    from directory.models import Practice

    stamp = Path(settings.BASE_DIR, "var", "seeded.json")
    database = settings.DATABASES["default"]
    wanted = {
        "day": datetime.now(UTC).date().isoformat(),
        "therapists": DEMO_THERAPISTS,
        "database": f"{database.get('HOST', '')}/{database['NAME']}",
    }
    before = json.loads(stamp.read_text(encoding="utf-8")) if stamp.exists() else None
    filled = Practice.objects.exists()
    if filled and before == wanted:
        return
    if filled and (before is None or before["database"] != wanted["database"]):
        print("The database has practices that were not seeded here: nothing is made up.")
        return
    step(f"Making up {DEMO_THERAPISTS} therapists", "seed", therapists=DEMO_THERAPISTS)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(json.dumps(wanted), encoding="utf-8")


if __name__ == "__main__":
    main()
