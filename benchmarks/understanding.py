"""How well words are understood: the tenth of the bank that nobody tuned on, and two plain ways beside it.

nDCG@5 over the flat conditions (exactly meant 2, acceptable 1), silence where nothing is meant, red flags.
"""

import json
import math
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from benchmarks.figures import Figure, percentile
from directory.vocabulary import fold, vocabulary
from search.understanding import load, phrases, understand
from search.understanding.typed import read

SETS = Path(__file__).parent.parent / "tests" / "search" / "understanding"
INDEX = "bench-words"
Ranked = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Judged:
    """One phrasing with what it means: 2 exactly, 1 acceptable; empty where it means no condition."""

    phrase: str
    expected: dict[str, int]
    red_flag: str | None


def judged(name: str) -> list[Judged]:
    """One of the judged sets of the tests."""
    rows = [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [Judged(row["phrase"], row["expected"], row.get("red_flag")) for row in rows]


def ndcg(slugs: Sequence[str], expected: dict[str, int]) -> float:
    """Of the first five: 1 where they stand in the best order."""
    gained = sum(expected.get(slug, 0) / math.log2(place + 2) for place, slug in enumerate(slugs[:5]))
    best = sorted(expected.values(), reverse=True)[:5]
    return gained / sum(grade / math.log2(place + 2) for place, grade in enumerate(best))


def quality(rows: Sequence[Judged], ranked: Ranked) -> tuple[float, float]:
    """Mean nDCG@5, and the share of texts without a condition for which none is claimed."""
    scores = [ndcg(ranked(row.phrase), row.expected) for row in rows if row.expected]
    silent = [not ranked(row.phrase) for row in rows if not row.expected and not row.red_flag]
    return sum(scores) / len(scores), sum(silent) / len(silent)


def by_understanding(phrase: str) -> list[str]:
    """The conditions of `understand`, best first."""
    return [term.slug for term in understand(phrase).conditions]


def by_synonyms(phrase: str) -> list[str]:
    """Exact names and synonyms alone, the longest first."""
    matches = phrases.exact(read(phrase), denied=())
    found = sorted(matches, key=lambda match: (-match.size, -match.term.weight))
    return list(dict.fromkeys(match.term.slug for match in found if match.term.kind == "condition"))


def by_fuzzy_match(client: Elasticsearch) -> Ranked:
    """Elasticsearch's fuzzy match over the same names, as it comes."""
    client.options(ignore_status=404).indices.delete(index=INDEX)
    client.indices.create(index=INDEX)
    operations: list[dict[str, Any]] = []
    for slug, entry in vocabulary().conditions.items():
        names = [entry.name, *entry.synonyms, *entry.synonyms_es, *entry.misspellings]
        operations += [{"index": {"_id": slug}}, {"names": [fold(name) for name in names]}]
    client.bulk(index=INDEX, operations=operations, refresh=True)

    def ranked(phrase: str) -> list[str]:
        query = {"match": {"names": {"query": fold(phrase), "fuzziness": "AUTO"}}}
        answer = client.search(index=INDEX, query=query, size=5, source=False)
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    return ranked


def figures(url: str | None) -> list[Figure]:
    """All figures; Elasticsearch's where the machine has it."""
    load()
    rows = judged("held_out")
    score, silent = quality(rows, by_understanding)
    exact, exact_silent = quality(rows, by_synonyms)
    found = [
        Figure("words_ndcg5", score, "", ">=0.88"),
        Figure("words_silent", silent, "", ">=0.95"),
        Figure("words_synonyms_ndcg5", exact, ""),
        Figure("words_synonyms_silent", exact_silent, ""),
        *_safety(rows),
        *_latency(rows),
        Figure("words_memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", "<300"),
    ]
    for name in ("other_hand", "fresh"):
        score, silent = quality(judged(name), by_understanding)
        found += [Figure(f"words_{name}_ndcg5", score, "", ">=0.88")]
        found += [Figure(f"words_{name}_silent", silent, "", ">=0.95")]
    if url is not None:
        with Elasticsearch(url) as client:
            score, silent = quality(rows, by_fuzzy_match(client))
            client.indices.delete(index=INDEX)
        found += [Figure("words_fuzzy_ndcg5", score, ""), Figure("words_fuzzy_silent", silent, "")]
    return found


def _safety(rows: Sequence[Judged]) -> list[Figure]:
    flags = [{flag.key for flag in understand(row.phrase).red_flags} for row in rows]
    seen = [row.red_flag in keys for row, keys in zip(rows, flags, strict=True) if row.red_flag]
    false = [bool(keys) for row, keys in zip(rows, flags, strict=True) if not row.red_flag]
    return [
        Figure("words_red_flags_seen", sum(seen) / len(seen), "", ">=1"),
        Figure("words_false_alarms", sum(false) / len(false), "", "<0.05"),
    ]


def _latency(rows: Sequence[Judged]) -> list[Figure]:
    took = []
    for row in rows:
        start = time.perf_counter()
        understand(row.phrase)
        took.append((time.perf_counter() - start) * 1000)
    return [
        Figure("words_p50", percentile(took, 0.5), "ms", "<2"),
        Figure("words_p95", percentile(took, 0.95), "ms", "<10"),
    ]
