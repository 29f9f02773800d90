"""The fields of a search that are not filters: words, place, radius, order, page."""

import math
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

LONGEST = 300
DEFAULT_MILES = 25.0
RADII_MILES = (5, 10, 25, 50, 100, 250, 500)
SORTS = (("best", "Best match"), ("distance", "Nearest"), ("price", "Lowest price"))


class TextField(forms.CharField):
    """One line of what people type: control characters become spaces, too long is said, not cut."""

    def to_python(self, value: Any) -> str:
        text = "".join(mark if mark.isprintable() else " " for mark in str(value or ""))
        return " ".join(text.split())


class MilesField(forms.FloatField):
    """A radius in miles, above 0 and at most 500."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not (math.isfinite(value) and 1 <= value <= 500):
            raise ValidationError("Give a radius between 1 and 500 miles.", code="radius")


class HiddenNumberField(forms.CharField):
    """A number that only our own links set. One that makes no sense is left out: nobody could mend it."""

    widget = forms.HiddenInput

    def __init__(self, *, lowest: int, highest: int) -> None:
        self.lowest, self.highest = lowest, highest
        super().__init__(required=False)

    def to_python(self, value: Any) -> Any:
        """The number, or None."""
        text = str(value or "")
        if not (text.isascii() and text.isdecimal() and len(text) < 20):
            return None
        return int(text) if self.lowest <= int(text) <= self.highest else None


class SearchForm(forms.Form):
    """What hurts and where, and how to show the answer. Filters are added by `PracticeFilterSet`."""

    q = TextField(
        label="What hurts?",
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": f"Please describe it in at most {LONGEST} characters."},
    )
    near = TextField(
        label="Where are you?",
        required=False,
        max_length=120,
        error_messages={"max_length": "Please give a ZIP or a city and state, such as “Chicago, IL”."},
    )
    within = MilesField(
        label="Within",
        required=False,
        error_messages={"invalid": "Give a radius in miles, such as 25."},
    )
    sort = forms.ChoiceField(
        label="Order",
        choices=SORTS,
        required=False,
        error_messages={"invalid_choice": "We cannot order by that. Choose one of the list."},
    )
    page = HiddenNumberField(lowest=1, highest=10**12)
    day = HiddenNumberField(lowest=0, highest=100_000)

    def clean_within(self) -> float:
        """The radius in miles; the usual one if none was given."""
        within = self.cleaned_data["within"]
        return DEFAULT_MILES if within is None else float(within)
