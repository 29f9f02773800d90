"""How gunicorn serves Palmar: `gunicorn -c python:config.gunicorn config.wsgi`.

PORT, BIND, WEB_CONCURRENCY (processes) and WEB_THREADS (threads in each) come from the environment.
"""

import logging
import os
import re
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http import message

from config.logging import WithoutMessages, WithoutQueries

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
# The vocabulary and the gazetteer are read once, before the processes part.
preload_app = True
timeout = 30
graceful_timeout = 10
keepalive = 5
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True

# An over-long search gets the form back with words on what to mend, so the line that brings it
# must get as far as Django: gunicorn's own ceiling of 8,190 bytes would answer a bare 400.
message.MAX_REQUEST_LINE = 65_536
limit_request_line = 65_535
limit_request_fields = 64
# htmx repeats the address of the page in a header.
limit_request_field_size = 65_535

accesslog = "-"
# Method, path, status, bytes, microseconds: no query, no referrer, no address, no browser.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(D)s"
errorlog = "-"


class WithoutQuotes(WithoutQueries):
    """Refused requests are told by what was wrong alone: gunicorn names the visitor and quotes the line."""

    def filter(self, record: logging.LogRecord) -> bool:
        super().filter(record)
        refused = re.match(r"Invalid request from ip=\S+: ([^:'\"?/]*)", str(record.msg))
        if refused:
            record.msg = f"Invalid request: {refused.group(1).strip()}"
        return True


def escape_controls(part: Any) -> Any:
    """Text with its control characters written out."""
    if not isinstance(part, str):
        return part
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda found: f"\\x{ord(found[0]):02x}", part)


class QuietLogger(Logger):
    """Puts the rules of config.logging on gunicorn's own lines."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> Any:
        """The parts of an access line; a path cannot begin a line of its own, or colour a terminal."""
        found = super().atoms(resp, req, environ, request_time)
        return {name: escape_controls(part) for name, part in found.items()}

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.addFilter(WithoutQuotes())
            handler.setFormatter(WithoutMessages(self.error_fmt, self.datefmt))


logger_class = QuietLogger


def post_worker_init(worker: Any) -> None:
    """Each process writes its own counts of unmet demand; threads do not outlive the parting."""
    del worker
    from search import unmet_demand

    unmet_demand.start_writing()


def worker_exit(server: Any, worker: Any) -> None:
    """Write what is left."""
    del server, worker
    from search import unmet_demand

    unmet_demand.stop_writing()
