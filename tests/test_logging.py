"""Search words and places are never written down: not in a log line, not in an error mail."""

import io
import logging
import socket
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from config import error_reports
from config import logging as our_logging
from tests.served import GUNICORN, environment, free_port, serving

CANARY = "canarysciatica"
PLACE = "canaryville"
PLAIN_STATIC = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@pytest.fixture
def written(settings) -> Iterator[io.StringIO]:
    """Everything that the configured handlers write."""
    settings.STORAGES = PLAIN_STATIC
    settings.ADMINS = [("Admin", "admin@example.org")]
    stream = io.StringIO()
    names = ["", *our_logging.LOGGING["loggers"]]
    handlers = {handler for name in names for handler in logging.getLogger(name).handlers}
    streams = {handler for handler in handlers if type(handler) is logging.StreamHandler}
    assert streams, "LOGGING is not in force"
    before = {handler: handler.setStream(stream) for handler in streams}
    yield stream
    for handler, old in before.items():
        handler.setStream(old)


def test_our_logging_is_in_force() -> None:
    assert settings.LOGGING is our_logging.LOGGING
    assert settings.DEFAULT_EXCEPTION_REPORTER_FILTER == "config.error_reports.NothingTyped"


@pytest.mark.django_db
def test_a_search_leaves_no_words(client: Client, written: io.StringIO) -> None:
    response = client.get(reverse("search:results"), {"q": CANARY, "near": PLACE})
    assert response.status_code < 500
    assert "canary" not in written.getvalue()


def test_a_missing_page_leaves_no_words(client: Client, written: io.StringIO) -> None:
    assert client.get("/no-such-page/", {"q": CANARY, "near": PLACE}).status_code == 404
    assert "/no-such-page/" in written.getvalue()
    assert "canary" not in written.getvalue()


def test_an_error_leaves_no_words_in_log_or_mail(client: Client, written: io.StringIO, monkeypatch) -> None:
    def fail(*_: object, **__: object) -> None:
        try:
            int(CANARY)
        except ValueError as error:
            raise RuntimeError(f"no answer for {CANARY} near {PLACE}") from error

    monkeypatch.setattr("search.views.answer", fail)
    client.raise_request_exception = False
    response = client.get(
        reverse("search:results"),
        {"q": CANARY, "near": PLACE},
        headers={
            "referer": f"http://testserver/search/?q={CANARY}",
            "hx-current-url": f"/search/?q={CANARY}",
        },
    )
    assert response.status_code == 500
    assert CANARY not in response.content.decode()
    assert "RuntimeError" in written.getvalue()
    assert "canary" not in written.getvalue()
    (message,) = mail.outbox
    assert "GET /search/" in message.body
    assert "RuntimeError" in message.body
    assert "ValueError" in message.body
    assert "canary" not in f"{message.subject} {message.body}"
    assert not getattr(message, "alternatives", [])


def test_the_report_filter_drops_what_was_typed(rf) -> None:
    request = rf.post(f"/search/?q={CANARY}", {"near": PLACE}, headers={"referer": f"/?q={CANARY}"})
    request.COOKIES["words"] = CANARY
    kept = error_reports.NothingTyped()
    told = (
        kept.get_safe_request_meta(request),
        kept.get_safe_cookies(request),
        kept.get_post_parameters(request),
    )
    assert "canary" not in str(told)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ('"GET /search/?q=a b&near=c HTTP/1.1" 200 5', '"GET /search/?… HTTP/1.1" 200 5'),
        ("Not Found: /x/?q=canary", "Not Found: /x/?…"),
        ("<WSGIRequest: GET '/search/?q=canary's'>", "<WSGIRequest: GET '/search/?…"),
        ("Is this kept? Yes.", "Is this kept? Yes."),
    ],
)
def test_queries_are_cut(line: str, kept: str) -> None:
    assert our_logging.cut_queries(line) == kept


def status(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Referer": f"http://localhost/search/?q={CANARY}"})
    return connection.getresponse().status


def send(port: int, raw: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(raw)
        connection.settimeout(30)
        return connection.recv(400)


@pytest.mark.parametrize("server", ["gunicorn", "runserver", "runserver with DEBUG"])
def test_no_server_writes_words_down(server: str, tmp_path: Path) -> None:
    """The real servers: a page, a missing page, an error (no tables yet), lines that are not HTTP."""
    port, log = free_port(), tmp_path / "log"
    env = environment(tmp_path / "palmar.sqlite3", port, debug="DEBUG" in server)
    command = GUNICORN
    if server != "gunicorn":
        command = [sys.executable, "manage.py", "runserver", "--noreload", "--nothreading", str(port)]
    with serving(command, env, log):
        assert status(port, f"/search/?q={CANARY}&near={PLACE}") == 200
        assert status(port, f"/search/?q={CANARY}&near=60614") == 500
        assert status(port, f"/no-such-page/?q={CANARY}") == 404
        send(port, f"GET /search/?q={CANARY} and {PLACE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        send(port, f"GET /search/?q={CANARY} NOT/HTTP\r\n\r\n".encode())
        send(port, f"GET /search/?q={CANARY * 6000} HTTP/1.1\r\n\r\n".encode())
    text = log.read_text()
    assert "/no-such-page/" in text
    assert "OperationalError" in text
    assert "canary" not in text
    if server == "gunicorn":
        assert "Invalid request:" in text
        assert "127.0.0.1" not in text.replace("http://127.0.0.1", "")


def test_gunicorn_hands_a_long_search_to_the_page(tmp_path: Path) -> None:
    """10,000 characters get words on the page, not a bare refusal: the line reaches Django."""
    port, log = free_port(), tmp_path / "log"
    with serving(GUNICORN, environment(tmp_path / "palmar.sqlite3", port), log):
        assert status(port, f"/no-such-page/?q={'x' * 10_000}") == 404
    assert "xxx" not in log.read_text()


def test_a_path_cannot_forge_a_line_of_the_access_log() -> None:
    from config.gunicorn import escape_controls

    assert escape_controls("/x\n[24/Nov] GET /forged/") == "/x\\x0a[24/Nov] GET /forged/"
    assert escape_controls("/\x1b[31m\x00é\u2028") == "/\\x1b[31m\\x00é\\x2028"
    assert escape_controls(200) == 200
