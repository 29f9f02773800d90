"""The made-up population: repeatable, true to the rules, and with every case that somebody must see."""

import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Min, Q

from directory.credentials import MOVES, counting_end
from directory.geography import distance_km, snap_home
from directory.jurisdictions import jurisdictions
from directory.models import Credential, CredentialEvent, Hours, Practice, Price, Specialty, Therapist
from directory.population import BEYOND_ID, FIRST_ID, plant
from directory.population.batch import PROOFS_EACH, SITES_EACH, TABLES
from directory.population.block import BLOCK, Block
from directory.population.cast import CAST
from directory.population.history import path
from directory.population.names import names
from directory.population.numbers import Numbers, luhn_digit, npi, template
from directory.population.people import draw_people
from directory.population.places import places
from directory.population.writing import ENDINGS, METHODS, OPENINGS
from directory.vocabulary import vocabulary
from tests.factories import PracticeFactory

NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
TODAY = NOW.date()
PEOPLE = 2000
NEW_YORK = (40.758, -73.9855)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """2,000 people, made on TODAY; gone when the module ends."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        yield plant(PEOPLE, seed=1)
        plant(0, seed=1)


def contents() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables that are written."""
    return {
        table.name: sorted(
            table.model._default_manager.values_list(*table.columns), key=lambda row: tuple(map(str, row))
        )
        for table in TABLES
    }


def first(index: int) -> Practice:
    """The first practice of somebody in the cast."""
    return Practice.objects.select_related("therapist").get(pk=FIRST_ID + index * SITES_EACH)


def people_now() -> list[tuple[object, ...]]:
    """Everybody, with what no date is part of."""
    fields = ("pk", "given_name", "family_name", "bio", "gender")
    return list(Therapist.objects.order_by("pk").values_list(*fields))


def listed() -> set[int]:
    return set(Practice.objects.listed().values_list("pk", flat=True))


# --- The same again -------------------------------------------------------------------------------------


def test_the_same_seed_and_day_draw_the_same_rows():
    one, other = (list(draw_people(1200, seed=4, today=TODAY)) for _ in range(2))
    assert [batch.rows for batch in one] == [batch.rows for batch in other]


def test_another_seed_draws_other_people():
    one, other = (next(draw_people(1000, seed=seed, today=TODAY)) for seed in (4, 5))
    assert one.rows["directory_therapist"] != other.rows["directory_therapist"]


def test_a_larger_population_begins_with_the_smaller_one():
    small = next(draw_people(70, seed=4, today=TODAY))
    large = next(draw_people(700, seed=4, today=TODAY))
    large.cut(70)
    assert small.rows == large.rows


@pytest.mark.django_db
def test_twice_is_once():
    with time_machine.travel(NOW, tick=False):
        done = plant(120, seed=3)
        before = contents()
        again = plant(120, seed=3)
    assert contents() == before
    assert again == done
    assert done.therapists == 120


@pytest.mark.django_db
def test_another_day_moves_every_date_and_changes_nobody():
    with time_machine.travel(NOW, tick=False):
        plant(60, seed=3)
        people = people_now()
        proofs = list(Credential.objects.order_by("pk").values_list("pk", "number", "state", "expires_on"))
    with time_machine.travel(NOW + timedelta(days=400), tick=False):
        plant(60, seed=3)
        shares = len(listed()) / Practice.objects.count()
    assert people_now() == people
    moved = list(Credential.objects.order_by("pk").values_list("pk", "number", "state", "expires_on"))
    assert moved == [(pk, no, state, day and day + timedelta(days=400)) for pk, no, state, day in proofs]
    assert shares > 0.4  # the cast has many who are not


@pytest.mark.django_db
def test_another_seed_takes_the_place_of_the_first_and_fewer_people_remove_the_rest(announced):
    plant(300, seed=3)
    practices = set(Practice.objects.values_list("pk", flat=True))
    plant(300, seed=8)
    assert Therapist.objects.count() == 300
    announced.clear()
    plant(40, seed=8)
    assert Therapist.objects.count() == 40
    assert not Practice.objects.filter(pk__gte=FIRST_ID + 40 * SITES_EACH).exists()
    assert not Credential.objects.filter(pk__gte=FIRST_ID + 40 * PROOFS_EACH).exists()
    heard = {pk for ids in announced for pk in ids}
    assert {pk for pk in practices if pk >= FIRST_ID + 80 and pk % SITES_EACH == 0} <= heard
    assert plant(0, seed=8).therapists_removed == 40
    assert not CredentialEvent.objects.exists()


