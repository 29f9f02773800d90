"""Writes the made-up population. Plain rows through the cursor: it has to hold for 300,000 people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from directory.models import (
    Credential,
    CredentialEvent,
    Hours,
    Practice,
    Price,
    Specialty,
    Therapist,
)
from directory.population.people import BLOCK, Person, Site, draw_people
from directory.population.proofs import PATHS, Proof
from directory.signals import practices_changed

FIRST_ID = 1_000_000_000
SITES_EACH = 2
PROOFS_EACH = 32
BLOCKS_A_TRANSACTION = 20


@dataclass
class Planted:
    """What was made: counts by kind, and of rights to practise by state of life."""

    therapists: int = 0
    practices: int = 0
    credentials: int = 0
    states: dict[str, int] = field(default_factory=dict)


@dataclass
class _Rows:
    """Rows to write, by table."""

    therapists: list[tuple[Any, ...]] = field(default_factory=list)
    practices: list[tuple[Any, ...]] = field(default_factory=list)
    credentials: list[tuple[Any, ...]] = field(default_factory=list)
    children: dict[type[Model], list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, model: type[Model], rows: Iterator[tuple[Any, ...]]) -> None:
        self.children.setdefault(model, []).extend(rows)


# Tables whose rows are replaced, with their columns; the first names the owner.
CHILDREN: dict[type[Model], tuple[str, ...]] = {
    Therapist.languages.through: ("therapist_id", "language_id"),
    Therapist.techniques.through: ("therapist_id", "technique_id"),
    Therapist.client_groups.through: ("therapist_id", "clientgroup_id"),
    Specialty: ("therapist_id", "condition_id", "level", "cases_per_year"),
    Practice.payment_kinds.through: ("practice_id", "paymentkind_id"),
    Practice.access_features.through: ("practice_id", "accessfeature_id"),
    Practice.amenities.through: ("practice_id", "amenity_id"),
    Practice.referral_terms.through: ("practice_id", "referralterm_id"),
    Hours: ("practice_id", "weekday", "opens", "closes"),
    Price: ("practice_id", "minutes", "cents"),
    CredentialEvent: (
        "credential_id", "from_state", "to_state", "role", "reason", "evidence", "source", "at",
    ),
}  # fmt: skip
THERAPIST = (
    "id", "given_name", "family_name", "gender", "practising_since", "bio", "membership_until", "answer_share",
    "created_at", "updated_at",
)  # fmt: skip
PRACTICE = (
    "id", "therapist_id", "jurisdiction_id", "name", "street", "city", "postal_code", "latitude", "longitude",
    "home_based", "public_latitude", "public_longitude", "sees_at_clinic", "home_visit_reach_km", "setting_id", "phone",
    "website", "accepting", "resume_on", "published", "held", "held_reason", "confirmed_at", "created_at", "updated_at",
)  # fmt: skip
CREDENTIAL = (
    "id", "therapist_id", "kind_id", "jurisdiction_id", "title", "number", "issued_on", "expires_on", "state",
    "counts_until", "checked_at", "checked_source",
)  # fmt: skip


def plant(therapists: int, *, seed: int = 1, today: date | None = None) -> Planted:
    """Make or renew a population of this size, and remove made-up people beyond it.

    The same size, seed and date give the same people. Sends `practices_changed` for all of them.
    """
    today = today or timezone.now().date()
    planted = Planted()
    blocks = draw_people(therapists, seed=seed, today=today)
    first, waiting = 0, list[list[Person]]()
    for people in blocks:
        waiting.append(people)
        if len(waiting) == BLOCKS_A_TRANSACTION:
            first = _write(waiting, first, planted)
            waiting = []
    _write(waiting, first, planted)
    _remove_beyond(therapists)
    return planted


def _write(blocks: Sequence[list[Person]], first: int, planted: Planted) -> int:
    """One transaction. Returns the number of the next person."""
    at = timezone.now()
    with transaction.atomic():
        _forget(first, first + sum(len(people) for people in blocks))
        for people in blocks:
            rows = _rows(people, first, at)
            _insert(rows)
            _count(rows, planted)
            practices_changed.send(Therapist, ids=[row[0] for row in rows.practices])
            first += len(people)
    return first


def _rows(people: Sequence[Person], first: int, at: datetime) -> _Rows:
    rows = _Rows()
    for number, person in enumerate(people, start=first):
        therapist = FIRST_ID + number
        rows.therapists.append((
            therapist, person.given, person.family, person.gender, person.since, person.bio, person.membership_until,
            person.answer_share, at, at,
        ))  # fmt: skip
        rows.add(Therapist.languages.through, ((therapist, value) for value in person.languages))
        rows.add(Therapist.techniques.through, ((therapist, value) for value in person.techniques))
        rows.add(Therapist.client_groups.through, ((therapist, value) for value in person.groups))
        rows.add(Specialty, ((therapist, *value) for value in person.specialties))
        for place, proof in enumerate(person.proofs):
            _add_proof(rows, FIRST_ID + number * PROOFS_EACH + place, therapist, proof, at)
        for place, site in enumerate(person.sites):
            _add_site(rows, FIRST_ID + number * SITES_EACH + place, therapist, site, at)
    return rows


def _add_proof(rows: _Rows, pk: int, therapist: int, proof: Proof, at: datetime) -> None:
    rows.credentials.append((
        pk, therapist, proof.kind, proof.jurisdiction, proof.title, proof.number, proof.issued, proof.expires,
        proof.state, proof.counts_until, proof.checked_at, proof.source,
    ))  # fmt: skip
    path = PATHS[proof.state]
    when = proof.checked_at or at
    roles = {"submitted": "therapist", "expired": "clock"}
    rows.add(
        CredentialEvent,
        (
            (pk, before, after, roles.get(after, "desk"), "made-up history", "", proof.source, when)
            for before, after in zip(path, path[1:], strict=False)
        ),
    )


def _add_site(rows: _Rows, pk: int, therapist: int, site: Site, at: datetime) -> None:
    rows.practices.append((
        pk, therapist, site.state.code, site.name, site.street, site.city, site.postal_code, *site.point, site.home,
        *site.public, site.clinic, site.reach, site.setting, site.phone, "", site.accepting, None, site.published,
        bool(site.held_reason), site.held_reason, site.confirmed_at, at, at,
    ))  # fmt: skip
    rows.add(Practice.payment_kinds.through, ((pk, value) for value in site.payments))
    rows.add(Practice.access_features.through, ((pk, value) for value in site.access))
    rows.add(Practice.amenities.through, ((pk, value) for value in site.amenities))
    rows.add(Practice.referral_terms.through, ((pk, value) for value in site.referral))
    rows.add(Hours, ((pk, day, clock(opens), clock(closes)) for day, opens, closes in site.hours))
    rows.add(Price, ((pk, *price) for price in site.prices))


def _insert(rows: _Rows) -> None:
    _execute(Therapist, THERAPIST, rows.therapists, renew=True)
    _execute(Practice, PRACTICE, rows.practices, renew=True)
    _execute(Credential, CREDENTIAL, rows.credentials, renew=False)
    for model, columns in CHILDREN.items():
        _execute(model, columns, rows.children.get(model, []), renew=False)


def _execute(model: type[Model], columns: Sequence[str], rows: list[tuple[Any, ...]], *, renew: bool) -> None:
    """INSERT many; with `renew`, rows of the same id are brought up to date in place."""
    if not rows:
        return
    names = ", ".join(columns)
    sql = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608
    if renew:
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns[1:] if name != "created_at")
        sql += f" ON CONFLICT (id) DO UPDATE SET {changes}"
    if connection.vendor == "sqlite":  # as Django keeps them: naive UTC text
        rows = [tuple(_as_text(value) for value in row) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime):
        return str(value.replace(tzinfo=None))
    return str(value) if isinstance(value, date | clock) else value


def _forget(first: int, beyond: int) -> None:
    """Remove what hangs on the people that are about to be written again."""
    for model, columns in CHILDREN.items():
        each = {"therapist_id": 1, "practice_id": SITES_EACH, "credential_id": PROOFS_EACH}[columns[0]]
        low, high = FIRST_ID + first * each, FIRST_ID + beyond * each
        _delete_range(model, columns[0], low, high)
    _delete_range(Credential, "id", FIRST_ID + first * PROOFS_EACH, FIRST_ID + beyond * PROOFS_EACH)


def _delete_range(model: type[Model], column: str, low: int, high: int) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {column} >= %s AND {column} < %s", [low, high])  # noqa: S608


def _remove_beyond(therapists: int) -> None:
    """Made-up people whom a smaller population no longer has, and second practices that went."""
    surplus = Therapist.objects.filter(pk__gte=FIRST_ID + therapists)
    while ids := list(surplus.order_by("pk").values_list("pk", flat=True)[:BLOCK]):
        with transaction.atomic():
            Therapist.objects.filter(pk__in=ids).delete()


def _count(rows: _Rows, planted: Planted) -> None:
    planted.therapists += len(rows.therapists)
    planted.practices += len(rows.practices)
    planted.credentials += len(rows.credentials)
    for row in rows.credentials:
        if row[3] is not None:
            planted.states[row[8]] = planted.states.get(row[8], 0) + 1
