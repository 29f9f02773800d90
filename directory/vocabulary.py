"""The words Palmar knows: conditions, techniques, credential kinds, what a practice may offer.

The files in `directory/data/` are the one source. They are read once per process into
frozen objects; `manage.py load_vocabulary` checks them and writes the keys that other
tables point to. Every entry carries a **number** that is its primary key in the database
and its token in a search row: numbers are given once and never used again.

Blocks of numbers: 1-99 facts (below), 100 languages, 200 payment kinds, 300 settings,
400 access features, 500 credential kinds, 600 amenities, 700 client groups,
800 referral terms, 1000 techniques, 4000 conditions in steps of four, so that
condition number + evidence level (1, 2, 3) is the token of a specialty.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def fold(text: str) -> str:
    """Text as both sides of every comparison see it.

    Lower case, no accents, apostrophes dropped, all other punctuation as single spaces.
    """
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    text = "".join(mark for mark in text if not unicodedata.combining(mark)).lower()
    text = re.sub(r"['’‘`´]", "", text)
    return " ".join(re.sub(r"[^a-z0-9&+]+", " ", text).split())


@dataclass(frozen=True)
class IcdCode:
    """One ICD-10-CM entry of a condition.

    kind: `code` (exactly this one), `prefix` (this and all below it) or `chapter-prefix`.
    strength: `primary` (the code names the condition) or `related` (an acceptable, looser match).
    """

    code: str
    kind: str
    strength: str
    title: str
    billable: bool | None


@dataclass(frozen=True)
class ConditionEntry:
    """What Palmar knows about one condition; texts are shown, misspellings only match."""

    number: int
    slug: str
    name: str
    group: str
    parent: str | None
    description: str
    synonyms: tuple[str, ...]
    misspellings: tuple[str, ...]
    synonyms_es: tuple[str, ...]
    icd10: tuple[IcdCode, ...]
    see_a_doctor_first: tuple[str, ...]
    contraindications: tuple[str, ...]
    medical_clearance: str
    techniques: tuple[str, ...]
    certifications: tuple[str, ...]
    related: tuple[str, ...]


@dataclass(frozen=True)
class ConditionGroup:
    """A heading that conditions are browsed by."""

    slug: str
    name: str
    description: str


@dataclass(frozen=True)
class TechniqueEntry:
    """A massage technique or a modality used beside it."""

    number: int
    slug: str
    name: str
    kind: str
    pressure: str | None
    advanced_training: bool
    description: str
    synonyms: tuple[str, ...]
    scope_and_safety_note: str


@dataclass(frozen=True)
class CredentialKindEntry:
    """A kind of proof; `scope` is legal, general, specialty or other."""

    number: int
    slug: str
    name: str
    abbreviation: str | None
    issuing_body: str
    kind: str
    expiry_months: int | None
    certifies_for_conditions: tuple[str, ...]
    certifies_for_techniques: tuple[str, ...]
    public_registry: str
    note: str
    scope: str


@dataclass(frozen=True)
class OfferEntry:
    """Something a practice may offer or accept: a language, a payment kind, a setting, a feature."""

    number: int
    slug: str
    name: str
    synonyms: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """All of it, with the look-ups that the rooms need."""

    groups: tuple[ConditionGroup, ...]
    conditions: dict[str, ConditionEntry]
    techniques: dict[str, TechniqueEntry]
    credential_kinds: dict[str, CredentialKindEntry]
    languages: dict[str, OfferEntry]
    payment_kinds: dict[str, OfferEntry]
    settings: dict[str, OfferEntry]
    access_features: dict[str, OfferEntry]
    amenities: dict[str, OfferEntry]
    client_groups: dict[str, OfferEntry]
    referral_terms: dict[str, OfferEntry]
    see_a_doctor_first: tuple[str, ...]
    contraindications: tuple[str, ...]
    meta: dict[str, dict[str, Any]]

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Slugs of the conditions whose parent is the key."""
        found: dict[str, list[str]] = {}
        for entry in self.conditions.values():
            if entry.parent:
                found.setdefault(entry.parent, []).append(entry.slug)
        return {parent: tuple(slugs) for parent, slugs in found.items()}

    @cached_property
    def names_by_number(self) -> dict[int, str]:
        """The name that people read, for every number of the vocabulary."""
        tables: tuple[dict[str, Any], ...] = (
            self.conditions, self.techniques, self.credential_kinds, self.languages, self.payment_kinds,
            self.settings, self.access_features, self.amenities, self.client_groups, self.referral_terms,
        )  # fmt: skip
        return {entry.number: entry.name for table in tables for entry in table.values()}


def read_data(name: str) -> dict[str, Any]:
    """One file of `directory/data/`, parsed."""
    data: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return data


def _pick(row: dict[str, Any], kind: type) -> dict[str, Any]:
    """The fields of the dataclass `kind` that a data row holds; lists become tuples."""
    fields = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return {
        name: tuple(row[name]) if isinstance(row[name], list) else row[name] for name in fields if name in row
    }


def _condition(row: dict[str, Any]) -> ConditionEntry:
    codes = tuple(IcdCode(**_pick(code, IcdCode)) for code in row["icd10"])
    return ConditionEntry(**(_pick(row, ConditionEntry) | {"icd10": codes}))


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of this release, read once per process."""
    conditions, techniques = read_data("conditions.json"), read_data("techniques.json")
    credentials, offers = read_data("credentials.json"), read_data("offers.json")

    def offer(name: str) -> dict[str, OfferEntry]:
        return {row["slug"]: OfferEntry(**_pick(row, OfferEntry)) for row in offers[name]}

    return Vocabulary(
        groups=tuple(ConditionGroup(**_pick(row, ConditionGroup)) for row in conditions["groups"]),
        conditions={row["slug"]: _condition(row) for row in conditions["conditions"]},
        techniques={
            row["slug"]: TechniqueEntry(**_pick(row, TechniqueEntry)) for row in techniques["techniques"]
        },
        credential_kinds={
            row["slug"]: CredentialKindEntry(**_pick(row, CredentialKindEntry))
            for row in credentials["credential_kinds"]
        },
        languages=offer("languages"),
        payment_kinds=offer("payment_kinds"),
        settings=offer("settings"),
        access_features=offer("access_features"),
        amenities=offer("amenities"),
        client_groups=offer("client_groups"),
        referral_terms=offer("referral_terms"),
        see_a_doctor_first=tuple(conditions["global_see_a_doctor_first"]),
        contraindications=tuple(conditions["global_contraindications"]),
        meta={
            "conditions": conditions["meta"],
            "techniques": techniques["meta"],
            "credentials": credentials["meta"],
            "offers": offers["meta"],
        },
    )
