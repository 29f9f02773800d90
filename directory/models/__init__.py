"""The tables of the directory, by subject."""

from directory.models.credential import Credential, CredentialEvent
from directory.models.jurisdiction import Demand, DemandOption, Jurisdiction
from directory.models.practice import Hours, Practice, PracticeQuerySet, Price
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
    "ClientGroup",
    "Condition",
    "Credential",
    "CredentialEvent",
    "CredentialKind",
    "Demand",
    "DemandOption",
    "Hours",
    "Jurisdiction",
    "Language",
    "PaymentKind",
    "Practice",
    "PracticeQuerySet",
    "Price",
    "ReferralTerm",
    "Setting",
    "Specialty",
    "Technique",
    "Therapist",
]
