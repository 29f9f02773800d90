"""A real Elasticsearch for the tests that want one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings

from search import outage
from search.index.connection import prefix, writer


@dataclass(frozen=True)
class Site:
    """A site with an Elasticsearch, whose index names are its own. Patience is for machines at work."""

    url: str
    index: str
    seconds: float = 20.0

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "ELASTICSEARCH_URL": self.url,
            "ELASTICSEARCH_INDEX": self.index,
            "ELASTICSEARCH_ANSWER_SECONDS": self.seconds,
        }

    def delete_indexes(self) -> None:
        with override_settings(**self.settings):
            for name in writer().indices.get(index=f"{prefix()}*").body:
                writer().indices.delete(index=name)


@pytest.fixture(scope="module")
def module_site(elasticsearch_url: str) -> Iterator[Site]:
    """One for a whole module: what it indexes once, all its tests read."""
    site = Site(elasticsearch_url, f"test-{uuid4().hex[:12]}")
    yield site
    site.delete_indexes()


@pytest.fixture
def site(elasticsearch_url: str, settings: Any) -> Iterator[Site]:
    """One for a single test, with no index yet."""
    site = Site(elasticsearch_url, f"test-{uuid4().hex[:12]}")
    use(site, settings)
    yield site
    site.delete_indexes()


def use(site: Site, settings: Any) -> None:
    """Have the test run on it."""
    for name, value in site.settings.items():
        setattr(settings, name, value)


@pytest.fixture(autouse=True)
def no_outage_is_remembered() -> Iterator[None]:
    """Each test begins with an engine that nothing is held against."""
    outage.forget()
    yield
    outage.forget()