@pytest.mark.django_db
def test_nobody_made_by_hand_is_touched():
    mine = PracticeFactory()
    before = (
        Practice.objects.values().get(pk=mine.pk),
        Credential.objects.values().get(therapist=mine.therapist),
    )
    plant(30, seed=1)
    plant(0, seed=1)
    after = (
        Practice.objects.values().get(pk=mine.pk),
        Credential.objects.values().get(therapist=mine.therapist),
    )
    assert after == before
    assert not Therapist.objects.filter(pk__gte=FIRST_ID, pk__lt=BEYOND_ID).exists()


@pytest.mark.django_db
def test_whoever_signs_up_in_a_seeded_directory_stays():
    plant(30, seed=1)
    mine = PracticeFactory()
    proof = mine.therapist.credentials.get()
    assert not any(FIRST_ID <= row.pk < BEYOND_ID for row in (mine, mine.therapist, proof))
    plant(300, seed=2)
    plant(0, seed=2)
    mine.refresh_from_db()
    proof.refresh_from_db()
    assert proof.state == "verified"


@pytest.mark.django_db
def test_an_account_that_was_given_a_therapist_keeps_it(django_user_model):
    plant(5, seed=1)
    user = django_user_model.objects.create_user("somebody@example.org")
    Therapist.objects.filter(pk=FIRST_ID).update(user=user)
    plant(5, seed=1)
    assert Therapist.objects.get(pk=FIRST_ID).user == user


@pytest.mark.django_db
def test_every_practice_is_announced_in_the_transaction(announced):
    plant(50, seed=1)
    assert {pk for ids in announced for pk in ids} == set(Practice.objects.values_list("pk", flat=True))


# --- What the law and the desk say ----------------------------------------------------------------------


@pytest.mark.django_db
def test_every_state_of_life_is_there(world):
    states = Credential.objects.filter(jurisdiction__isnull=False).values_list("state", flat=True)
    assert set(states) == set(Credential.State.values)
    assert world.states == Counter(states)
    assert 0.88 < world.states["verified"] / sum(world.states.values()) < 0.95


@pytest.mark.django_db
def test_even_a_handful_has_every_state_of_life():
    assert set(plant(len(CAST), seed=9).states) == set(Credential.State.values)


@pytest.mark.django_db
def test_most_practices_are_listed_and_many_are_not(world):
    with time_machine.travel(NOW, tick=False):
        assert 0.75 < len(listed()) / Practice.objects.count() < 0.92


@pytest.mark.django_db
def test_most_are_listed_with_memberships_as_well(world, settings):
    settings.PAYMENTS = "fake"
    with time_machine.travel(NOW, tick=False):
        assert 0.7 < len(listed()) / Practice.objects.count() < 0.9
        shown = listed()
    lapsed = [place for place, part in enumerate(CAST) if part.member_days is None or part.member_days < 0]
    assert lapsed
    assert not {first(place).pk for place in lapsed} & shown


@pytest.mark.django_db
@pytest.mark.parametrize("place", range(len(CAST)), ids=lambda n: f"{n}-{CAST[n].zip_code}-{CAST[n].state}")
def test_the_cast_is_listed_exactly_where_the_law_and_the_desk_let_it(world, place):
    part, practice = CAST[place], first(place)
    regulation = jurisdictions()[practice.jurisdiction_id].regulation
    right = part.state in ("verified", "renewal_filed")
    if regulation == "none":
        right = part.without_law in ("board", "trained")
    fresh = part.confirmed_days_ago is not None and part.confirmed_days_ago < 120
    assert practice.postal_code == part.zip_code
    with time_machine.travel(NOW, tick=False):
        assert (practice.pk in listed()) == (right and fresh and part.published and not part.held)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "kind"), [("CA", "state-certificate"), ("VT", "state-registration"), ("IL", "state-licence")]
)
def test_the_right_to_practise_is_of_the_kind_of_the_state(world, code, kind):
    found = Credential.objects.filter(jurisdiction=code)
    assert set(found.values_list("kind__slug", flat=True)) == {kind}
    assert found.filter(state="verified").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["KS", "MN", "WY"])
def test_where_nothing_is_regulated_nobody_has_a_licence(world, code):
    assert not Credential.objects.filter(jurisdiction=code).exists()
    with time_machine.travel(NOW, tick=False):
        shown = Practice.objects.listed().filter(jurisdiction=code)
        kinds = {
            frozenset(
                row.therapist.credentials.filter(
                    state="verified", kind__slug__in=["bctmb", "training-seen", "liability-insurance"]
                ).values_list("kind__slug", flat=True)
            )
            for row in shown
        }
    assert kinds
    assert all("bctmb" in found or {"training-seen", "liability-insurance"} <= found for found in kinds)


