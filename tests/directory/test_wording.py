"""Row P15: no text speaks of a licence where the law gives none; row P14: facts, not adjectives."""

import re
from datetime import UTC, date, datetime
from itertools import product

import pytest

from directory.jurisdictions import jurisdictions
from directory.models import Credential, Jurisdiction
from directory.vocabulary import vocabulary
from directory.wording import (
    LOOKUP_UNKNOWN,
    card_credential,
    credential_fact,
    date_in_words,
    right_to_practise,
)

KINDS = {entry.slug: entry.number for entry in vocabulary().credential_kinds.values()}
LEGAL = {entry.number for entry in vocabulary().credential_kinds.values() if entry.scope == "legal"}
NO_LICENCE = {"KS", "MN", "WY", "CA", "VT"}
NO_LAW = {"KS", "MN", "WY"}
MENTION = re.compile(r"licen[sc]", re.IGNORECASE)


def credential(slug: str, place: str | None = None, **fields) -> Credential:
    """An unsaved credential, verified on 3 October 2026, to the end of 2027."""
    given = {
        "kind_id": KINDS[slug],
        "jurisdiction_id": place,
        "number": "99990123",
        "state": "verified",
        "expires_on": date(2027, 12, 31),
        "checked_at": datetime(2026, 10, 3, 15, tzinfo=UTC),
        "checked_source": "the issuer's register",
    }
    return Credential(**(given | fields))


def packed(row: Credential) -> list:
    """The credential as a search row packs it (search.rows)."""
    number = row.number if row.jurisdiction_id else row.number[-4:]
    return [
        row.kind_id, row.jurisdiction_id, row.title, number,
        row.expires_on and row.expires_on.isoformat(), row.checked_at and row.checked_at.date().isoformat(),
        row.checked_source, row.state,
    ]  # fmt: skip


def every_text(place: str):
    """Every text that this module and the rules of the place can give there, with hostile contents too."""
    here = Jurisdiction(code=place)
    yield right_to_practise(here, None)
    yield from (demand.reason for demand in jurisdictions()[place].demands)
    contents = product(
        ["verified", "renewal_filed"],
        ["LMT", "Licensed", *(title.abbreviation for title in jurisdictions()[place].titles)],
        [("99990123", "State Licensing Portal"), ("LICENSE-1", "licence look-up"), ("", "the register")],
        [date(2027, 12, 31), None],
    )
    for (state, title, (number, source), ends), (slug, kind) in product(contents, KINDS.items()):
        row = credential(
            slug, place if kind in LEGAL else None,
            state=state, title=title, number=number, checked_source=source, expires_on=ends,
        )  # fmt: skip
        fact = credential_fact(row)
        yield right_to_practise(here, row)
        yield card_credential(jurisdiction=place, facts=packed(row))
        yield from (
            fact.title, fact.issuer, fact.number_shown, fact.expires_text, fact.checked_text,
            fact.source_name, fact.lookup_url, fact.lookup_text, fact.wording,
        )  # fmt: skip


@pytest.mark.parametrize("place", sorted(jurisdictions()))
def test_no_text_claims_a_licence_where_there_is_none(place):
    for text in every_text(place):
        assert "None" not in text
        if place in NO_LICENCE:
            spoken = text.replace("no statewide licence", "") if place in NO_LAW else text
            assert not MENTION.search(spoken), text


def test_which_places_give_no_licence():
    assert {code for code, place in jurisdictions().items() if place.regulation != "license"} == NO_LICENCE
    assert {code for code, place in jurisdictions().items() if place.regulation == "none"} == NO_LAW


def test_a_licence_says_all_its_facts():
    row = credential("state-licence", "IL", title="LMT", number="227.012345", checked_source="IDFPR")
    assert right_to_practise(Jurisdiction(code="IL"), row) == (
        "Licensed Massage Therapist (LMT), Illinois licence 227.012345, expires Dec 31, 2027,"
        " checked on Oct 3, 2026 at IDFPR"
    )


def test_a_state_without_a_law_says_so_and_what_was_shown_instead():
    row = credential("bctmb", number="123456789")
    said = right_to_practise(Jurisdiction(code="KS"), row)
    assert said == (
        "Kansas has no statewide licence for massage therapy. Shown instead: Board Certification in"
        " Therapeutic Massage and Bodywork (BCTMB), number ends in 6789, expires Dec 31, 2027,"
        " checked on Oct 3, 2026 at the issuer's register"
    )
    assert card_credential(jurisdiction="KS", facts=packed(row)) == said
    assert right_to_practise(Jurisdiction(code="KS"), None) == (
        "Kansas has no statewide licence for massage therapy"
    )


