"""Run one search from the command line and print what the page would show, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict
from django.utils import timezone

from search.facets import EVIDENCE_LEVELS, facets
from search.filters import PracticeFilterSet
from search.index.connection import is_configured
from search.inquiry import Answer, answer
from search.requests import FacetCounts, Match


class Command(BaseCommand):
    """`match --q sciatica --near 60614 --filter language=es`: the same path as the results page."""

    help = "Match words and a place with practices; print JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--q", default="", help="what hurts: words or a diagnosis code")
        parser.add_argument("--near", default="", help="ZIP, or city and state, or a state")
        parser.add_argument("--within", help="radius in miles (25)")
        parser.add_argument("--engine", choices=["elasticsearch", "database"], help="default: the site's")
        parser.add_argument("--filter", action="append", default=[], metavar="NAME=VALUE")
        parser.add_argument("--sort", default="")
        parser.add_argument("--page", default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        data = QueryDict(mutable=True)
        data["q"], data["near"] = options["q"], options["near"]
        for name in ("within", "sort", "page"):
            data[name] = options[name] or ""
        for pair in options["filter"]:
            name, separator, value = pair.partition("=")
            if not separator or name not in PracticeFilterSet.base_filters:
                known = ", ".join(PracticeFilterSet.base_filters)
                raise CommandError(f"--filter takes NAME=VALUE, with NAME one of: {known}")
            data.appendlist(name, value)
        filters = PracticeFilterSet(data)
        if options["engine"] == "elasticsearch" and not is_configured():
            raise CommandError("ELASTICSEARCH_URL is empty: this site searches its database alone.")
        found = answer(filters, at=timezone.now(), engine=options["engine"])
        self.stdout.write(json.dumps(as_json(found, filters), ensure_ascii=False))


def as_json(found: Answer, filters: PracticeFilterSet) -> dict[str, object]:
    """The contract of `match`: engine, total, origin, understood, matches, facets, and the state."""
    results, place = found.results, found.place
    return {
        "state": found.state,
        "errors": {name: list(errors) for name, errors in filters.form.errors.items()},
        "engine": results.engine if results else "database",
        "degraded": bool(results and results.degraded),
        "total": results.total if results else 0,
        "page": results.page if results else 1,
        "pages": results.pages if results else 1,
        "out_of": results.out_of if results else None,
        "origin": {
            "status": place.status,
            "label": place.label,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "precision_km": place.precision_km,
            "jurisdiction": place.jurisdiction,
        },
        "understood": {
            "conditions": [
                {"slug": term.slug, "weight": term.weight} for term in found.understood.conditions
            ],
            "techniques": [
                {"slug": term.slug, "weight": term.weight} for term in found.understood.techniques
            ],
            "codes": list(found.understood.codes),
            "words": list(found.understood.words),
            "red_flags": [flag.key for flag in found.understood.red_flags],
        },
        "matches": [_match(match) for match in results.matches] if results else [],
        "facets": _facets(results.facets, filters) if results else {},
        "widenings": [{"miles": wider.miles, "count": wider.count} for wider in found.widenings],
    }


def _match(match: Match) -> dict[str, object]:
    return {
        "practice": match.practice,
        "therapist": match.card["therapist"],
        "name": match.card["name"],
        "city": match.card["city"],
        "distance_km": match.distance_km,
        "comes_to_you": match.comes_to_you,
        "score": round(match.score, 4),
        "points": {part.factor: part.points for part in match.parts},
        "why": {part.factor: part.why for part in match.parts},
    }


def _facets(counts: FacetCounts, filters: PracticeFilterSet) -> dict[str, list[dict[str, object]]]:
    chosen = filters.form.cleaned_data
    shown: dict[str, list[dict[str, object]]] = {
        facet.name: [
            {
                "value": value.value,
                "label": value.label,
                "count": counts.tokens[facet.name][value.token],
                "selected": value.value in (chosen[facet.name] or ()),
            }
            for value in facet.values
        ]
        for facet in facets()
    }
    if "evidence" in counts.tokens:
        shown["evidence"] = [
            {
                "value": name,
                "label": label,
                "count": counts.tokens["evidence"][level],
                "selected": chosen["evidence"] == name,
            }
            for name, (level, label) in EVIDENCE_LEVELS.items()
        ]
    return shown
