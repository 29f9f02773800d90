"""Somebody comes: one mail, once, to those who wait for it; and the worker loses none."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Mail
from directory.models import Practice
from search.models import Watch
from search.watching import telling
from search.watching.asking import keep
from search.watching.matches import matches_of
from search.watching.telling import tell_due
from tests.search.watching.people import (
    ask,
    ask_and_confirm,
    change,
    link,
    press,
    read_mail,
    results_page,
    somebody_comes,
)
from tests.served import ROOT, environment, manage
from tests.smtp_sink import smtp_sink

pytestmark = pytest.mark.django_db


def tell(**later) -> int:
    return tell_due(at=timezone.now() + timedelta(**later))["told"]


def test_the_worker_sends_exactly_one_mail_when_a_matching_therapist_is_listed(client, mail_server):
    ask(client)
    call_command("worker", once=True, stdout=StringIO())
    (asked,) = mail_server.mails
    page = unquote(asked.get_body(("plain",)).get_content().split("http://localhost:8000")[1].split()[0])
    press(client, page, "confirm")
    call_command("worker", once=True, stdout=StringIO())
    assert len(mail_server.mails) == 1, "nobody has come"
    made = somebody_comes()
    for _ in range(3):
        out = StringIO()
        call_command("worker", once=True, stdout=out)
        change(made)
    assert json.loads(out.getvalue())["told"] == 0
    asked, told = mail_server.mails
    assert told["Subject"] == "Somebody new on Palmar"
    assert told["Message-ID"] != asked["Message-ID"]
    assert made.therapist.name not in told.as_string()
    assert made.therapist.name in results_page(client)


def test_nobody_is_told_who_has_not_confirmed(client):
    ask(client)
    somebody_comes()
    assert tell() == 0


def test_somebody_who_comes_between_asking_and_confirming_is_told_of(client):
    ask(client)
    (message,) = read_mail()
    somebody_comes()
    press(client, link(message), "confirm")
    assert tell() == 1


def test_whoever_was_there_already_is_no_news(client):
    there = somebody_comes()
    ask_and_confirm(client)
    change(there)
    assert tell() == 0
    somebody_comes()
    assert tell() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"condition": "hip-pain"},
        {"place": "MN"},
        {"unpublished": True},
        {"is_held": True},
        {"without_proof": True},
    ],
    ids=str,
)
def test_somebody_else_somewhere_else_or_not_listed_is_not_told_of(client, other):
    ask_and_confirm(client)
    somebody_comes(**other)
    assert tell() == 0


def test_a_row_of_somebody_who_may_not_be_shown_any_more_is_no_news(client):
    ask_and_confirm(client)
    made = somebody_comes()
    Practice.objects.filter(pk=made.pk).update(held=True, held_reason="a complaint")
    assert tell() == 0


def test_a_change_that_makes_somebody_match_is_told_of(client):
    hidden = somebody_comes(unpublished=True)
    ask_and_confirm(client)
    assert tell() == 0
    Practice.objects.filter(pk=hidden.pk).update(published=True)
    change(hidden)
    assert tell() == 1


def test_a_home_visit_across_the_state_line_is_not_told_of(client):
    ask_and_confirm(client, near="66101", within="5")
    somebody_comes(missouri=True, home_visits_only=True)
    assert tell() == 0


def test_after_the_first_telling_it_is_over_unless_kept(client):
    page = ask_and_confirm(client)
    somebody_comes()
    assert tell() == 1
    assert "Keep watching" in client.get(page).content.decode()
    somebody_comes()
    assert tell(days=8) == 0
    assert Watch.objects.get().expires_at <= timezone.now() + timedelta(days=30)


def test_a_kept_watch_tells_once_a_week_at_most(client):
    page = ask_and_confirm(client)
    somebody_comes()
    assert tell() == 1
    press(client, page, "keep")
    assert "once a week at most" in client.get(page).content.decode()
    somebody_comes()
    assert tell(days=6) == 0
    assert tell(days=7, minutes=1) == 1
    assert tell(days=15) == 0, "nobody new"
    somebody_comes()
    assert tell(days=15) == 1
    assert len(read_mail()) == 3
    assert Watch.objects.get().expires_at > timezone.now() + timedelta(days=179)


def test_an_unconfirmed_watch_cannot_be_kept(client):
    ask(client)
    keep(Watch.objects.get(), at=timezone.now())
    assert not Watch.objects.get().keeps_watching


def test_an_expired_watch_tells_nobody(client):
    ask_and_confirm(client)
    somebody_comes()
    assert tell(days=181) == 0


def test_deleting_takes_back_the_mail_that_waits(client):
    page = ask_and_confirm(client)
    somebody_comes()
    assert tell() == 1
    press(client, page, "delete")
    assert read_mail() == []
    assert not Mail.objects.exists()


def test_a_watch_is_compared_only_when_rows_were_built(client, django_assert_num_queries):
    ask_and_confirm(client)
    somebody_comes("hip-pain")
    assert tell_due(at=timezone.now())["looked_at"] == 1
    with django_assert_num_queries(2):
        assert tell_due(at=timezone.now())["looked_at"] == 0


def test_few_at_a_time_and_the_longest_unseen_first(client):
    for number in range(3):
        ask_and_confirm(client, email=f"p{number}@example.org")
    somebody_comes()
    now = timezone.now()
    assert [tell_due(at=now, most=2)["told"] for _ in range(3)] == [2, 1, 0]


def test_two_workers_that_look_at_once_tell_once(client, monkeypatch):
    ask_and_confirm(client)
    somebody_comes()

    def look_twice(watch, *, at):
        monkeypatch.setattr(telling, "matches_of", matches_of)
        assert tell() == 1, "the other worker was faster"
        return matches_of(watch, at=at)

    monkeypatch.setattr(telling, "matches_of", look_twice)
    assert tell() == 0
    (message,) = read_mail()
    assert message.subject == "Somebody new on Palmar"


def test_a_watch_that_is_deleted_while_it_is_compared_sends_nothing(client, monkeypatch):
    page = ask_and_confirm(client)
    somebody_comes()

    def deleted_meanwhile(watch, *, at):
        press(client, page, "delete")
        return matches_of(watch, at=at)

    monkeypatch.setattr(telling, "matches_of", deleted_meanwhile)
    assert tell() == 0
    assert read_mail() == []


PREPARE = """
from accounts import mail
from accounts.mail import Letter
mail.queue(key="test/1", to="a.person@example.org", letter=Letter("Subject", "text"))
"""


@pytest.mark.django_db(databases=[])
def test_a_mail_server_that_hangs_does_not_hold_the_search_rows(tmp_path):
    """The real worker: the mail server never answers, and rows are drained all the same; then it goes out."""
    with smtp_sink() as sink:
        sink.mode = "hangs"
        env = environment(tmp_path / "palmar.sqlite3", 0) | {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "shell", "-c", PREPARE)
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "worker"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
        )
        try:
            assert worker.stdout
            assert "started" in worker.stdout.readline()
            assert sink.called.wait(20), "the mail server is asked, and says nothing"
            begun = time.monotonic()
            manage(env, "shell", "-c", DRAINED)
            assert time.monotonic() - begun < 8, "less than the mail server hangs"
            assert sink.mails == []
        finally:
            os.kill(worker.pid, signal.SIGTERM)
            assert worker.wait(30) == 0


DRAINED = """
import time
from search.models import IndexChange
IndexChange.objects.create(practice=1)
end = time.monotonic() + 6
while IndexChange.objects.exists():
    assert time.monotonic() < end
    time.sleep(0.05)
"""
