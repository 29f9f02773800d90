"""From the truth to a search row: the one function that packs a practice.

The row is public by construction: it holds the snapped point, never the true one, and no contact.
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from directory.geography import cell_of
from directory.models import Credential, Practice, Price, Specialty, Therapist
from directory.vocabulary import fold, vocabulary
from search import policy, tokens
from search.models import SearchCard, SearchRow, row_key

ROTATION_SLOTS = 28
HEAD = np.dtype(
    [
        ("practice", "<i8"),
        ("latitude", "<f8"),
        ("longitude", "<f8"),
        ("listed_until", "<i8"),
        ("experience", "<f4"),
        ("answers", "<f4"),
        ("confirmed_day", "<i4"),
        ("price", "<u2"),  # whole dollars for 60 minutes, 0 = not stated
        ("reach_km", "<u2"),  # 0 = no home visits
        ("jurisdiction", "S2"),
        ("clinic", "?"),
        ("accepting", "u1"),
        ("token_count", "<u2"),
        ("rotation", "u1", (ROTATION_SLOTS,)),
    ]
)  # fmt: skip

# The same record for `struct`, which writes one row twenty times faster than numpy does.
_PACK = struct.Struct(f"<qddqffiHH2s?BH{ROTATION_SLOTS}s").pack

_FIELDS = (
    "pk", "therapist_id", "jurisdiction_id", "name", "city", "public_latitude", "public_longitude",
    "home_based", "sees_at_clinic", "home_visit_reach_km", "setting_id", "accepting", "confirmed_at",
    "listing_end", "therapist__given_name", "therapist__family_name", "therapist__gender",
    "therapist__practising_since", "therapist__answer_share",
)  # fmt: skip


@dataclass
class _Facts:
    """What the related tables hold of some practices and their therapists, by id."""

    languages: dict[int, list[int]] = field(default_factory=dict)
    techniques: dict[int, list[int]] = field(default_factory=dict)
    groups: dict[int, list[int]] = field(default_factory=dict)
    specialties: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    credentials: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)
    payments: dict[int, list[int]] = field(default_factory=dict)
    access: dict[int, list[int]] = field(default_factory=dict)
    referral: dict[int, list[int]] = field(default_factory=dict)
    prices: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Built:
    """What search keeps of one practice: the row that engines read, and the card that a result shows."""

    row: SearchRow
    card: SearchCard


def build_rows(ids: Sequence[int], *, at: datetime, version: int) -> list[Built]:
    """Row and card of those of `ids` that are listed at `at`, each whole, with `version`.

    Practices that are not listed get none: the caller deletes what they had.
    """
    practices = list(Practice.objects.filter(pk__in=ids).listed(at).order_by("pk").values(*_FIELDS))
    facts = _read_facts([row["pk"] for row in practices], {row["therapist_id"] for row in practices})
    return [_pack(row, facts, at=at, version=version) for row in practices]


def _pairs(rows: QuerySet[Any, tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for owner, value in rows:
        found.setdefault(owner, []).append(value)
    return found


def _read_facts(practices: Sequence[int], therapists: Iterable[int]) -> _Facts:
    people = list(therapists)

    def of_therapist(name: str) -> dict[int, list[int]]:
        through = getattr(Therapist, name).through
        value = f"{getattr(Therapist, name).rel.model._meta.model_name}_id"
        return _pairs(through.objects.filter(therapist__in=people).values_list("therapist_id", value))

    def of_practice(name: str) -> dict[int, list[int]]:
        through = getattr(Practice, name).through
        value = f"{getattr(Practice, name).rel.model._meta.model_name}_id"
        return _pairs(through.objects.filter(practice__in=practices).values_list("practice_id", value))

    facts = _Facts(
        languages=of_therapist("languages"),
        techniques=of_therapist("techniques"),
        groups=of_therapist("client_groups"),
        payments=of_practice("payment_kinds"),
        access=of_practice("access_features"),
        referral=of_practice("referral_terms"),
        prices=dict(
            Price.objects.filter(practice__in=practices, minutes=60).values_list("practice_id", "cents")
        ),
    )
    for therapist, condition, level in Specialty.objects.filter(therapist__in=people).values_list(
        "therapist_id", "condition_id", "level"
    ):
        facts.specialties.setdefault(therapist, []).append((condition, level))
    counting = Credential.objects.filter(therapist__in=people, counts_until__isnull=False)
    for row in counting.order_by("kind_id", "pk").values_list(
        "therapist_id", "kind_id", "jurisdiction_id", "title", "number", "expires_on", "checked_at",
        "checked_source", "state", "counts_until",
    ):  # fmt: skip
        facts.credentials.setdefault(row[0], []).append(row[1:])
    return facts


def _pack(row: dict[str, Any], facts: _Facts, *, at: datetime, version: int) -> Built:
    practice, therapist = row["pk"], row["therapist_id"]
    credentials = [
        credential
        for credential in facts.credentials.get(therapist, ())
        if credential[-1] > at and credential[1] in (None, row["jurisdiction_id"])
    ]
    cents = facts.prices.get(practice)
    numbers = _tokens(row, facts, kinds={credential[0] for credential in credentials}, cents=cents)
    packed = np.array(sorted(numbers), dtype="<u2")
    name = f"{row['therapist__given_name']} {row['therapist__family_name']}"
    reach = row["home_visit_reach_km"] or 0
    found = SearchRow(
        key=row_key(cell_of(row["public_latitude"], row["public_longitude"]), practice),
        practice_id=practice,
        jurisdiction=row["jurisdiction_id"],
        reach_km=reach,
        listed_until=int(row["listing_end"].timestamp()),
        version=version,
        packed=_head(row, at=at, cents=cents, token_count=len(packed)) + packed.tobytes(),
        folded_name=f" {_fold(row['therapist__given_name'])} {_fold(row['therapist__family_name'])}"
        f" {_fold(row['name'])} "[:320],
    )
    card = SearchCard(
        practice_id=practice,
        facts={
            "therapist": therapist,
            "name": name,
            "practice": row["name"],
            "city": row["city"],
            "jurisdiction": row["jurisdiction_id"],
            "price": 0 if cents is None else max(1, round(cents / 100)),
            "confirmed": day_number(row["confirmed_at"]),
            "home": row["home_based"],
            "since": row["therapist__practising_since"],
            "credentials": [_credential_card(credential) for credential in credentials],
        },
    )
    return Built(row=found, card=card)


@lru_cache(maxsize=20_000)
def _fold(name: str) -> str:
    """`fold` for names, which repeat."""
    return fold(name)


def _credential_card(credential: tuple[Any, ...]) -> list[Any]:
    """[kind, jurisdiction, title, number, expires, checked on, source, state], dates in ISO form."""
    kind, jurisdiction, title, number, expires, checked, source, state, _ = credential
    return [
        kind, jurisdiction, title, number if jurisdiction else number[-4:],
        expires and expires.isoformat(), checked and checked.date().isoformat(), source, state,
    ]  # fmt: skip


def _head(row: dict[str, Any], *, at: datetime, cents: int | None, token_count: int) -> bytes:
    since, share = row["therapist__practising_since"], row["therapist__answer_share"]
    return _PACK(
        row["pk"],
        row["public_latitude"],
        row["public_longitude"],
        int(row["listing_end"].timestamp()),
        policy.experience_share(None if since is None else at.year - since),
        policy.ANSWERS_PRIOR if share is None else share,
        day_number(row["confirmed_at"]),
        0 if cents is None else min(65_535, max(1, round(cents / 100))),
        row["home_visit_reach_km"] or 0,
        row["jurisdiction_id"].encode(),
        row["sees_at_clinic"],
        tokens.ACCEPTING[row["accepting"]],
        token_count,
        rotation_shares(row["pk"]),
    )


def _tokens(row: dict[str, Any], facts: _Facts, *, kinds: set[int], cents: int | None) -> set[int]:
    practice, therapist = row["pk"], row["therapist_id"]
    found = set(kinds)
    found.update(tokens.specialty(*pair) for pair in facts.specialties.get(therapist, ()))
    found.add(tokens.ACCEPTING[row["accepting"]])
    found.add(tokens.GENDER.get(row["therapist__gender"], tokens.UNSTATED["gender"]))
    found.add(tokens.UNSTATED["price"] if cents is None else tokens.price_band(round(cents / 100)))
    silent = {
        "language": facts.languages.get(therapist),
        "technique": facts.techniques.get(therapist),
        "payment": facts.payments.get(practice),
        "access": facts.access.get(practice),
        "setting": _settings(row),
    }
    for facet, values in silent.items():
        found.update(values or [tokens.UNSTATED[facet]])
    found.update(facts.groups.get(therapist, ()))
    found.update(facts.referral.get(practice, ()))
    if row["therapist__answer_share"] is None:
        found.add(tokens.ANSWERS_UNKNOWN)
    if row["therapist__practising_since"] is None:
        found.add(tokens.EXPERIENCE_UNKNOWN)
    return found


def _settings(row: dict[str, Any]) -> list[int]:
    """Where people are seen; somebody who travels also works at people's homes."""
    visits = vocabulary().settings["mobile-home-visit"].number
    return [number for number in (row["setting_id"], row["home_visit_reach_km"] and visits) if number]


