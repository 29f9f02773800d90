"""Writes the vocabulary, the jurisdictions and their demands to the database.

The files win over the tables, and a second run changes nothing. What the files no longer hold stays and
is reported: somebody may point to it, and a number is never given again. A demand is the files' own
if its jurisdiction and beginning stand there; every other one was added by the desk and is left alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from directory.credentials import recount
from directory.jurisdictions import DemandEntry, JurisdictionEntry, jurisdictions
from directory.models import (
    AccessFeature,
    Amenity,
    ClientGroup,
    Condition,
    Credential,
    CredentialKind,
    Demand,
    DemandOption,
    Jurisdiction,
    Language,
    PaymentKind,
    Practice,
    ReferralTerm,
    Setting,
    Technique,
)
from directory.signals import practices_changed
from directory.vocabulary import CredentialKindEntry, Vocabulary, vocabulary
from directory.vocabulary_check import problems, read_files

Values = dict[str, Any]
# What decides when a credential ends: a change of these is a change of who may be shown.
RULES_OF_THE_CLOCK = {"time_zone", "renewal_grace_days"}


class VocabularyRefused(Exception):
    """The files are wrong, or contradict what the tables hold; nothing was written."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass
class Tally:
    """What a load did, counted in rows."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The counts; `left` names what the files no longer hold, where there is any."""
        counts = {"created": self.created, "changed": self.changed, "unchanged": self.unchanged}
        return counts | ({"left": self.left} if self.left else {})


def load() -> Tally:
    """Check the files and write them, in one transaction; tell readers whose rules changed."""
    if found := problems(read_files()):
        raise VocabularyRefused(found)
    with transaction.atomic():
        return _write(vocabulary(), jurisdictions())


def _write(words: Vocabulary, places: dict[str, JurisdictionEntry]) -> Tally:
    tally = Tally()
    for model, wanted in _terms(words):
        _upsert(model, wanted, tally)
    kinds = {entry.number: _kind(entry) for entry in words.credential_kinds.values()}
    clocks = Q(kind__in=[key for key, fields in _upsert(CredentialKind, kinds, tally) if "expires" in fields])
    changed = _upsert(Jurisdiction, {code: _jurisdiction(place) for code, place in places.items()}, tally)
    zones = [code for code, fields in changed if fields & RULES_OF_THE_CLOCK]
    demanding = _load_demands(words, places, tally)
    therapists = recount(Credential.objects.filter(clocks | Q(jurisdiction__in=zones)))
    _announce(demanding | set(zones), therapists)
    return tally


def _terms(words: Vocabulary) -> list[tuple[type[models.Model], dict[Any, Values]]]:
    tables: list[tuple[type[models.Model], dict[str, Any]]] = [
        (Technique, words.techniques), (Language, words.languages), (PaymentKind, words.payment_kinds),
        (Setting, words.settings), (AccessFeature, words.access_features), (Amenity, words.amenities),
        (ClientGroup, words.client_groups), (ReferralTerm, words.referral_terms),
    ]  # fmt: skip
    numbers = {entry.slug: entry.number for entry in words.conditions.values()}
    conditions: dict[Any, Values] = {
        entry.number: {"slug": entry.slug, "name": entry.name, "parent_id": numbers.get(entry.parent or "")}
        for entry in words.conditions.values()
    }
    return [
        (Condition, conditions),
        *(
            (model, {entry.number: {"slug": entry.slug, "name": entry.name} for entry in entries.values()})
            for model, entries in tables
        ),
    ]


def _kind(entry: CredentialKindEntry) -> Values:
    return {
        "slug": entry.slug,
        "name": entry.name,
        "scope": entry.scope,
        "abbreviation": entry.abbreviation or "",
        "issuing_body": entry.issuing_body,
        "expires": entry.scope == "legal" or entry.expiry_months is not None,
    }


def _jurisdiction(place: JurisdictionEntry) -> Values:
    same = (
        "name", "regulation", "time_zone", "agency", "lookup_url", "number_pattern",
        "number_pattern_confidence", "renewal_months", "renewal_grace_days", "confidence", "source",
        "reviewed_on", "note",
    )  # fmt: skip
    titles = [{"abbreviation": title.abbreviation, "title": title.title} for title in place.titles]
    return {name: getattr(place, name) for name in same} | {"titles": titles}


