"""`make bench`: measures the search on 300,000 therapists. Ends with one line a figure.

FIGURE <name> <value> <unit> <target> PASS|FAIL
"""

import argparse
import os
import platform
import sys

import django

from benchmarks import population


def main() -> int:
    """The exit code: 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--therapists", type=int, default=300_000)
    arguments = parser.parse_args()
    population.ensure(arguments.therapists)
    os.environ.update(population.environment())
    django.setup()
    from benchmarks import searches, served

    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, SQLite", flush=True)
    figures = searches.engine_figures()
    figures += searches.statement_figures() + served.served_figures()
    print(*figures, sep="\n")
    return 0 if all(figure.passed for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
