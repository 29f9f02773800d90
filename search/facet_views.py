"""The filters as the results page shows them: every value with what it would leave, and what is chosen."""

from dataclasses import dataclass
from typing import Any

from search.facets import EVIDENCE_LEVELS, Facet, facets
from search.filters import PracticeFilterSet
from search.inquiry import Answer


@dataclass(frozen=True)
class Option:
    """One value of a facet in the filter form."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Unstated:
    """How many say nothing about a facet, and whether they are kept too."""

    name: str
    value: str
    count: int
    selected: bool


@dataclass(frozen=True)
class FacetView:
    """A facet in the filter form. `open`: something of it is chosen."""

    name: str
    label: str
    several: bool
    options: tuple[Option, ...]
    open: bool
    unstated: Unstated | None


def facet_views(found: Answer, filters: PracticeFilterSet) -> tuple[FacetView, ...]:
    """All facets of an answer that has results, least evidence second."""
    assert found.results is not None  # noqa: S101  only called with results
    counts, chosen = found.results.facets, filters.form.cleaned_data
    views = [_facet_view(facet, counts, chosen) for facet in facets()]
    if "evidence" in counts.tokens:
        options = tuple(
            Option(name, label, counts.tokens["evidence"][level], chosen["evidence"] == name)
            for name, (level, label) in EVIDENCE_LEVELS.items()
        )
        views.insert(
            1,
            FacetView(
                name="evidence",
                label="Evidence of experience",
                several=False,
                options=options,
                open=bool(chosen["evidence"]),
                unstated=None,
            ),
        )
    return tuple(view for view in views if view.options)


def _facet_view(facet: Facet, counts: Any, chosen: dict[str, Any]) -> FacetView:
    selected = set(chosen[facet.name] or ()) if facet.several else {chosen[facet.name]}
    found = counts.tokens[facet.name]
    options = tuple(
        Option(value.value, value.label, found[value.token], value.value in selected)
        for value in facet.values
        if facet.whole or found[value.token] or value.value in selected
    )
    some = any(option.selected for option in options)
    unstated = None
    if facet.unstated and some:
        kept = facet.name in chosen["unstated"]
        unstated = Unstated("unstated", facet.name, counts.unstated[facet.name], kept)
    return FacetView(facet.name, facet.label, facet.several, options, some, unstated)
