"""`make bench`: measures how words are understood, and the search on 300,000 therapists.

Ends with one line a figure.

FIGURE <name> <value> <unit> <target> PASS|FAIL
"""

import argparse
import os
import platform
import sys

import django

from benchmarks import population, servers
from benchmarks.figures import Figure


def main() -> int:
    """The exit code: 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--therapists", type=int, default=300_000)
    parser.add_argument(
        "--million", action=argparse.BooleanOptionalAction, default=servers.a_million_fits(),
        help=f"measure among a million, too (where {servers.NEEDS_GIB} GiB of memory and disk are free)",
    )  # fmt: skip
    parser.add_argument(
        "--only", choices=["words", "database", "elasticsearch"], help="measure one part alone"
    )
    arguments = parser.parse_args()
    if arguments.only != "words":
        population.ensure(arguments.therapists)
    os.environ.update(population.environment())
    django.setup()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, SQLite", flush=True)
    figures: list[Figure] = []
    if arguments.only in (None, "words"):
        figures += word_figures()
    if arguments.only in (None, "database"):
        figures += database_figures()
    if arguments.only in (None, "elasticsearch"):
        figures += elasticsearch_figures(million=arguments.million)
    print(*figures, sep="\n")
    return 0 if all(figure.passed for figure in figures) else 1


def word_figures() -> list[Figure]:
    """How well words are understood, beside plain ways of doing it."""
    from benchmarks import understanding

    with servers.elasticsearch() as url:
        return understanding.figures(url)


def database_figures() -> list[Figure]:
    """The engine that needs nothing else, its plain form, and its pages."""
    from benchmarks import searches, served

    figures = searches.engine_figures()
    return figures + searches.statement_figures() + served.served_figures()


def elasticsearch_figures(*, million: bool) -> list[Figure]:
    """The other engine, and PostGIS beside it, where the machine has them."""
    with servers.elasticsearch() as url:
        if url is None:
            return []
        from benchmarks import with_elasticsearch

        with servers.postgis() as peer:
            return with_elasticsearch.figures(url, peer, million=million)


if __name__ == "__main__":
    sys.exit(main())
