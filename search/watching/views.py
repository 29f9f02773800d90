"""Pages about a watch. None sets a cookie; the key of a link stands in the query, which no log keeps.

A GET changes nothing, since mail scanners follow every link; what changes something is a button.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rate_limits import Limit, seconds_left, take, visitor
from accounts.same_site import issue_token, same_site_form
from search.watching import asking
from search.watching.keys import key_of, watch_of
from search.watching.models import Watch
from search.watching.offering import WatchForm
from search.watching.pages import searches_of, watch_page

REQUESTS_PER_VISITOR = Limit("watch-requests", most=20, seconds=3600)


@never_cache
@same_site_form
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Take a wish. The answer is the same whether the address is known, new or over its limit."""
    at = timezone.now()
    if not take(REQUESTS_PER_VISITOR, visitor(request), at=at):
        response = render(request, "429.html", status=429)
        response["Retry-After"] = str(seconds_left(REQUESTS_PER_VISITOR, at=at))
        return response
    form = WatchForm(request.POST)
    if not form.is_valid():
        if form.was_altered:
            return render(request, "400.html", status=400)
        return render(request, "search/watching/form.html", {"form": form, "form_token": issue_token()})
    chosen = form.cleaned_data
    wish = asking.Wish(chosen["condition"], chosen["zip"], chosen["within"])
    seen = asking.already_there(wish, at=at)
    if asking.are_enough(seen):
        return render(request, "search/watching/already.html", {"searches": searches_of(wish)})
    asking.ask(wish, email=chosen["email"], seen=seen, at=at)
    return HttpResponseRedirect(reverse("search:watch-asked"), status=303)


@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What to do next, the same for everybody."""
    return render(request, "search/watching/asked.html")


@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The page behind the link of a mail: what is watched for, and the buttons."""
    return _page(request, watch_of(request.GET.get("key", "")))


@never_cache
@same_site_form
@require_POST
def change(request: HttpRequest, what: str) -> HttpResponse:
    """Confirm or keep a watch, as a button of its page asks."""
    watch = watch_of(request.POST.get("key", ""))
    if watch is None:
        return _page(request, None)
    {"confirm": asking.confirm, "keep": asking.keep}[what](watch, at=timezone.now())
    query = urlencode({"key": key_of(watch)})
    return HttpResponseRedirect(f"{reverse('search:watch')}?{query}", status=303)


@never_cache
@same_site_form
@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Delete a watch, as a button of its page asks. Whether there was one is not told."""
    watch = watch_of(request.POST.get("key", ""))
    if watch is not None:
        asking.forget(watch)
    return HttpResponseRedirect(reverse("search:watch-deleted"), status=303)


@never_cache
@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """It is gone."""
    return render(request, "search/watching/deleted.html")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """The List-Unsubscribe link (RFC 8058): a GET shows the page, a mailbox's own POST deletes at once.

    That POST comes from no page, so it has no token of a form: the key, which only the mail holds, is
    what allows it. It is answered the same way when there is nothing left to delete.
    """
    watch = watch_of(request.GET.get("key", ""))
    if request.method != "POST":
        return _page(request, watch)
    if request.POST.get("List-Unsubscribe") != "One-Click":
        return render(request, "400.html", status=400)
    if watch is not None:
        asking.forget(watch)
    return render(request, "search/watching/deleted.html")


def _page(request: HttpRequest, watch: Watch | None) -> HttpResponse:
    """The page of a watch; 404 for one that is forged, deleted or over."""
    at = timezone.now()
    if watch is None or watch.expires_at <= at:
        return render(request, "search/watching/gone.html", status=404)
    context = {"page": watch_page(watch), "key": key_of(watch), "form_token": issue_token()}
    return render(request, "search/watching/watch.html", context)
