"""Everything that is measured with Elasticsearch, one thing after the other, all in indexes of its own."""

from django.conf import settings

from benchmarks import edits, engines, indexes, rebuilding, scale, servers
from benchmarks.figures import Figure
from benchmarks.origins import question_sets
from benchmarks.postgis import Peer
from benchmarks.rebuilding import child_environment
from benchmarks.served import elasticsearch_page_figures
from search.index.connection import alias, writer

INDEX = "palmar-bench"
PATIENCE_SECONDS = 10.0  # a slow answer is measured, not given up


def figures(url: str, peer_url: str | None, *, million: bool) -> list[Figure]:
    """All of them. The indexes are gone afterwards."""
    sets = question_sets()
    settings.ELASTICSEARCH_URL = url
    settings.ELASTICSEARCH_ANSWER_SECONDS = PATIENCE_SECONDS
    peer = Peer(peer_url) if peer_url else None
    found: list[Figure] = []
    try:
        indexes.use(INDEX)
        say("rebuild beside the bare bulk call")
        found += rebuilding.rebuilding_figures()
        never_kept()
        if peer:
            say("filling PostGIS")
            peer.empty()
            for writes in indexes.as_they_are():
                peer.add(write.document for write in writes if write.document)
            peer.finish()
        say("searches on both")
        found += engines.engine_figures(peer, sets) + engines.server_figures(sets)
        say("pages")
        found += elasticsearch_page_figures(child_environment())
        say("edits")
        found += edits.edit_figures()
        indexes.delete_indexes()
        if million:
            say("a hundred thousand and a million")
            found += scale.scale_figures(peer, sets)
        else:
            servers.left_out("a million practices", f"--million, or {servers.NEEDS_GIB} GiB free")
    finally:
        indexes.use(INDEX)
        indexes.delete_indexes()
        settings.ELASTICSEARCH_URL = ""
        if peer:
            peer.connection.close()
    return found


def never_kept() -> None:
    """Have the index in use work out every answer anew."""
    writer().indices.put_settings(index=alias(), settings={"index.requests.cache.enable": False})


def say(what: str) -> None:
    """Tell what is being measured."""
    print(f"Elasticsearch: {what} ..", flush=True)
