"""Peers that misbehave, on loopback: what stands at Elasticsearch's address when things go wrong."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Behaviour = Callable[[socket.socket], None]

PRODUCT = "X-Elastic-Product: Elasticsearch\r\n"


@contextmanager
def peer(behaviour: Behaviour) -> Iterator[str]:
    """The address of a peer that treats each connection so, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        open_ones: list[socket.socket] = []
        threading.Thread(target=_accept, args=(listener, behaviour, open_ones), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        for connection in open_ones:
            connection.close()


def _accept(listener: socket.socket, behaviour: Behaviour, open_ones: list[socket.socket]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        open_ones.append(connection)
        threading.Thread(target=_treat, args=(connection, behaviour), daemon=True).start()


def _treat(connection: socket.socket, behaviour: Behaviour) -> None:
    with suppress(OSError):  # the other side had enough
        behaviour(connection)


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def hang(connection: socket.socket) -> None:
    """Takes everything and never answers."""
    while connection.recv(65_536):
        pass


def drip(connection: socket.socket) -> None:
    """Answers one byte every tenth of a second, for ever."""
    connection.recv(65_536)
    head = f"HTTP/1.1 200 OK\r\n{PRODUCT}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    connection.sendall(head.encode())
    pause = threading.Event()
    while True:
        connection.sendall(b" ")
        pause.wait(0.1)


def drip_headers(connection: socket.socket) -> None:
    """Not even the first line of the answer ever ends."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 O")
    pause = threading.Event()
    while True:
        connection.sendall(b"K")
        pause.wait(0.1)


def reset_half_way(connection: socket.socket) -> None:
    """Breaks off in the middle of the body."""
    connection.recv(65_536)
    head = f"HTTP/1.1 200 OK\r\n{PRODUCT}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    connection.sendall(head.encode() + b'{"responses": [')
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def answer(status: str, body: object) -> Behaviour:
    """The same answer to everything: JSON, or text as it stands."""
    text = body if isinstance(body, str) else json.dumps(body)

    def behave(connection: socket.socket) -> None:
        while connection.recv(1_000_000):
            head = f"HTTP/1.1 {status}\r\n{PRODUCT}Content-Type: application/json\r\n"
            connection.sendall(f"{head}Content-Length: {len(text.encode())}\r\n\r\n{text}".encode())

    return behave


def whole_answer(**changes: Any) -> dict[str, Any]:
    """What an answer to one search looks like, with something wrong in it."""
    found: dict[str, Any] = {
        "status": 200,
        "timed_out": False,
        "_shards": {"failed": 0},
        "hits": {"total": {"value": 0}},
        "aggregations": {"tokens": {"buckets": []}},
    }
    return {"responses": [found | changes]}
