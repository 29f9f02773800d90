"""Pages for requests that are refused before any view can say why."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render


def refuse_post(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of ours, or was open for too long."""
    del reason  # it is for developers
    return render(request, "403.html", status=403)


class NamedRefusals:
    """Gives a page to "method not allowed", which Django answers with nothing at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 405 or getattr(response, "content", True):
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page
