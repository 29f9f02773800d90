"""What a result card says of a practice: public facts in words. What is not stated is said so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from directory.vocabulary import ConditionEntry, OfferEntry, vocabulary
from directory.wording import card_credential
from search import tokens
from search.requests import Match

NOT_STATED = "not stated"
LEVELS = {tokens.CERTIFIED: "certified", tokens.TRAINED: "trained", tokens.STATED: "stated"}


@dataclass(frozen=True)
class SpecialtyLine:
    """A condition and how far experience with it is proven."""

    name: str
    slug: str
    level: str


@dataclass(frozen=True)
class Card:
    """The texts of one card."""

    name: str
    practice_name: str
    city_state: str
    credential_lines: tuple[str, ...]
    languages: str
    price_text: str
    accepting: str
    accepting_text: str
    confirmed_text: str
    settings_text: str
    home_visits_text: str
    payment_text: str
    access_text: str
    specialties: tuple[SpecialtyLine, ...]


def card_of(match: Match, *, at: datetime, asked: frozenset[int] = frozenset()) -> Card:
    """The card of a match, from the facts of its row alone; conditions of `asked` tokens come first."""
    known, card = vocabulary(), match.card
    accepting = next(name for name, token in tokens.ACCEPTING.items() if token in match.facts)
    return Card(
        name=card["name"],
        practice_name=card["practice"],
        city_state=f"{card['city']}, {card['jurisdiction']}",
        credential_lines=tuple(
            card_credential(jurisdiction=card["jurisdiction"], facts=facts)
            for facts in card["credentials"][:3]
        ),
        languages=_names(match, known.languages),
        price_text=f"${card['price']} for 60 minutes" if card["price"] else "Ask",
        accepting=accepting,
        accepting_text={
            "yes": "Accepting new patients",
            "waiting_list": "Waiting list",
            "no": "Not accepting new patients now",
        }[accepting],
        confirmed_text=_confirmed(card["confirmed"], at),
        settings_text=_names(match, known.settings),
        home_visits_text="Comes to you" if match.comes_to_you else "",
        payment_text=_names(match, known.payment_kinds),
        access_text=_names(match, known.access_features),
        specialties=_specialties(match, asked),
    )


def _names(match: Match, entries: dict[str, OfferEntry]) -> str:
    names = [entry.name for entry in entries.values() if entry.number in match.facts]
    return ", ".join(names) or NOT_STATED


def _specialties(match: Match, asked: frozenset[int]) -> tuple[SpecialtyLine, ...]:
    """Conditions: what was asked for first, then the best proven."""
    table = _specialty_tokens()
    known = sorted(token for token in match.facts if token in table)
    known.sort(key=lambda token: (token not in asked, -table[token][0]))
    found = [table[token] for token in known]
    return tuple(SpecialtyLine(entry.name, entry.slug, LEVELS[level]) for level, entry in found)


@cache
def _specialty_tokens() -> dict[int, tuple[int, ConditionEntry]]:
    """(level, condition) of every specialty token."""
    return {
        tokens.specialty(entry.number, level): (level, entry)
        for entry in vocabulary().conditions.values()
        for level in LEVELS
    }


def _confirmed(day: int, at: datetime) -> str:
    on = date(1970, 1, 1) + timedelta(days=day)
    age = (at.date() - on).days
    if age > 90:
        return "Not recently confirmed"
    return f"Confirmed {on:%B} {on.day}, {on.year}"