def day_number(at: datetime) -> int:
    """Whole days since 1970 (UTC) at an instant."""
    return int(at.astimezone(UTC).timestamp() // 86_400)


def rotation_shares(practice: int) -> bytes:
    """28 bytes, one for each slot of the rotation: 255 is the whole point. The same on every machine."""
    return hashlib.blake2b(
        practice.to_bytes(8, "big"), digest_size=ROTATION_SLOTS, person=b"rotation"
    ).digest()


@dataclass(frozen=True)
class RowSet:
    """Many rows as columns: `head` has one record a row; `tokens` lie flat, row after row.

    `starts` has where each row's tokens begin. Every row has at least one.
    """

    head: NDArray[np.void]
    tokens: NDArray[np.uint16]
    starts: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.head)

    def tokens_of(self, position: int) -> list[int]:
        """The tokens of one row, smallest first."""
        begin = self.starts[position]
        found: list[int] = self.tokens[begin : begin + self.head["token_count"][position]].tolist()
        return found


def unpack(packed: Sequence[bytes]) -> RowSet:
    """Packed rows, as the database gives them, as columns."""
    size = HEAD.itemsize
    head = np.frombuffer(b"".join([row[:size] for row in packed]), dtype=HEAD)
    flat = np.frombuffer(b"".join([row[size:] for row in packed]), dtype="<u2")
    ends = np.cumsum(head["token_count"], dtype=np.intp)
    return RowSet(head=head, tokens=flat, starts=ends - head["token_count"])
