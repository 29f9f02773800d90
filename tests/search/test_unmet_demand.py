"""What nobody is there for is counted: by condition, area and week, and nothing else."""

import json
import sqlite3
import threading
import time
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from directory.vocabulary import vocabulary
from search import unmet_demand
from search.models import UnmetDemand
from search.unmet_demand import Counts, Unmet, monday
from tests.search.watching.people import somebody_comes
from tests.served import GUNICORN, environment, free_port, manage, serving

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
SCIATICA = vocabulary().conditions["sciatica"].number
ROW = Unmet(SCIATICA, "606", date(2026, 11, 23))


@pytest.fixture(autouse=True)
def _nothing_gathered(monkeypatch):
    monkeypatch.setattr(unmet_demand, "COUNTS", Counts())


def search(client, visitor: str = "192.0.2.1", **changes) -> None:
    params = {"q": "sciatica", "near": "60614"} | changes
    assert client.get("/search/", params, REMOTE_ADDR=visitor).status_code == 200


def rows() -> list[tuple[int, str, int]]:
    return list(UnmetDemand.objects.order_by("pk").values_list("condition", "area", "count"))


@pytest.mark.django_db
def test_a_search_that_finds_nobody_is_one_count(client):
    search(client)
    assert rows() == [(SCIATICA, "606", 1)]


@pytest.mark.django_db
def test_nothing_else_is_kept(client):
    search(client, q="siatica since my fall", near="41.93,-87.64")
    kept = UnmetDemand.objects.values().get()
    assert set(kept) == {"id", "condition", "area", "week", "count"}
    assert kept["week"].weekday() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"gender": "female"},
        {"q": "deep tissue massage"},
        {"q": ""},
        {"near": "Illinois"},
        {"near": "Toronto, Canada"},
        {"near": ""},
        {"within": "0"},
        {"q": "flurble gronk"},
    ],
    ids=str,
)
def test_other_searches_are_not_counted(client, changes):
    search(client, **changes)
    assert rows() == []


@pytest.mark.django_db
def test_a_search_that_finds_somebody_is_neither_counted_nor_costs_a_statement(client):
    somebody_comes()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        search(client)
    assert rows() == []
    written = [row["sql"] for row in captured if not row["sql"].startswith("SELECT")]
    assert written == []


@pytest.mark.django_db
def test_each_condition_that_was_asked_for_counts(client):
    search(client, q="siatica and tight hips")
    assert {number for number, _, _ in rows()} == {SCIATICA, vocabulary().conditions["hip-pain"].number}


@pytest.mark.django_db
def test_who_loads_the_page_again_counts_once_a_day(client, time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    for _ in range(5):
        search(client)
    search(client, visitor="192.0.2.2")
    assert rows() == [(SCIATICA, "606", 2)]
    time_machine.shift(timedelta(days=1))
    search(client)
    assert rows() == [(SCIATICA, "606", 3)]
    time_machine.shift(timedelta(days=7))
    search(client)
    assert [count for _, _, count in rows()] == [3, 1]


def test_no_address_stays_in_memory_either():
    counts = Counts()
    counts.add(ROW, visitor="192.0.2.1", at=TUESDAY)
    assert "192.0.2.1" not in str(vars(counts))
    key = counts._key
    counts.add(ROW, visitor="192.0.2.1", at=TUESDAY + timedelta(days=1))
    assert counts._key != key
    assert len(counts._visitors) == 1


def test_memory_has_an_end(monkeypatch):
    monkeypatch.setattr(unmet_demand, "MOST_VISITORS", 10)
    counts = Counts()
    for number in range(50):
        counts.add(ROW, visitor=str(number), at=TUESDAY)
    assert counts._waiting == {ROW: 10}


@pytest.mark.django_db
def test_what_cannot_be_written_waits(monkeypatch):
    counts = Counts()
    counts.add(ROW, visitor="a", at=TUESDAY)

    def locked(*_):
        raise DatabaseError("database is locked")

    monkeypatch.setattr(unmet_demand, "_add_to_row", locked)
    assert counts.write() == 0
    monkeypatch.undo()
    counts.add(ROW, visitor="b", at=TUESDAY)
    assert counts.write() == 2
    assert counts.write() == 0
    assert UnmetDemand.objects.get().count == 2


def test_threads_lose_no_count():
    counts = Counts()

    def add(first: int) -> None:
        for number in range(first, first + 500):
            counts.add(ROW, visitor=str(number), at=TUESDAY)

    threads = [threading.Thread(target=add, args=(first,)) for first in range(0, 2000, 500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts._waiting == {ROW: 2000}


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2026, 11, 23, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2027, 1, 1, tzinfo=UTC), date(2026, 12, 28)),
    ],
)
def test_a_week_begins_on_monday(at, day):
    assert monday(at) == day


def report(**options):
    out = StringIO()
    call_command("unmet_demand", stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.mark.django_db
def test_the_command_prints_what_is_wanted_most_and_hides_what_could_be_one_person(time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    for area, weeks, count in (("606", 0, 3), ("997", 0, 9), ("036", 0, 2), ("606", 1, 5), ("606", 2, 8)):
        UnmetDemand.objects.create(
            condition=SCIATICA, area=area, week=ROW.week - timedelta(weeks=weeks), count=count
        )
    assert report(weeks=2) == {
        "since": "2026-11-16",
        "unmet": [
            {"condition": "sciatica", "area": "997", "week": "2026-W48", "count": 9},
            {"condition": "sciatica", "area": "606", "week": "2026-W47", "count": 5},
            {"condition": "sciatica", "area": "606", "week": "2026-W48", "count": 3},
        ],
        "suppressed": 1,
    }
    assert [row["count"] for row in report(weeks=1)["unmet"]] == [9, 3]


@pytest.mark.parametrize("weeks", [0, -1, 10**9])
def test_a_number_of_weeks_that_makes_no_sense_is_said(weeks):
    with pytest.raises(CommandError):
        report(weeks=weeks)


def test_the_real_server_writes_what_it_gathered_when_it_ends(tmp_path: Path):
    """gunicorn answers without writing a row; the row is there once the server has ended."""
    port = free_port()
    env = environment(tmp_path / "palmar.sqlite3", port)
    manage(env, "migrate", "--verbosity", "0")
    manage(env, "load_vocabulary")
    with serving(GUNICORN, env, tmp_path / "log"):
        for _ in range(2):
            asking = HTTPConnection("127.0.0.1", port, timeout=30)
            asking.request("GET", f"/search/?{urlencode({'q': 'sciatica', 'near': '60614'})}")
            assert asking.getresponse().status == 200
            asking.close()
        time.sleep(0.2)
        assert counted(tmp_path) == []
    assert counted(tmp_path) == [(SCIATICA, "606", 1)]


def counted(place: Path) -> list[tuple[int, str, int]]:
    with sqlite3.connect(place / "palmar.sqlite3") as database:
        return database.execute("SELECT condition, area, count FROM search_unmetdemand").fetchall()
