"""“Tell me when somebody comes”: offered where it helps, confirmed by a button, deleted at will."""

import re
from datetime import timedelta
from urllib.parse import quote, unquote

import pytest
from django.core import mail as outgoing
from django.test import Client
from django.utils import timezone

from accounts.models import Mail, RateBucket
from directory.vocabulary import vocabulary
from search.models import Watch
from search.watching import letters
from search.watching.asking import forget_expired
from search.watching.keys import key_of, new_public_id
from tests.search.watching.people import (
    HERE,
    PERSON,
    ask,
    ask_and_confirm,
    forms,
    link,
    press,
    read_mail,
    results_page,
    somebody_comes,
)

pytestmark = pytest.mark.django_db


# --- When it is offered --------------------------------------------------------------------------


@pytest.mark.parametrize("there", [0, 1, 2])
def test_it_is_offered_with_under_three_results(client, there):
    for _ in range(there):
        somebody_comes()
    page = results_page(client)
    assert "/watch/ask/" in forms(page)
    assert "Sciatica is listed within 25 miles of 60614 Chicago, IL" in " ".join(page.split())


def test_it_is_not_offered_with_three(client):
    for _ in range(3):
        somebody_comes()
    assert "/watch/ask/" not in forms(results_page(client))


@pytest.mark.parametrize(
    "changes",
    [
        {"q": ""},
        {"q": "deep tissue massage"},
        {"near": "Illinois"},
        {"near": ""},
        {"near": "Toronto, Canada"},
        {"gender": "female"},
        {"within": "0"},
    ],
    ids=str,
)
def test_it_is_not_offered_without_condition_and_point_nor_with_a_filter(client, changes):
    assert "/watch/ask/" not in forms(results_page(client, **changes))


@pytest.mark.parametrize(
    ("near", "zip3"),
    [("99705", "997"), ("Chicago, IL", "606"), ("41.90,-87.63", "606"), ("El Paso, TX", "799")],
)
def test_every_point_has_a_zip_in_its_state(client, near, zip3):
    fields = forms(results_page(client, near=near))["/watch/ask/"].fields
    assert fields["zip"][0].startswith(zip3)


def test_the_form_carries_the_readings_and_not_the_words(client):
    fields = forms(results_page(client, q="siatica and tight hips", within="40"))["/watch/ask/"].fields
    assert fields["condition"] == ["sciatica", "hip-pain"]
    assert fields["within"] == ["40"]
    assert "siatica and" not in str(fields)


# --- The way through -----------------------------------------------------------------------------


