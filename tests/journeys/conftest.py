"""A real site (gunicorn, 300 made-up therapists) and a real browser for the journeys.

The site runs in its own process on its own database, so these tests touch no test database.
"""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.served import GUNICORN, ROOT, environment, free_port, manage, serving

THERAPISTS = 300
FIGURES: dict[str, int] = {
    "journeys_passed": 0,
    "journeys_failed": 0,
    "pages_looked_at": 0,
    "axe_violations": 0,
    "foreign_requests": 0,
    "console_errors": 0,
    "cookies_set": 0,
}
TARGETS = {"journeys_passed": ">=1", "pages_looked_at": ">=1"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", action="store_true", help="end with one FIGURE line a measured thing")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if "tests/journeys/" in report.nodeid and (report.failed or (report.when == "call" and report.passed)):
        FIGURES["journeys_failed" if report.failed else "journeys_passed"] += 1


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if not config.getoption("--figures", default=False):
        return
    from benchmarks.figures import Figure

    for name, value in FIGURES.items():
        print(Figure(name, value, name.split("_")[0], TARGETS.get(name, "=0")))  # noqa: T201


def chromium() -> str | None:
    """Where Chromium is."""
    found = subprocess.run([ROOT / "scripts" / "chromium"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served, filled site."""
    place = tmp_path_factory.mktemp("site")
    port = free_port()
    env = environment(place / "palmar.sqlite3", port)
    manage(env, "migrate", "--verbosity", "0")
    manage(env, "load_vocabulary")
    manage(env, "seed", "--therapists", str(THERAPISTS))
    with serving(GUNICORN, env, place / "log"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium. One per module: its event loop must not outlive the journeys."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chosen = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chosen
        chosen.close()


@dataclass
class Visit:
    """One visitor's window, and what went on behind it."""

    page: Page
    context: BrowserContext
    site: str
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the site; it must not be an error of the server."""
        response = self.page.goto(f"{self.site}{path}")
        assert response is not None
        assert response.status < 500, path
        return self.page


@pytest.fixture
def visit(site: str, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a window; afterwards nothing foreign was asked, nothing went wrong, no cookie was set."""
    visits: list[Visit] = []

    def open_window(**options: object) -> Visit:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        window = Visit(page=context.new_page(), context=context, site=site)
        host = urlsplit(site).netloc
        window.page.on(
            "request",
            lambda request: (
                None if urlsplit(request.url).netloc in {host, ""} else window.foreign.append(request.url)
            ),
        )
        window.page.on("pageerror", lambda error: window.errors.append(str(error)))
        window.page.on(
            "console", lambda line: window.errors.append(line.text) if line.type == "error" else None
        )
        visits.append(window)
        return window

    yield open_window
    for window in visits:
        cookies = window.context.cookies()
        # A page that is rightly missing is told on the console, too.
        errors = [text for text in window.errors if "status of 404" not in text]
        FIGURES["foreign_requests"] += len(window.foreign)
        FIGURES["console_errors"] += len(errors)
        FIGURES["cookies_set"] += len(cookies)
        window.context.close()
        assert window.foreign == []
        assert errors == []
        assert cookies == []