@pytest.mark.django_db
def test_kansas_has_each_way(world):
    places_of = [place for place, part in enumerate(CAST) if part.zip_code.startswith(("66", "67"))]
    assert {CAST[place].without_law for place in places_of} == {"board", "trained", "uninsured", "nothing"}


@pytest.mark.django_db
def test_nobody_is_checked_where_the_agency_is_not_known(world):
    found = Credential.objects.filter(jurisdiction="VI")
    assert found.exists()
    assert not found.exclude(checked_at=None).exists()


@pytest.mark.django_db
def test_some_have_practices_in_two_states_with_and_without_the_second_right(world):
    two = Therapist.objects.annotate(states=Count("practices__jurisdiction", distinct=True)).filter(states=2)
    with time_machine.travel(NOW, tick=False):
        shown = Counter(
            Practice.objects.listed().filter(therapist__in=two).values_list("therapist", flat=True)
        )
    assert 10 <= two.count() <= 60
    assert {1, 2} <= set(shown.values())
    for person in two.prefetch_related("practices"):
        one, other = person.practices.all()
        apart = distance_km(one.latitude, one.longitude, other.latitude, other.longitude)
        assert float(apart) < 90, person.pk


@pytest.mark.django_db
def test_about_one_in_eleven_has_two_practices(world):
    two = Therapist.objects.annotate(number=Count("practices")).filter(number=2).count()
    assert 0.07 < two / PEOPLE < 0.11


# --- Credentials ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_counts_until_is_what_the_rule_says(world):
    for credential in Credential.objects.select_related("kind", "jurisdiction"):
        assert credential.counts_until == counting_end(credential, credential.state), credential.pk


@pytest.mark.django_db
def test_numbers_fit_the_pattern_of_their_state_and_are_never_given_twice(world):
    rows = list(Credential.objects.exclude(jurisdiction=None).values_list("jurisdiction", "kind", "number"))
    assert len(set(rows)) == len(rows)
    for code, _, number in rows:
        pattern = jurisdictions()[code].number_pattern
        assert not pattern or re.fullmatch(pattern, number), (code, number)


@pytest.mark.parametrize("code", sorted(jurisdictions()))
def test_every_state_has_numbers_for_a_large_population(code):
    numbers, before, digits, behind = Numbers(), *template(code)
    assert numbers.next(code) == f"{before}{'9' * digits}{behind}"
    assert numbers.next(code) != numbers.next(code)
    states = places().states
    wanted = 300_000 * 1.1 * float(places().chances[states == code].sum())
    assert wanted < 10**digits


def test_an_npi_has_its_check_digit():
    assert luhn_digit("80840123456789") == 3  # the example of the standard: 1234567893
    for person in (0, 1, 299_999):
        number = npi(person)
        assert re.fullmatch(r"2\d{9}", number)
        assert luhn_digit("80840" + number[:9]) == int(number[9])
    assert len({npi(person) for person in range(5000)}) == 5000


@pytest.mark.django_db
def test_about_a_third_has_an_npi(world):
    assert 0.31 < Credential.objects.filter(kind__slug="npi").count() / PEOPLE < 0.39


@pytest.mark.django_db
def test_what_counts_was_checked_before_today_and_ends_today_or_later(world):
    counting = Credential.objects.filter(state__in=["verified", "renewal_filed"])
    assert not counting.filter(Q(expires_on__lt=TODAY) | Q(checked_at__gte=NOW)).exists()
    assert not counting.filter(Q(issued_on=None) | Q(issued_on__gte=TODAY)).exists()
    legal = counting.exclude(jurisdiction=None)
    soon = legal.filter(expires_on__lt=TODAY + timedelta(days=28)).count()
    assert 0.02 < soon / legal.count() < 0.1
    ends = legal.aggregate(first=Min("expires_on"), last=Max("expires_on"))
    assert ends["first"] == TODAY
    assert ends["last"] > TODAY + timedelta(days=600)


@pytest.mark.django_db
def test_what_has_expired_ended_before_today(world):
    assert not Credential.objects.filter(state="expired", expires_on__gte=TODAY).exists()


@pytest.mark.django_db
def test_sources_name_somebody(world):
    checked = Credential.objects.exclude(checked_at=None)
    assert not checked.filter(Q(checked_source="") | Q(checked_source__contains="varies")).exists()
    illinois = checked.filter(jurisdiction="IL").values_list("checked_source", flat=True)
    assert set(illinois) == {jurisdictions()["IL"].agency}


