"""Who is seen how often, against how well they match: by simulation."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from search.exposure import report, sample, simulate
from search.inquiry import round_up_to_minute


class Command(BaseCommand):
    """Print the exposure of the practices listed now, over a month of made-up searches, as JSON.

    No search is ever stored, so none can be counted; `assumed` says what the made-up ones are like. The
    same seed on the same list asks the same searches. Nothing is written.
    """

    help = (
        "Who would be seen how often in a month, against merit: by simulation over the practices listed now."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=28, help="days of the turns (28)")
        parser.add_argument("--searches", type=int, default=2000, help="made-up searches for each day (2000)")
        parser.add_argument("--seed", type=int, default=1, help="another number, other searches (1)")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not 1 <= options["days"] <= 366 or not 1 <= options["searches"] <= 100_000:
            raise CommandError("--days takes a number from 1 to 366, --searches one from 1 to 100000.")
        at = round_up_to_minute(timezone.now())
        searches = sample(options["searches"], seed=options["seed"], at=at)
        found = simulate(searches, days=options["days"], at=at)
        self.stdout.write(json.dumps({"seed": options["seed"], **report(found, at=at)}))
