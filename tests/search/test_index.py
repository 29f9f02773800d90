"""The index follows the rows: whole documents by version, built anew without a gap, audited."""

import json
import threading
from dataclasses import asdict
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from elasticsearch import ApiError

from directory.models import Practice
from directory.signals import practices_changed
from search.drain import drain_all
from search.index import feeding
from search.index.auditing import audit, mend
from search.index.building import AlreadyBuilding, delete_leftovers, rebuild
from search.index.connection import alias, prefix, writer
from search.index.document import PracticeDocument, documents_of, mapping
from search.index.feeding import IndexBusy, IndexMissing, Write, feed, feed_all, send
from search.index.keeping import ensure_index, keep
from search.models import DeadLetter, DocumentChange, DrainState, IndexBuild, SearchRow
from tests.factories import PracticeFactory
from tests.faults.peers import answer, closed_port, peer

pytestmark = pytest.mark.django_db


def change(*practices: Practice) -> None:
    practices_changed.send(Practice, ids=[row.pk for row in practices])
    drain_all()


def document(practice: Practice) -> Any:
    """What the index holds of it, None if nothing."""
    writer().indices.refresh(index=alias())
    found = writer().options(ignore_status=404).get(index=alias(), id=str(practice.pk)).body
    return found.get("_source")


def test_an_edit_reaches_the_index_and_leaves_no_mark(site):
    practice = PracticeFactory()
    rebuild()
    Practice.objects.filter(pk=practice.pk).update(accepting="waiting_list")
    change(practice)
    assert feed() == 1
    assert "6" in document(practice)["tokens"]
    assert not DocumentChange.objects.exists()


def test_what_is_no_longer_listed_is_deleted(site):
    practice = PracticeFactory()
    change(practice)
    rebuild()
    assert document(practice)
    Practice.objects.filter(pk=practice.pk).update(held=True, held_reason="looked into")
    change(practice)
    feed_all()
    assert document(practice) is None


def test_without_an_elasticsearch_nothing_is_noted_for_one():
    change(PracticeFactory())
    assert not DocumentChange.objects.exists()


def test_while_it_is_away_rows_are_written_and_changes_wait(site, settings):
    practice = PracticeFactory()
    rebuild()
    settings.ELASTICSEARCH_URL = closed_port()
    change(practice)
    assert SearchRow.objects.filter(practice=practice).exists()
    with pytest.raises(feeding.NOT_NOW):
        feed()
    assert DocumentChange.objects.filter(practice=practice.pk).exists()
    settings.ELASTICSEARCH_URL = site.url
    feed_all()
    assert document(practice)


def test_a_late_write_of_an_older_version_changes_nothing(site):
    practice = PracticeFactory()
    change(practice)
    rebuild()
    row = SearchRow.objects.get(practice=practice)
    (old,) = documents_of([row])
    change(practice)
    feed_all()
    late = Write(practice.pk, row.version, old | {"price": 1})
    assert send(writer(), alias(), [late], require_alias=True) == {}
    assert document(practice)["price"] != 1


def test_a_late_write_does_not_bring_a_deleted_practice_back(site):
    practice = PracticeFactory()
    change(practice)
    rebuild()
    row = SearchRow.objects.get(practice=practice)
    (old,) = documents_of([row])
    Practice.objects.filter(pk=practice.pk).update(published=False)
    change(practice)
    feed_all()
    send(writer(), alias(), [Write(practice.pk, row.version, old)], require_alias=True)
    assert document(practice) is None


def test_a_change_made_meanwhile_keeps_its_mark(site, monkeypatch):
    practice = PracticeFactory()
    rebuild()
    change(practice)
    real = feeding.send

    def change_in_between(*args, **rest):
        change(practice)
        return real(*args, **rest)

    monkeypatch.setattr(feeding, "send", change_in_between)
    feed()
    assert DocumentChange.objects.filter(practice=practice.pk).exists()
    monkeypatch.undo()
    feed_all()
    assert not audit(at=timezone.now()).differing


def test_a_poison_document_is_set_aside_with_its_reason_and_stops_nobody(site, monkeypatch):
    good, bad = PracticeFactory(), PracticeFactory()
    rebuild()
    change(good, bad)

    def spoil(rows):
        made = documents_of(rows)
        return [one | {"secret": 1} if one["practice"] == bad.pk else one for one in made]

    monkeypatch.setattr(feeding, "documents_of", spoil)
    feed_all()
    assert document(good)
    assert "strict_dynamic_mapping" in DeadLetter.objects.get(practice=bad.pk).reason
    assert not DocumentChange.objects.exists()


