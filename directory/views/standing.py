"""For a therapist: whether each practice is listed, until when, and what keeps it off the list."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directory.models import Therapist
from directory.standing import read_standings


@never_cache
@login_required(login_url="accounts:log-in")
@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """The therapist's own practices; anybody else has none and gets a 404."""
    therapist = get_object_or_404(Therapist, user=request.user.pk)
    context = {"therapist": therapist, "standings": read_standings(therapist.pk)}
    return render(request, "directory/standing.html", context)
