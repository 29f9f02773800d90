"""What is said on a condition page besides the vocabulary: sessions, clearance, paying, questions.

The texts are data (`directory/data/guidance.json`): one default, and additions by group, clearance
level or single condition where they differ.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from directory.vocabulary import ConditionEntry, OfferEntry, read_data, vocabulary

# Signs that cannot wait come first: an emergency, then help on the same day, then the rest.
_EMERGENCY = re.compile(r"\b(911|988|emergency|1-8\d\d-\d{3}-\d{4})\b", re.IGNORECASE)
_SAME_DAY = re.compile(r"same[- ]day|\burgent\b|\bnow\b|\bday or night\b", re.IGNORECASE)


@dataclass(frozen=True)
class RedFlagLine:
    """A sign for which a doctor comes first. urgency: 0 emergency, 1 the same day, 2 before any massage."""

    text: str
    urgency: int

    @property
    def emergency(self) -> bool:
        return self.urgency == 0


@dataclass(frozen=True)
class Guidance:
    """The texts of one condition page."""

    red_flags: tuple[RedFlagLine, ...]
    red_flags_for_all: tuple[RedFlagLine, ...]
    clearance_title: str
    clearance_text: str
    session: tuple[str, ...]
    sessions_needed: str
    evidence_grade: str
    evidence_text: str
    evidence_reviewed_on: date
    insurance_intro: str
    insurance_facts: tuple[OfferEntry, ...]
    insurance_questions: tuple[str, ...]
    questions: tuple[str, ...]


def emergencies_first(lines: tuple[str, ...]) -> tuple[RedFlagLine, ...]:
    """The lines by urgency; lines of the same urgency keep their order."""
    return tuple(sorted((RedFlagLine(line, urgency(line)) for line in lines), key=lambda flag: flag.urgency))


def urgency(line: str) -> int:
    """0 for an emergency, 1 for care on the same day, 2 for the rest."""
    if _EMERGENCY.search(line):
        return 0
    return 1 if _SAME_DAY.search(line) else 2


@cache
def _texts() -> dict[str, Any]:
    return read_data("guidance.json")


def guidance(condition: ConditionEntry) -> Guidance:
    """The texts for a condition."""
    texts, known = _texts(), vocabulary()
    clearance, evidence = texts["clearance"][condition.medical_clearance], texts["evidence"]
    facts = _narrowest(texts["insurance"]["facts"], condition)
    return Guidance(
        red_flags=emergencies_first(condition.see_a_doctor_first),
        red_flags_for_all=emergencies_first(known.see_a_doctor_first),
        clearance_title=clearance["title"],
        clearance_text=clearance["text"],
        session=_added_up(texts["session"], condition),
        sessions_needed=_narrowest(texts["sessions_needed"], condition),
        evidence_grade=evidence["grade"],
        evidence_text=evidence["text"],
        evidence_reviewed_on=date.fromisoformat(evidence["reviewed_on"]),
        insurance_intro=texts["insurance"]["intro"],
        insurance_facts=tuple(known.payment_kinds[slug] for slug in facts),
        insurance_questions=tuple(texts["insurance"]["ask"]),
        questions=_added_up(texts["questions"], condition),
    )


def _narrowest(choices: dict[str, Any], condition: ConditionEntry) -> Any:
    """The text for this very condition, else for its group, else the usual one."""
    by_condition, by_group = choices.get("conditions", {}), choices.get("groups", {})
    return by_condition.get(condition.slug, by_group.get(condition.group, choices["default"]))


def _added_up(choices: dict[str, Any], condition: ConditionEntry) -> tuple[str, ...]:
    """What is said to everybody, with what the condition, its group and its clearance add: special first."""
    special = choices.get("conditions", {}).get(condition.slug, [])
    group = choices.get("groups", {}).get(condition.group, [])
    clearance = choices.get("clearance", {}).get(condition.medical_clearance, [])
    usual: list[str] = choices["default"]
    return (usual[0], *special, *group, *usual[1:], *clearance)
