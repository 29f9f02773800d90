"""When a results page offers to tell somebody, and the form that it shows then."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.same_site import issue_token
from directory.geography import KM_PER_MILE
from directory.vocabulary import vocabulary
from search.areas import origin_of, zip_of, zip_with_point
from search.inquiry import FEW, Answer
from search.understanding import Ask

MOST_CONDITIONS = 5


@dataclass(frozen=True)
class Offer:
    """What would be watched for: condition slugs and names, ZIP, area in words, radius in miles."""

    slugs: tuple[str, ...]
    names: tuple[str, ...]
    postal_code: str
    area: str
    within: int
    form_token: str


def offer(found: Answer) -> Offer | None:
    """The offer for an answer with fewer than three results; None where there is nothing to watch for.

    A condition and a place in the United States are needed. With a filter in force none is made: a watch
    keeps no filters, and without them there may be many already.
    """
    request, results = found.request, found.results
    if request is None or results is None or request.origin is None or request.clauses:
        return None
    slugs = conditions_asked(found.understood.asks)[:MOST_CONDITIONS]
    row = zip_of(request.origin) if slugs and results.total < FEW else None
    if row is None:
        return None
    known = vocabulary().conditions
    return Offer(
        slugs=slugs,
        names=tuple(known[slug].name for slug in slugs),
        postal_code=row.code,
        area=origin_of(row).label,
        within=max(1, round(request.within_km / KM_PER_MILE)),
        form_token=issue_token(),
    )


def conditions_asked(asks: tuple[Ask, ...]) -> tuple[str, ...]:
    """Slugs of the conditions that the asks are read as first, each once."""
    return tuple(dict.fromkeys(ask.terms[0].slug for ask in asks if ask.terms[0].kind == "condition"))


class WatchForm(forms.Form):
    """What the form on the results page sends. Only the address is typed; the rest it carries along."""

    condition = forms.MultipleChoiceField(choices=lambda: [(slug, slug) for slug in vocabulary().conditions])
    zip = forms.CharField(max_length=5)
    within = forms.IntegerField(min_value=1, max_value=500)
    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": "Give your e-mail address, such as name@example.org.",
            "invalid": "Give an e-mail address in the form name@example.org.",
            "max_length": "That e-mail address is too long.",
        },
    )

    def clean_condition(self) -> list[str]:
        """At most five, each once."""
        slugs = list(dict.fromkeys(self.cleaned_data["condition"]))
        if len(slugs) > MOST_CONDITIONS:
            raise ValidationError("At most five conditions.")
        return slugs

    def clean_zip(self) -> str:
        """A ZIP that can be measured from."""
        code = str(self.cleaned_data["zip"])
        if zip_with_point(code) is None:
            raise ValidationError("We do not know this ZIP.")
        return code

    def clean_email(self) -> str:
        """In lower case, so that one mailbox is one address."""
        return str(self.cleaned_data["email"]).lower()

    @property
    def was_altered(self) -> bool:
        """Whether something is wrong that nobody typed, and nobody could mend."""
        return bool(set(self.errors) - {"email"})

    def carried(self) -> list[tuple[str, Any]]:
        """The fields that are carried along, for the form that is shown again."""
        return [
            *(("condition", slug) for slug in self.cleaned_data["condition"]),
            ("zip", self.cleaned_data["zip"]),
            ("within", self.cleaned_data["within"]),
        ]
