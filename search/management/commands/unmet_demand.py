"""What was asked for where nobody is listed."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from search.unmet_demand import report


class Command(BaseCommand):
    """Print the counts of unmet demand by condition, 3-digit ZIP and week as JSON.

    Counts under three are suppressed: one or two searches for a rare condition in a thinly settled area
    could point to one person. How many rows that were stands in `suppressed`.
    """

    help = "Conditions that people searched for and found nobody: by 3-digit ZIP and week. Under 3 is hidden."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--weeks", type=int, default=12, help="how many weeks, this one included")

    def handle(self, *_args: Any, **options: Any) -> None:
        weeks = options["weeks"]
        if not 1 <= weeks <= 520:
            raise CommandError("--weeks takes a number from 1 to 520.")
        self.stdout.write(json.dumps(report(weeks=weeks, at=timezone.now())))
