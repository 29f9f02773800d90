"""Whether Elasticsearch is worth asking just now. One memory for each process.

After a failure it is left alone for ten seconds; then one request may try, while all others still go to
the database, and its answer decides for everybody.
"""

import logging
import threading
import time

DOWN_SECONDS = 10.0
_logger = logging.getLogger(__name__)
_lock = threading.Lock()
_failed = False
_next_try = 0.0


def may_try() -> bool:
    """Whether to ask it. While it is down, True for one caller every ten seconds."""
    global _next_try
    with _lock:
        if not _failed:
            return True
        if time.monotonic() < _next_try:
            return False
        _next_try = time.monotonic() + DOWN_SECONDS
        return True


def note_failure(error: BaseException) -> None:
    """Leave it alone for a while. Only the kind of error is logged: its text could quote a search."""
    global _failed, _next_try
    with _lock:
        first, _failed = not _failed, True
        _next_try = time.monotonic() + DOWN_SECONDS
    if first:
        _logger.warning("Elasticsearch failed (%s): the database answers", type(error).__name__)


def note_success() -> None:
    """It answers."""
    global _failed
    with _lock:
        was, _failed = _failed, False
    if was:
        _logger.warning("Elasticsearch answers again")


def is_down() -> bool:
    """Whether the last that was heard of it was a failure."""
    return _failed


def forget() -> None:
    """Hold nothing against it any more, as after a start of the process."""
    global _failed, _next_try
    with _lock:
        _failed, _next_try = False, 0.0
