"""Names of made-up people and their practices."""

from dataclasses import dataclass
from functools import cache

from directory.vocabulary import read_data

PRACTICE_WORDS = (
    "Medical Massage", "Therapeutic Massage", "Bodywork", "Massage Therapy", "Clinical Massage", "Neuromuscular Care",
    "Myofascial Studio", "Recovery Massage",
)  # fmt: skip
PRACTICE_PLACES = (
    "Lakeside", "Riverbend", "Northgate", "Maple Street", "Harbor", "Hillcrest", "Oak Park", "Stillwater", "Cedar Grove",
    "Union Square", "Summit", "Old Mill", "Garden District", "Prairie", "Bayview", "Elm Tree", "Fairview", "Cornerstone",
)  # fmt: skip
BIO_OPENINGS = (
    "I work slowly and explain what I do.",
    "My practice is small and quiet.",
    "I came to massage therapy after years in nursing.",
    "I see people with long-lasting pain most days of the week.",
    "I enjoy working together with physicians and physical therapists.",
    "I trained in clinical massage and keep learning every year.",
)
BIO_MIDDLES = (
    "We begin with a talk about your history and your goals.",
    "Before we start I ask about medicines, surgery and what your doctor advises.",
    "You decide how much pressure feels right, and we can stop at any time.",
    "I take notes of each session and share them with your clinician if you wish.",
    "Sessions are fully draped and follow a written plan.",
)
BIO_ENDINGS = (
    "If massage is not the right thing for you today, I will say so.",
    "I keep a few late appointments for people who work.",
    "Please bring any letter or prescription you have.",
    "Parking is close to the door.",
)


@dataclass(frozen=True)
class Names:
    """Lists to draw from."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    neutral: tuple[str, ...]
    family: tuple[str, ...]


@cache
def names() -> Names:
    """The name lists of `directory/data/names.json`."""
    data = read_data("names.json")
    female, male, neutral, family = (
        tuple(dict.fromkeys(str(data[key]).split())) for key in ("female", "male", "neutral", "family")
    )
    return Names(female=female, male=male, neutral=neutral, family=family)
