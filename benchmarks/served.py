"""The served pages: gunicorn on loopback, asked one page after the other."""

import gzip
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse

from benchmarks.figures import Figure, percentile
from benchmarks.population import ROOT, environment, manage
from benchmarks.searches import SEARCHES, request_for
from search.engines import database
from search.requests import SearchRequest

WARM_UP, RUNS = 10, 100
RESTING = b"Our fast search is resting"  # what the page says when the other engine had to answer
PUBLIC_PAGES = ["/", "/how-ranking-works/", "/conditions/", "/no-such-page/"]


@contextmanager
def serving(more: Mapping[str, str] | None = None) -> Iterator[HTTPConnection]:
    """A connection to one gunicorn process of our own, with more in its environment if wanted."""
    manage("collectstatic", "--noinput", "--verbosity", "0")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"],
        cwd=ROOT,
        env=environment()
        | {"PORT": str(port), "BIND": "127.0.0.1", "WEB_CONCURRENCY": "1"}
        | dict(more or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        yield connection
        connection.close()
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the server listens."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("gunicorn did not start")


def get(connection: HTTPConnection, path: str) -> tuple[HTTPResponse, bytes]:
    """One page, compressed as for a browser."""
    connection.request("GET", path, headers={"Accept-Encoding": "br, gzip"})
    response = connection.getresponse()
    return response, response.read()


def served_figures() -> list[Figure]:
    """Times, first-load size and cookies."""
    with serving() as connection:
        figures = []
        for name, (query, _) in SEARCHES.items():
            page, engine = page_and_engine(connection, query, database.candidates)
            figures += [
                Figure(f"page_{name}_p50", page, "ms"),
                Figure(f"page_{name}_over_engine", page - engine, "ms", "<=20"),
            ]
        results = f"/search/?{SEARCHES['new_york_no_words'][0]}"
        figures.append(Figure("first_load_home", first_load(connection, "/"), "KB", "<100"))
        figures.append(Figure("first_load_results", first_load(connection, results), "KB", "<100"))
        figures.append(Figure("cookies_on_public_pages", cookies(connection, results), "cookies", "=0"))
    return figures


def elasticsearch_page_figures(environment_of_site: Mapping[str, str]) -> list[Figure]:
    """The same pages where Elasticsearch answers; this process asks the same one."""
    from search.engines import elasticsearch

    figures = []
    with serving(environment_of_site) as connection:
        for name, (query, _) in SEARCHES.items():
            page, engine = page_and_engine(connection, query, elasticsearch.candidates)
            figures += [
                Figure(f"elasticsearch_page_{name}_p50", page, "ms"),
                Figure(f"elasticsearch_page_{name}_over_engine", page - engine, "ms", "<=20"),
            ]
    return figures


def page_and_engine(
    connection: HTTPConnection, query: str, candidates: Callable[[SearchRequest], object]
) -> tuple[float, float]:
    """The middle times in milliseconds of a page and of the engine alone, on the same search, in turn:
    what else the machine does meets both."""
    request = request_for(query)
    pages: list[float] = []
    engine: list[float] = []
    for number in range(WARM_UP + RUNS):
        begin = time.perf_counter()
        response, sent = get(connection, f"/search/?{query}")
        between = time.perf_counter()
        candidates(request)
        end = time.perf_counter()
        if response.status != 200:
            raise SystemExit(f"the results page answered {response.status}")
        if RESTING in unpacked(response, sent):
            raise SystemExit("a page was answered by the database, since Elasticsearch did not")
        if number >= WARM_UP:
            pages.append((between - begin) * 1000)
            engine.append((end - between) * 1000)
    return percentile(pages, 0.5), percentile(engine, 0.5)


def unpacked(response: HTTPResponse, sent: bytes) -> bytes:
    """What was sent, as it was before it was compressed."""
    return gzip.decompress(sent) if response.headers.get("Content-Encoding") == "gzip" else sent


def first_load(connection: HTTPConnection, path: str) -> float:
    """Compressed kilobytes of the page with the styles and scripts that it names."""
    _, sent = get(connection, path)
    connection.request("GET", path)
    page = connection.getresponse().read().decode()
    names = re.findall(r'<link[^>]+rel="stylesheet"[^>]*>|<script[^>]+src="[^"]+"', page)
    size = len(sent)
    for name in names:
        address = re.search(r'(?:href|src)="([^"]+)"', name)
        if address:
            size += len(get(connection, address.group(1))[1])
    return size / 1000


def cookies(connection: HTTPConnection, results: str) -> int:
    """How many cookies public pages set, profiles included."""
    _, _ = get(connection, results)
    connection.request("GET", results)
    page = connection.getresponse().read().decode()
    profiles = re.findall(r'<h3[^>]*><a href="([^"]+)"', page)[:3]
    found = 0
    for path in [*PUBLIC_PAGES, results, *profiles]:
        response, _ = get(connection, path)
        found += len(response.headers.get_all("Set-Cookie", []))
    return found
