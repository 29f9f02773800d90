"""Start and stop a real Elasticsearch for this tree: one node or three, with or without a password.

usage: scripts/elasticsearch start|stop|status|url [--nodes 1|3] [--password] [--fresh]

Every tree has servers of its own, on loopback only. What they hold survives `stop`.
"""

import argparse
import base64
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from scripts.elasticsearch_distribution import Missing, distribution, find_java, home
from scripts.elasticsearch_node import TRANSPORT_OFFSET, Server, launch, prepare, process

ROOT = Path(__file__).resolve().parent.parent
FIRST_PORT = 9231
START_SECONDS = 400  # an idle machine takes 12; one with ten other things to do takes 120
STOP_SECONDS = 30


def main() -> int:
    """The exit code: 0 when done, 1 when something is missing or failed, 3 when nothing runs."""
    parser = argparse.ArgumentParser(prog="scripts/elasticsearch")
    parser.add_argument("do", choices=["start", "stop", "status", "url"])
    parser.add_argument("--nodes", type=int, choices=[1, 3], help="how many nodes to start; else one")
    parser.add_argument(
        "--password", action="store_true",
        help="the server that asks for a password: that in ELASTIC_PASSWORD, else one made up",
    )  # fmt: skip
    parser.add_argument("--fresh", action="store_true", help="start with nothing in it")
    asked = parser.parse_args()
    if asked.password and asked.nodes == 3:
        parser.error("three nodes with a password would need certificates between them: take one node")
    place = (
        home()
        / "servers"
        / f"{zlib.crc32(str(ROOT).encode()):08x}-{'password' if asked.password else 'open'}"
    )
    try:
        if asked.do == "status":
            return status(place)
        if asked.do == "url":
            print(known(place).url)
            return 0
        with one_at_a_time():
            if asked.do == "start":
                if asked.fresh:
                    forget(place)
                start(place, nodes=asked.nodes, with_password=asked.password)
            else:
                stop(place)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """A block that no other call of this script on this machine is in at the same time."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def known(place: Path) -> Server:
    """The server as it was last started. Raises Missing where it never was."""
    written = place / "server.json"
    if not written.exists():
        raise Missing("Elasticsearch was never started for this tree: scripts/elasticsearch start")
    return Server(place=place, **json.loads(written.read_text(encoding="utf-8")))


def status(place: Path) -> int:
    """Tell in one line what runs; 0 when every node of it does."""
    server = known(place) if (place / "server.json").exists() else None
    running = [node for node in range(1, server.nodes + 1) if process(server, node)] if server else []
    if server is None or not running:
        print("not running")
        return 3
    health = ask(server, "/_cluster/health") or {"status": "no answer"}
    print(
        f"{len(running)} of {server.nodes} nodes running, health {health['status']},"
        f" http://127.0.0.1:{server.port}, data and logs in {place}"
    )
    return 0 if len(running) == server.nodes else 1


def start(place: Path, *, nodes: int | None, with_password: bool) -> None:
    """Start what is not running, and return when it can be searched. Raises Missing."""
    server = wanted(place, nodes=nodes, with_password=with_password)
    stopped = [node for node in range(1, server.nodes + 1) if not process(server, node)]
    if stopped:
        java = find_java()
        program = distribution(java) / "bin" / "elasticsearch"
        begin = time.monotonic()
        for node in stopped:
            prepare(server, node, program=program, java=java)
        write_private(
            place / "server.json", json.dumps({k: v for k, v in asdict(server).items() if k != "place"})
        )
        launched = [launch(server, node, program=program, java=java) for node in stopped]
        try:
            wait_until_ready(server, launched)
        except (Missing, KeyboardInterrupt):
            give_up(launched)
            stop(place)
            raise
        took = time.monotonic() - begin
        print(f"Elasticsearch is up after {took:.1f} s ({server.nodes} of {server.nodes} nodes).")
    else:
        wait_until_ready(server, [])
    print(f"It answers at http://127.0.0.1:{server.port}")


def forget(place: Path) -> None:
    """Remove what the server held, unless it runs. Raises Missing where it does."""
    if not (place / "server.json").exists():
        return
    server = known(place)
    if any(process(server, node) for node in range(1, server.nodes + 1)):
        raise Missing("Elasticsearch runs, and is not emptied: scripts/elasticsearch stop it first.")
    for folder in (*place.glob("*-nodes"), place / "snapshots"):
        shutil.rmtree(folder, ignore_errors=True)


def give_up(launched: list[subprocess.Popen[bytes]]) -> None:
    """End launches that have not come to an end, with the node that each is starting."""
    for starting in launched:
        if starting.poll() is None:
            os.killpg(starting.pid, signal.SIGKILL)  # it leads a group of its own
            starting.wait()


def wanted(place: Path, *, nodes: int | None, with_password: bool) -> Server:
    """What shall run: what runs already, or what was asked for. Raises Missing where the two differ."""
    before = known(place) if (place / "server.json").exists() else None
    password = (os.environ.get("ELASTIC_PASSWORD") or secrets.token_urlsafe(24)) if with_password else ""
    if before and any(process(before, node) for node in range(1, before.nodes + 1)):
        asked_for = os.environ.get("ELASTIC_PASSWORD") if with_password else ""
        if nodes not in (None, before.nodes) or asked_for not in ("", None, before.password):
            raise Missing("Elasticsearch runs already, in another way: scripts/elasticsearch stop it first.")
        return before
    server = Server(
        place=place, nodes=nodes or 1, port=before.port if before else FIRST_PORT, password=password
    )
    while not all(
        is_free(server.port + more) for more in (0, 1, 2, *(TRANSPORT_OFFSET + n for n in range(3)))
    ):
        server = replace(server, port=server.port + 3)
    return server


def is_free(port: int) -> bool:
    """Whether something could listen there on loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until_ready(server: Server, launched: list[subprocess.Popen[bytes]]) -> None:
    """Return when all nodes have met and every index can be searched. Raises Missing after a while."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        health = ask(
            server, f"/_cluster/health?wait_for_status=yellow&wait_for_nodes={server.nodes}&timeout=2s"
        )
        if health and health["status"] in ("yellow", "green") and health["number_of_nodes"] == server.nodes:
            return
        if any(starting.poll() not in (None, 0) for starting in launched):
            break
        time.sleep(0.3)
    lines = [line for n in range(1, server.nodes + 1) for line in last_lines(server.folder(n))]
    raise Missing("\n".join(["Elasticsearch did not start. Its last words:", *lines]))


def last_lines(folder: Path) -> list[str]:
    """The end of what one node wrote."""
    files = [folder / "launch.log", folder / "logs" / "server.log"]
    return [
        line
        for file in files
        if file.exists()
        for line in file.read_text("utf-8", "replace").splitlines()[-15:]
    ]


def ask(server: Server, path: str) -> dict[str, Any] | None:
    """The first node's answer, or None where it gave none."""
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}")
    if server.password:
        account = base64.b64encode(f"elastic:{server.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {account}")
    # No proxy stands between this machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except (OSError, ValueError):
        return None


def stop(place: Path) -> None:
    """Stop every node, by its process id; do nothing where none runs."""
    if not (place / "server.json").exists():
        return
    server = known(place)
    pids = [pid for node in range(1, server.nodes + 1) if (pid := process(server, node))]
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end and any(process(server, node) for node in range(1, server.nodes + 1)):
        time.sleep(0.1)
    for node in range(1, server.nodes + 1):
        if pid := process(server, node):
            os.kill(pid, signal.SIGKILL)


def write_private(path: Path, text: str) -> None:
    """A file that only its writer can read."""
    path.unlink(missing_ok=True)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as opened:
        opened.write(text)


if __name__ == "__main__":
    sys.exit(main())
