"""What is written down about requests: never a search word, a place or an address of a visitor.

Query strings are cut from every line. Once a process has served a request, the messages of
exceptions are left out as well, since they can quote what somebody typed; type and place stay.
Nothing of Django is needed here but its signal, so that gunicorn can use this too.
"""

import logging
import re
import traceback
from typing import Any, Final

from django.core.signals import request_started

_QUERY: Final = re.compile(r"(/[^\s?]*)\?[^\n]*?(?=\s+HTTP/\d|\n|$)")
_serving = False


def _note_request(**_: Any) -> None:
    global _serving
    _serving = True


request_started.connect(_note_request, dispatch_uid="config.logging")


def cut_queries(text: str) -> str:
    """The text with everything after the question mark of an address left out."""
    return _QUERY.sub(r"\1?…", text)


class WithoutQueries(logging.Filter):
    """Lets every record through, with query strings cut from its message."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = cut_queries(record.getMessage()), ()
        return True


class WithoutMessages(logging.Formatter):
    """Writes exceptions as types and places in the code, without what they say."""

    def format(self, record: logging.LogRecord) -> str:
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(self, ei: Any) -> str:
        if not _serving:
            return cut_queries(super().formatException(ei))
        return describe(ei[1])


def describe(error: BaseException | None) -> str:
    """The trace of an error and of what caused it, without their messages."""
    lines: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        trace = "".join(traceback.format_tb(error.__traceback__))
        lines.append(
            f"{type(error).__module__}.{type(error).__qualname__} (message left out)\n{trace}".rstrip()
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\ncaused by\n".join(lines)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "without_queries": {"()": "config.logging.WithoutQueries"},
        "debug_off": {"()": "django.utils.log.RequireDebugFalse"},
    },
    "formatters": {
        "plain": {
            "()": "config.logging.WithoutMessages",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["without_queries"],
            "formatter": "plain",
        },
        "mail_admins": {
            "class": "django.utils.log.AdminEmailHandler",
            "level": "ERROR",
            "filters": ["debug_off", "without_queries"],
            "formatter": "plain",
            "include_html": False,
            "reporter_class": "config.error_reports.ErrorReport",
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console", "mail_admins"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Below these levels they write the parameters of statements and requests.
        "django.db.backends": {"level": "INFO"},
        "elastic_transport": {"level": "WARNING"},
        "geopy": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        **{room: {"level": "INFO"} for room in ("accounts", "directory", "search")},
    },
}
