"""The public page of one practice."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from directory.models import Practice
from directory.profile import read_profile

_RELATED = (
    "therapist__credentials__kind", "therapist__credentials__jurisdiction",
    "therapist__specialties__condition", "therapist__techniques", "therapist__languages",
    "therapist__client_groups", "hours", "prices", "payment_kinds", "access_features", "amenities",
    "referral_terms",
)  # fmt: skip


@require_safe
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    """A listed practice; one that was published and may not be shown now is gone (410), others 404."""
    at = timezone.now()
    listed = Practice.objects.listed(at).select_related("therapist", "jurisdiction", "setting")
    found = listed.prefetch_related(*_RELATED).filter(pk=pk).first()
    if found is None:
        if Practice.objects.filter(pk=pk, published=True).exists():
            return render(request, "directory/not_listed.html", status=410)
        raise Http404("no such practice")
    response = render(request, "directory/practice.html", {"profile": read_profile(found, at=at)})
    response["Cache-Control"] = "private, no-store"
    return response
