"""Run the web server and the worker together; when one ends, or on Ctrl-C, both do.

usage: python -m scripts.serve [--check]     --check only looks whether the port is free
"""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from urllib.parse import urlencode

PORT = int(os.environ.get("PORT", "8000"))
BIND = os.environ.get("BIND", "127.0.0.1")
GRACE_SECONDS = 15
PASSWORD = "palmar-demo-2026"  # noqa: S105 (of made-up people only)
SEARCHES = [
    ("a complaint near a ZIP code", {"q": "siatica and tight hips", "near": "60614"}),
    ("a diagnosis code, as a physician would", {"q": "I97.2", "near": "New York, NY", "within": "50"}),
    ("in Spanish", {"q": "dolor de espalda baja", "near": "San Antonio, TX"}),
]


def main() -> int:
    """The exit code: 0 after Ctrl-C or a TERM signal, 1 when a process ended by itself."""
    if not port_is_free():
        print(f"Port {PORT} is in use. Choose another one: PORT={PORT + 1} make run", file=sys.stderr)
        return 1
    if sys.argv[1:] == ["--check"]:
        return 0
    stopped: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    # Sessions of their own: Ctrl-C reaches this process alone, which ends them in order.
    processes = {
        name: subprocess.Popen(command, start_new_session=True) for name, command in commands().items()
    }
    try:
        told = False
        while not stopped and all(process.poll() is None for process in processes.values()):
            if not told and answers():
                told = True
                print(banner(), flush=True)
            time.sleep(0.1)
    finally:
        died = [name for name, process in processes.items() if process.poll() is not None]
        end(list(processes.values()))
    if stopped:
        return 0
    print(f"The {' and the '.join(died)} ended by itself, so everything was stopped.", file=sys.stderr)
    return 1


def commands() -> dict[str, list[str]]:
    """What runs, each in a process of its own."""
    return {
        "web server": [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"],
        "worker": [sys.executable, "manage.py", "worker"],
    }


def port_is_free() -> bool:
    """Whether the web server will be able to listen."""
    family = socket.AF_INET6 if ":" in BIND else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((BIND.strip("[]"), PORT))
        except OSError:
            return False
    return True


def answers() -> bool:
    """Whether the web server accepts connections."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(BIND.strip("[]"), BIND.strip("[]"))  # noqa: S104
    try:
        with socket.create_connection((host, PORT), timeout=1):
            return True
    except OSError:
        return False


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each to finish what it does, and end it when it does not."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def banner() -> str:
    """What to open, who to be, what to try."""
    site = f"http://localhost:{PORT}"
    lines = ["", f"Palmar is at {site}   (Ctrl-C stops it)", "", "Three searches to try:"]
    for what, fields in SEARCHES:
        lines += [f"  {what}", f"    {site}/search/?{urlencode(fields)}"]
    lines += ["", f"Log in at {site}/account/log-in/ with the password {PASSWORD} as:"]
    lines += [f"  {role}@example.org" for role in ("therapist", "referrer", "desk", "operator")]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
