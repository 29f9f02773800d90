"""The tables of the directory, by subject."""

from directory.models.case import Case, EntryReport, MergedPractice
from directory.models.check import CheckRecord
from directory.models.credential import Credential, CredentialEvent
from directory.models.document import Document
from directory.models.jurisdiction import Demand, DemandOption, Jurisdiction
from directory.models.practice import Hours, Practice, PracticeQuerySet, Price
from directory.models.proposal import Proposal
from directory.models.therapist import Specialty, Therapist
from directory.models.vocabulary import (
    AccessFeature,
    Amenity,
    ClientGroup,
    Condition,
    CredentialKind,
    Language,
    PaymentKind,
    ReferralTerm,
    Setting,
    Technique,
)

__all__ = [
    "AccessFeature",
    "Amenity",
    "Case",
    "CheckRecord",
    "ClientGroup",
    "Condition",
    "Credential",
    "CredentialEvent",
    "CredentialKind",
    "Demand",
    "DemandOption",
    "Document",
    "EntryReport",
    "Hours",
    "Jurisdiction",
    "Language",
    "MergedPractice",
    "PaymentKind",
    "Practice",
    "PracticeQuerySet",
    "Price",
    "Proposal",
    "ReferralTerm",
    "Setting",
    "Specialty",
    "Technique",
    "Therapist",
]
