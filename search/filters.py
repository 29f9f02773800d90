"""Every hard filter, declared once: form field, label, validation, and the clause that engines read."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms

from search.facets import EVIDENCE_LEVELS, Facet, facet, facets
from search.forms import SearchForm
from search.models import SearchRow
from search.policy import asked_tokens
from search.requests import Clause
from search.understanding.asks import Ask

_UNKNOWN = {"invalid_choice": "“%(value)s” is not one of the choices here. Choose one of the list."}


class SeveralFilter(django_filters.MultipleChoiceFilter):
    """A facet whose values add up: a result must have every chosen one."""

    def __init__(self, of: Facet) -> None:
        self.facet = of
        # A function, not a list: forms copy lists for every request.
        super().__init__(
            label=of.label,
            choices=lambda: of.choices(),
            widget=forms.CheckboxSelectMultiple,
            error_messages=_UNKNOWN,
        )


class OneFilter(django_filters.ChoiceFilter):
    """A facet of which one value can be chosen."""

    def __init__(self, of: Facet) -> None:
        self.facet = of
        super().__init__(
            label=of.label, choices=lambda: of.choices(), empty_label="Any", error_messages=_UNKNOWN
        )


class EvidenceFilter(django_filters.ChoiceFilter):
    """The least evidence of experience with what was asked: its tokens depend on the asks."""


class UnstatedFilter(django_filters.MultipleChoiceFilter):
    """Facets whose filter also keeps practices that say nothing about it."""


class PracticeFilterSet(django_filters.FilterSet):
    """The filters of a search. Call `is_valid()` first: `.qs` is not used, the engines read `clauses`."""

    accepting = OneFilter(facet("accepting"))
    setting = SeveralFilter(facet("setting"))
    payment = SeveralFilter(facet("payment"))
    price = OneFilter(facet("price"))
    language = SeveralFilter(facet("language"))
    gender = OneFilter(facet("gender"))
    access = SeveralFilter(facet("access"))
    technique = SeveralFilter(facet("technique"))
    credential = SeveralFilter(facet("credential"))
    evidence = EvidenceFilter(
        label="Least evidence",
        choices=[(name, label) for name, (_, label) in EVIDENCE_LEVELS.items()],
        empty_label="Any",
        error_messages=_UNKNOWN,
    )
    unstated = UnstatedFilter(
        label="Also show where nothing is stated",
        choices=[(row.name, row.label) for row in facets() if row.unstated],
        widget=forms.CheckboxSelectMultiple,
        error_messages=_UNKNOWN,
    )

    class Meta:
        model = SearchRow
        fields: list[str] = []
        form = SearchForm

    def __init__(self, data: Any) -> None:
        super().__init__(data, queryset=SearchRow.objects.none())

    def clauses(self, asks: tuple[Ask, ...]) -> tuple[Clause, ...]:
        """The chosen filters as engines read them. Least evidence without an ask asks for nothing."""
        return tuple(self._clauses(asks))

    def _clauses(self, asks: tuple[Ask, ...]) -> Iterator[Clause]:
        chosen: dict[str, Any] = self.form.cleaned_data
        silent = set(chosen["unstated"])
        for name, filter_ in self.filters.items():
            if not isinstance(filter_, SeveralFilter | OneFilter) or not chosen[name]:
                continue
            also = {filter_.facet.unstated} if name in silent and filter_.facet.unstated else set()
            wanted = chosen[name] if isinstance(filter_, SeveralFilter) else [chosen[name]]
            tokens = {value.value: value.token for value in filter_.facet.values}
            for value in wanted:
                yield Clause(facet=name, tokens=frozenset({tokens[value]} | also))
        if chosen["evidence"] and asks:
            level, _ = EVIDENCE_LEVELS[chosen["evidence"]]
            yield Clause(facet="evidence", tokens=asked_tokens(asks, least_level=level))
