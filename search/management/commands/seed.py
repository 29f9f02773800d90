"""Make or renew a made-up population, and make it searchable at once."""

import json
import time
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from directory.demo import ACCOUNTS, PASSWORD, open_accounts
from directory.population import plant
from search.drain import drain_all


class Command(BaseCommand):
    """`seed --therapists 2000 --seed 1`: repeatable, dated from today, safe to run again."""

    help = "Fill the directory with made-up therapists in every state of life; a second run renews the dates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--therapists", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        start = time.monotonic()
        planted = plant(max(0, options["therapists"]), seed=options["seed"])
        written = time.monotonic()
        drained = drain_all()
        done: dict[str, object] = asdict(planted) | {
            "rows_drained": drained,
            "seconds": round(time.monotonic() - start, 1),
            "seconds_writing": round(written - start, 1),
        }
        if settings.LOCAL and planted.therapists:
            open_accounts()
            done["accounts"] = dict.fromkeys(ACCOUNTS, PASSWORD)
        if options["verbosity"]:
            self.stdout.write(json.dumps(done))
