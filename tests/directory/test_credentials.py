"""The life of a credential: one table of moves, one writer, one event for each step."""

import ast
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import credentials
from directory.credentials import COUNTING, MOVES, Grounds, MoveRefused, counting_end, move, recount
from directory.listing import FOREVER, NEVER
from directory.models import Credential, CredentialEvent, Jurisdiction
from directory.signals import practices_changed
from tests.factories import CredentialFactory, PracticeFactory, UserFactory

pytestmark = pytest.mark.django_db

State = Credential.State
ROOT = Path(__file__).parents[2]
ROOMS = ("accounts", "directory", "search", "config")
ROLES = ("therapist", "desk", "clock", "")
AT = datetime(2027, 1, 10, 12, tzinfo=UTC)
# The moves of DESIGN section 4, written down a second time.
DESIGN = {
    "draft": {"submitted"},
    "submitted": {"in_review"},
    "in_review": {"verified", "rejected", "needs_information"},
    "needs_information": {"submitted"},
    "verified": {"expired", "suspended", "revoked", "surrendered", "renewal_filed"},
    "renewal_filed": {"verified", "expired"},
    "suspended": {"verified", "revoked"},
    "expired": {"submitted"},
}
DESK = Grounds(role="desk", reason="seen", evidence="file 7", source="the issuer's register")


def snapshot(credential: Credential) -> dict:
    """Every column of the row as the database has it, and how many events there are."""
    row = Credential.objects.filter(pk=credential.pk).values().get()
    return row | {"events": credential.events.count()}


def counts_exactly_while_counting(row: dict) -> bool:
    return (row["counts_until"] is not None) == (row["state"] in COUNTING)


def test_the_table_is_the_one_of_the_design():
    assert set(MOVES) == {(origin, to) for origin, targets in DESIGN.items() for to in targets}
    assert all(set(roles) <= set(ROLES) - {""} and roles for roles in MOVES.values())


def test_nobody_else_writes_a_state():
    """No source of ours assigns `.state` of a credential or updates it, except `directory.credentials`."""
    writers = []
    for path in (
        path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
    ):
        source = path.read_text(encoding="utf-8")
        # Made-up people are put back to drafts before they are drawn anew: no real credential is touched.
        allowed = {Path(credentials.__file__), ROOT / "directory" / "population" / "planting.py"}
        if "Credential" not in source or path in allowed:
            continue
        nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt | ast.expr))
        for node in nodes:
            targets = node.targets if isinstance(node, ast.Assign) else []
            assigns = any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)
            updates = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("update", "update_or_create")
                and any(keyword.arg == "state" for keyword in node.keywords)
            )
            if assigns or updates:
                writers.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert writers == []


@pytest.mark.parametrize("origin", State.values)
def test_only_the_table_decides(undone, origin):
    for to, role in product(State.values, ROLES):
        with undone():
            credential = CredentialFactory(state=origin, at=AT)
            before = snapshot(credential)
            grounds = Grounds(role=role, source="the issuer's register")
            if role in MOVES.get((origin, to), ()):
                event = move(credential, to, grounds=grounds, at=AT)
                after = snapshot(credential)
                assert (after["state"], after["events"]) == (to, 1)
                assert (event.from_state, event.to_state, event.role, event.at) == (origin, to, role, AT)
                assert counts_exactly_while_counting(after)
            else:
                with pytest.raises(MoveRefused):
                    move(credential, to, grounds=grounds, at=AT)
                assert snapshot(credential) == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.one_of(
            # Mostly what the table allows, so that walks go far; then anything at all.
            st.tuples(st.just(None), st.integers(0, 5), st.just("")),
            st.tuples(st.sampled_from(State.values), st.just(0), st.sampled_from(ROLES)),
        ),
        max_size=12,
    )
)
def test_walks_through_the_table(undone, steps):
    with undone():
        credential = CredentialFactory(state="draft", at=AT)
        for to, choice, role in steps:
            before = snapshot(credential)
            if to is None:
                ways = [(pair[1], roles[0]) for pair, roles in MOVES.items() if pair[0] == before["state"]]
                to, role = ways[choice % len(ways)] if ways else ("verified", "desk")
            allowed = role in MOVES.get((before["state"], to), ())
            try:
                move(credential, to, grounds=Grounds(role=role, source="a register"), at=AT)
            except MoveRefused:
                assert not allowed
                assert snapshot(credential) == before
            else:
                assert allowed
                after = snapshot(credential)
                assert (after["state"], after["events"]) == (to, before["events"] + 1)
            assert counts_exactly_while_counting(snapshot(credential))
        path = list(credential.events.order_by("pk").values_list("from_state", "to_state"))
        assert all(one[1] == other[0] for one, other in pairwise(path))


def test_the_event_says_who_and_on_what():
    credential = CredentialFactory(state="in_review", at=AT)
    actor = UserFactory()
    grounds = Grounds(role="desk", actor=actor, reason="clear", evidence="screen 3", source="IDFPR look-up")
    event = move(credential, "verified", grounds=grounds, at=AT)
    assert (event.actor, event.reason, event.evidence, event.source) == (
        actor, "clear", "screen 3", "IDFPR look-up",
    )  # fmt: skip
    assert (credential.checked_at, credential.checked_source) == (AT, "IDFPR look-up")