def test_a_blocked_index_loses_nothing(site):
    practice = PracticeFactory()
    rebuild()
    writer().indices.put_settings(index=alias(), settings={"index.blocks.write": True})
    change(practice)
    with pytest.raises(IndexBusy):
        feed()
    writer().indices.put_settings(index=alias(), settings={"index.blocks.write": False})
    feed_all()
    assert document(practice)


def test_a_row_that_no_document_can_be_made_of_stops_nobody(site, monkeypatch):
    good, bad = PracticeFactory(), PracticeFactory()
    change(good, bad)

    def fail_for_bad(rows):
        if any(row.practice_id == bad.pk for row in rows):
            raise ValueError("a number that cannot be")
        return documents_of(rows)

    monkeypatch.setattr(feeding, "documents_of", fail_for_bad)
    assert rebuild().documents == 1
    change(good, bad)
    feed_all()
    assert document(good)
    assert "cannot be" in DeadLetter.objects.get(practice=bad.pk).reason
    assert not DocumentChange.objects.exists()


NO_ACKNOWLEDGEMENTS = {
    "nothing": {},
    "something else": {"hello": "world"},
    "a list": [1],
    "fewer than were told": {"errors": False, "items": []},
}


@pytest.mark.parametrize("answered", NO_ACKNOWLEDGEMENTS)
def test_what_is_not_acknowledged_one_by_one_waits(settings, answered):
    with peer(answer("200 OK", NO_ACKNOWLEDGEMENTS[answered])) as url:
        settings.ELASTICSEARCH_URL = url
        change(PracticeFactory())
        with pytest.raises(IndexBusy):
            feed()
    assert DocumentChange.objects.exists()


@pytest.mark.django_db(transaction=True)  # after an error it lets go of its connection
@pytest.mark.parametrize("answered", ["<html>proxy</html>", [1], {"hello": "world"}])
def test_the_keeper_lives_whatever_it_is_answered(settings, answered):
    said: list[dict[str, object]] = []
    stop = threading.Event()

    def say(what: dict[str, object]) -> None:
        said.append(what)
        stop.set()

    with peer(answer("200 OK", answered)) as url:
        settings.ELASTICSEARCH_URL = url
        change(PracticeFactory())
        in_case_it_says_nothing = threading.Timer(20, stop.set)
        in_case_it_says_nothing.start()
        keep(stop, say)
        in_case_it_says_nothing.cancel()
    assert said[0]["index"] == "waits"
    assert DocumentChange.objects.exists()


def test_where_there_is_no_index_the_audit_says_that_all_is_missing(site):
    practice = PracticeFactory()
    change(practice)
    found = audit(at=timezone.now())
    assert (found.index, found.missing) == (0, (practice.pk,))


def test_without_an_index_nothing_is_made_up_for_it(site):
    change(PracticeFactory())
    with pytest.raises(IndexMissing):
        feed()
    assert not writer().indices.get(index=f"{prefix()}*").body
    assert DocumentChange.objects.exists()


def test_a_missing_index_is_built(site):
    practice = PracticeFactory()
    change(practice)
    said: list[dict[str, object]] = []
    ensure_index(said.append)
    assert said[0]["documents"] == 1
    assert document(practice)
    ensure_index(said.append)
    assert len(said) == 1


def test_a_change_while_it_is_built_is_in_the_new_index(site, monkeypatch):
    staying, leaving, coming = PracticeFactory(), PracticeFactory(), PracticeFactory(published=False)
    change(staying, leaving, coming)
    rebuild()
    from search.index import building

    real = building._fill

    def edit_in_between(client, name):
        Practice.objects.filter(pk=leaving.pk).update(published=False)
        Practice.objects.filter(pk=coming.pk).update(published=True)
        late = SearchRow.objects.get(practice=leaving)
        change(leaving, coming)
        feed_all()
        (old,) = documents_of([late])
        send(client, name, [Write(leaving.pk, late.version, old)], require_alias=False)
        return real(client, name)

    monkeypatch.setattr(building, "_fill", edit_in_between)
    rebuild()
    assert document(staying)
    assert document(coming)
    assert document(leaving) is None


