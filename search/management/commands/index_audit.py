"""`index_audit`: whether database, rows and index say the same."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from elasticsearch import ApiError, TransportError

from search.index.auditing import audit, mend


class Command(BaseCommand):
    """Prints the counts and the ids that differ as JSON."""

    help = "Compare the listed practices with the search rows and the Elasticsearch index."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--deep", action="store_true", help="also build every row anew and compare it")
        parser.add_argument("--mend", action="store_true", help="have what differs built and told again")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            found = audit(at=timezone.now(), deep=options["deep"])
        except (ApiError, TransportError) as error:
            raise CommandError(f"Elasticsearch cannot be read ({type(error).__name__}).") from error
        said = asdict(found)
        if options["mend"]:
            said["mending"] = mend(found)
        self.stdout.write(json.dumps(said))
