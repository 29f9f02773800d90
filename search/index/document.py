"""What the index holds of one practice: an allow-list of public fields, made from its search row.

The mapping is strict, so that nothing else can slip in. Every field that a factor of the ranking reads
is always written: a document without it would get that factor's points in full.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import numpy as np
from elasticsearch import dsl
from elasticsearch.dsl import mapped_field
from numpy.typing import NDArray

from search.models import SearchRow
from search.rows import ROTATION_SLOTS, unpack

# Raised whenever a field keeps its type but changes its meaning: it names another index.
FORMAT = 1
ROTATION_FIELDS = tuple(f"rotation_{slot:02}" for slot in range(ROTATION_SLOTS))


class PracticeDocument(dsl.Document):
    """The mapping. The id of a document is the id of its practice, its version that of its row."""

    practice: int = mapped_field(dsl.Long(index=False))
    point: dict[str, float] = mapped_field(dsl.GeoPoint())  # the public one
    order: int = mapped_field(dsl.Long(index=False))  # neighbours on the map lie side by side on disk
    clinic: bool = mapped_field(dsl.Boolean())  # people are seen at the practice
    reach_km: int = mapped_field(dsl.Short())  # 0 = no home visits
    jurisdiction: str = mapped_field(dsl.Keyword())
    listed_until: str = mapped_field(dsl.Date())  # ISO text: a bare number would be read as milliseconds
    answers: float = mapped_field(dsl.Float(index=False))
    experience: float = mapped_field(dsl.Float(index=False))
    confirmed: str = mapped_field(dsl.Date(index=False))
    price: int = mapped_field(dsl.Integer(index=False))  # whole dollars for 60 minutes
    tokens: list[str] = mapped_field(dsl.Keyword(eager_global_ordinals=True))
    names: list[str] = mapped_field(dsl.Keyword(doc_values=False))  # folded, word by word

    class Meta:
        dynamic = dsl.MetaField("strict")


NO_PRICE = 65_535  # behind every price in the order by price


def mapping() -> dict[str, Any]:
    """The mapping as Elasticsearch takes it."""
    whole: dict[str, Any] = PracticeDocument._doc_type.mapping.to_dict()
    whole["properties"] |= {name: {"type": "short", "index": False} for name in ROTATION_FIELDS}
    return whole


@cache
def fingerprint() -> str:
    """Names the form of the documents. An index of another form is never read and never written."""
    text = json.dumps([FORMAT, mapping()], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()


def documents_of(rows: Iterable[SearchRow]) -> list[dict[str, Any]]:
    """The documents of search rows, in their order."""
    found = list(rows)
    columns = unpack([bytes(row.packed) for row in found])
    head = {name: columns.head[name].tolist() for name in _READ}  # one by one, numpy's numbers are slow
    order = _interleave(columns.head["latitude"], columns.head["longitude"]).tolist()
    return [
        {
            "practice": row.practice_id,
            "point": {"lat": head["latitude"][position], "lon": head["longitude"][position]},
            "order": order[position],
            "clinic": head["clinic"][position],
            "reach_km": head["reach_km"][position],
            "jurisdiction": row.jurisdiction,
            "listed_until": as_iso(row.listed_until),
            "answers": head["answers"][position],
            "experience": head["experience"][position],
            "confirmed": as_iso(head["confirmed_day"][position] * 86_400),
            "price": head["price"][position] or NO_PRICE,
            "tokens": list(map(str, columns.tokens_of(position))),
            "names": sorted(set(row.folded_name.split())),
            **dict(zip(ROTATION_FIELDS, head["rotation"][position], strict=True)),
        }
        for position, row in enumerate(found)
    ]


_READ = (
    "latitude", "longitude", "clinic", "reach_km", "answers", "experience", "confirmed_day", "price",
    "rotation",
)  # fmt: skip


def _interleave(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.int64]:
    """Latitude and longitude bit by bit in turn (a Z-order curve, 32 bits): near numbers are near places."""
    row = ((latitude + 90) / 180 * 65_535).astype(np.int64)
    column = ((longitude + 180) / 360 * 65_535).astype(np.int64)
    found = np.zeros(len(row), dtype=np.int64)
    for bit in range(16):
        found |= ((row >> bit & 1) << 1 | (column >> bit & 1)) << 2 * bit
    return found


@lru_cache(maxsize=10_000)
def as_iso(seconds: int) -> str:
    """An instant in seconds since 1970 as ISO text in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
