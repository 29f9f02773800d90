"""Who may be shown: `listed(at)` is true exactly while `at < listing_end`, on every database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
import time_machine
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.credentials import Grounds, end_of_day, move
from directory.listing import CONFIRMATION_LASTS, FOREVER, NEVER, listed_among
from directory.models import Credential, Demand, Jurisdiction, Practice
from tests.factories import CredentialFactory, PracticeFactory, kind

pytestmark = pytest.mark.django_db

BASE = datetime(2027, 1, 10, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
PARTS = ("credential", "demand", "membership", "confirmation")
FIXTURE_IS_STATELESS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
property_of = settings(max_examples=60, suppress_health_check=FIXTURE_IS_STATELESS, deadline=None)

# Ties and neighbours are where such rules break, so they are drawn often.
instants = st.one_of(
    st.integers(-2, 2).map(lambda n: BASE + n * TICK),
    st.integers(-3, 3).map(lambda n: BASE + timedelta(seconds=n)),
    st.integers(-(10**14), 10**14).map(lambda n: BASE + n * TICK),
)


def is_listed(practice: Practice, at: datetime) -> bool:
    """By the queryset, and by its kept statement, which must never differ."""
    listed = Practice.objects.filter(pk=practice.pk).listed(at).exists()
    others = (practice.pk + 1, practice.pk + 2)
    assert (practice.pk in listed_among((others[0], practice.pk, others[1]), at=at)) == listed
    return listed


def end_of(practice: Practice, at: datetime) -> datetime:
    row = Practice.objects.with_listing_end(at).get(pk=practice.pk)
    end: datetime = row.listing_end  # type: ignore[attr-defined]
    return end


def around(*ends: datetime | None) -> list[datetime]:
    """Each end, and the instants just before and after it."""
    return [end + step for end in ends if end is not None for step in (-TICK, timedelta(), TICK)]


def end_demand(code: str, until: datetime) -> None:
    Demand.objects.filter(jurisdiction=code).update(valid_until=until)


def illinois(ends: dict[str, datetime | None], *, published: bool = True, held: bool = False) -> Practice:
    """A practice whose parts end as given; a part that is None is missing altogether."""
    practice = PracticeFactory(
        without_proof=True, published=published, held=held, held_reason="looked into" if held else "",
        confirmed_at=ends["confirmation"] and ends["confirmation"] - CONFIRMATION_LASTS,
        therapist__membership_until=ends["membership"],
    )  # fmt: skip
    if ends["credential"] is not None:
        CredentialFactory(therapist=practice.therapist, counts_until=ends["credential"])
    if ends["demand"] is None:
        Demand.objects.filter(jurisdiction="IL").delete()
    else:
        end_demand("IL", ends["demand"])
    return practice


@property_of
@given(
    ends=st.fixed_dictionaries({part: st.none() | instants for part in PARTS}),
    published=st.sampled_from([True, True, True, False]),
    held=st.sampled_from([False, False, False, True]),
)
def test_listed_exactly_before_the_end(undone, ends, published, held):
    with undone(), override_settings(PAYMENTS="fake"):
        practice = illinois(ends, published=published, held=held)
        whole = published and not held and None not in ends.values()
        expected = min((end for end in ends.values() if end is not None), default=NEVER)
        for at in {*around(*ends.values()), BASE}:
            assert is_listed(practice, at) == (whole and at < expected), at
            if whole and at < expected:
                assert end_of(practice, at) == expected


@pytest.mark.parametrize("order", list(permutations(PARTS)))
def test_whichever_part_ends_first(order):
    ends: dict[str, datetime | None] = {
        part: BASE + timedelta(days=place) for place, part in enumerate(order)
    }
    with override_settings(PAYMENTS="fake"):
        practice = illinois(ends)
        assert end_of(practice, BASE - TICK) == BASE
        assert [is_listed(practice, at) for at in around(BASE)] == [True, False, False]
        assert not any(is_listed(practice, at) for at in around(*ends.values()) if at >= BASE)


@pytest.mark.parametrize("missing", PARTS)
def test_a_missing_part_fails_closed(missing):
    ends = dict.fromkeys(PARTS, BASE) | {missing: None}
    with override_settings(PAYMENTS="fake"):
        practice = illinois(ends)
        assert not is_listed(practice, BASE - TICK)
        assert end_of(practice, BASE - TICK) == NEVER


def test_with_payments_off_everybody_is_a_member():
    practice = illinois(dict.fromkeys(PARTS, BASE) | {"membership": None})
    with override_settings(PAYMENTS="off"):
        assert [is_listed(practice, at) for at in around(BASE)] == [True, False, False]
    with override_settings(PAYMENTS="fake"):
        assert not is_listed(practice, BASE - TICK)


def test_a_confirmation_lasts_120_days():
    practice = PracticeFactory(at=BASE, confirmed_at=BASE)
    assert end_of(practice, BASE) == BASE + timedelta(days=120)


@dataclass(frozen=True)
class Kansas:
    """When each proof stops counting; None = there is none."""

    board: datetime | None
    training: datetime | None
    insurance: datetime | None

    @property
    def end(self) -> datetime:
        both = min(self.training or NEVER, self.insurance or NEVER)
        return max(self.board or NEVER, both)


@property_of
@given(st.builds(Kansas, st.none() | instants, st.none() | instants | st.just(FOREVER), st.none() | instants))
def test_where_there_is_no_licence_the_best_option_wins(undone, proofs):
    with undone():
        practice = PracticeFactory(kansas_certified=True, without_proof=True, confirmed_at=BASE)
        given_proofs = {
            "bctmb": proofs.board, "training-seen": proofs.training, "liability-insurance": proofs.insurance,
        }  # fmt: skip
        for slug, end in given_proofs.items():
            if end is not None:
                CredentialFactory(therapist=practice.therapist, slug=slug, counts_until=end)
        until = min(proofs.end, BASE + CONFIRMATION_LASTS)
        finite = [end for end in given_proofs.values() if end not in (None, FOREVER)]
        for at in around(BASE, until, *finite):
            assert is_listed(practice, at) == (at < until)


def test_training_without_insurance_is_not_enough():
    practice = PracticeFactory(kansas_trained=True, proofs=("training-seen",))
    assert not Practice.objects.listed().exists()
    CredentialFactory(therapist=practice.therapist, slug="liability-insurance")
    assert Practice.objects.listed().exists()


@pytest.mark.parametrize(
    ("trait", "own", "foreign"),
    [
        ("california", "state-certificate", "state-licence"),
        ("vermont", "state-registration", "state-licence"),
        ("kansas_certified", "bctmb", "state-licence"),
    ],
)
def test_each_law_asks_for_its_own_proof(trait, own, foreign):
    practice = PracticeFactory(**{trait: True}, proofs=(foreign,))
    assert not Practice.objects.listed().exists()
    CredentialFactory(therapist=practice.therapist, slug=own, place=practice.jurisdiction_id)
    assert Practice.objects.listed().get() == practice


def test_board_certification_is_no_licence_in_illinois():
    PracticeFactory(proofs=("bctmb", "training-seen", "liability-insurance"))
    assert not Practice.objects.listed().exists()


@pytest.mark.parametrize(
    "state", [s for s in Credential.State.values if s not in ("verified", "renewal_filed")]
)
def test_only_what_counts_counts(state):
    PracticeFactory(proof={"state": state})
    assert not Practice.objects.listed().exists()


def test_two_practices_in_two_states_end_each_by_its_own_licence():
    here = PracticeFactory(at=BASE, proof={"expires_on": date(2027, 1, 20)})
    there = PracticeFactory(at=BASE, missouri=True, therapist=here.therapist, without_proof=True)
    assert list(Practice.objects.listed(BASE)) == [here]
    CredentialFactory(
        therapist=here.therapist, place="MO", at=BASE, expires_on=date(2027, 1, 25), number="2010012345"
    )
    assert end_of(here, BASE) == datetime(2027, 1, 21, 6, tzinfo=UTC)
    assert end_of(there, BASE) == datetime(2027, 1, 26, 6, tzinfo=UTC)
    between = datetime(2027, 1, 23, tzinfo=UTC)
    assert list(Practice.objects.listed(between)) == [there]


def test_of_two_licences_of_one_state_the_later_end_counts():
    practice = PracticeFactory(at=BASE, proof={"expires_on": date(2027, 1, 20)})
    CredentialFactory(therapist=practice.therapist, at=BASE, expires_on=date(2027, 2, 20), number="older")
    assert end_of(practice, BASE) == datetime(2027, 2, 21, 6, tzinfo=UTC)


@pytest.mark.parametrize(("grace", "days"), [(None, 0), (0, 0), (30, 30)])
def test_a_filed_renewal_counts_on_only_where_the_state_grants_it(grace, days):
    Jurisdiction.objects.filter(code="IL").update(renewal_grace_days=grace)
    practice = PracticeFactory(at=BASE, proof={"expires_on": date(2027, 1, 20)})
    credential = practice.therapist.credentials.get()
    move(credential, "renewal_filed", grounds=Grounds(role="desk"), at=BASE)
    end = end_of_day(date(2027, 1, 20) + timedelta(days=days), "America/Chicago")
    assert end_of(practice, BASE) == end
    assert [is_listed(practice, at) for at in around(end)] == [True, False, False]


@pytest.mark.parametrize(
    ("zone", "day", "midnight"),
    [
        ("America/Chicago", date(2027, 3, 13), datetime(2027, 3, 14, 6)),  # the day the clocks go forward
        ("America/Chicago", date(2027, 3, 14), datetime(2027, 3, 15, 5)),
        ("America/Chicago", date(2027, 11, 6), datetime(2027, 11, 7, 5)),  # the day they go back
        ("America/Chicago", date(2027, 11, 7), datetime(2027, 11, 8, 6)),
        ("America/Phoenix", date(2027, 7, 1), datetime(2027, 7, 2, 7)),  # no summer time
        ("Pacific/Honolulu", date(2027, 12, 31), datetime(2028, 1, 1, 10)),
        ("America/Juneau", date(2028, 2, 28), datetime(2028, 2, 29, 9)),  # a leap year
        ("America/St_Thomas", date(2027, 7, 1), datetime(2027, 7, 2, 4)),
    ],
)
def test_a_credential_ends_at_midnight_in_the_zone_of_its_board(zone, day, midnight):
    Jurisdiction.objects.filter(code="IL").update(time_zone=zone)
    end = midnight.replace(tzinfo=UTC)
    at = end - timedelta(days=20)
    practice = PracticeFactory(at=at, proof={"expires_on": day})
    assert end_of(practice, at) == end
    assert [is_listed(practice, instant) for instant in around(end)] == [True, False, False]


def test_a_second_after_the_last_day_nobody_is_shown():
    with time_machine.travel(datetime(2027, 1, 21, 5, 59, 59, tzinfo=UTC), tick=False) as clock:
        PracticeFactory(proof={"expires_on": date(2027, 1, 20)})
        assert Practice.objects.listed().exists()
        clock.shift(2)
        assert not Practice.objects.listed().exists()


def change_of_law(code: str, at: datetime, slug: str, *, closing: bool) -> None:
    """From `at` on `code` demands `slug`; the old demand is closed, or left open by oversight."""
    if closing:
        end_demand(code, at)
    demand = Demand.objects.create(jurisdiction_id=code, valid_from=at, reason="A new law.")
    demand.options.create(kind=kind(slug))


@pytest.mark.parametrize("closing", [True, False])
def test_a_new_law_delists_and_lists_at_its_instant(closing):
    change_of_law("MN", BASE, "state-licence", closing=closing)
    before = BASE - timedelta(days=9)
    certified = PracticeFactory(minnesota=True, at=before)
    licensed = PracticeFactory(minnesota=True, at=before, proofs=("state-licence",))
    ready_for_both = PracticeFactory(minnesota=True, at=before, proofs=("bctmb", "state-licence"))
    for at, shown in (
        (BASE - TICK, {certified, ready_for_both}),
        (BASE, {licensed, ready_for_both}),
        (BASE + TICK, {licensed, ready_for_both}),
    ):
        assert set(Practice.objects.listed(at)) == shown
    assert end_of(certified, BASE - TICK) == BASE
    assert end_of(ready_for_both, BASE - TICK) == BASE, "the row is built anew when the law changes"
    assert end_of(ready_for_both, BASE) > BASE


def test_between_two_laws_nobody_is_listed():
    end_demand("MN", BASE)
    practice = PracticeFactory(minnesota=True, at=BASE - timedelta(days=1))
    assert [is_listed(practice, at) for at in around(BASE)] == [True, False, False]
    later = Demand.objects.create(
        jurisdiction_id="MN", valid_from=BASE + timedelta(days=2), reason="The law was renewed."
    )
    later.options.create(kind=kind("bctmb"))
    assert [is_listed(practice, at) for at in around(later.valid_from)] == [False, True, True]


def test_a_demand_without_options_lists_nobody():
    Demand.objects.get(jurisdiction="IL").options.all().delete()
    PracticeFactory()
    assert not Practice.objects.listed().exists()
