"""Mail arrives at least once, repeats carry one Message-ID, and nobody's address outlives its use."""

import logging
import time
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import mail
from accounts.mail import Letter
from accounts.models import Mail

pytestmark = pytest.mark.django_db
PERSON = "a.person@example.org"
LETTER = Letter("Please confirm", "Open https://palmar.example/x", "<p>Open it</p>")


def queue(key: str = "test/1", to: str = PERSON, **rest) -> bool:
    return mail.queue(key=key, to=to, letter=LETTER, **rest)


def later(**time) -> datetime:
    return timezone.now() + timedelta(**time)


def test_a_queued_mail_is_sent_once_with_both_parts_and_its_headers(mail_server):
    queue(headers={"List-Unsubscribe": "<https://palmar.example/u>"})
    assert mail.send_due() == mail.Sending(sent=1)
    assert mail.send_due() == mail.Sending()
    (message,) = mail_server.mails
    assert message["To"] == PERSON
    assert message["Subject"] == "Please confirm"
    assert message["List-Unsubscribe"] == "<https://palmar.example/u>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content().strip() == LETTER.text
    assert message.get_body(("html",)).get_content().strip() == LETTER.html


def test_the_same_occasion_is_written_about_once(mail_server):
    assert queue()
    assert not queue()
    mail.send_due()
    assert not queue(), "also after it was sent"
    assert mail.send_due().sent == 0
    assert len(mail_server.mails) == 1


def test_a_mail_of_a_transaction_that_fails_is_never_sent(mail_server):
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert mail.send_due() == mail.Sending()
    assert mail_server.mails == []


def test_nothing_personal_stays_once_it_is_sent(mail_server):
    queue(headers={"List-Unsubscribe": "<https://palmar.example/u?key=secret>"})
    mail.send_due()
    row = Mail.objects.get()
    assert row.sent_at
    assert (row.to, row.text, row.html, row.headers) == ("", "", "", {})


def test_a_server_that_dies_after_taking_gets_it_again_under_the_same_id(mail_server):
    queue()
    mail_server.mode = "dies_after_taking"
    assert mail.send_due().stuck
    mail_server.mode = "takes"
    assert mail.send_due().sent == 0, "not before the wait is over"
    assert mail.send_due(at=later(minutes=3)).sent == 1
    first, second = mail_server.mails
    assert first["Message-ID"] == second["Message-ID"] == Mail.objects.get().message_id


def test_a_worker_that_dies_between_sending_and_noting_sends_it_again_under_the_same_id(
    mail_server, monkeypatch
):
    queue()

    def die(*_, **__):
        raise SystemExit

    monkeypatch.setattr(mail, "_close", die)
    with pytest.raises(SystemExit):
        mail.send_due()
    monkeypatch.undo()
    # The settings of the server were set through another fixture, so they outlive the undoing.
    assert mail.send_due(at=later(minutes=3)).sent == 1
    assert len({message["Message-ID"] for message in mail_server.mails}) == 1
    assert len(mail_server.mails) == 2


def test_a_hung_server_costs_one_time_out_and_the_mail_waits(mail_server):
    queue("test/1")
    queue("test/2")
    mail_server.mode = "hangs"
    begun = time.monotonic()
    assert mail.send_due() == mail.Sending(failed=1, stuck=True)
    assert time.monotonic() - begun < 3
    mail_server.mode = "takes"
    mail_server.released.set()
    assert mail.send_due().sent == 1, "the other one was not tried and is still due"
    assert mail.send_due(at=later(minutes=3)).sent == 1


def test_a_refused_address_is_given_up_and_stops_nobody(mail_server):
    queue("test/1")
    mail_server.mode = "refuses"
    assert mail.send_due() == mail.Sending(failed=1)
    row = Mail.objects.get()
    assert row.given_up_at
    assert row.to == ""
    assert row.last_error == "SMTPRecipientsRefused 550"
    mail_server.mode = "takes"
    assert mail.send_due(at=later(days=9)).sent == 0


def test_waits_grow_and_end(mail_server):
    queue()
    mail_server.mode = "is_busy"
    at, waits = timezone.now(), []
    while Mail.objects.filter(given_up_at=None).exists():
        assert mail.send_due(at=at).failed == 1
        due = Mail.objects.get().due_at
        waits.append(due - at)
        at = due
    assert waits == sorted(waits)
    assert len(waits) == len(mail.WAITS) + 1
    assert Mail.objects.get().attempts == len(mail.WAITS) + 1
    assert Mail.objects.get().to == ""


@pytest.mark.parametrize("mode", ["refuses", "is_busy"])
def test_no_address_stands_in_a_log_or_an_error(mail_server, caplog, mode):
    queue()
    mail_server.mode = mode
    with caplog.at_level(logging.DEBUG):
        mail.send_due()
    assert "attempt 1" in caplog.text
    assert "a.person" not in caplog.text
    assert "a.person" not in Mail.objects.get().last_error


def test_a_claimed_mail_is_left_to_its_sender(mail_server):
    queue()
    assert mail._claim(timezone.now())
    assert mail.send_due() == mail.Sending()


def test_what_is_withdrawn_is_gone(mail_server):
    queue("watch/1/told/1")
    queue("watch/12/told/1")
    mail.withdraw("watch/1/")
    assert mail.send_due().sent == 1
    assert list(Mail.objects.values_list("key", flat=True)) == ["watch/12/told/1"]


def test_rows_go_a_month_after_the_sending(mail_server):
    queue()
    mail.send_due()
    queue("test/waiting")
    mail.forget_sent(later(days=29))
    assert Mail.objects.count() == 2
    mail.forget_sent(later(days=31))
    assert Mail.objects.get().key == "test/waiting"


def test_links_are_absolute_and_ids_belong_to_the_site(settings):
    settings.SITE_URL = "https://palmar.example"
    queue()
    assert Mail.objects.get().message_id.endswith("@palmar.example>")
    assert mail.absolute("/watch/") == "https://palmar.example/watch/"


def test_a_line_break_in_a_subject_makes_no_header(mail_server):
    mail.queue(key="test/1", to=PERSON, letter=Letter("a\r\nBcc: x@example.org", "text"))
    assert mail.send_due() == mail.Sending(failed=1)
    assert Mail.objects.get().given_up_at
    assert mail_server.mails == []
