"""Start what docker-compose.yml describes natively, search on it, test on it, and stop it.

usage: scripts/rehearse [arguments for pytest]     without: tests/search
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from scripts.compose_file import Service, example, services

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
READY_SECONDS = 60
SEARCH = "/search/?q=siatica+and+tight+hips&near=60614"

failures: list[str] = []


def main() -> int:
    """The exit code: 1 when a figure missed its target."""
    made_up = {
        name: secrets.token_hex(32) for name in ("POSTGRES_PASSWORD", "ELASTIC_PASSWORD", "SECRET_KEY")
    }
    variables = example() | made_up
    described = services(variables)
    with contextlib.ExitStack() as running:
        database = running.enter_context(postgresql())
        elasticsearch = running.enter_context(elasticsearch_server(variables["ELASTIC_PASSWORD"]))
        app = running.enter_context(image())
        port = free_port()
        places = {"postgresql": urlsplit(database).netloc, "elasticsearch": urlsplit(elasticsearch).netloc}
        seen = {
            name: environment(described[name], places=places, port=port)
            for name in ("prepare", "web", "worker")
        }
        took = run(described["prepare"].command, seen["prepare"], app)
        figure("prepared", took, "s", "at most 120", passed=took <= 120)
        for name in ("web", "worker"):
            running.enter_context(process(described[name], seen[name], app))
        look_at(f"http://127.0.0.1:{port}", app, seen)
        test(seen["web"])
    print(f"FAILED: {', '.join(failures)}" if failures else "The rehearsal went well.")
    return 1 if failures else 0


def figure(name: str, value: float | str, unit: str, target: str, *, passed: bool) -> None:
    """One line of what was measured."""
    shown = f"{value:.2f}" if isinstance(value, float) else value
    print(
        f"FIGURE rehearsal_{name} {shown} {unit} {target.replace(' ', '_')} {'PASS' if passed else 'FAIL'}",
        flush=True,
    )
    if not passed:
        failures.append(name)


# --- What stands around the processes ----------------------------------------


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database `palmar` on this tree's PostgreSQL."""
    was_running = answers_postgresql()
    subprocess.run(["scripts/postgresql", "start"], cwd=ROOT, check=True)
    url = output("scripts/postgresql", "url")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS palmar WITH (FORCE)")
        connection.execute("CREATE DATABASE palmar")
    try:
        yield url
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS palmar WITH (FORCE)")
        if not was_running:
            subprocess.run(["scripts/postgresql", "stop"], cwd=ROOT, check=True)


def answers_postgresql() -> bool:
    """Whether somebody else has started this tree's PostgreSQL."""
    try:
        psycopg.connect(output("scripts/postgresql", "url"), connect_timeout=2).close()
    except (psycopg.Error, subprocess.CalledProcessError):
        return False
    return True


@contextlib.contextmanager
def elasticsearch_server(password: str) -> Iterator[str]:
    """The address of an empty Elasticsearch that asks for the password."""
    given = os.environ | {"ELASTIC_PASSWORD": password}
    begin = time.monotonic()
    subprocess.run(
        ["scripts/elasticsearch", "start", "--password", "--fresh"], cwd=ROOT, env=given, check=True
    )
    try:
        url = output("scripts/elasticsearch", "url", "--password")
        figure("elasticsearch_started", time.monotonic() - begin, "s", "told only", passed=True)
        bare = urlunsplit(urlsplit(url)._replace(netloc=urlsplit(url).netloc.rpartition("@")[2]))
        status, _ = get(f"{bare}/_cluster/health")
        figure("elasticsearch_without_password", str(status), "status", "401", passed=status == 401)
        yield url
    finally:
        subprocess.run(["scripts/elasticsearch", "stop", "--password"], cwd=ROOT, check=True)