def test_a_rebuild_that_fails_leaves_the_old_index_and_nothing_else(site, monkeypatch):
    practice = PracticeFactory()
    change(practice)
    before = rebuild().index
    from search.index import building

    def fail(*_args, **_rest):
        raise IndexBusy("429 rejected")

    monkeypatch.setattr(building, "send", fail)
    with pytest.raises(IndexBusy):
        rebuild()
    assert list(writer().indices.get(index=f"{prefix()}*").body) == [before]
    assert document(practice)
    assert not IndexBuild.objects.exists()


def test_two_do_not_build_at_once_but_one_that_died_is_taken_over(site):
    rebuild()
    IndexBuild.objects.create(pk=1, index="somebody", seen_at=timezone.now())
    with pytest.raises(AlreadyBuilding):
        rebuild()
    IndexBuild.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    assert rebuild().index


def test_leftovers_go_and_other_forms_stay(site):
    current = rebuild().index
    for name in (f"{alias()}-cut-off", f"{prefix()}0123456789-older"):
        writer().indices.create(index=name)
    assert delete_leftovers(writer()) == (f"{alias()}-cut-off",)
    assert delete_leftovers(writer(), other_forms=True) == (f"{prefix()}0123456789-older",)
    assert list(writer().indices.get(index=f"{prefix()}*").body) == [current]


def test_the_audit_names_what_is_missing_extra_and_stale_and_mends_it(site):
    missing, stale, gone = PracticeFactory(), PracticeFactory(), PracticeFactory()
    change(missing, stale, gone)
    rebuild()
    assert audit(at=timezone.now(), deep=True).differing == ()
    writer().delete(index=alias(), id=str(missing.pk), version=10**9, version_type="external")
    SearchRow.objects.filter(practice=missing).update(version=10**9 + 1)
    SearchRow.objects.filter(practice=stale).update(version=10**9 + 2)
    SearchRow.objects.filter(practice=gone).delete()
    Practice.objects.filter(pk=gone.pk).update(published=False)
    DrainState.objects.filter(pk=1).update(version=10**9 + 3)
    found = audit(at=timezone.now())
    assert (found.missing, found.extra, found.stale) == ((missing.pk,), (gone.pk,), (stale.pk,))
    assert mend(found) == 3
    drain_all()
    feed_all()
    assert audit(at=timezone.now(), deep=True).differing == ()


def test_a_deep_audit_finds_a_row_that_is_not_the_truth():
    practice = PracticeFactory()
    change(practice)
    Practice.objects.filter(pk=practice.pk).update(accepting="no")
    assert audit(at=timezone.now()).differing == ()
    assert audit(at=timezone.now(), deep=True).stale == (practice.pk,)


def test_the_commands_print_json(site):
    change(PracticeFactory())
    said = {}
    for command in ("rebuild_index", "index_audit"):
        out = StringIO()
        call_command(command, stdout=out)
        said[command] = json.loads(out.getvalue())
    assert said["rebuild_index"]["documents"] == 1
    assert said["index_audit"] == asdict(audit(at=timezone.now())) | {"missing": [], "extra": [], "stale": []}


def test_the_commands_say_why_they_cannot(settings):
    with pytest.raises(CommandError, match="ELASTICSEARCH_URL is empty"):
        call_command("rebuild_index")
    settings.ELASTICSEARCH_URL = closed_port()
    for command in ("rebuild_index", "index_audit"):
        with pytest.raises(CommandError):
            call_command(command)


def test_the_document_holds_its_fields_and_no_other(site):
    """Strict, and an allow-list: no street, no contact, no true point of a home."""
    home = PracticeFactory(home_based=True, street="77 Secret Lane")
    change(home)
    rebuild()
    found = document(home)
    assert set(found) == set(mapping()["properties"])
    assert "Secret" not in json.dumps(found)
    assert f"{home.latitude:.4f}" not in json.dumps(found)
    with pytest.raises(ApiError, match="strict_dynamic_mapping"):
        writer().index(index=alias(), id="1", document=found | {"street": "77 Secret Lane"})


def test_the_mapping_is_the_one_of_elasticsearch_dsl():
    assert mapping()["dynamic"] == "strict"
    assert set(PracticeDocument._doc_type.mapping.to_dict()["properties"]) < set(mapping()["properties"])


def test_feeding_takes_few_statements(site, django_assert_max_num_queries):
    change(*(PracticeFactory() for _ in range(12)))
    rebuild()
    with django_assert_max_num_queries(12):
        feed()
    assert connection.vendor