def test_of_two_who_move_at_once_one_loses_cleanly():
    first = CredentialFactory(state="in_review", at=AT)
    second = Credential.objects.get(pk=first.pk)
    move(first, "verified", grounds=DESK, at=AT)
    before = snapshot(first)
    with pytest.raises(MoveRefused, match="by somebody else"):
        move(second, "rejected", grounds=DESK, at=AT)
    assert snapshot(first) == before
    assert CredentialEvent.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_make_one_move():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    pk = CredentialFactory(state="in_review", at=AT).pk
    start = Barrier(6)

    def try_to(to: str) -> bool:
        try:
            credential = Credential.objects.get(pk=pk)
            start.wait()
            move(credential, to, grounds=DESK, at=AT)
        except MoveRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as threads:
        won = list(threads.map(try_to, ["verified", "rejected", "needs_information"] * 2))
    assert won.count(True) == 1
    assert CredentialEvent.objects.count() == 1


def test_the_clock_does_not_expire_what_was_renewed_meanwhile():
    """The state came round again (verified, renewal filed, verified) with another date."""
    credential = CredentialFactory(at=AT, expires_on=date(2027, 1, 9))
    seen_by_the_clock = Credential.objects.get(pk=credential.pk)
    move(credential, "renewal_filed", grounds=DESK, at=AT)
    credential.expires_on = date(2029, 1, 9)
    credential.save(update_fields=["expires_on"])
    move(credential, "verified", grounds=DESK, at=AT)
    with pytest.raises(MoveRefused):
        move(seen_by_the_clock, "expired", grounds=Grounds(role="clock"), at=AT)
    assert snapshot(credential)["state"] == "verified"
    assert credential.counts_until == datetime(2029, 1, 10, 6, tzinfo=UTC)


def test_if_a_reader_fails_nothing_is_written():
    practice = PracticeFactory(at=AT)
    credential = practice.therapist.credentials.get()
    before = snapshot(credential)

    def broken(**_):
        raise RuntimeError("the outbox is full")

    practices_changed.connect(broken)
    try:
        with pytest.raises(RuntimeError):
            move(credential, "suspended", grounds=DESK, at=AT)
    finally:
        practices_changed.disconnect(broken)
    assert snapshot(credential) == before


def test_every_practice_of_the_therapist_is_announced(announced):
    here = PracticeFactory(at=AT)
    there = PracticeFactory(at=AT, missouri=True, therapist=here.therapist, without_proof=True)
    PracticeFactory(at=AT)
    announced.clear()
    move(here.therapist.credentials.get(), "suspended", grounds=DESK, at=AT)
    assert [sorted(ids) for ids in announced] == [[here.pk, there.pk]]


@pytest.mark.parametrize(
    ("fields", "grounds", "said"),
    [
        ({"expires_on": None}, DESK, "only with its date"),
        ({"number": ""}, DESK, "only with its number"),
        ({}, Grounds(role="desk"), "at a named source"),
    ],
)
def test_what_lacks_a_part_is_not_verified(fields, grounds, said):
    credential = CredentialFactory(state="in_review", at=AT, **fields)
    before = snapshot(credential)
    with pytest.raises(MoveRefused, match=said):
        move(credential, "verified", grounds=grounds, at=AT)
    assert snapshot(credential) == before


def test_one_number_counts_for_one_therapist():
    counting = CredentialFactory(at=AT)
    other = CredentialFactory(at=AT, state="in_review", number=counting.number)
    before = snapshot(other)
    with pytest.raises(MoveRefused, match="already counts"):
        move(other, "verified", grounds=DESK, at=AT)
    assert snapshot(other) == before
    elsewhere = CredentialFactory(at=AT, place="MO", state="in_review", number=counting.number)
    move(elsewhere, "verified", grounds=DESK, at=AT)


def test_until_when_each_kind_counts():
    training = CredentialFactory(slug="training-seen", at=AT)
    assert training.counts_until == FOREVER
    insurance = CredentialFactory(slug="liability-insurance", at=AT, expires_on=date(2027, 7, 1))
    assert insurance.counts_until == datetime(2027, 7, 2, 4, tzinfo=UTC), "the earliest midnight we serve"
    assert counting_end(CredentialFactory(state="draft", expires_on=None), "verified") is None
    assert counting_end(insurance, "suspended") is None


def test_a_changed_rule_is_counted_anew():
    here = CredentialFactory(at=AT, expires_on=date(2027, 1, 20))
    there = CredentialFactory(at=AT, place="MO", expires_on=date(2027, 1, 20))
    draft = CredentialFactory(at=AT, state="draft")
    Jurisdiction.objects.filter(code="IL").update(time_zone="America/Puerto_Rico")
    assert recount(Credential.objects.all()) == {here.therapist_id}
    here.refresh_from_db()
    assert here.counts_until == datetime(2027, 1, 21, 4, tzinfo=UTC)
    assert snapshot(there)["counts_until"] == there.counts_until
    assert snapshot(draft)["counts_until"] is None
    assert recount(Credential.objects.all()) == set()


def test_what_has_no_end_by_a_new_rule_stops_counting():
    training = CredentialFactory(slug="training-seen", at=AT)
    training.kind.expires = True
    training.kind.save()
    recount(Credential.objects.all())
    assert snapshot(training)["counts_until"] == NEVER
    assert AT - timedelta(days=1) > NEVER
