"""Where the index is, and the clients that speak to it."""

from functools import cache

from django.conf import settings
from elasticsearch import Elasticsearch
from elasticsearch.serializer import OrjsonSerializer

from search.index.document import fingerprint

WRITE_SECONDS = 30.0
DEEPEST = 1_000_000  # results behind this are never paged to; the index is told the same


def is_configured() -> bool:
    """Whether this site has an Elasticsearch at all."""
    return bool(settings.ELASTICSEARCH_URL)


def prefix() -> str:
    """What the names of all our indexes begin with, of whatever form."""
    return f"{settings.ELASTICSEARCH_INDEX}-"


def alias() -> str:
    """The one name that is read and written. It has the form of the documents in it, so that an index of
    an older form is simply not there, and two releases can run side by side."""
    return f"{prefix()}{fingerprint()}"


def reader() -> Elasticsearch:
    """The client of pages: short-tempered, and it never tries twice."""
    return _client(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_ANSWER_SECONDS)


def writer() -> Elasticsearch:
    """The client of the worker and the commands."""
    return _client(settings.ELASTICSEARCH_URL, WRITE_SECONDS)


@cache
def _client(urls: str, seconds: float) -> Elasticsearch:
    trust = {"ca_certs": settings.ELASTICSEARCH_CA_CERTS} if settings.ELASTICSEARCH_CA_CERTS else {}
    return Elasticsearch(
        [url.strip() for url in urls.split(",")],
        request_timeout=seconds,
        max_retries=0,
        retry_on_timeout=False,
        serializer=OrjsonSerializer(),
        **trust,
    )
