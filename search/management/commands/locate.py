"""`manage.py locate [--jsonl] [PLACE]`: which place a text means, as JSON."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from search.geocoding import locate
from search.management import jsonl


def as_json(near: str) -> dict[str, object]:
    """The answer of the contract in docs: every field of the place."""
    return asdict(locate(near))


class Command(BaseCommand):
    """Says where a place is, or what to mend."""

    help = "Say which place a text means, as JSON: its point, or the places that it may mean."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        jsonl.add_arguments(parser, metavar="PLACE", help="a ZIP, a city and its state, or a state")

    def handle(self, *_args: Any, **options: Any) -> None:
        jsonl.answer_lines(options, key="near", answer=as_json)
