"""`manage.py load_vocabulary`: checked, whole, repeatable, and it tells whose rules changed."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from directory import vocabulary_loading
from directory.jurisdictions import DemandEntry, jurisdictions
from directory.models import (
    Condition,
    CredentialKind,
    Demand,
    DemandOption,
    Jurisdiction,
    Language,
    Practice,
    Technique,
)
from directory.vocabulary import vocabulary
from directory.vocabulary_loading import VocabularyRefused, load
from tests.factories import PracticeFactory, kind

pytestmark = pytest.mark.django_db

NEW_LAW = datetime(2027, 7, 1, 5, tzinfo=UTC)


@pytest.fixture
def places(monkeypatch) -> dict:
    """The jurisdictions as the loader reads them; a test may replace some."""
    changed = dict(jurisdictions())
    monkeypatch.setattr(vocabulary_loading, "jurisdictions", lambda: changed)
    return changed


def test_everything_is_there_and_a_second_run_changes_nothing():
    known = vocabulary()
    assert dict(Condition.objects.values_list("slug", "pk")) == {
        entry.slug: entry.number for entry in known.conditions.values()
    }
    assert Technique.objects.count() == len(known.techniques)
    assert Jurisdiction.objects.count() == Demand.objects.count() == 53
    tally = load()
    assert tally.as_json() == {"created": 0, "changed": 0, "unchanged": tally.unchanged}
    assert tally.unchanged > 400


def test_parents_and_expiring_kinds():
    assert Condition.objects.filter(slug="sciatica", parent__slug="radiculopathy").exists()
    expiring = set(CredentialKind.objects.filter(expires=True).values_list("slug", flat=True))
    assert {
        "state-licence",
        "state-registration",
        "state-certificate",
        "bctmb",
        "liability-insurance",
    } < expiring
    assert not {"training-seen", "npi", "amta"} & expiring


def test_the_command_answers_in_json():
    out = StringIO()
    call_command("load_vocabulary", stdout=out)
    assert set(json.loads(out.getvalue())) == {"created", "changed", "unchanged"}


def test_an_unchanged_run_reads_and_writes_nothing(django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as captured:
        load()
    assert not [query for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_what_somebody_changed_is_mended():
    Technique.objects.filter(slug="shiatsu").update(name="Shiatzu")
    Condition.objects.filter(slug="sciatica").update(parent=None)
    Jurisdiction.objects.filter(code="IL").update(agency="Somebody else")
    assert load().changed == 3
    assert Technique.objects.get(slug="shiatsu").name == "Shiatsu"
    assert Jurisdiction.objects.get(code="IL").agency.startswith("Illinois Department")


def test_what_the_files_no_longer_hold_stays_and_is_reported():
    old = Language.objects.create(number=199, slug="eo", name="Esperanto")
    practice = PracticeFactory()
    practice.therapist.languages.add(old)
    assert load().as_json()["left"] == ["language 199: Esperanto"]
    assert list(practice.therapist.languages.all()) == [old]


def test_a_number_never_changes_its_meaning():
    Technique.objects.filter(slug="shiatsu").delete()
    Technique.objects.create(number=1999, slug="shiatsu", name="Shiatsu")
    with pytest.raises(VocabularyRefused, match="shiatsu has number 1999, the files say 1017"):
        load()
    assert not Technique.objects.filter(pk=1017).exists()


def test_wrong_files_are_refused_in_plain_words_and_nothing_is_written(monkeypatch):
    Technique.objects.filter(slug="shiatsu").update(name="Shiatzu")
    monkeypatch.setattr(vocabulary_loading, "problems", lambda files: ["conditions: the moon is missing"])
    with pytest.raises(CommandError, match="- conditions: the moon is missing"):
        call_command("load_vocabulary", stdout=StringIO())
    assert Technique.objects.get(slug="shiatsu").name == "Shiatzu"


def test_an_unchanged_run_announces_nobody(announced):
    PracticeFactory()
    announced.clear()
    load()
    assert announced == []


def test_a_changed_time_zone_moves_the_end_and_announces_the_practices(places, announced):
    here, elsewhere = PracticeFactory(), PracticeFactory(missouri=True)
    before = Practice.objects.with_listing_end().get(pk=here.pk).listing_end  # type: ignore[attr-defined]
    credential = here.therapist.credentials.get()
    places["IL"] = replace(places["IL"], time_zone="America/Puerto_Rico")
    announced.clear()
    assert load().changed == 1
    assert announced == [[here.pk]]
    moved = here.therapist.credentials.get()
    assert moved.counts_until < credential.counts_until
    assert elsewhere.pk != here.pk
    assert before <= credential.counts_until


def test_a_grace_that_is_established_announces_too(places, announced):
    here = PracticeFactory(proof={"state": "renewal_filed"})
    end = here.therapist.credentials.get().counts_until
    places["IL"] = replace(places["IL"], renewal_grace_days=30)
    announced.clear()
    load()
    assert announced == [[here.pk]]
    assert (here.therapist.credentials.get().counts_until - end).days == 30


def test_a_note_changes_nobody(places, announced):
    PracticeFactory()
    places["IL"] = replace(places["IL"], note="Read again.")
    announced.clear()
    assert load().changed == 1
    assert announced == []


def test_a_new_law_is_a_change_of_data(places, announced):
    practice = PracticeFactory(minnesota=True)
    (old,) = places["MN"].demands
    law = DemandEntry(NEW_LAW, None, (("state-licence",),), "In Minnesota, a current state licence.")
    places["MN"] = replace(places["MN"], demands=(replace(old, ends=NEW_LAW), law))
    announced.clear()
    tally = load()
    assert (tally.created, tally.changed) == (1, 1)
    assert announced == [[practice.pk]]
    assert list(Demand.objects.filter(jurisdiction="MN").values_list("valid_from", "valid_until")) == [
        (old.starts, NEW_LAW), (NEW_LAW, None),
    ]  # fmt: skip
    again = load()
    assert (again.created, again.changed) == (0, 0)


def test_other_options_replace_the_old_ones(places, announced):
    practice = PracticeFactory(kansas_certified=True)
    (old,) = places["KS"].demands
    places["KS"] = replace(places["KS"], demands=(replace(old, any_of=(("clt-lana",),)),))
    announced.clear()
    assert load().changed == 1
    assert announced == [[practice.pk]]
    options = DemandOption.objects.filter(demand__jurisdiction="KS")
    assert [(option.kind.slug, option.along_with) for option in options] == [("clt-lana", None)]
    assert not Practice.objects.listed().exists()


def test_a_demand_that_the_desk_added_is_left_alone():
    by_hand = Demand.objects.create(jurisdiction_id="MN", valid_from=NEW_LAW, reason="By hand.")
    by_hand.options.create(kind=kind("state-licence"))
    tally = load()
    assert (tally.created, tally.changed, tally.left) == (0, 0, [])
    by_hand.refresh_from_db()
    assert (by_hand.reason, by_hand.options.count()) == ("By hand.", 1)
