"""A public profile: what may be said of one listed practice, in words. Silence is said to be silence."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby

from directory.geography import KM_PER_MILE
from directory.jurisdictions import jurisdictions
from directory.models import Credential, Practice, Specialty
from directory.vocabulary import vocabulary
from directory.wording import (
    CredentialFact,
    asked_instead,
    credential_fact,
    date_in_words,
    right_to_practise,
)

NOT_RECENT_DAYS = 90
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class SpecialtyFact:
    """Experience with a condition: its level in a word, and cases a year where stated."""

    name: str
    slug: str
    level: str
    cases_per_year: int | None


@dataclass(frozen=True)
class Named:
    """Something with a page of its own."""

    name: str
    slug: str


@dataclass(frozen=True)
class Profile:
    """All that the page shows. The point is the public one; a home's street is never here."""

    practice: int
    name: str
    practice_name: str
    bio: str
    jurisdiction: str
    jurisdiction_wording: str
    credentials: tuple[CredentialFact, ...]
    specialties: tuple[SpecialtyFact, ...]
    techniques: tuple[Named, ...]
    languages: tuple[str, ...]
    client_groups: tuple[str, ...]
    gender: str
    years_text: str
    settings: tuple[str, ...]
    home_based: bool
    address: tuple[str, ...]
    city_state: str
    home_visits_text: str
    hours: tuple[tuple[str, tuple[str, ...]], ...]
    prices: tuple[tuple[int, str], ...]
    payments: tuple[str, ...]
    access_features: tuple[str, ...]
    amenities: tuple[str, ...]
    referral_terms: tuple[str, ...]
    phone: str
    phone_link: str
    website: str
    accepting: str
    accepting_text: str
    confirmed_text: str
    recently_confirmed: bool
    updated_on: date
    latitude: float
    longitude: float


def read_profile(practice: Practice, *, at: datetime) -> Profile:
    """The profile of a practice that may be shown (the caller has asked `listed()`)."""
    therapist = practice.therapist
    counting = [row for row in _credentials(practice) if row.counts_until and row.counts_until > at]
    instead = asked_instead(jurisdictions()[practice.jurisdiction_id])
    right = next((row for row in counting if row.jurisdiction_id or row.kind.slug in instead), None)
    confirmed = practice.confirmed_at
    days = (at - confirmed).days if confirmed else NOT_RECENT_DAYS + 1
    return Profile(
        practice=practice.pk,
        name=therapist.name,
        practice_name=practice.name,
        bio=therapist.bio,
        jurisdiction=practice.jurisdiction.name,
        jurisdiction_wording=right_to_practise(practice.jurisdiction, right),
        credentials=tuple(credential_fact(row) for row in counting),
        specialties=_specialties(practice),
        techniques=tuple(Named(row.name, row.slug) for row in therapist.techniques.all()),
        languages=tuple(row.name for row in therapist.languages.all()),
        client_groups=tuple(row.name for row in therapist.client_groups.all()),
        gender=therapist.get_gender_display() if therapist.gender else "",
        years_text=_years(therapist.practising_since, at),
        settings=_settings(practice),
        home_based=practice.home_based,
        address=_address(practice),
        city_state=f"{practice.city}, {practice.jurisdiction_id}",
        home_visits_text=_home_visits(practice),
        hours=_hours(practice),
        prices=tuple(
            (row.minutes, f"${row.cents / 100:.2f}".removesuffix(".00")) for row in practice.prices.all()
        ),
        payments=tuple(row.name for row in practice.payment_kinds.all()),
        access_features=tuple(row.name for row in practice.access_features.all()),
        amenities=tuple(row.name for row in practice.amenities.all()),
        referral_terms=tuple(row.name for row in practice.referral_terms.all()),
        phone=practice.phone,
        phone_link=_phone_link(practice.phone),
        website=practice.website,
        accepting=practice.accepting,
        accepting_text=practice.get_accepting_display(),
        confirmed_text=_confirmed(confirmed, recent=days <= NOT_RECENT_DAYS),
        recently_confirmed=days <= NOT_RECENT_DAYS,
        updated_on=max(practice.updated_at, therapist.updated_at).date(),
        latitude=practice.public_latitude,
        longitude=practice.public_longitude,
    )


def _credentials(practice: Practice) -> list[Credential]:
    """Counting credentials that hold where the practice is: the right to practise first."""
    rows = practice.therapist.credentials.all()
    here = [row for row in rows if row.jurisdiction_id in (None, practice.jurisdiction_id)]
    return sorted(here, key=lambda row: (row.jurisdiction_id is None, row.kind_id))


def _specialties(practice: Practice) -> tuple[SpecialtyFact, ...]:
    rows = sorted(practice.therapist.specialties.all(), key=lambda row: (-row.level, row.condition.name))
    return tuple(
        SpecialtyFact(
            row.condition.name, row.condition.slug, Specialty.Level(row.level).label, row.cases_per_year
        )
        for row in rows
    )


def _years(since: int | None, at: datetime) -> str:
    if since is None:
        return ""
    years = max(0, at.year - since)
    return "Less than a year" if years < 1 else f"{years} year{'s' if years > 1 else ''}"


def _settings(practice: Practice) -> tuple[str, ...]:
    names = [practice.setting.name] if practice.setting else []
    visits = vocabulary().settings["mobile-home-visit"].name
    if practice.home_visit_reach_km and visits not in names:
        names.append(visits)
    return tuple(names)


def _address(practice: Practice) -> tuple[str, ...]:
    """Lines of the address that may be shown: of a home, and of somebody who only travels, the town."""
    town = f"{practice.city}, {practice.jurisdiction_id}"
    if practice.home_based or not practice.sees_at_clinic:
        return (town,)
    return tuple(line for line in (practice.street, f"{town} {practice.postal_code}") if line)


def _home_visits(practice: Practice) -> str:
    if not practice.home_visit_reach_km:
        return ""
    miles = round(practice.home_visit_reach_km / KM_PER_MILE)
    return f"Home visits within {miles} miles, in {practice.jurisdiction.name} only"


def _hours(practice: Practice) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(weekday, stretches) for each day with hours, as local time."""
    rows = sorted(practice.hours.all(), key=lambda row: (row.weekday, row.opens))
    return tuple(
        (WEEKDAYS[weekday], tuple(f"{_clock(row.opens)} to {_clock(row.closes)}" for row in stretches))
        for weekday, stretches in groupby(rows, key=lambda row: row.weekday)
    )


def _clock(at: time) -> str:
    """As people say it: 8 a.m., 12:30 p.m., noon."""
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {'a.m.' if at.hour < 12 else 'p.m.'}"


def _phone_link(phone: str) -> str:
    """A US number as a link dials it (+12125550116); empty for what is no such number."""
    digits = "".join(mark for mark in phone if mark in "0123456789").removeprefix("1")
    return f"+1{digits}" if len(digits) == 10 else ""


def _confirmed(at: datetime | None, *, recent: bool) -> str:
    if at is None or not recent:
        return "Not recently confirmed"
    day = at.astimezone(UTC)
    return f"Confirmed by the therapist on {date_in_words(day.date())}"
