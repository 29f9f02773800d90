"""Forms on pages that set no cookie: a signed token that is kept nowhere, and a check of where a post
comes from.

Django's own protection needs a cookie on every page with a form; ours are sent without one. A post is
taken if the browser says that it comes from this site (Sec-Fetch-Site, Origin), and if its token was
signed here not longer than a day ago.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

TOKEN_LASTS = 24 * 3600
SALT = "same-site-form"
View = Callable[..., HttpResponse]


def issue_token() -> str:
    """A token for the hidden field `form_token`."""
    return signing.dumps("form", salt=SALT)


def came_from_here(request: HttpRequest) -> bool:
    """Whether a post comes from a page of this site and carries one of our tokens."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site not in ("", "same-origin"):
        return False
    origin = request.headers.get("Origin", "")
    if origin and urlsplit(origin).netloc != request.get_host():
        return False
    if not site and not origin:
        return False
    try:
        signing.loads(request.POST.get("form_token", ""), salt=SALT, max_age=TOKEN_LASTS)
    except signing.BadSignature:
        return False
    return True


def same_site_form(view: View) -> View:
    """For views with a form on a page without cookies: refuse posts that do not come from it."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not came_from_here(request):
            return render(request, "403.html", status=403)
        return view(request, *args, **kwargs)

    return checked