@contextlib.contextmanager
def image() -> Iterator[Path]:
    """A folder with what .dockerignore lets into the image, and the static files collected."""
    with tempfile.TemporaryDirectory(prefix="palmar-rehearsal-") as name:
        app = Path(name)
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
            if not line.startswith("!"):
                continue
            source, target = ROOT / line[1:], app / line[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, target)
        (app / "var").mkdir()
        collect = ["python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        run(collect, bare_environment(), app)
        yield app


# --- The processes -----------------------------------------------------------


def bare_environment() -> dict[str, str]:
    """What a container has besides the compose file's variables: nothing of this shell's."""
    return {"PATH": f"{ROOT / '.venv' / 'bin'}:{os.defpath}", "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}


def environment(service: Service, *, places: dict[str, str], port: int) -> dict[str, str]:
    """The service's variables, with host names of the compose network replaced by places on loopback."""
    found = dict(service.environment)
    for host, netloc in places.items():
        place = netloc.rpartition("@")[2]
        found = {name: re.sub(rf"@{host}:\d+", f"@{place}", value) for name, value in found.items()}
    return bare_environment() | found | {"BIND": "127.0.0.1", "PORT": str(port)}


def run(command: list[str], given: dict[str, str], app: Path) -> float:
    """Seconds that a command took to its end. Raises CalledProcessError."""
    begin = time.monotonic()
    subprocess.run(located(command), env=given, cwd=app, check=True)
    return time.monotonic() - begin


def located(command: list[str]) -> list[str]:
    """The command with its program looked up where the image has it: in the virtual environment."""
    return [str(ROOT / ".venv" / "bin" / command[0]), *command[1:]]


@contextlib.contextmanager
def process(service: Service, given: dict[str, str], app: Path) -> Iterator[None]:
    """A running service; at the end it is asked to stop, and must within the grace that compose gives."""
    grace = int(service.raw["stop_grace_period"].removesuffix("s"))
    with tempfile.TemporaryFile() as log:
        started = subprocess.Popen(
            located(service.command), env=given, cwd=app, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield
        finally:
            died = started.poll() is not None
            begin = time.monotonic()
            started.send_signal(signal.SIGTERM)
            try:
                started.wait(grace)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()
            well = not died and started.returncode == 0
            figure(
                f"{service.name}_stopped",
                time.monotonic() - begin,
                "s",
                f"exit 0 within {grace}",
                passed=well,
            )
            if not well:
                log.seek(0)
                print(log.read().decode("utf-8", "replace")[-4000:], file=sys.stderr)


# --- Looking at it -----------------------------------------------------------


def look_at(site: str, app: Path, seen: dict[str, dict[str, str]]) -> None:
    """Is it ready, well, and does it search with Elasticsearch?"""
    begin = time.monotonic()
    ready = wait_for(lambda: get(f"{site}/readyz")[0] == 200)
    figure("ready", time.monotonic() - begin, "s", f"/readyz 200 within {READY_SECONDS}", passed=ready)
    print(get(f"{site}/readyz")[1][:1000] if ready else "")
    for name in ("web", "worker"):
        well = wait_for(partial(is_well, name, seen[name], app))
        figure(f"{name}_well", "yes" if well else "no", "probe", "yes", passed=well)
    begin = time.monotonic()
    status, page = get(site + SEARCH)
    found = status == 200 and "/practices/" in page
    figure("search_page", (time.monotonic() - begin) * 1000, "ms", "200 with practices", passed=found)
    answer = json.loads(
        subprocess.check_output(
            [PYTHON, "manage.py", "match", "--q", "siatica", "--near", "60614"], env=seen["web"], cwd=app
        )
    )
    figure("engine", answer["engine"], "engine", "elasticsearch", passed=answer["engine"] == "elasticsearch")
    figure("matches", str(answer["total"]), "practices", "above 0", passed=answer["total"] > 0)


def is_well(name: str, given: dict[str, str], app: Path) -> bool:
    """Whether the health check of a service passes."""
    command = [str(PYTHON), "-m", "scripts.probe", name]
    return subprocess.run(command, env=given, cwd=app, capture_output=True, check=False).returncode == 0


def wait_for(holds: Callable[[], bool]) -> bool:
    """Whether it came to hold in time."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.5)
    return False


def get(url: str) -> tuple[int, str]:
    """The status and text of an answer; status 0 where there was none."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=30) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


def test(given: dict[str, str]) -> None:
    """The search tests on the same two servers, in a database and indexes of their own."""
    # Tests choose their engine one by one; what the site is set to must not choose for them.
    settings = {name: value for name, value in given.items() if name in ("DATABASE_URL", "PATH", "LC_ALL")}
    settings["ELASTICSEARCH_TEST_URL"] = given["ELASTICSEARCH_URL"]
    command = [str(PYTHON), "-m", "pytest", "-q", "-n", "auto", *(sys.argv[1:] or ["tests/search"])]
    begin = time.monotonic()
    code = subprocess.call(command, env=settings | {"HOME": os.path.expanduser("~")}, cwd=ROOT)
    figure("search_tests", time.monotonic() - begin, "s", "all pass", passed=code == 0)


def output(*command: str) -> str:
    """What a script printed. Raises CalledProcessError."""
    return subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ).stdout.strip()


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
