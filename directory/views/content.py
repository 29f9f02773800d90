"""Pages of the vocabulary: conditions, techniques, where the data comes from, privacy. No database."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directory.guidance import guidance
from directory.vocabulary import ConditionEntry, vocabulary

FRESH_SECONDS = 600
# Words for the pressure of a technique, by its key in the vocabulary.
PRESSURE_WORDS = {
    "light": "Light",
    "light-moderate": "Light to moderate",
    "light-deep": "Anything from light to deep",
    "moderate": "Moderate",
    "moderate-deep": "Moderate to deep",
    "deep": "Deep",
    "varies": "Varies with what is done",
    "none": "No massage pressure",
}


class Named(Protocol):
    """An entry that people look up by its name."""

    @property
    def name(self) -> str: ...


NamedT = TypeVar("NamedT", bound=Named)


def by_name(entries: Iterable[NamedT]) -> list[NamedT]:
    """Entries from A to Z."""
    return sorted(entries, key=lambda entry: entry.name.casefold())


def _conditions(slugs: Iterable[str]) -> list[ConditionEntry]:
    known = vocabulary().conditions
    return [known[slug] for slug in slugs if slug in known]


def _missing(request: HttpRequest, slug: str, known: Iterable[str], kind: str) -> HttpResponse:
    """A 404 that offers the list, and the entries whose names come close."""
    near = [(name.replace("-", " "), reverse(f"directory:{kind}", args=[name]))
            for name in get_close_matches(slug[:100], list(known), n=5)]  # fmt: skip
    return render(request, "404.html", {"near": near, "kind": kind}, status=404)


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def conditions(request: HttpRequest) -> HttpResponse:
    """All conditions by group, from A to Z."""
    known = vocabulary()
    groups = [
        (group, by_name(row for row in known.conditions.values() if row.group == group.slug))
        for group in known.groups
    ]
    return render(request, "directory/conditions.html", {"groups": groups, "total": len(known.conditions)})


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def condition(request: HttpRequest, slug: str) -> HttpResponse:
    """What is known about one condition."""
    known = vocabulary()
    entry = known.conditions.get(slug)
    if entry is None:
        return _missing(request, slug, known.conditions, "condition")
    context = {
        "condition": entry,
        "group": next(group for group in known.groups if group.slug == entry.group),
        "guide": guidance(entry),
        "contraindications_for_all": known.contraindications,
        "techniques": [known.techniques[slug] for slug in entry.techniques],
        "certificates": [known.credential_kinds[slug] for slug in entry.certifications],
        "parent": known.conditions.get(entry.parent or ""),
        "children": by_name(_conditions(known.children.get(slug, ()))),
        "related": _conditions(entry.related),
        "icd_release": known.meta["conditions"]["icd_release"],
    }
    return render(request, "directory/condition.html", context)


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def techniques(request: HttpRequest) -> HttpResponse:
    """All techniques and modalities, from A to Z."""
    rows = by_name(vocabulary().techniques.values())
    kinds = [
        ("technique", "Hands-on techniques", [row for row in rows if row.kind == "technique"]),
        ("modality", "Used beside massage", [row for row in rows if row.kind != "technique"]),
    ]
    return render(request, "directory/techniques.html", {"kinds": kinds, "total": len(rows)})


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def technique(request: HttpRequest, slug: str) -> HttpResponse:
    """What is known about one technique."""
    known = vocabulary()
    entry = known.techniques.get(slug)
    if entry is None:
        return _missing(request, slug, known.techniques, "technique")
    context = {
        "technique": entry,
        "pressure": PRESSURE_WORDS.get(entry.pressure or "", "Not stated"),
        "conditions": by_name(row for row in known.conditions.values() if slug in row.techniques),
        "certificates": [
            kind for kind in known.credential_kinds.values() if slug in kind.certifies_for_techniques
        ],
    }
    return render(request, "directory/technique.html", context)


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def sources(request: HttpRequest) -> HttpResponse:
    """Where each fact comes from, under which licence, and what we do not know."""
    return render(request, "directory/sources.html", {"meta": vocabulary().meta})


@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored of visitors, and what is not."""
    return render(request, "directory/privacy.html")
