"""The files of `directory/data/` are sound, and the check finds what is not."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory.jurisdictions import LONG_AGO, jurisdictions, local_midnight
from directory.vocabulary import fold, vocabulary
from directory.vocabulary_check import BLOCKS, problems, read_files

FILES = read_files()
GIVEN = json.loads((Path(__file__).parent / "given_numbers.json").read_text(encoding="utf-8"))


def test_the_files_are_sound():
    assert problems(FILES) == []


@pytest.mark.parametrize("table", sorted(BLOCKS))
def test_numbers_once_given_never_change(table):
    """Stored rows carry them. A new entry is added to given_numbers.json; none is ever edited there."""
    now = {row["slug"]: row["number"] for row in FILES[BLOCKS[table][0]][table]}
    assert GIVEN[table].items() <= now.items()


def test_every_place_is_there():
    known = jurisdictions()
    assert len(known) == 53
    assert {"DC", "PR", "VI"} < known.keys()
    assert all(place.source and place.reviewed_on and place.demands for place in known.values())
    assert known["VI"].agency == "Agency not established"
    assert known["VI"].lookup_url == ""


@pytest.mark.parametrize(
    ("place", "options"),
    [
        ("IL", {("state-licence",)}),
        ("CA", {("state-certificate",)}),
        ("VT", {("state-registration",)}),
        *((code, {("bctmb",), ("training-seen", "liability-insurance")}) for code in ("KS", "MN", "WY")),
    ],
)
def test_what_places_demand(place, options):
    (demand,) = jurisdictions()[place].demands
    assert set(demand.any_of) == options
    assert (demand.starts, demand.ends) == (LONG_AGO, None)


def test_a_date_of_the_files_begins_at_local_midnight():
    assert local_midnight("2027-07-01", "America/Chicago") == datetime(2027, 7, 1, 5, tzinfo=UTC)
    assert local_midnight(None, "America/Chicago") is None


def test_nothing_is_graded_and_no_number_of_sessions_is_known():
    meta = vocabulary().meta["conditions"]
    assert meta["evidence"]["grade"] == "not graded"
    assert meta["session_counts"]["value"] == "not established"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Raynaud’s", "raynauds"), ("Raynaud's", "raynauds"), ("ciática", "ciatica"),
        ("low-back  pain", "low back pain"), ("STIFF/neck", "stiff neck"), ("Straße", "strasse"),
        ("niño\x00", "nino"), ("", ""),
    ],
)  # fmt: skip
def test_fold(text, folded):
    assert fold(text) == folded
    assert fold(fold(text)) == folded


def _row(files, table, slug):
    return next(row for row in files[BLOCKS[table][0]][table] if row["slug"] == slug)


def _sciatica(files):
    return _row(files, "conditions", "sciatica")


def _place(files, code):
    return next(row for row in files["jurisdictions"]["jurisdictions"] if row["code"] == code)


DEMAND = {"from": "2027-01-01", "until": None, "any_of": [["state-licence"]], "reason": "A new law."}
BREAKS = {
    "given more than once": lambda f: _row(f, "techniques", "shiatsu").update(number=1000),
    "outside 4000": lambda f: _sciatica(f).update(number=3996),
    "no multiple of four": lambda f: _sciatica(f).update(number=5001),
    "is used more than once": lambda f: _row(f, "settings", "spa").update(slug="clinic"),
    "is no slug": lambda f: _row(f, "settings", "spa").update(slug="Day Spa"),
    "must have 1 to 120": lambda f: _row(f, "settings", "spa").update(name=""),
    "names dry-needling under techniques": lambda f: _sciatica(f)["techniques"].append("dry-needling"),
    "names gout under certifies_for": lambda f: (
        _row(f, "credential_kinds", "clt")["certifies_for_conditions"].append("gout")
    ),
    "is in group bones": lambda f: _sciatica(f).update(group="bones"),
    "has the parent nobody": lambda f: _sciatica(f).update(parent="nobody"),
    "among its own ancestors": lambda f: _row(f, "conditions", "radiculopathy").update(parent="sciatica"),
    "no ICD-10-CM code": lambda f: _sciatica(f)["icd10"][0].update(code="m5431", kind="code"),
    "unknown strength": lambda f: _sciatica(f)["icd10"][0].update(strength="strong"),
    "has the code": lambda f: _sciatica(f)["icd10"].extend(_sciatica(f)["icd10"]),
    "means migraine and sciatica": lambda f: _sciatica(f)["synonyms"].append("Migraine"),
    "is short and not among": lambda f: _sciatica(f)["synonyms"].append("SCI"),
    "without any letter": lambda f: _sciatica(f)["synonyms"].append("?!"),
    "says 'cures'": lambda f: _sciatica(f).update(description="Massage cures it."),
    "says 'heals'": lambda f: _row(f, "techniques", "shiatsu").update(description="It heals the back."),
    "unknown scope": lambda f: _row(f, "credential_kinds", "clt").update(scope="federal"),
    "is legal exactly if": lambda f: _row(f, "credential_kinds", "clt").update(scope="legal"),
    "time zone 'America/Springfield'": lambda f: _place(f, "IL").update(time_zone="America/Springfield"),
    "unknown regulation": lambda f: _place(f, "IL").update(regulation="licence"),
    "no https address": lambda f: _place(f, "TX").update(lookup_url="tdlr.texas.gov"),
    "no source or no day": lambda f: _place(f, "TX").update(source=""),
    "stands there more than once": lambda f: _place(f, "TX").update(code="IL"),
    "no regular expression": lambda f: _place(f, "IL")["number_format"].update(regex="^(227"),
    "refuses its own example": lambda f: _place(f, "IL")["number_format"].update(example_made_up="ABC"),
    "two demands hold at once": lambda f: _place(f, "MN")["demands"].append(DEMAND),
    "demands nothing": lambda f: _place(f, "MN").update(demands=[]),
    "demands diploma": lambda f: _place(f, "MN")["demands"][0].update(any_of=[["diploma"]]),
    "one kind, or two": lambda f: _place(f, "MN")["demands"][0].update(any_of=[["bctmb", "npi", "clt"]]),
    "ends before it begins": lambda f: _place(f, "MN").update(demands=[DEMAND | {"until": "2026-01-01"}]),
    "reason of a demand": lambda f: _place(f, "MN")["demands"][0].update(reason=""),
    "not the expected form": lambda f: _sciatica(f).pop("icd10"),
}  # fmt: skip


@pytest.mark.parametrize("said", sorted(BREAKS))
def test_what_is_wrong_is_found_and_said(said):
    files = copy.deepcopy(FILES)
    BREAKS[said](files)
    found = problems(files)
    assert any(said in problem for problem in found), found


def test_demands_that_follow_one_another_are_fine():
    files = copy.deepcopy(FILES)
    place = _place(files, "MN")
    place["demands"][0]["until"] = DEMAND["from"]
    place["demands"].append(DEMAND)
    assert problems(files) == []


def test_a_wound_that_will_not_heal_is_no_promise():
    files = copy.deepcopy(FILES)
    _sciatica(files)["see_a_doctor_first"] = ["A sore that does not heal: see a doctor first"]
    assert problems(files) == []
