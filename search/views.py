"""Pages of the search room. Every one is public, sets no cookie, and works by its address alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.rate_limits import visitor
from directory.sought import groups_by_demand, sought_first
from directory.vocabulary import vocabulary
from search import unmet_demand
from search.explanation import LEVEL_WORDS
from search.filters import PracticeFilterSet
from search.forms import SearchForm
from search.inquiry import answer
from search.policy import POLICY
from search.result_page import lay_out
from search.watching.offering import offer

SHOWN_PER_GROUP = 7


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The box pair, and ways in by condition: what people most often look for comes first."""
    groups = [(group, conditions[:SHOWN_PER_GROUP]) for group, conditions in groups_by_demand()]
    context = {
        "form": SearchForm(),
        "sought": sought_first(),
        "groups": groups,
        "total": len(vocabulary().conditions),
    }
    return render(request, "search/home.html", context)


@require_safe
@vary_on_headers("HX-Request")
def results(request: HttpRequest) -> HttpResponse:
    """The answer to a search; its address alone reproduces it."""
    filters = PracticeFilterSet(request.GET)
    at = timezone.now()
    found = answer(filters, at=at)
    unmet_demand.note(found, visitor=visitor(request), at=at)
    page = lay_out(found, filters)
    part = request.headers.get("HX-Request") == "true" and not request.headers.get(
        "HX-History-Restore-Request"
    )
    template = "search/_results.html" if part else "search/results.html"
    parts = {
        "filters": mark_safe(render_to_string("search/_filters.jinja", {"page": page}, using="jinja2")),  # noqa: S308
        "cards": mark_safe(render_to_string("search/_cards.jinja", {"page": page}, using="jinja2")),  # noqa: S308
    }
    response = render(request, template, {"page": page, "watch": offer(found), **parts})
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """How ranking works, from the live policy."""
    levels = [(LEVEL_WORDS[level], share) for level, share in POLICY.level_shares.items()]
    return render(request, "search/ranking.html", {"policy": POLICY, "levels": levels})