def test_what_goes_along_with_training_does_not_repeat_the_law():
    lines = [
        card_credential(jurisdiction="WY", facts=packed(credential(slug, expires_on=ends)))
        for slug, ends in (("training-seen", None), ("liability-insurance", date(2027, 6, 1)))
    ]
    assert lines[0].startswith(
        "Wyoming has no statewide licence for massage therapy. Shown instead: Training"
    )
    assert "no end date" in lines[0]
    assert lines[1].startswith(
        "Professional liability insurance certificate, number ends in 0123, expires Jun 1"
    )


def test_california_and_vermont():
    certificate = credential("state-certificate", "CA", title="CMT", number="52970")
    assert right_to_practise(Jurisdiction(code="CA"), certificate) == (
        "Certified Massage Therapist (CMT), CAMTC certificate (voluntary) 52970, expires Dec 31, 2027,"
        " checked on Oct 3, 2026 at the issuer's register"
    )
    registration = credential("state-registration", "VT", title="RMT")
    assert right_to_practise(Jurisdiction(code="VT"), registration) == (
        "Registered Massage Therapist / Bodyworker (RMT), registered in Vermont, number 99990123,"
        " expires Dec 31, 2027, checked on Oct 3, 2026 at the issuer's register"
    )


def test_new_york_registers_a_licence_that_does_not_end():
    row = credential("state-licence", "NY", title="LMT")
    assert "registered through Dec 31, 2027" in right_to_practise(Jurisdiction(code="NY"), row)


def test_a_proof_of_another_state_proves_nothing_here():
    elsewhere = credential("state-licence", "MO", title="LMT")
    assert right_to_practise(Jurisdiction(code="IL"), elsewhere) == "No Illinois licence checked by our desk"
    assert right_to_practise(Jurisdiction(code="KS"), elsewhere) == (
        "Kansas has no statewide licence for massage therapy"
    )


@pytest.mark.parametrize(("place", "title"), [("IL", "CMT"), ("IL", ""), ("CA", "LMT"), ("VI", "LMT")])
def test_a_title_that_the_place_does_not_give_is_not_given_by_us(place, title):
    slug = "state-certificate" if place == "CA" else "state-licence"
    assert credential_fact(credential(slug, place, title=title)).title == "Massage therapist"


def test_a_row_that_the_law_cannot_have_given_says_nothing_more():
    fact = credential_fact(credential("state-licence", "KS", title="LMT"))
    assert fact.wording == "Kansas has no statewide licence for massage therapy"


def test_the_facts_of_a_badge():
    fact = credential_fact(credential("state-licence", "TX", title="LMT", number="MT123456"))
    assert fact.title == "Licensed Massage Therapist (LMT)"
    assert fact.issuer == "Texas Department of Licensing and Regulation (TDLR)"
    assert (fact.number_shown, fact.expires_text) == ("MT123456", "expires Dec 31, 2027")
    assert fact.checked_text == "on Oct 3, 2026 at the issuer's register"
    assert fact.lookup_url == "https://tdlr.texas.gov/LicenseSearch"
    national = credential_fact(credential("bctmb", number="123456789"))
    assert national.issuer == "National Certification Board for Therapeutic Massage and Bodywork (NCBTMB)"
    assert national.number_shown == "ends in 6789"
    assert (national.lookup_url, national.lookup_text) == ("", LOOKUP_UNKNOWN)


def test_what_is_missing_is_said_to_be_missing():
    fact = credential_fact(credential("clt-lana", expires_on=None, checked_at=None, checked_source=""))
    assert (fact.expires_text, fact.checked_text) == ("end date not stated", "")
    filed = credential_fact(credential("state-licence", "IL", state="renewal_filed"))
    assert filed.expires_text == "end date Dec 31, 2027, renewal filed"


def test_the_card_and_the_profile_say_the_same():
    row = credential("state-licence", "OR", title="LMT")
    full = credential_fact(row).wording
    assert card_credential(jurisdiction="OR", facts=packed(row)) == full
    assert card_credential(jurisdiction="OR", facts=packed(row), short=True) == full.removesuffix(
        " at the issuer's register"
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Certificate of insurance, seen by our desk", "seen on the certificate of insurance"),
        (
            "Letter of the school that issued it, to our desk",
            "seen on the letter of the school that issued it",
        ),
        ("Certificate, seen by our desk", "seen on the certificate"),
    ],
)
def test_a_paper_was_seen_and_nobody_was_asked(source, said):
    fact = credential_fact(credential("liability-insurance", checked_source=source))
    assert fact.checked_text == f"on Oct 3, 2026, {said}"


def test_dates_cannot_be_misread():
    assert date_in_words(date(2026, 3, 4)) == "Mar 4, 2026"
