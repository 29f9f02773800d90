"""A served site for tests that need the real servers: each in its own process, on its own database."""

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command

from scripts.prepare import static_is_stale

ROOT = Path(__file__).resolve().parent.parent
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]


def collect_static() -> None:
    """What served pages link to; one process at a time, since all share the folder."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if static_is_stale():
            call_command("collectstatic", interactive=False, verbosity=0)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database: Path, port: int, *, debug: bool = False) -> dict[str, str]:
    """Settings of a site on one SQLite file."""
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "on" if debug else "off",
        "LOCAL": "on",
        "ELASTICSEARCH_URL": "",
        "PORT": str(port),
        "BIND": "127.0.0.1",
        "WEB_CONCURRENCY": "1",
        "PYTHONUNBUFFERED": "1",
    }


def manage(env: dict[str, str], *command: str) -> None:
    """One command on that site's database."""
    arguments = [sys.executable, "manage.py", *command]
    subprocess.run(arguments, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def serving(command: list[str], env: dict[str, str], log: Path) -> Iterator[None]:
    """The server runs inside the block, and writes what it says to `log`."""
    collect_static()
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
        try:
            if not _listens(process, int(env["PORT"])):
                raise RuntimeError(f"the server did not start:\n{log.read_text()}")
            yield
        finally:
            process.terminate()
            process.wait(30)


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False