def _upsert(
    model: type[models.Model], wanted: dict[Any, Values], tally: Tally
) -> list[tuple[Any, frozenset[str]]]:
    """Make the table say what the files say; the keys of rows that changed, with the fields."""
    rows: dict[Any, Any] = model._default_manager.in_bulk()
    _refuse_moved_numbers(model, rows, wanted)
    changed: list[tuple[Any, frozenset[str]]] = []
    for key in wanted.keys() & rows.keys():
        fields = frozenset(name for name, value in wanted[key].items() if getattr(rows[key], name) != value)
        if fields:
            changed.append((key, fields))
    new = [model(pk=key, **values) for key, values in wanted.items() if key not in rows]
    model._default_manager.bulk_create(new)
    for key, fields in changed:
        model._default_manager.filter(pk=key).update(**{name: wanted[key][name] for name in fields})
    tally.created += len(new)
    tally.changed += len(changed)
    tally.unchanged += len(wanted) - len(new) - len(changed)
    tally.left += [
        f"{model._meta.verbose_name} {key}: {rows[key]}" for key in sorted(rows.keys() - wanted.keys())
    ]
    return changed


def _refuse_moved_numbers(model: type[models.Model], rows: dict[Any, Any], wanted: dict[Any, Values]) -> None:
    """A slug keeps its number: rows elsewhere point to the number and would change their meaning."""
    known = {row.slug: key for key, row in rows.items() if hasattr(row, "slug")}
    moved = [
        f"{model._meta.verbose_name} {values['slug']} has number {known[values['slug']]}, the files say {key}"
        for key, values in wanted.items()
        if known.get(values.get("slug"), key) != key
    ]
    if moved:
        raise VocabularyRefused(moved)


def _load_demands(words: Vocabulary, places: dict[str, JurisdictionEntry], tally: Tally) -> set[str]:
    """Write the demands of the files; codes of jurisdictions where one is new or changed."""
    kinds = {entry.slug: entry.number for entry in words.credential_kinds.values()}
    rows = {
        (demand.jurisdiction_id, demand.valid_from): demand
        for demand in Demand.objects.prefetch_related("options")
    }
    changed: set[str] = set()
    for place in places.values():
        for entry in place.demands:
            before = rows.get((place.code, entry.starts))
            if before is None:
                tally.created += 1
            elif _stands(before) == _wanted(entry, kinds):
                tally.unchanged += 1
                continue
            else:
                tally.changed += 1
            _write_demand(place.code, entry, kinds)
            changed.add(place.code)
    return changed


def _stands(demand: Demand) -> tuple[datetime | None, str, set[tuple[int, int | None]]]:
    options = {(option.kind_id, option.along_with_id) for option in demand.options.all()}
    return demand.valid_until, demand.reason, options


def _wanted(
    entry: DemandEntry, kinds: dict[str, int]
) -> tuple[datetime | None, str, set[tuple[int, int | None]]]:
    options = {(kinds[option[0]], kinds[option[1]] if option[1:] else None) for option in entry.any_of}
    return entry.ends, entry.reason, options


def _write_demand(code: str, entry: DemandEntry, kinds: dict[str, int]) -> None:
    ends, reason, options = _wanted(entry, kinds)
    demand, _ = Demand.objects.update_or_create(
        jurisdiction_id=code, valid_from=entry.starts, defaults={"valid_until": ends, "reason": reason}
    )
    demand.options.all().delete()
    DemandOption.objects.bulk_create(
        DemandOption(demand=demand, kind_id=kind, along_with_id=along)
        for kind, along in sorted(options, key=str)
    )


def _announce(codes: Iterable[str], therapists: Iterable[int]) -> None:
    concerned = Practice.objects.filter(Q(jurisdiction__in=codes) | Q(therapist__in=therapists))
    if ids := list(concerned.order_by("pk").values_list("pk", flat=True)):
        practices_changed.send(Jurisdiction, ids=ids)
