"""`manage.py seed`: people, rows to search in, and accounts to try."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role, User
from directory.demo import ACCOUNTS, PASSWORD
from directory.models import Practice, Therapist
from search.models import IndexChange, SearchRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def seed(**options):
    """What the command prints, read."""
    out = StringIO()
    call_command("seed", stdout=out, **options)
    return json.loads(out.getvalue())


def test_it_says_what_it_did():
    done = seed(therapists=60, seed=2)
    assert done["therapists"] == Therapist.objects.count() == 60
    assert done["practices"] == Practice.objects.count()
    assert done["states"]["suspended"] >= 1
    assert done["seconds"] >= done["seconds_writing"] >= 0


def test_it_can_be_searched_at_once():
    seed(therapists=60)
    assert not IndexChange.objects.exists()
    listed = set(Practice.objects.listed().values_list("pk", flat=True))
    assert listed
    assert set(SearchRow.objects.values_list("practice", flat=True)) == listed


def test_fewer_people_leave_no_row_behind():
    seed(therapists=60)
    seed(therapists=10)
    assert Therapist.objects.count() == 10
    assert set(SearchRow.objects.values_list("practice", flat=True)) <= set(
        Practice.objects.values_list("pk", flat=True)
    )


def test_accounts_of_each_kind_are_opened_on_a_machine_of_ones_own(settings, client):
    settings.LOCAL = True
    done = seed(therapists=30)
    assert done["accounts"] == dict.fromkeys(ACCOUNTS, PASSWORD)
    for email, role in ACCOUNTS.items():
        user = User.objects.get(email=email)
        assert user.check_password(PASSWORD)
        assert user.is_superuser == (role is None)
        assert list(user.roles.values_list("kind", flat=True)) == ([role] if role else [])
    seed(therapists=30)
    assert User.objects.filter(email__in=ACCOUNTS).count() == len(ACCOUNTS)
    assert Role.objects.filter(user__email__in=ACCOUNTS).count() == len(ACCOUNTS) - 1


def test_the_therapist_of_the_demonstration_has_a_listed_practice_in_chicago():
    seed(therapists=30)
    practice = Practice.objects.listed().get(therapist__user__email="therapist@example.org")
    assert (practice.city, practice.postal_code) == ("Chicago", "60614")


def test_no_account_is_opened_on_a_server(settings):
    settings.LOCAL = False
    User.objects.filter(email__in=ACCOUNTS).delete()
    assert "LOCAL is off" in seed(therapists=5)["accounts"]
    assert not User.objects.filter(email__in=ACCOUNTS).exists()


@pytest.mark.parametrize("options", [{"therapists": -1}, {"seed": -1}])
def test_a_negative_number_is_refused(options):
    with pytest.raises(CommandError):
        call_command("seed", **options)
