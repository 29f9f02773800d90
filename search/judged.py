"""The judged searches: who is the right therapist for whom, by hand, over made-up practices that stay.

`search/data/judged_practices.json` has the practices, `judged_searches.json` the searches with the grades.
The practices go through everything that real ones do (the tables, the rule of who is listed, the row
builder), in a transaction that is taken back: what stays are their rows, in memory. Nobody's database is
changed, and no row of it is read.
(PostgreSQL skips a few numbers for related rows; SQLite holds its write lock for a second.)
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from django.db import transaction
from django.http import QueryDict

from directory.credentials import counting_end
from directory.jurisdictions import jurisdictions
from directory.models import Credential, Practice, Price, Specialty, Therapist
from directory.vocabulary import vocabulary
from search import tokens
from search.areas import zip_with_point
from search.engines import database
from search.filters import PracticeFilterSet
from search.inquiry import request_of
from search.place_in_words import read
from search.policy import POLICY, Policy
from search.requests import Region, SearchRequest
from search.rows import Built, build_rows, unpack

DATA: Final = Path(__file__).parent / "data"
# Ids far from those of anybody: they are fixed, so that everybody's turns are, too.
FIRST_ID: Final = 1 << 40
LEGAL_KINDS: Final = {
    "license": "state-licence",
    "registration": "state-registration",
    "voluntary-certification": "state-certificate",
}
LEVELS: Final = {"stated": tokens.STATED, "trained": tokens.TRAINED, "certified": tokens.CERTIFIED}


class JudgementError(ValueError):
    """The data of the judged searches contradict themselves; the message says where."""


@dataclass(frozen=True)
class JudgedSearch:
    """One search with its judgement.

    `form` is what the search form would hold. `grades` say how right each practice is, by key: 3 is the one
    to choose, 2 good, 1 better than nobody, and who is not named 0. `never` must not be shown at all.
    """

    form: Mapping[str, str]
    grades: Mapping[str, int]
    never: tuple[str, ...]
    why: str

    @property
    def label(self) -> str:
        """The search as one line."""
        return urlencode(self.form, safe=", ")


@dataclass(frozen=True)
class JudgedPractices:
    """The rows of the judged practices that are listed, by id, and the key of each."""

    at: datetime
    keys: Mapping[int, str]
    built: tuple[Built, ...]

    def order(self, search: JudgedSearch, policy: Policy = POLICY) -> list[str]:
        """Keys of the first page that a search gives under a policy, best first.

        Raises JudgementError where the search could not run: a field is wrong, or its place is not one.
        """
        request = _request(search, at=self.at)
        rows = unpack([bytes(one.row.packed) for one in self.built if _may_lie_in(one, request)])
        return [self.keys[practice] for practice in database.rank(rows, request, policy).ids]


def _may_lie_in(one: Built, request: SearchRequest) -> bool:
    """What the engine asks of the table; the rest it asks of the rows."""
    if isinstance(request.place, Region) and one.row.jurisdiction != request.place.jurisdiction:
        return False
    inside = all(f" {name} " in one.row.folded_name for name in request.names)
    return inside and one.row.listed_until > request.at.timestamp()


def _request(search: JudgedSearch, *, at: datetime) -> SearchRequest:
    filters = PracticeFilterSet(QueryDict(urlencode(search.form)))
    if not filters.is_valid():
        raise JudgementError(f"{search.label}: {filters.form.errors.as_text()}")
    chosen = filters.form.cleaned_data
    understood, place = read(chosen.get("q") or "", chosen.get("near") or "")
    request = request_of(filters, understood, place, at=at)
    if request.place is None and not request.names:
        raise JudgementError(f"{search.label}: no place")
    return request


@cache
def judged_searches() -> tuple[JudgedSearch, ...]:
    """All judged searches, checked against the practices. Raises JudgementError."""
    practices = {row["key"]: row for row in _read("judged_practices.json")["practices"]}
    found = []
    for row in _read("judged_searches.json")["searches"]:
        form = {name: value for name, value in row.items() if name not in {"grades", "never", "why"}}
        search = JudgedSearch(
            form=form, grades=row["grades"], never=tuple(row.get("never", ())), why=row.get("why", "")
        )
        named = [*search.grades, *search.never]
        wrong = [key for key in named if key not in practices or named.count(key) > 1]
        wrong += [key for key in search.grades if practices.get(key, {}).get("off_list")]
        if wrong or not set(search.grades.values()) <= {0, 1, 2, 3}:
            raise JudgementError(f"{search.label}: {', '.join(wrong) or 'grades are 0 to 3'}")
        found.append(search)
    return tuple(found)


def judged_practices() -> JudgedPractices:
    """Build the rows of the judged practices. Every write is taken back before it returns."""
    data = _read("judged_practices.json")
    at = datetime.fromisoformat(data["meta"]["at"])
    with transaction.atomic():
        keys = plant(data["practices"], at=at)
        built = tuple(build_rows(list(keys), at=at, version=1))
        transaction.set_rollback(True)
    return JudgedPractices(at=at, keys=keys, built=built)


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def plant(practices: Iterable[Mapping[str, Any]], *, at: datetime) -> dict[int, str]:
    """Write judged practices into the tables, within the caller's transaction. Their keys by id."""
    keys: dict[int, str] = {}
    for number, facts in enumerate(practices):
        practice = FIRST_ID + number
        therapist = _therapist(facts, number=practice, at=at)
        _practice(facts, therapist, at=at)
        keys[practice] = facts["key"]
    return keys


