"""The facets: what results can be narrowed by, with the token of each value.

A facet of several values narrows (each value is one more demand); a facet of one value is one-of and
is counted without its own selection. What a count promises, a click gives.
"""

from dataclasses import dataclass
from functools import cache

from directory.vocabulary import OfferEntry, vocabulary
from search import tokens


@dataclass(frozen=True)
class FacetValue:
    """One value: how it stands in the URL, what people read, and the token that both engines match."""

    value: str
    label: str
    token: int


@dataclass(frozen=True)
class Facet:
    """A group of values. `several`: they can be combined. `unstated`: token of rows that say nothing.

    `whole`: pages name every value, with 0 where nothing has it; the others are long lists.
    """

    name: str
    label: str
    values: tuple[FacetValue, ...]
    several: bool
    unstated: int | None = None
    whole: bool = True

    def __deepcopy__(self, memo: object) -> "Facet":
        """Itself: it never changes, and every form would copy some 400 values."""
        return self

    def choices(self) -> list[tuple[str, str]]:
        """(value, label) pairs for a form field."""
        return [(value.value, value.label) for value in self.values]


EVIDENCE_LEVELS = {
    "stated": (tokens.STATED, "Stated by the therapist, or better"),
    "trained": (tokens.TRAINED, "Training seen by our desk, or better"),
    "certified": (tokens.CERTIFIED, "Certified, checked with the issuer"),
}


def _offers(entries: dict[str, OfferEntry]) -> tuple[FacetValue, ...]:
    return tuple(FacetValue(entry.slug, entry.name, entry.number) for entry in entries.values())


@cache
def facets() -> tuple[Facet, ...]:
    """All token facets in the order in which pages show them. Least evidence is computed per search."""
    known = vocabulary()
    credentials = tuple(
        FacetValue(
            kind.slug, f"{kind.name} ({kind.abbreviation})" if kind.abbreviation else kind.name, kind.number
        )
        for kind in known.credential_kinds.values()
        if kind.scope in ("general", "specialty")
        and kind.kind not in ("membership", "identifier", "training")
    )
    techniques = tuple(FacetValue(row.slug, row.name, row.number) for row in known.techniques.values())
    return (
        Facet(
            "accepting",
            "Openings",
            (
                FacetValue("yes", "Accepting new patients", tokens.ACCEPTING["yes"]),
                FacetValue("waiting_list", "Waiting list", tokens.ACCEPTING["waiting_list"]),
                FacetValue("no", "Not accepting now", tokens.ACCEPTING["no"]),
            ),
            several=False,
        ),
        Facet("setting", "Where", _offers(known.settings), several=True, unstated=tokens.UNSTATED["setting"]),
        Facet(
            "payment",
            "Ways to pay",
            _offers(known.payment_kinds),
            several=True,
            unstated=tokens.UNSTATED["payment"],
        ),
        Facet(
            "price",
            "Price of 60 minutes",
            (
                FacetValue("under-80", "Under $80", tokens.PRICE_BANDS["under-80"][0]),
                FacetValue("80-99", "$80 to $99", tokens.PRICE_BANDS["80-99"][0]),
                FacetValue("100-129", "$100 to $129", tokens.PRICE_BANDS["100-129"][0]),
                FacetValue("130-or-more", "$130 or more", tokens.PRICE_BANDS["130-or-more"][0]),
            ),
            several=False,
            unstated=tokens.UNSTATED["price"],
        ),
        Facet(
            "language",
            "Language",
            _offers(known.languages),
            several=True,
            unstated=tokens.UNSTATED["language"],
            whole=False,
        ),
        Facet(
            "gender",
            "Therapist is",
            (
                FacetValue("female", "Female", tokens.GENDER["female"]),
                FacetValue("male", "Male", tokens.GENDER["male"]),
                FacetValue("nonbinary", "Non-binary", tokens.GENDER["nonbinary"]),
            ),
            several=False,
            unstated=tokens.UNSTATED["gender"],
        ),
        Facet(
            "access",
            "Wheelchair and access",
            _offers(known.access_features),
            several=True,
            unstated=tokens.UNSTATED["access"],
        ),
        Facet(
            "technique",
            "Technique",
            techniques,
            several=True,
            unstated=tokens.UNSTATED["technique"],
            whole=False,
        ),
        Facet("credential", "Certificates", credentials, several=True, whole=False),
    )


@cache
def facet(name: str) -> Facet:
    """The facet of this name."""
    return next(row for row in facets() if row.name == name)
