"""What the index holds of one practice: an allow-list of public fields, made from its search row.

The mapping is strict, so that nothing else can slip in. Every field that a factor of the ranking reads
is always written: a document without it would get that factor's points in full.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from elasticsearch import dsl
from elasticsearch.dsl import mapped_field

from search.models import SearchRow
from search.rows import ROTATION_SLOTS, RowSet, unpack

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


def fingerprint() -> str:
    """Names the form of the documents. An index of another form is never read and never written."""
    text = json.dumps([FORMAT, mapping()], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()


def documents_of(rows: Iterable[SearchRow]) -> list[dict[str, Any]]:
    """The documents of search rows, in their order."""
    found = list(rows)
    columns = unpack([bytes(row.packed) for row in found])
    return [_document(row, columns, position) for position, row in enumerate(found)]


def _document(row: SearchRow, columns: RowSet, position: int) -> dict[str, Any]:
    head = columns.head[position]
    return {
        "practice": row.practice_id,
        "point": {"lat": float(head["latitude"]), "lon": float(head["longitude"])},
        "order": _interleave(float(head["latitude"]), float(head["longitude"])),
        "clinic": bool(head["clinic"]),
        "reach_km": int(head["reach_km"]),
        "jurisdiction": row.jurisdiction,
        "listed_until": as_iso(row.listed_until),
        "answers": float(head["answers"]),
        "experience": float(head["experience"]),
        "confirmed": as_iso(int(head["confirmed_day"]) * 86_400),
        "price": int(head["price"]) or NO_PRICE,
        "tokens": [str(token) for token in columns.tokens_of(position)],
        "names": sorted(set(row.folded_name.split())),
        **dict(zip(ROTATION_FIELDS, head["rotation"].tolist(), strict=True)),
    }


def _interleave(latitude: float, longitude: float) -> int:
    """Latitude and longitude bit by bit in turn (a Z-order curve, 32 bits): near numbers are near places."""
    row, column = int((latitude + 90) / 180 * 65_535), int((longitude + 180) / 360 * 65_535)
    return sum(((row >> bit & 1) << 1 | (column >> bit & 1)) << 2 * bit for bit in range(16))


def as_iso(seconds: int) -> str:
    """An instant in seconds since 1970 as ISO text in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
