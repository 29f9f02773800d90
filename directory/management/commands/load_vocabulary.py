"""`manage.py load_vocabulary`: the files of `directory/data/` into the database."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from directory.vocabulary_loading import VocabularyRefused, load


class Command(BaseCommand):
    """Safe to run as often as wanted; prints what it did as JSON."""

    help = "Checks the vocabulary, the jurisdictions and their demands, and writes them to the database."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            tally = load()
        except VocabularyRefused as refused:
            raise CommandError(
                "The vocabulary was not loaded:\n" + "\n".join(f"- {problem}" for problem in refused.problems)
            ) from refused
        self.stdout.write(json.dumps(tally.as_json(), ensure_ascii=False))
