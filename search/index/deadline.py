"""A call that is waited for no longer than said, whatever the other side does.

The client's own time-out holds for one read of the socket, and a peer that drips never trips it.
Threads are kept for the next call: starting one costs half as much as the search that it waits for.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

Result = TypeVar("Result")

AT_ONCE = 32  # so many calls may have been left behind, still dripping, before no new one is begun


class _Waiters:
    """Threads that make calls, as many as are needed at once. None holds up the end of the process."""

    def __init__(self) -> None:
        self.slots = threading.BoundedSemaphore(AT_ONCE)
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        self._idle = threading.Semaphore(0)

    def submit(self, call: Callable[[], Result]) -> Future[Result]:
        """Have a call made, by a thread that is free, else by a new one."""
        future: Future[Result] = Future()
        self._calls.put((future, call))
        if not self._idle.acquire(blocking=False):
            threading.Thread(target=self._work, name="within", daemon=True).start()
        return future

    def _work(self) -> None:
        while True:
            future, call = self._calls.get()
            try:
                result = call()
            except BaseException as error:
                self._free()
                future.set_exception(error)
            else:
                self._free()
                future.set_result(result)
                del result
            del future, call  # hold nothing while waiting

    def _free(self) -> None:
        # Before the answer is given: whoever has it may begin the next call.
        self._idle.release()
        self.slots.release()


_waiters = _Waiters()


def _begin_anew() -> None:
    # Threads do not come along into a forked process.
    global _waiters
    _waiters = _Waiters()


os.register_at_fork(after_in_child=_begin_anew)


def within(seconds: float, call: Callable[[], Result]) -> Result:
    """What the call returns or raises; TimeoutError when it takes longer.

    Then its thread is left behind until the other side lets go.
    """
    waiters = _waiters
    if not waiters.slots.acquire(blocking=False):
        raise TimeoutError("too many calls hang")
    return waiters.submit(call).result(timeout=seconds)