@pytest.mark.parametrize("state", Credential.State.values)
def test_the_way_to_each_state_is_one_of_the_table(state):
    steps = path(state)
    assert all(role in MOVES[before, after] for before, after, role, _ in steps)
    assert all(one[1] == other[0] for one, other in pairwise(steps))
    assert (steps[-1][1] if steps else "draft") == state


@pytest.mark.django_db
def test_events_lead_to_the_state_in_order_and_in_the_past(world):
    steps = defaultdict(list)
    rows = CredentialEvent.objects.order_by("credential", "at", "id")
    for pk, before, after, at in rows.values_list("credential", "from_state", "to_state", "at"):
        steps[pk].append((before, after))
        assert at < NOW
    for pk, state in Credential.objects.values_list("pk", "state"):
        assert steps[pk] == [(before, after) for before, after, _, _ in path(state)], pk


# --- People and practices -------------------------------------------------------------------------------


def test_names_are_many_and_of_many_origins():
    lists = names()
    assert len({*lists.female, *lists.male, *lists.neutral}) >= 300
    assert len(lists.family) >= 600
    assert any("'" in name for name in lists.family)
    assert any("-" in name for name in lists.family)
    assert any(not name.isascii() for name in lists.family + lists.female + lists.male)


@pytest.mark.django_db
def test_what_is_above_stated_has_a_verified_certificate_behind_it(world):
    known = vocabulary()
    slugs = {entry.number: slug for slug, entry in known.conditions.items()}
    kinds = defaultdict(set)
    for person, kind in Credential.objects.filter(state="verified").values_list("therapist", "kind__slug"):
        kinds[person].add(kind)
    levels = Counter(Specialty.objects.values_list("level", flat=True))
    assert levels[1] > 0.6 * levels.total() > levels[2] > levels[3] > 0.02 * levels.total()
    for person, condition, level in Specialty.objects.filter(level__gt=1).values_list(
        "therapist", "condition", "level"
    ):
        covering = {
            kind
            for kind in kinds[person]
            if slugs[condition] in known.credential_kinds[kind].certifies_for_conditions
        }
        assert covering - {"bctmb"} or (level == 2 and "training-seen" in kinds[person])


@pytest.mark.django_db
def test_lymphedema_specialists_say_so(world):
    holders = Credential.objects.filter(kind__slug="clt-lana", state="verified").values("therapist")
    found = Specialty.objects.filter(therapist__in=holders, condition__slug="lymphedema")
    assert found.count() == holders.count()
    assert set(found.values_list("level", flat=True)) == {3}


@pytest.mark.django_db
def test_what_is_proven_of_a_kind_is_at_least_stated_of_the_whole(world):
    full = Therapist.objects.annotate(number=Count("specialties")).filter(number__gte=25)
    proven = Specialty.objects.filter(level__gt=1).exclude(condition__parent=None).exclude(therapist__in=full)
    for person, parent in proven.values_list("therapist", "condition__parent"):
        assert Specialty.objects.filter(therapist=person, condition=parent).exists()


@pytest.mark.django_db
def test_each_has_a_sensible_number_of_conditions_and_techniques(world):
    counts = list(Therapist.objects.annotate(number=Count("specialties")).values_list("number", flat=True))
    assert min(counts) >= 3
    assert max(counts) <= 25
    assert 6 <= np.median(counts) <= 10
    counts = list(Therapist.objects.annotate(number=Count("techniques")).values_list("number", flat=True))
    assert min(counts) >= 3
    assert max(counts) <= 15


@pytest.mark.django_db
def test_four_to_five_percent_are_around_new_york(world):
    points = np.array(list(Practice.objects.values_list("public_latitude", "public_longitude")))
    near = distance_km(*NEW_YORK, points[:, 0], points[:, 1]) <= 25 * 1.609344
    assert 0.035 < near.mean() < 0.055  # 2,000 people: give or take what chance gives or takes
    known = places()
    near = distance_km(*NEW_YORK, known.latitudes, known.longitudes) <= 25 * 1.609344
    assert 0.04 < known.chances[near].sum() < 0.05


@pytest.mark.django_db
def test_practices_are_where_the_trade_is(world):
    states = Counter(Practice.objects.values_list("jurisdiction", flat=True))
    assert [code for code, _ in states.most_common(3)] == ["CA", "FL", "TX"]
    assert {"VT", "PR", "VI", "KS", "MN", "WY"} <= set(states)


