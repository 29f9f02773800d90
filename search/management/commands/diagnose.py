"""`manage.py diagnose [--jsonl] [CODE]`: which conditions an ICD-10-CM code leads to, as JSON."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand

from search.diagnosis import Code
from search.diagnosis_in_words import diagnose_text
from search.management import jsonl


def _titled(codes: Iterable[Code]) -> list[dict[str, str]]:
    return [{"code": one.code, "title": one.title} for one in codes]


def as_json(code: str) -> dict[str, object]:
    """The answer of the contract; `code` is dotted where it exists, else as it was typed."""
    found = diagnose_text(code)
    return {
        "code": found.code,
        "status": found.status,
        "title": found.title,
        "billable": found.billable,
        "children": _titled(found.children),
        "conditions": [{"slug": one.slug, "weight": one.weight} for one in found.conditions],
        "suggestions": _titled(found.suggestions),
    }


class Command(BaseCommand):
    """Says what a code means here, or that it does not exist, or that nothing is mapped to it."""

    help = "Say which conditions an ICD-10-CM code leads to, as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        jsonl.add_arguments(parser, metavar="CODE", help="an ICD-10-CM code, with or without its dot")

    def handle(self, *_args: Any, **options: Any) -> None:
        jsonl.answer_lines(options, key="code", answer=as_json)
