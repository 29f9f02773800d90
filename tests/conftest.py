"""What all tests share: the vocabulary is loaded once, before the first of them."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as property_settings

from directory.models import Jurisdiction
from directory.signals import practices_changed
from directory.vocabulary_loading import load
from tests.elasticsearch_site import module_site, no_outage_is_remembered, site
from tests.smtp_sink import SmtpSink, smtp_sink

# A slow machine must not fail a property: what counts is the property, not the clock.
property_settings.register_profile(
    "palmar", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
property_settings.load_profile("palmar")

__all__ = ["module_site", "no_outage_is_remembered", "site"]
NO_ELASTICSEARCH = "!!! no Elasticsearch: scripts/elasticsearch start; ELASTICSEARCH_TEST_URL names one"
FLUSHING_FIXTURES = {"transactional_db", "live_server", "django_db_reset_sequences"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, with the vocabulary, the jurisdictions and their demands in it."""
    with django_db_blocker.unblock():
        load()


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    """The address of a real Elasticsearch. Without one the test is skipped, in CI it fails."""
    url = os.environ.get("ELASTICSEARCH_TEST_URL", "")
    if not url and os.environ.get("CI") == "true":
        pytest.fail(NO_ELASTICSEARCH, pytrace=False)
    if not url:
        pytest.skip(NO_ELASTICSEARCH)
    return url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need Elasticsearch are skipped by a mark: that is one line a file, not one a test."""
    if os.environ.get("ELASTICSEARCH_TEST_URL") or os.environ.get("CI") == "true":
        return
    for item in items:
        if "elasticsearch_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason=NO_ELASTICSEARCH))


@pytest.fixture(autouse=True)
def _static_files_without_a_manifest(settings: Any) -> None:
    """Pages are rendered without `collectstatic` having run."""
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _vocabulary_after_a_flush(request: pytest.FixtureRequest) -> None:
    """Tests with real transactions empty every table when they end: the next of them fills them again."""
    marker = request.node.get_closest_marker("django_db")
    flushes = FLUSHING_FIXTURES & set(request.fixturenames) or (marker and marker.kwargs.get("transaction"))
    if flushes and not Jurisdiction.objects.exists():
        load()


@pytest.fixture
def undone() -> Callable[[], AbstractContextManager[None]]:
    """A block whose writes are taken back at its end: one for each example of a property."""

    @contextmanager
    def block() -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return block


@pytest.fixture
def announced() -> Iterator[list[list[int]]]:
    """The practice ids of every `practices_changed` that is sent during the test."""
    heard: list[list[int]] = []

    def hear(sender: object, ids: list[int], **_: Any) -> None:
        heard.append(list(ids))

    practices_changed.connect(hear)
    yield heard
    practices_changed.disconnect(hear)


@pytest.fixture
def mail_server(settings: Any) -> Iterator[SmtpSink]:
    """A real mail server on this machine, and settings that send to it."""
    with smtp_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 0.5
        yield sink
