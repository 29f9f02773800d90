"""Whatever Elasticsearch does, a search is answered: by the database, with a word about it, in time."""

import time

import pytest

from directory.models import Practice
from search import outage
from search.engines import elasticsearch as engine
from search.index.building import rebuild
from search.index.connection import alias, prefix, writer
from tests.faults import peers
from tests.search.watching.people import somebody_comes

pytestmark = pytest.mark.django_db

NOTICE = "fast search is resting"
FAULTS = {
    "it never answers": peers.hang,
    "it drips": peers.drip,
    "it drips headers": peers.drip_headers,
    "it breaks off": peers.reset_half_way,
    "it is no JSON": peers.answer("200 OK", "<html>proxy</html>"),
    "it is JSON of something else": peers.answer("200 OK", {"hello": "world"}),
    "it is a list": peers.answer("200 OK", [1, 2]),
    "too many requests": peers.answer("429 Too Many Requests", {"error": "rejected"}),
    "unavailable": peers.answer("503 Service Unavailable", {"error": "no"}),
    "refused": peers.answer("401 Unauthorized", {"error": {"type": "security_exception"}, "status": 401}),
    "a shard is missing": peers.answer("200 OK", peers.whole_answer(_shards={"failed": 1})),
    "it ran out of time": peers.answer("200 OK", peers.whole_answer(timed_out=True)),
    "one search failed": peers.answer("200 OK", {"responses": [{"status": 503, "error": {"type": "x"}}]}),
    "the hits are no list": peers.answer(
        "200 OK", peers.whole_answer(hits={"total": {"value": 1}, "hits": 3})
    ),
    "the ids are no numbers": peers.answer(
        "200 OK", peers.whole_answer(hits={"total": {"value": 1}, "hits": [{"_id": "x", "_score": 1}]})
    ),
}  # fmt: skip


def page(client) -> str:
    response = client.get("/search/", {"q": "sciatica", "near": "60614"})
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.fixture
def therapist():
    return somebody_comes().therapist


@pytest.mark.parametrize("fault", FAULTS)
def test_the_database_answers_and_says_so(client, settings, therapist, fault):
    with peers.peer(FAULTS[fault]) as url:
        settings.ELASTICSEARCH_URL = url
        begin = time.monotonic()
        shown = page(client)
        taken = time.monotonic() - begin
    assert therapist.name in shown
    assert NOTICE in shown
    assert taken < 1.0 + 5.0, "the wait is bounded; the rest is a busy machine"
    assert outage.is_down()


def test_a_closed_port_is_answered_by_the_database(client, settings, therapist):
    settings.ELASTICSEARCH_URL = peers.closed_port()
    shown = page(client)
    assert therapist.name in shown
    assert NOTICE in shown


def test_after_a_failure_it_is_left_alone(client, settings, therapist, monkeypatch):
    settings.ELASTICSEARCH_URL = peers.closed_port()
    page(client)
    asked = []
    monkeypatch.setattr(engine, "candidates", lambda request: asked.append(request))
    assert NOTICE in page(client)
    assert not asked


def test_one_search_that_it_refuses_is_no_outage(client, settings, therapist):
    refusal = {"responses": [{"status": 400, "error": {"type": "parsing_exception"}}]}
    with peers.peer(peers.answer("200 OK", refusal)) as url:
        settings.ELASTICSEARCH_URL = url
        assert therapist.name in page(client)
    assert not outage.is_down()


def test_what_was_taken_off_the_list_is_not_shown_though_the_index_still_has_it(client, site):
    gone, stays = somebody_comes(), somebody_comes()
    rebuild()
    assert gone.therapist.name in page(client)
    Practice.objects.filter(pk=gone.pk).update(held=True, held_reason="looked into")
    shown = page(client)
    assert NOTICE not in shown, "the index answered, with its stale document"
    assert gone.therapist.name not in shown
    assert stays.therapist.name in shown
    assert "1 therapist" in shown


def test_nobody_is_ever_called_none_by_an_engine_that_could_not_look(client, settings, therapist):
    with peers.peer(peers.answer("200 OK", peers.whole_answer(_shards={"failed": 1}))) as url:
        settings.ELASTICSEARCH_URL = url
        assert "No therapist" not in page(client)


def test_without_its_alias_the_database_answers(client, site, therapist):
    shown = page(client)
    assert therapist.name in shown
    assert NOTICE in shown


def test_an_index_of_an_older_form_is_not_read(client, site, therapist):
    rebuild()
    (index,) = writer().indices.get_alias(name=alias())
    writer().indices.update_aliases(
        actions=[
            {"remove": {"index": index, "alias": alias()}},
            {"add": {"index": index, "alias": f"{prefix()}0123456789"}},
        ]
    )
    assert NOTICE in page(client)


def test_it_is_asked_again_when_it_is_back(client, site, therapist, monkeypatch):
    assert NOTICE in page(client)
    rebuild()
    assert NOTICE in page(client), "ten seconds are not over"
    monkeypatch.setattr(outage, "_next_try", outage._next_try - 11)
    shown = page(client)
    assert therapist.name in shown
    assert NOTICE not in shown
    assert not outage.is_down()