def test_the_whole_way_from_asking_to_deleting_without_a_cookie(client):
    response = ask(client)
    assert response.status_code == 303
    assert "Check your mail" in client.get(response["Location"]).content.decode()
    (message,) = read_mail()
    assert message.to == [PERSON]
    page = link(message)
    assert "Yes, tell me" in client.get(page).content.decode()
    assert press(client, page, "confirm").status_code == 303
    shown = client.get(page)
    assert "Confirmed." in shown.content.decode()
    assert "<strong>Sciatica</strong> within 25 miles of 60614 Chicago, IL" in shown.content.decode()
    assert shown["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    response = press(client, page, "delete")
    assert "Deleted" in client.get(response["Location"]).content.decode()
    assert not Watch.objects.exists()
    assert not Mail.objects.exists()
    assert client.get(page).status_code == 404
    assert not client.cookies


def test_a_get_changes_nothing_however_often_a_scanner_follows_the_links(client):
    ask(client)
    (message,) = read_mail()
    before = Watch.objects.values().get()
    for address in (link(message), link(message, "delete")) * 3:
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert Watch.objects.values().get() == before


@pytest.mark.parametrize("path", ["ask", "confirm", "keep", "delete"])
def test_what_changes_something_takes_no_get(client, path):
    assert client.get(f"/watch/{path}/").status_code == 405


def test_confirming_twice_is_confirming_once(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    page = ask_and_confirm(client)
    before = Watch.objects.values().get()
    key = unquote(page.partition("key=")[2])
    token = forms(results_page(client))["/watch/ask/"].fields["form_token"]
    time_machine.shift(timedelta(minutes=5))
    again = client.post("/watch/confirm/", {"key": key, "form_token": token}, headers=HERE)
    assert again.status_code == 303
    assert Watch.objects.values().get() == before


def test_what_is_not_confirmed_in_time_is_gone(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    ask(client)
    (message,) = read_mail()
    page = link(message)
    shown = forms(client.get(page).content.decode())["/watch/confirm/"]
    time_machine.shift(timedelta(days=3, seconds=1))
    assert client.get(page).status_code == 404
    fresh = forms(results_page(client))["/watch/ask/"].fields["form_token"]
    client.post(shown.action, shown.fields | {"form_token": fresh}, headers=HERE)
    assert Watch.objects.get().confirmed_at is None
    assert forget_expired(timezone.now()) == 1
    assert not Watch.objects.exists()
    assert not Mail.objects.exists()


def test_a_confirmed_watch_runs_out_after_180_days(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    page = ask_and_confirm(client)
    time_machine.shift(timedelta(days=179))
    assert client.get(page).status_code == 200
    time_machine.shift(timedelta(days=1))
    assert client.get(page).status_code == 404


def test_a_forged_key_is_as_good_as_none(client):
    page = ask_and_confirm(client)
    key = page.partition("key=")[2]
    for forged in (
        key[:-1] + ("A" if key[-1] != "A" else "B"),
        "x" + key,
        key.split("%3A")[0],
        "",
        "x" * 9000,
        "\x00",
    ):
        assert client.get("/watch/", {"key": forged}).status_code == 404
        token = forms(results_page(client))["/watch/ask/"].fields["form_token"]
        for path, status in (("confirm", 404), ("keep", 404), ("delete", 303)):
            sent = client.post(f"/watch/{path}/", {"key": forged, "form_token": token}, headers=HERE)
            assert sent.status_code == status
    assert Watch.objects.filter(confirmed_at__isnull=False).count() == 1


def test_the_table_alone_gives_no_key(client, settings):
    ask(client)
    watch = Watch.objects.get()
    assert watch.public_id not in {"", key_of(watch)}
    settings.SECRET_KEY = "another secret of the site"
    assert client.get("/watch/", {"key": watch.public_id}).status_code == 404


# --- One-click unsubscribing ---------------------------------------------------------------------


def test_a_mailbox_deletes_with_one_click_and_without_a_page(client):
    ask_and_confirm(client)
    message = outgoing.outbox[0]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    listed = message.extra_headers["List-Unsubscribe"]
    address = re.fullmatch(r"<https?://[^/]+(/watch/unsubscribe/\?key=\S+)>", listed)
    assert address
    outside = Client(enforce_csrf_checks=True)
    assert outside.post(address[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Watch.objects.exists()
    assert outside.post(address[1], {"List-Unsubscribe": "One-Click"}).status_code == 200, (
        "again, and the same"
    )


def test_any_other_post_to_that_address_deletes_nothing(client):
    ask(client)
    (message,) = read_mail()
    assert client.post(link(message, "delete"), {}).status_code == 400
    assert Watch.objects.exists()


def test_the_delete_link_of_a_mail_shows_a_button(client):
    ask(client)
    (message,) = read_mail()
    press(client, link(message, "delete"), "delete")
    assert not Watch.objects.exists()


# --- Repeats, limits, and what is never told -----------------------------------------------------


def test_the_same_wish_again_sends_nothing_for_a_day_and_answers_the_same(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    first = ask(client)
    assert len(read_mail()) == 1
    again = ask(client, email="A.Person@Example.org")
    assert read_mail() == []
    assert (again.status_code, again["Location"], again.content) == (
        first.status_code,
        first["Location"],
        first.content,
    )
    time_machine.shift(timedelta(days=1))
    ask(client)
    assert len(read_mail()) == 1
    assert Watch.objects.count() == 1


def test_a_known_confirmed_address_gets_the_same_answer_and_after_a_day_its_link_again(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    page = ask_and_confirm(client)
    unknown = ask(client, email="new@example.org")
    known = ask(client)
    assert (known.status_code, known["Location"], known.content) == (
        unknown.status_code,
        unknown["Location"],
        unknown.content,
    )
    time_machine.shift(timedelta(days=1))
    ends = Watch.objects.get(email=PERSON).expires_at
    ask(client)
    (message,) = [message for message in read_mail() if message.to == [PERSON]]
    assert link(message) == page
    assert Watch.objects.get(email=PERSON).expires_at == ends


def test_one_address_gets_three_mails_a_day_and_the_answer_stays_the_same(client):
    answers = {ask(client, within=str(miles))["Location"] for miles in (10, 20, 30, 40, 50)}
    assert len(read_mail()) == 3
    assert answers == {"/watch/asked/"}
    assert Watch.objects.count() == 3, "what is never written to is not kept"


def test_one_network_may_ask_twenty_times_an_hour(client):
    statuses = [ask(client, email=f"p{number}@example.org").status_code for number in range(21)]
    assert statuses == [303] * 20 + [429]
    refused = ask(client, email="p1@example.org")
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert Client(REMOTE_ADDR="192.0.2.7").post("/watch/ask/").status_code == 403
    assert "127.0.0.1" not in str(list(RateBucket.objects.values()))


def test_a_post_from_elsewhere_or_without_our_token_is_refused(client):
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        assert ask(client, headers=headers).status_code == 403
    form = forms(results_page(client))["/watch/ask/"]
    forged = form.fields | {"email": PERSON, "form_token": "forged"}
    assert client.post(form.action, forged, headers=HERE).status_code == 403
    assert not Watch.objects.exists()


@pytest.mark.parametrize(
    "email", ["", "no address", "a@b", "x" * 250 + "@example.org", "a@example.org\r\nBcc: b@c.org"]
)
def test_a_wrong_address_is_named_and_everything_is_kept(client, email):
    page = ask(client, email=email).content.decode()
    assert "There is a problem" in page
    assert 'aria-invalid="true"' in page
    again = forms(page)["/watch/ask/"]
    assert again.fields["condition"] == ["sciatica"]
    assert client.post(again.action, again.fields | {"email": PERSON}, headers=HERE).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"condition": "nonsense"},
        {"condition": []},
        {"condition": list(vocabulary().conditions)[:6]},
        {"zip": "00000"},
        {"zip": "09007"},
        {"zip": "606146"},
        {"zip": "\x00"},
        {"within": "0"},
        {"within": "501"},
        {"within": "1e9"},
        {"within": "9" * 40},
    ],
    ids=str,
)
def test_fields_that_nobody_typed_and_somebody_altered_are_refused(client, wrong):
    form = forms(results_page(client))["/watch/ask/"]
    assert client.post(form.action, form.fields | {"email": PERSON} | wrong, headers=HERE).status_code == 400
    assert not Watch.objects.exists()


def test_where_several_are_listed_already_nothing_is_kept(client):
    form = forms(results_page(client))["/watch/ask/"]
    for _ in range(3):
        somebody_comes()
    page = client.post(form.action, form.fields | {"email": PERSON}, headers=HERE).content.decode()
    assert "There are therapists already" in page
    assert 'href="/search/?q=Sciatica&amp;near=60614&amp;within=25"' in page
    assert not Watch.objects.exists()


# --- Privacy -------------------------------------------------------------------------------------


def test_no_mail_says_what_for_or_where_whatever_the_condition():
    at = timezone.now()
    texts = set()
    for number, entry in enumerate(vocabulary().conditions.values()):
        watch = Watch(
            pk=number,
            public_id=new_public_id(),
            email=PERSON,
            conditions=str(entry.number),
            postal_code="60614",
            within_miles=25,
            created_at=at,
            asked_at=at,
            expires_at=at,
        )
        for write in (letters.confirmation, letters.somebody_came):
            letter, headers = write(watch)
            key = key_of(watch)
            said = f"{letter.subject}\n{letter.text}\n{letter.html}\n{headers}"
            rest = said.replace(quote(key, safe=""), "")
            assert rest != said
            texts.add((write.__name__, rest))
            for word in (entry.slug, entry.name, *entry.synonyms, "60614", "Chicago", " IL", "25"):
                assert not re.search(rf"\b{re.escape(word)}\b", rest, re.IGNORECASE), word
    assert len(texts) == 2, "but for the key, the mails are the same for everybody"


def test_nothing_personal_is_written_down_by_name(client, caplog):
    with caplog.at_level("DEBUG"):
        page = ask_and_confirm(client)
        press(client, page, "delete")
    own = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
    )
    assert "a.person" not in own
    assert "sciatica" not in own.lower()
    watch = Watch(pk=7, email=PERSON)
    assert "person" not in f"{watch} {watch!r}"


def test_only_what_is_needed_is_stored(client):
    ask(client, near="41.90,-87.63")
    kept = Watch.objects.values().get()
    assert set(kept) == {
        "id", "public_id", "email", "conditions", "postal_code", "within_miles", "created_at", "asked_at",
        "asked_times", "confirmed_at", "told_at", "told_times", "keeps_watching", "expires_at", "seen",
        "checked_version",
    }  # fmt: skip
    assert "41.9" not in str(kept)
    assert "87.6" not in str(kept)
