"""How fast `rebuild_index` is beside the bare bulk call, and whether its memory stays flat."""

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from unittest.mock import patch

from django.conf import settings

from benchmarks.figures import Figure
from benchmarks.indexes import as_they_are, create, delete_indexes, merge, write
from benchmarks.population import ROOT, environment
from benchmarks.servers import resident_memory
from search.index import building
from search.index.connection import writer
from search.index.feeding import Write, writes_of
from search.models import SearchRow

# This module again, in a process whose memory is its own.
CHILD = (
    "import django; django.setup(); from benchmarks.rebuilding import rebuild_and_look; rebuild_and_look()"
)
TARGET = ">=0.6"  # of the bare rate
FLAT = "<=80"  # MB from the first tenth to the end: meanwhile SQLite fills its cache of 64 MB


@dataclass(frozen=True)
class Rebuild:
    """What one rebuild took. Rates in documents a second, memory in MB."""

    documents: int
    seconds: float
    filling_rate: float
    memory_at_a_tenth: float
    memory_at_the_end: float

    @property
    def rate(self) -> float:
        """Documents a second from beginning to end: read, made, written, merged, swapped."""
        return self.documents / self.seconds


def rebuilding_figures() -> list[Figure]:
    """Rebuild, then the same documents out of memory: the same chunks, as many calls at once."""
    done = measured_rebuild()
    bulk_rate, whole_rate = bare_rates()
    return [
        Figure("rebuild_documents", done.documents, "documents"),
        Figure("rebuild_whole", done.seconds, "s"),
        Figure("rebuild_rate", done.rate, "documents/s"),
        Figure("bare_rate", whole_rate, "documents/s"),
        Figure("rebuild_of_bare", done.rate / whole_rate, "times", TARGET),
        Figure("rebuild_filling_rate", done.filling_rate, "documents/s"),
        Figure("bare_bulk_rate", bulk_rate, "documents/s"),
        Figure("rebuild_filling_of_bare_bulk", done.filling_rate / bulk_rate, "times", TARGET),
        Figure("rebuild_memory_at_a_tenth", done.memory_at_a_tenth, "MB"),
        Figure("rebuild_memory_at_the_end", done.memory_at_the_end, "MB"),
        Figure("rebuild_memory_growth", done.memory_at_the_end - done.memory_at_a_tenth, "MB", FLAT),
    ]


def child_environment() -> dict[str, str]:
    """What a process of ours runs with that shall use the index that this one uses."""
    return environment() | {
        "ELASTICSEARCH_URL": settings.ELASTICSEARCH_URL,
        "ELASTICSEARCH_INDEX": settings.ELASTICSEARCH_INDEX,
    }


def measured_rebuild() -> Rebuild:
    """Run the rebuild in a process of its own, with no index there before."""
    delete_indexes()
    wanted = SearchRow.objects.count()
    done = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=ROOT, env=child_environment(), stdout=subprocess.PIPE, text=True,
        check=True,
    )  # fmt: skip
    said = json.loads(done.stdout.splitlines()[-1])
    if said["documents"] != wanted:
        raise SystemExit(f"the rebuild wrote {said['documents']} of {wanted} documents")
    return Rebuild(**said)


def rebuild_and_look() -> None:
    """Rebuild, and look at the clock and the memory after each chunk of documents was made."""
    looks: list[tuple[float, int, float]] = []  # when, documents made so far, MB

    def counting(rows: Sequence[SearchRow]) -> list[Write]:
        made = writes_of(rows)
        so_far = (looks[-1][1] if looks else 0) + len(made)
        looks.append((time.monotonic(), so_far, resident_memory(os.getpid())))
        return made

    wanted = SearchRow.objects.count()
    with patch.object(building, "writes_of", counting):
        done = building.rebuild()
    (begin, first, _), (end, last, _) = looks[0], looks[-1]
    tenth = next(memory for _, count, memory in looks if count >= wanted / 10)
    found = Rebuild(done.documents, done.seconds, (last - first) / (end - begin), tenth, looks[-1][2])
    print(json.dumps(asdict(found)))


def bare_rates() -> tuple[float, float]:
    """Documents a second, made beforehand and held in memory: the bulk calls alone, and with the merge."""
    chunks = list(as_they_are())
    gc.freeze()  # millions of objects that never go would be looked through again and again
    client = writer()
    begin = time.monotonic()
    name = create(client)
    count = write(client, name, chunks)
    filled = time.monotonic()
    merge(client, name)
    merged = time.monotonic()
    client.indices.delete(index=name)
    del chunks
    gc.unfreeze()
    gc.collect()
    return count / (filled - begin), count / (merged - begin)
