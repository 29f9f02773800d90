"""Make or renew a made-up population, and make it searchable at once."""

import json
import time
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from directory.demo import ACCOUNTS, PASSWORD, open_accounts
from directory.population import plant
from search.drain import drain_all


class Command(BaseCommand):
    """`seed --therapists 2000 --seed 1`: repeatable, dated from today, safe to run again."""

    help = "Fill the directory with made-up therapists in every state of life; a second run renews the dates."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--therapists", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=1, help="another number, other people (1)")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["therapists"] < 0 or options["seed"] < 0:
            raise CommandError("--therapists and --seed take 0 or more.")
        start = time.monotonic()
        planted = plant(options["therapists"], seed=options["seed"])
        written = time.monotonic()
        drained = drain_all()
        done: dict[str, object] = asdict(planted) | {
            "rows_drained": drained,
            "seconds": round(time.monotonic() - start, 1),
            "seconds_writing": round(written - start, 1),
            "accounts": self._open_accounts() if planted.therapists else {},
        }
        if options["verbosity"]:
            self.stdout.write(json.dumps(done))

    def _open_accounts(self) -> dict[str, str] | str:
        """Accounts with their password, or why there are none: everybody knows the password."""
        if not settings.LOCAL:
            return "none made: LOCAL is off"
        open_accounts()
        return dict.fromkeys(ACCOUNTS, PASSWORD)
