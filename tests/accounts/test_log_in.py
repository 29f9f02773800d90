"""Logging in: a page without a cookie, posts from elsewhere refused, a therapist sees the standing."""

import re

import pytest

from accounts.models import Role, User
from tests.factories import PracticeFactory

pytestmark = pytest.mark.django_db
HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def therapist():
    user = User.objects.create_user("Ana@Example.org", "a long enough passphrase")
    Role.objects.create(user=user, kind=Role.Kind.THERAPIST)
    practice = PracticeFactory()
    practice.therapist.user = user
    practice.therapist.save()
    return user


def post(client, *, headers=HERE, **changes):
    page = client.get("/account/log-in/")
    assert not page.cookies
    found = re.search(r'name="form_token" value="([^"]+)"', page.content.decode())
    assert found
    fields = {"username": "ana@example.org", "password": "a long enough passphrase", "form_token": found[1]}
    return client.post("/account/log-in/", fields | changes, headers=headers)


def test_a_therapist_logs_in_and_sees_whether_the_practices_are_listed(client, therapist):
    assert post(client).headers["Location"] == "/account/"
    assert "Therapist" in client.get("/account/").content.decode()
    page = client.get("/account/practices/").content.decode()
    assert "Listed." in page


def test_a_wrong_password_says_no_more_than_that(client, therapist):
    wrong = post(client, password="no")
    unknown = post(client, username="nobody@example.org")
    assert wrong.status_code == unknown.status_code == 200
    sentence = "That e-mail address and password do not match an account."
    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}, {"Origin": "null"}]
)
def test_a_post_from_elsewhere_is_refused(client, therapist, headers):
    assert post(client, headers=headers).status_code == 403


def test_a_forged_token_is_refused(client, therapist):
    assert post(client, form_token="forged").status_code == 403


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1"]
)
def test_it_leads_nowhere_else(client, therapist, target):
    assert post(client, next=target).headers["Location"] == "/account/"


def test_others_have_no_standing(client):
    user = User.objects.create_user("desk@example.org", "a long enough passphrase")
    client.force_login(user)
    assert client.get("/account/practices/").status_code == 404


def test_log_out_ends_the_session(client, therapist):
    client.force_login(therapist)
    assert client.post("/account/log-out/").status_code == 302
    assert client.get("/account/").status_code == 302


def test_one_account_for_one_address_whatever_its_case(therapist):
    assert User.objects.get().email == "ana@example.org"
    with pytest.raises(Exception, match=r"(?i)unique"):
        User.objects.create(email="ANA@example.org")
