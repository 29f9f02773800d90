"""Limits hold in the database, forget who was counted, and cannot be dodged by a made-up header."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import RateBucket
from accounts.rate_limits import Limit, forget_ended, seconds_left, take, visitor

NOON = datetime(2026, 11, 24, 12, 10, tzinfo=UTC)
HOURLY = Limit("test", most=3, seconds=3600)


@pytest.mark.django_db
def test_a_limit_holds_for_each_and_begins_anew_with_the_window():
    assert [take(HOURLY, "192.0.2.1", at=NOON) for _ in range(5)] == [True, True, True, False, False]
    assert take(HOURLY, "192.0.2.2", at=NOON)
    assert take(Limit("other", 3, 3600), "192.0.2.1", at=NOON)
    assert take(HOURLY, "192.0.2.1", at=NOON + timedelta(hours=1))
    assert seconds_left(HOURLY, at=NOON) == 3000


@pytest.mark.django_db
def test_nobody_can_be_read_from_a_bucket_and_the_key_changes_with_the_window():
    take(HOURLY, "192.0.2.1", at=NOON)
    take(HOURLY, "192.0.2.1", at=NOON + timedelta(hours=1))
    keys = set(RateBucket.objects.values_list("key", flat=True))
    assert len(keys) == 2
    assert all(len(key) == 64 and "192" not in str(RateBucket.objects.get(key=key)) for key in keys)


@pytest.mark.django_db
def test_ended_windows_are_dropped():
    take(HOURLY, "192.0.2.1", at=NOON)
    forget_ended(NOON + timedelta(minutes=50))
    assert RateBucket.objects.exists()
    forget_ended(NOON + timedelta(minutes=52))
    assert not RateBucket.objects.exists()


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "counted"),
    [
        ("192.0.2.1", "", [], "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", [], "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9", ["10.0.0.1"], "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", ["10.0.0.1"], "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", ["10.0.0.1", "10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", "", ["10.0.0.1"], "10.0.0.1"),
        ("10.0.0.1", "x" * 500, ["10.0.0.1"], "x" * 64),
        ("2001:db8:1:2:3:4:5:6", "", [], "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "", [], "192.0.2.1"),
        ("", "", [], ""),
    ],
)
def test_who_is_counted(rf, settings, peer, forwarded, proxies, counted):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert visitor(rf.get("/", REMOTE_ADDR=peer, headers=headers)) == counted
