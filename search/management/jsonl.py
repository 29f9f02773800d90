"""The question-and-answer loop that the commands `locate`, `understand` and `diagnose` share.

A command asks one pure function, either once with the text on its command line,
or, with `--jsonl`, once for each line of standard input. The contract:

- input and output are UTF-8; a byte that is not UTF-8 becomes U+FFFD, never an exception;
- each input line is one JSON object that holds the question under `key`, as a text;
- each input line gets exactly one output line, in the same order, also when it is blank or not JSON:
  then `{"error": "..", "line": n}` (lines count from 1), and the loop goes on;
- output lines are flushed one by one, so a caller may wait for one answer before it asks the next.

Use it like this::

    class Command(BaseCommand):
        help = "Say which place a text means, as JSON."

        def add_arguments(self, parser):
            jsonl.add_arguments(parser, metavar="PLACE", help="a ZIP, a city with its state, ..")

        def handle(self, *args, **options):
            jsonl.answer_lines(options, key="near", answer=lambda near: as_json(locate(near)))
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

from django.core.management.base import CommandError

Answer = Callable[[str], Mapping[str, object]]


def add_arguments(parser: ArgumentParser, *, metavar: str, help: str) -> None:
    """Give the command its two ways to be asked: one TEXT, or `--jsonl`."""
    parser.add_argument("text", nargs="?", metavar=metavar, help=help)
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help="read one JSON object a line from standard input, answer one a line",
    )


def answer_lines(
    options: Mapping[str, Any],
    *,
    key: str,
    answer: Answer,
    stdin: BinaryIO | None = None,
    stdout: BinaryIO | None = None,
) -> None:
    """Answer what the command was asked, on standard output.

    `options` are the options of the command, with `text` and `jsonl` as `add_arguments` declares them.
    `key` names the field of a JSON line that holds the question. `answer` turns one question into one
    JSON object; an exception that it raises is a fault of ours and ends the command. `stdin` and
    `stdout` are byte streams; tests pass their own.
    """
    output = stdout if stdout is not None else sys.stdout.buffer
    if options.get("jsonl"):
        if options.get("text") is not None:
            raise CommandError("Give either a text or --jsonl, not both.")
        lines = stdin if stdin is not None else sys.stdin.buffer
        for line in _answers(lines, key=key, answer=answer):
            _write(output, line)
        return
    if options.get("text") is None:
        raise CommandError("Give a text, or --jsonl to read JSON lines from standard input.")
    _write(output, answer(options["text"]))


def _answers(lines: Iterable[bytes], *, key: str, answer: Answer) -> Iterable[Mapping[str, object]]:
    for number, line in enumerate(lines, start=1):
        question = _question(line, key=key)
        if question is None:
            yield {"error": f'expected a JSON object with the text "{key}"', "line": number}
        else:
            yield answer(question)


def _question(line: bytes, *, key: str) -> str | None:
    try:
        asked = json.loads(line.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):  # json raises RecursionError for 100,000 open brackets
        return None
    question = asked.get(key) if isinstance(asked, dict) else None
    return question if isinstance(question, str) else None


def _write(output: BinaryIO, value: Mapping[str, object]) -> None:
    # A lone surrogate (JSON lets "\ud800" through) cannot be encoded: it goes out as "?".
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    output.write(text.encode("utf-8", errors="replace") + b"\n")
    output.flush()
