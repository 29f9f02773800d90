"""A call that is waited for no longer than said."""

import os
import threading

import pytest

from search.index import deadline
from search.index.deadline import AT_ONCE, within


def test_the_answer_and_the_error_come_through() -> None:
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_a_thread_is_kept_for_the_next_call() -> None:
    first = within(5, threading.get_ident)
    assert within(5, threading.get_ident) == first


def test_a_call_that_hangs_is_left_behind_and_the_next_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "_waiters", deadline._Waiters())
    let_go = threading.Event()
    try:
        for _ in range(AT_ONCE):
            with pytest.raises(TimeoutError):
                within(0.001, let_go.wait)
        with pytest.raises(TimeoutError, match="too many calls hang"):
            within(5, lambda: 7)
    finally:
        let_go.set()
    for _ in range(AT_ONCE):  # every one of them becomes free again
        assert deadline._waiters.slots.acquire(timeout=5)
    for _ in range(AT_ONCE):
        deadline._waiters.slots.release()
    assert within(5, lambda: 7) == 7


def test_a_forked_process_has_threads_of_its_own() -> None:
    within(5, lambda: 7)
    child = os.fork()
    if not child:
        code = 1
        try:
            code = 0 if within(5, lambda: 7) == 7 else 1
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
