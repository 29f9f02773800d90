"""`rebuild_index`: build the Elasticsearch index anew without an interruption."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.drain import drain_all
from search.index.building import AlreadyBuilding, rebuild
from search.index.connection import is_configured
from search.index.feeding import NOT_NOW


class Command(BaseCommand):
    """Builds beside the index in use, swaps both in one call, and prints what it did as JSON."""

    help = "Build the Elasticsearch index anew, beside the one in use, and swap them in one call."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--forget-other-forms",
            action="store_true",
            help="also delete indexes of other releases; only when none of them runs any more",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not is_configured():
            raise CommandError("ELASTICSEARCH_URL is empty: this site searches its database alone.")
        drained = drain_all()
        try:
            done = rebuild(forget_other_forms=options["forget_other_forms"])
        except AlreadyBuilding as error:
            raise CommandError("The index is being built just now. Try again when that is done.") from error
        except NOT_NOW as error:
            raise CommandError(
                f"Elasticsearch did not do it ({type(error).__name__}). The index in use is as it was."
            ) from error
        self.stdout.write(json.dumps(asdict(done) | {"drained": drained}))