def _therapist(facts: Mapping[str, Any], *, number: int, at: datetime) -> Therapist:
    known = vocabulary()
    given, family = facts["key"].rsplit("-", 1)
    therapist = Therapist.objects.create(
        pk=number,
        given_name=given.title(),
        family_name=family.title(),
        gender=facts.get("gender", ""),
        practising_since=facts.get("since"),
        answer_share=facts.get("answers"),
        membership_until=at + timedelta(days=365),
    )
    therapist.languages.set(known.languages[slug].number for slug in facts.get("languages", ["en"]))
    therapist.techniques.set(known.techniques[slug].number for slug in facts.get("techniques", ()))
    Specialty.objects.bulk_create(
        Specialty(therapist=therapist, condition_id=known.conditions[slug].number, level=LEVELS[level])
        for slug, level in facts["conditions"].items()
    )
    return therapist


def _practice(facts: Mapping[str, Any], therapist: Therapist, *, at: datetime) -> None:
    known, spot = vocabulary(), zip_with_point(facts["zip"])
    if spot is None or spot.latitude is None or spot.longitude is None:
        raise JudgementError(f"{facts['key']}: {facts['zip']} has no point")
    setting = "mobile-home-visit" if facts.get("only_visits") else facts.get("setting", "private-practice")
    off_list = facts.get("off_list", "")
    held = off_list == "held by the desk"
    practice = Practice.objects.create(
        pk=therapist.pk,
        therapist=therapist,
        jurisdiction_id=spot.state,
        city=spot.city,
        postal_code=facts["zip"],
        latitude=spot.latitude,
        longitude=spot.longitude,
        public_latitude=spot.latitude,
        public_longitude=spot.longitude,
        sees_at_clinic=not facts.get("only_visits"),
        home_visit_reach_km=facts.get("home_visits_km"),
        setting_id=known.settings[setting].number,
        accepting=facts.get("accepting", "yes"),
        published=off_list != "not published",
        held=held,
        held_reason="a complaint is being looked into" if held else "",
        confirmed_at=at - timedelta(days=facts.get("confirmed_days_ago", 10)),
    )
    practice.payment_kinds.set(known.payment_kinds[slug].number for slug in facts.get("payment", ()))
    practice.access_features.set(known.access_features[slug].number for slug in facts.get("access", ()))
    if "price" in facts:
        Price.objects.create(practice=practice, minutes=60, cents=facts["price"] * 100)
    legal = LEGAL_KINDS.get(jurisdictions()[spot.state].regulation)
    for slug in [*([legal] if legal else ()), *facts.get("credentials", ())]:
        _credential(slug, practice, off_list=off_list, at=at)


def _credential(slug: str, practice: Practice, *, off_list: str, at: datetime) -> None:
    """A credential as the desk would have left it; a licence may have ended or been suspended."""
    kind = vocabulary().credential_kinds[slug]
    of_state = kind.scope == "legal"
    ended: date = (at + timedelta(days=-20 if off_list == "licence expired" and of_state else 400)).date()
    state = Credential.State.VERIFIED
    if of_state and off_list == "licence suspended":
        state = Credential.State.SUSPENDED
    credential = Credential(
        therapist=practice.therapist,
        kind_id=kind.number,
        jurisdiction=practice.jurisdiction if of_state else None,
        number=f"JUDGED-{practice.pk - FIRST_ID}",
        expires_on=ended,
        state=state,
        checked_at=at - timedelta(days=60),
        checked_source="made up",
    )
    credential.counts_until = counting_end(credential, state)
    credential.save(force_insert=True)
