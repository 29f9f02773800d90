"""From an edit to the row: nothing is lost, one poison row stops nobody, the clock wakes the worker."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from directory.models import Credential, Practice, Therapist
from directory.signals import practices_changed
from search.drain import drain, drain_all
from search.models import DeadLetter, IndexChange, SearchCard, SearchRow
from search.rows import build_rows
from tests.factories import PracticeFactory

pytestmark = pytest.mark.django_db


def announce(*practices: Practice) -> None:
    practices_changed.send(Practice, ids=[row.pk for row in practices])


def test_a_change_leaves_its_mark_in_its_own_transaction():
    practice = PracticeFactory()
    drain_all()
    with transaction.atomic():
        announce(practice)
        transaction.set_rollback(True)
    assert not IndexChange.objects.exists()
    announce(practice)
    assert IndexChange.objects.filter(practice=practice.pk).exists()


def test_a_row_is_built_whole_and_the_mark_is_gone():
    practice = PracticeFactory()
    announce(practice)
    assert drain() >= 1
    assert not IndexChange.objects.exists()
    row = SearchRow.objects.get(practice=practice)
    Therapist.objects.filter(pk=practice.therapist_id).update(given_name="Zoë")
    announce(practice)
    drain_all()
    renewed = SearchRow.objects.get(practice=practice)
    assert SearchCard.objects.get(practice=practice).facts["name"].startswith("Zoë")
    assert renewed.version > row.version


def test_a_practice_that_moves_has_one_row():
    practice = PracticeFactory()
    announce(practice)
    drain_all()
    for latitude in (41.0, 42.5):
        Practice.objects.filter(pk=practice.pk).update(latitude=latitude, public_latitude=latitude)
        announce(practice)
        drain_all()
    assert SearchRow.objects.filter(practice=practice).count() == 1


def test_a_poison_practice_is_set_aside_with_its_reason_and_stops_nobody(monkeypatch):
    good, bad = PracticeFactory(), PracticeFactory()
    announce(good, bad)

    def fail_for_bad(ids, **rest):
        if bad.pk in ids:
            raise ValueError("a fact that cannot be packed")
        return build_rows(ids, **rest)

    monkeypatch.setattr("search.drain.build_rows", fail_for_bad)
    drain_all()
    assert SearchRow.objects.filter(practice=good).exists()
    assert "cannot be packed" in DeadLetter.objects.get(practice=bad.pk).reason
    monkeypatch.undo()
    announce(bad)
    drain_all()
    assert SearchRow.objects.filter(practice=bad).exists()
    assert not DeadLetter.objects.exists()


def test_the_worker_expires_what_has_ended_and_says_what_it_did():
    practice = PracticeFactory()
    credential = practice.therapist.credentials.get(jurisdiction__isnull=False)
    Credential.objects.filter(pk=credential.pk).update(counts_until=timezone.now() - timedelta(seconds=1))
    announce(practice)
    out = StringIO()
    call_command("worker", once=True, stdout=out)
    done = json.loads(out.getvalue())
    assert done["expired"] == 1
    assert Credential.objects.get(pk=credential.pk).state == "expired"
    assert not SearchRow.objects.filter(practice=practice).exists()
    out = StringIO()
    call_command("worker", once=True, stdout=out)
    assert json.loads(out.getvalue())["expired"] == 0
