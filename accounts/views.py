"""Log in, log out, and what an account may do."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.same_site import issue_token, same_site_form


@never_cache
@same_site_form
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The log-in form; afterwards to `next`, if that is on this site."""
    form = AuthenticationForm(request, request.POST or None)
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        safe = url_has_allowed_host_and_scheme(
            wanted, {request.get_host()}, require_https=request.is_secure()
        )
        return HttpResponseRedirect(wanted if safe else reverse("accounts:account"))
    context = {"form": form, "form_token": issue_token(), "next": wanted, "local": settings.LOCAL}
    return render(request, "accounts/log_in.html", context)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session here and now."""
    logout(request)
    return redirect("search:home")


@never_cache
@login_required(login_url="accounts:log-in")
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who is logged in, in which roles, and where to go from here."""
    assert request.user.is_authenticated  # noqa: S101  login_required has seen to it
    return render(request, "accounts/account.html", {"roles": request.user.roles.order_by("kind")})
