"""What a report of an error says about the request: method and path, nothing that was typed."""

from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from config.logging import describe

# Parts of a request that carry the address with its query, or who the visitor is.
TELLING = {
    "HTTP_COOKIE",
    "HTTP_HX_CURRENT_URL",
    "HTTP_REFERER",
    "HTTP_X_FORWARDED_FOR",
    "QUERY_STRING",
    "RAW_URI",
    "REMOTE_ADDR",
    "REQUEST_URI",
}


class NothingTyped(SafeExceptionReporterFilter):
    """Drops the query, the posted fields and the cookies, whether DEBUG is on or off."""

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        meta: dict[str, Any] = super().get_safe_request_meta(request)
        return {name: value for name, value in meta.items() if name not in TELLING}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}


class ErrorReport(ExceptionReporter):
    """The text of an error mail."""

    def get_traceback_text(self) -> SafeString:
        where = f"{self.request.method} {self.request.path}" if self.request else "no request"
        return mark_safe(f"{where}\n\n{describe(self.exc_value)}\n")  # noqa: S308 (plain text)
