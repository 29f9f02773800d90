"""`manage.py understand [--jsonl] [TEXT]`: what Palmar reads in somebody's words, as JSON."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand

from search.management import jsonl
from search.understanding import Term, understand


def _pairs(terms: Iterable[Term]) -> list[dict[str, object]]:
    return [{"slug": term.slug, "weight": term.weight} for term in terms]


def as_json(q: str) -> dict[str, object]:
    """The answer of the contract in docs: asks, flat conditions and techniques, codes, words, red flags."""
    found = understand(q)
    asks = [
        {
            "span": ask.span,
            "terms": [{"kind": term.kind, "slug": term.slug, "weight": term.weight} for term in ask.terms],
        }
        for ask in found.asks
    ]
    return {
        "q": q,
        "language": found.language,
        "asks": asks,
        "conditions": _pairs(found.conditions),
        "techniques": _pairs(found.techniques),
        "codes": list(found.codes),
        "words": list(found.words),
        "red_flags": [
            {"key": flag.key, "text": flag.text, "emergency": flag.emergency} for flag in found.red_flags
        ],
        "wishes": [{"filter": wish.filter, "value": wish.value} for wish in found.wishes],
        "corrections": [{"typed": typed, "read": read} for typed, read in found.corrections],
    }


class Command(BaseCommand):
    """Says what was understood, and what was not."""

    help = "Say what a patient's words mean: conditions, techniques, codes, red flags, as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        jsonl.add_arguments(
            parser, metavar="TEXT", help="what hurts, in English or Spanish, or an ICD-10-CM code"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        jsonl.answer_lines(options, key="q", answer=as_json)
