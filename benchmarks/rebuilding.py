"""How fast `rebuild_index` is beside the bare bulk call, and whether its memory stays flat."""

import gc
import json
import subprocess
import sys
import time
from dataclasses import dataclass

from django.conf import settings
from elasticsearch import Elasticsearch

from benchmarks.figures import Figure
from benchmarks.indexes import as_they_are, create, delete_indexes, merge, write
from benchmarks.population import ROOT, environment
from benchmarks.servers import resident_memory
from search.index.connection import prefix, writer
from search.models import SearchRow

LOOK_SECONDS = 0.1
TARGET = ">=0.6"  # of the bare rate
FLAT = "<=1.15"  # memory at the end beside that after a tenth


@dataclass(frozen=True)
class Rebuild:
    """What one run of the command took. Rates in documents a second, memory in MB."""

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
        Figure("rebuild_memory_growth", done.memory_at_the_end / done.memory_at_a_tenth, "times", FLAT),
    ]


def child_environment() -> dict[str, str]:
    """What a process of ours runs with that shall use the index that this one uses."""
    return environment() | {
        "ELASTICSEARCH_URL": settings.ELASTICSEARCH_URL,
        "ELASTICSEARCH_INDEX": settings.ELASTICSEARCH_INDEX,
    }


def measured_rebuild() -> Rebuild:
    """Run the command as operators do, with no index there before, and look at it from outside."""
    delete_indexes()
    wanted = SearchRow.objects.count()
    command = [sys.executable, "manage.py", "rebuild_index"]
    process = subprocess.Popen(command, cwd=ROOT, env=child_environment(), stdout=subprocess.PIPE, text=True)
    seen: list[tuple[float, int, float]] = []  # when, documents so far, MB
    while process.poll() is None:
        seen.append((time.monotonic(), documents_so_far(writer()), resident_memory(process.pid)))
        time.sleep(LOOK_SECONDS)
    assert process.stdout is not None
    said = json.loads(process.stdout.read())
    if process.returncode or said["documents"] != wanted:
        raise SystemExit(f"rebuild_index wrote {said['documents']} of {wanted} documents")
    filling = [look for look in seen if 0 < look[1] < wanted]
    first, last = filling[0], next(look for look in seen if look[1] >= wanted)
    return Rebuild(
        documents=said["documents"],
        seconds=said["seconds"],
        filling_rate=(last[1] - first[1]) / (last[0] - first[0]),
        memory_at_a_tenth=next(memory for _, count, memory in seen if count >= wanted / 10),
        memory_at_the_end=max(memory for _, count, memory in seen if count >= wanted and memory),
    )


def documents_so_far(client: Elasticsearch) -> int:
    """How many documents were written to the indexes with this prefix."""
    answer = client.indices.stats(index=f"{prefix()}*", metric="indexing", filter_path="_all.primaries")
    found: int = answer.body.get("_all", {}).get("primaries", {}).get("indexing", {}).get("index_total", 0)
    return found


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
