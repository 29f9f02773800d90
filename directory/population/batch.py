"""The rows of one block of made-up people, by table, and the ids they go by."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from directory.models import (
    Credential,
    CredentialEvent,
    Hours,
    Practice,
    Price,
    Specialty,
    Therapist,
)

FIRST_ID, BEYOND_ID = 1_000_000_000, 2_000_000_000
SITES_EACH = 2
PROOFS_EACH = 32

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """One table: the columns that are written, the first of which says whose the row is.

    `each`: how many values of the first column one person has. `kept`: rows have ids of their own and
    are brought up to date in place, since others may point to them; all others are replaced.
    """

    model: type[Model]
    columns: tuple[str, ...]
    each: int
    kept: bool = False

    @property
    def name(self) -> str:
        """Its name in the database."""
        return self.model._meta.db_table

    def ids(self, first: int, beyond: int) -> tuple[int, int]:
        """The range of the first column that belongs to people first <= n < beyond."""
        return FIRST_ID + first * self.each, FIRST_ID + beyond * self.each


THERAPISTS = Table(
    Therapist,
    ("id", "given_name", "family_name", "gender", "practising_since", "bio", "membership_until",
     "answer_share",
     "created_at", "updated_at"),
    each=1, kept=True,
)  # fmt: skip
PRACTICES = Table(
    Practice,
    ("id", "therapist_id", "jurisdiction_id", "name", "street", "city", "postal_code", "latitude",
     "longitude",
     "home_based", "public_latitude", "public_longitude", "sees_at_clinic", "home_visit_reach_km",
     "setting_id",
     "phone", "website", "accepting", "resume_on", "published", "held", "held_reason", "confirmed_at",
     "created_at", "updated_at"),
    each=SITES_EACH, kept=True,
)  # fmt: skip
CREDENTIALS = Table(
    Credential,
    ("id", "therapist_id", "kind_id", "jurisdiction_id", "title", "number", "issued_on", "expires_on",
     "state",
     "counts_until", "checked_at", "checked_source"),
    each=PROOFS_EACH, kept=True,
)  # fmt: skip
LANGUAGES = Table(Therapist.languages.through, ("therapist_id", "language_id"), each=1)
TECHNIQUES = Table(Therapist.techniques.through, ("therapist_id", "technique_id"), each=1)
CLIENT_GROUPS = Table(Therapist.client_groups.through, ("therapist_id", "clientgroup_id"), each=1)
SPECIALTIES = Table(Specialty, ("therapist_id", "condition_id", "level", "cases_per_year"), each=1)
PAYMENT_KINDS = Table(Practice.payment_kinds.through, ("practice_id", "paymentkind_id"), each=SITES_EACH)
ACCESS = Table(Practice.access_features.through, ("practice_id", "accessfeature_id"), each=SITES_EACH)
AMENITIES = Table(Practice.amenities.through, ("practice_id", "amenity_id"), each=SITES_EACH)
REFERRAL_TERMS = Table(Practice.referral_terms.through, ("practice_id", "referralterm_id"), each=SITES_EACH)
HOURS = Table(Hours, ("practice_id", "weekday", "opens", "closes"), each=SITES_EACH)
PRICES = Table(Price, ("practice_id", "minutes", "cents"), each=SITES_EACH)
EVENTS = Table(
    CredentialEvent,
    ("credential_id", "from_state", "to_state", "role", "reason", "evidence", "source", "at"),
    each=PROOFS_EACH,
)  # fmt: skip
# In the order of writing: whoever is pointed to comes first.
TABLES = (
    THERAPISTS, PRACTICES, CREDENTIALS, LANGUAGES, TECHNIQUES, CLIENT_GROUPS, SPECIALTIES, PAYMENT_KINDS,
    ACCESS, AMENITIES, REFERRAL_TERMS, HOURS, PRICES, EVENTS,
)  # fmt: skip


@dataclass
class Batch:
    """Rows to write, by the name of their table. Dates and instants are text, as databases read them."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {table.name: [] for table in TABLES})

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Put rows with them."""
        self.rows[table.name].extend(rows)

    def of(self, table: Table) -> list[Row]:
        """The rows of one table."""
        return self.rows[table.name]

    def cut(self, beyond: int) -> None:
        """Leave out everybody whose number is `beyond` or more."""
        for table in TABLES:
            end = table.ids(beyond, beyond)[0]
            self.rows[table.name] = [row for row in self.of(table) if row[0] < end]
