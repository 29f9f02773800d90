"""What a result card says of a practice: public facts in words. What is not stated is said so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from directory.vocabulary import ConditionEntry, OfferEntry, vocabulary
from directory.wording import card_credential, date_in_words
from search import tokens
from search.requests import Match

NOT_STATED = "not stated"
LEADING = 3  # conditions that a card shows unopened
LEVELS = {tokens.CERTIFIED: "certified", tokens.TRAINED: "trained", tokens.STATED: "stated"}


@dataclass(frozen=True)
class SpecialtyLine:
    """A condition and how far experience with it is proven."""

    name: str
    slug: str
    level: str


@dataclass(frozen=True)
class Card:
    """The texts of one card.

    `credential` is the first of the checked ones in short; `credential_lines` say of each who was asked.
    `leading` are the conditions that were asked for (else the best proven), `specialties` the others.
    """

    name: str
    practice_name: str
    city_state: str
    credential: str
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
    leading: tuple[SpecialtyLine, ...]
    specialties: tuple[SpecialtyLine, ...]


def card_of(match: Match, *, at: datetime, asked: frozenset[int] = frozenset()) -> Card:
    """The card of a match, from the facts of its row alone; conditions of `asked` tokens come first."""
    known, card = vocabulary(), match.card
    credentials = card["credentials"][:3]
    leading, specialties = _specialties(match, asked)
    accepting = next(name for name, token in tokens.ACCEPTING.items() if token in match.facts)
    return Card(
        name=card["name"],
        practice_name=card["practice"],
        city_state=f"{card['city']}, {card['jurisdiction']}",
        credential=card_credential(jurisdiction=card["jurisdiction"], facts=credentials[0], short=True)
        if credentials
        else "",
        credential_lines=tuple(
            card_credential(jurisdiction=card["jurisdiction"], facts=facts) for facts in credentials
        ),
        languages=_names(match, known.languages),
        price_text=f"${card['price']} for 60 minutes" if card["price"] else "Price: ask",
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
        leading=leading,
        specialties=specialties,
    )


def _names(match: Match, entries: dict[str, OfferEntry]) -> str:
    names = [entry.name for entry in entries.values() if entry.number in match.facts]
    return ", ".join(names) or NOT_STATED


def _specialties(
    match: Match, asked: frozenset[int]
) -> tuple[tuple[SpecialtyLine, ...], tuple[SpecialtyLine, ...]]:
    """Conditions that lead the card, and the others: what was asked for first, then the best proven."""
    table = _specialty_tokens()
    known = sorted(token for token in match.facts if token in table)
    known.sort(key=lambda token: (token not in asked, -table[token][0]))
    found = [table[token] for token in known]
    lines = tuple(SpecialtyLine(entry.name, entry.slug, LEVELS[level]) for level, entry in found)
    wanted = sum(token in asked for token in known)
    lead = min(wanted or LEADING, LEADING)
    return lines[:lead], lines[lead:]


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
    return f"Confirmed {date_in_words(on)}"
