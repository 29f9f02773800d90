"""Somebody finds nobody, asks to be told, and is: in a real browser, with the real worker and real mail."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Visit
from tests.journeys.test_accessibility import look
from tests.served import GUNICORN, ROOT, environment, free_port, manage, serving
from tests.smtp_sink import SmtpSink, smtp_sink

pytestmark = pytest.mark.browser
SEARCH = "/search/?q=sciatica&near=New+York%2C+NY&within=250"


@dataclass
class Site:
    """A served site where nobody is listed yet, its worker running, and the mailbox of its mail server."""

    url: str
    env: dict[str, str]
    sink: SmtpSink

    def mail(self, number: int) -> EmailMessage:
        """The mail of this number, counted from 1; the worker is given half a minute to send it."""
        end = time.monotonic() + 30
        while len(self.sink.mails) < number:
            assert time.monotonic() < end, "no mail came"
            time.sleep(0.1)
        return self.sink.mails[number - 1]


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own: this journey fills it."""
    place, port = tmp_path_factory.mktemp("watch"), free_port()
    with smtp_sink() as sink:
        env = environment(place / "palmar.sqlite3", port) | {
            "SITE_URL": f"http://127.0.0.1:{port}",
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        }
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "load_vocabulary")
        with serving(GUNICORN, env, place / "log"):
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "worker"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
            )
            yield Site(env["SITE_URL"], env, sink)
            worker.terminate()
            worker.wait(30)
        text = (place / "log").read_text()
        assert "key=" not in text
        assert "example.org" not in text


def link(message: EmailMessage, path: str = "/watch/?") -> str:
    """The link of a mail."""
    text = message.get_body(("plain",))
    assert text
    found = re.search(rf"http://\S+{re.escape(path)}\S+", text.get_content())
    assert found
    return found.group()


def test_from_nobody_to_somebody_without_javascript(empty_site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{empty_site.url}{SEARCH}")
    expect(page.locator("#count")).to_contain_text("No therapists for Sciatica")
    page.get_by_label("Your e-mail address").fill("somebody@example.org")
    page.get_by_role("button", name="Tell me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    page.goto(link(empty_site.mail(1)))
    page.get_by_role("button", name="Yes, tell me").click()
    expect(page.locator("main")).to_contain_text("Confirmed.")
    manage(empty_site.env, "seed", "--therapists", "300")
    message = empty_site.mail(2)
    assert "sciatica" not in message.as_string().lower()
    page.goto(link(message))
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody came")
    page.get_by_role("button", name="Keep watching").click()
    expect(page.locator("main")).to_contain_text("once a week at most")
    page.get_by_role("link", name="See who is listed for Sciatica now").click()
    expect(page.locator(".card").first).to_be_visible()
    page.goto(link(message, "/watch/unsubscribe/?"))
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deleted")
    assert page.goto(link(message)).status == 404  # type: ignore[union-attr]
    assert context.cookies() == []
    context.close()


def test_axe_finds_nothing_on_the_pages_of_a_watch(empty_site: Site, browser: Browser) -> None:
    context = browser.new_context()
    window = Visit(page=context.new_page(), context=context, site=empty_site.url)
    page = window.page
    nobody = "/search/?q=burnout&near=99723"
    for path in (nobody, "/watch/asked/", "/watch/deleted/", "/watch/?key=forged"):
        window.open(path)
        look(page)
    before = len(empty_site.sink.mails)
    window.open(nobody)
    page.get_by_label("Your e-mail address").fill("axe@example.org")
    page.get_by_role("button", name="Tell me").click()
    window.open(link(empty_site.mail(before + 1)).removeprefix(empty_site.url))
    look(page)
    context.close()
