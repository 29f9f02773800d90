"""Say which place a text means, as JSON."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.geocoding import locate
from search.management import jsonl


class Command(BaseCommand):
    """`locate "Chicago, IL"`, or JSON lines with the field `near`."""

    help = "Say which place a text means, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        jsonl.add_arguments(parser, metavar="PLACE", help="a ZIP, a city with its state, a state, or a position")

    def handle(self, *args: Any, **options: Any) -> None:
        jsonl.answer_lines(options, key="near", answer=lambda near: asdict(locate(near)))