@pytest.mark.django_db
def test_no_two_practices_stand_at_one_point(world):
    points = list(Practice.objects.values_list("latitude", "longitude"))
    assert len(set(points)) > 0.999 * len(points)


@pytest.mark.django_db
def test_homes_are_snapped_to_the_middle_of_their_cell(world):
    homes = list(Practice.objects.filter(home_based=True))
    assert 0.08 < len(homes) / Practice.objects.count() < 0.16
    for home in homes:
        public = home.public_latitude, home.public_longitude
        assert public == snap_home(home.latitude, home.longitude)
        assert 0.2 < float(distance_km(home.latitude, home.longitude, *public)) < 1.9
        beside = snap_home(public[0] + 0.002, public[1] - 0.002)
        assert beside == public  # everybody in the cell stands there


@pytest.mark.django_db
def test_some_travel_and_a_third_of_them_only_travel(world):
    travel = Practice.objects.exclude(home_visit_reach_km=None)
    assert 0.11 < travel.count() / Practice.objects.count() < 0.19
    only = Practice.objects.filter(sees_at_clinic=False)
    assert 0.2 < only.count() / travel.count() < 0.45
    assert not only.filter(Q(home_based=True) | ~Q(street="")).exists()


@pytest.mark.django_db
def test_what_is_said_of_practices_varies(world):
    practices = Practice.objects.all()
    total = practices.count()
    assert 0.74 < practices.filter(accepting="yes").count() / total < 0.82
    assert not practices.filter(resume_on__lte=TODAY).exists()
    assert practices.filter(resume_on__gt=TODAY).exists()
    assert 0.1 < practices.filter(access_features=None).count() / total < 0.35
    assert 0.05 < practices.filter(prices=None).count() / total < 0.2
    assert set(Price.objects.values_list("minutes", flat=True)) == {30, 45, 60, 75, 90, 120}
    assert Price.objects.filter(cents__lt=2000).count() == 0
    assert set(Hours.objects.values_list("weekday", flat=True)) == set(range(7))
    assert 0.01 < practices.filter(published=False).count() / total < 0.04
    assert 0 < practices.filter(held=True).count() / total < 0.02
    assert all(
        re.fullmatch(r"\(\d{3}\) 555-01\d\d", phone) for phone in practices.values_list("phone", flat=True)
    )


@pytest.mark.django_db
def test_washington_pays_by_insurance_more_often(world):
    rows = Practice.objects.filter(payment_kinds__slug="major-medical")
    here, there = (
        rows.filter(where).count() / Practice.objects.filter(where).count()
        for where in (Q(jurisdiction="WA"), ~Q(jurisdiction="WA"))
    )
    assert here > 0.2 > 0.12 > there


@pytest.mark.django_db
def test_dates_lie_around_today(world):
    practices = Practice.objects.all()
    assert not practices.filter(Q(confirmed_at__gte=NOW) | Q(created_at__gte=NOW)).exists()
    ages = [(NOW - at).days for at in practices.values_list("confirmed_at", flat=True) if at]
    assert 0.9 < sum(age <= 111 for age in ages) / len(ages) < 0.98
    assert any(age > 120 for age in ages)
    people = Therapist.objects.all()
    assert 0.89 < people.filter(membership_until__gt=NOW).count() / PEOPLE < 0.96
    assert people.filter(membership_until=None).exists()
    assert 0.25 < people.filter(answer_share=None).count() / PEOPLE < 0.35
    assert not people.filter(practising_since__gt=TODAY.year).exists()


def test_bios_promise_nothing():
    text = " ".join(OPENINGS + METHODS + ENDINGS).lower()
    assert not re.search(r"\b(cure|heal|guarantee|relieve|eliminat|fix|promise|best)", text)


@pytest.mark.django_db
def test_every_row_passes_the_checks_of_its_model(world):
    """Constraints are the database's; this looks at lengths, choices and validators besides."""
    skipped = {"user"}
    for model, step in ((Therapist, 3), (Practice, 3), (Credential, 9), (Specialty, 40), (Price, 20)):
        for row in model._default_manager.order_by("pk")[::step]:
            try:
                row.clean_fields(exclude=skipped)
            except ValidationError as error:
                pytest.fail(f"{model.__name__} {row.pk}: {error}")


def test_a_block_keeps_its_subjects_apart():
    block = Block(seed=1, number=0, today=date(2026, 3, 10))
    assert block.chances("names").random() != block.chances("bios").random()
    assert len(CAST) < BLOCK
