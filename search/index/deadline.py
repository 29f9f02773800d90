"""A call that is waited for no longer than said, whatever the other side does.

The client's own time-out holds for one read of the socket, and a peer that drips never trips it.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")

# So many calls may have been left behind, still dripping, before no new one is begun.
_slots = threading.BoundedSemaphore(32)


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """What the call returns or raises; TimeoutError when it takes longer.

    Then its thread is left behind until the other side lets go. It never holds up the end of the process.
    """
    if not _slots.acquire(blocking=False):
        raise TimeoutError("too many calls hang")
    future: Future[Result] = Future()
    threading.Thread(target=_run, args=(future, call), name="within", daemon=True).start()
    return future.result(timeout=seconds)


def _run(future: Future[Result], call: Callable[[], Result]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:
        future.set_exception(error)
    finally:
        _slots.release()
