"""The online geocoder, against a real local server: asked rarely, waited for briefly, never trusted alone."""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache

from search.geocoding import locate
from search.locating.addresses import town_of_address
from search.online_geocoding import find, geocoder_of

ADDRESS = "1234 N Clark St, Chicago, IL"
UNKNOWN = "12 Nowhere Lane"


class Peer:
    """A Nominatim of ours: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.body = b"[]"
        self.status = 200
        self.drip = False
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                peer.asked.append((parts.path, parse_qs(parts.query), self.headers["User-Agent"]))
                self.send_response(peer.status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                try:
                    for _ in range(100 if peer.drip else 0):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                        time.sleep(0.1)
                    self.wfile.write(peer.body)
                except OSError:
                    pass

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answers(self, latitude: float, longitude: float, **address: str) -> None:
        found = {"lat": str(latitude), "lon": str(longitude), "display_name": "there", "address": address}
        self.body = json.dumps([found]).encode()


@pytest.fixture
def peer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    cache.clear()
    peer = Peer()
    settings.GEOCODER = f"nominatim:{peer.url}"
    peer.answers(41.9045, -87.6314, country_code="us", **{"ISO3166-2-lvl4": "US-IL"})
    yield peer
    peer.server.shutdown()
    peer.server.server_close()
    cache.clear()


def test_an_unknown_street_address_is_asked_and_found(peer: Peer) -> None:
    place = locate(ADDRESS)
    assert (place.status, place.latitude, place.longitude) == ("found", 41.9045, -87.6314)
    assert (place.jurisdiction, place.near, place.label) == ("IL", ADDRESS, ADDRESS)
    assert place.precision_km == 0.2
    path, query, agent = peer.asked[0]
    assert (path, query["q"], query["countrycodes"], agent) == ("/search", [ADDRESS], ["us,pr,vi"], "palmar")


@pytest.mark.parametrize(
    "near",
    ["60614", "Chicago, IL", "Springfield", "asdfgh", "Fooville, IL", "99999", "99999 Chicago", "California",
     "1234", "41.9,-87.6", "0,0", "", "London", "1234 Main St, Chicago, IL 60614", "1 " + "x" * 300],
)  # fmt: skip
def test_nothing_but_an_unknown_street_address_leaves_the_machine(peer: Peer, near: str) -> None:
    locate(near)
    assert peer.asked == []


def test_offline_nothing_is_asked(peer: Peer, settings: Any) -> None:
    settings.GEOCODER = "offline"
    assert locate(ADDRESS).label == "Chicago, IL"
    assert locate(UNKNOWN).status == "not_found"
    assert peer.asked == []


def test_an_answer_is_kept_under_a_hash_and_asked_once(peer: Peer) -> None:
    first = locate(ADDRESS)
    assert locate(ADDRESS.upper()).latitude == first.latitude
    assert len(peer.asked) == 1
    kept = repr(cache._cache)  # type: ignore[attr-defined]
    assert "clark" not in kept.lower()


def test_nothing_found_is_kept_too(peer: Peer) -> None:
    peer.body = b"[]"
    assert locate(UNKNOWN).status == "not_found"
    assert locate(UNKNOWN).status == "not_found"
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    ("latitude", "longitude", "address"),
    [
        (51.5, -0.12, {"country_code": "gb"}),
        (13.45, 144.75, {"country_code": "us", "ISO3166-2-lvl4": "US-GU"}),
        (43.65, -79.38, {"country_code": "ca", "ISO3166-2-lvl4": "CA-ON"}),
        (0.0, 0.0, {"country_code": "us", "ISO3166-2-lvl4": "US-IL"}),
        (float("nan"), 1.0, {"country_code": "us"}),
        (99.0, 1.0, {}),
    ],
)
def test_an_answer_outside_the_covered_states_is_ignored(
    peer: Peer, latitude: float, longitude: float, address: dict[str, str]
) -> None:
    peer.answers(latitude, longitude, **address)
    assert locate(UNKNOWN).status == "not_found"


def test_without_a_state_in_the_answer_the_nearest_zip_says_it(peer: Peer) -> None:
    peer.answers(18.4663, -66.1057)
    assert locate(UNKNOWN).jurisdiction == "PR"


@pytest.mark.parametrize("status", [200, 403, 429, 500, 503])
def test_any_error_of_the_peer_leaves_the_offline_answer(peer: Peer, status: int) -> None:
    peer.status = status
    peer.body = b"<html>" if status == 200 else b"[]"
    place = locate(ADDRESS)
    assert (place.status, place.label) == ("found", "Chicago, IL")
    assert "do not know the street" in place.message


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"[1]", b'[{"lat": "x", "lon": "y"}]', b"\xff\xfe"])
def test_an_answer_that_is_no_answer_leaves_the_offline_one(peer: Peer, body: bytes) -> None:
    peer.body = body
    assert locate(UNKNOWN).status == "not_found"


def test_a_closed_port_leaves_the_offline_answer_at_once(peer: Peer, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.GEOCODER = f"nominatim:http://127.0.0.1:{free.getsockname()[1]}"
    started = time.monotonic()
    assert locate(ADDRESS).label == "Chicago, IL"
    assert time.monotonic() - started < 1


def test_a_peer_that_never_answers_is_waited_for_2_seconds_and_then_left_alone_for_a_while(
    peer: Peer, settings: Any
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.GEOCODER = f"nominatim:http://127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        assert locate(ADDRESS).label == "Chicago, IL"
        assert 1.5 < time.monotonic() - started < 3
        started = time.monotonic()
        assert locate(UNKNOWN).status == "not_found"
        assert time.monotonic() - started < 0.5


def test_a_peer_that_drips_its_answer_is_waited_for_2_seconds_by_the_clock(peer: Peer) -> None:
    peer.drip = True
    started = time.monotonic()
    assert locate(ADDRESS).label == "Chicago, IL"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "setting",
    [
        "nominatim",
        "nominatim:",
        "nominatim:nonsense",
        "nominatim:ftp://x",
        "nosuch:https://x",
        "opencage",
        "",
        "photon:https://x?nosuch=1",
    ],
)
def test_a_setting_that_names_no_peer_leaves_the_offline_answer(
    peer: Peer, settings: Any, setting: str
) -> None:
    settings.GEOCODER = setting
    assert find(UNKNOWN) is None
    assert peer.asked == []


def test_any_service_that_geopy_knows_can_be_named(peer: Peer, settings: Any) -> None:
    settings.GEOCODER = f"photon:{peer.url}"
    point = {"type": "Point", "coordinates": [-87.6314, 41.9045]}
    found = {"type": "Feature", "geometry": point, "properties": {"name": "there", "state": "Illinois"}}
    peer.body = json.dumps({"type": "FeatureCollection", "features": [found]}).encode()
    place = locate(ADDRESS)
    assert (place.status, place.latitude, place.longitude) == ("found", 41.9045, -87.6314)
    assert place.jurisdiction == "IL"
    assert peer.asked[0][0] == "/api"


def test_options_of_the_setting_go_to_the_service() -> None:
    geocoder = geocoder_of("opencage:https://geo.example?api_key=k")
    assert (geocoder.api_key, geocoder.domain, geocoder.scheme) == ("k", "geo.example", "https")


@pytest.mark.parametrize(
    ("near", "latitude", "longitude", "state"),
    [
        (ADDRESS, 44.9778, -93.2650, "US-MN"),  # another state than the one named
        (ADDRESS, 37.72, -89.21, "US-IL"),  # the state, but 480 km from the town
        ("12 Nowhere Lane, IL", 44.9778, -93.2650, "US-MN"),
        ("12 Nowhere Lane, Springfield", 40.7128, -74.0060, "US-NY"),
        ("12 Nowhere Lane, IL", 42.30, -83.02, "US-IL"),  # Windsor, Ontario
    ],
)
def test_a_point_that_is_not_where_the_address_says_is_refused(
    peer: Peer, near: str, latitude: float, longitude: float, state: str
) -> None:
    offline = town_of_address(near)
    peer.answers(latitude, longitude, country_code="us", **{"ISO3166-2-lvl4": state})
    place = locate(near)
    assert len(peer.asked) == 1
    assert (place.latitude, place.longitude) == (
        (offline.latitude, offline.longitude) if offline else (None, None)
    )


def test_too_many_requests_stop_the_asking_for_a_while(peer: Peer) -> None:
    peer.status = 429
    locate(ADDRESS)
    locate(UNKNOWN)
    assert len(peer.asked) == 1


def test_the_cache_is_the_memory_of_this_process(settings: Any) -> None:
    assert settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")


def test_no_address_is_logged(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    locate(ADDRESS)
    peer.status = 500
    locate(UNKNOWN)
    assert "Clark" not in caplog.text
    assert "Nowhere" not in caplog.text
