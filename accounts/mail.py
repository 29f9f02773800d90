"""Mail: a row written with the change that it tells of, sent afterwards by the worker.

Every mail is sent **at least once**, and repeats carry the same Message-ID, by which mailboxes know them
as one. Exactly once does not exist: between the server's "taken" and our note of it anything may die.
"""

import logging
import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import Mail

log = logging.getLogger(__name__)
# How long after each attempt the next one is due. It is set before sending, so it is also how long a
# sender that died keeps others from its mail: the first must outlast every time-out of one sending.
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 30, 120, 360, 720, 1440))
KEPT_AFTER_SENDING: Final = timedelta(days=30)
MOST_AT_ONCE: Final = 20


@dataclass(frozen=True)
class Letter:
    """What a mail says. Neither part may hold a health word, a search or a place; links are absolute."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True)
class Sending:
    """What one go came to. `stuck`: the server could not be reached, so asking again at once is idle."""

    sent: int = 0
    failed: int = 0
    stuck: bool = False


def absolute(path: str) -> str:
    """A path of this site as a link for a mail: mails have no host to be relative to."""
    return f"{settings.SITE_URL}{path}"


def queue(*, key: str, to: str, letter: Letter, headers: Mapping[str, str] | None = None) -> bool:
    """Have a mail sent once the caller's transaction is committed. False if its key was queued before.

    `key` names the occasion ("watch/17/told/1"): the same occasion is written about once.
    """
    now = timezone.now()
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    _, made = Mail.objects.get_or_create(
        key=key,
        defaults={
            "message_id": f"<{salted_hmac('mail', key).hexdigest()}@{host}>",
            "to": to,
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "headers": dict(headers or {}),
            "queued_at": now,
            "due_at": now,
        },
    )
    return made


def withdraw(prefix: str) -> None:
    """Drop every mail whose key begins so, sent or not: what it told of is gone."""
    Mail.objects.filter(key__startswith=prefix).delete()


def send_due(*, at: datetime | None = None, most: int = MOST_AT_ONCE) -> Sending:
    """Send up to `most` mails that are due, one by one, each claimed and marked on its own.

    Call it outside of a transaction and away from anything that may not wait: a hung server costs up to
    `EMAIL_TIMEOUT` seconds a step. After an error of the connection it stops.
    """
    sent = failed = 0
    for _ in range(most):
        mail = _claim(at or timezone.now())
        if mail is None:
            break
        try:
            _message(mail).send()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            failed += 1
            _note_failure(mail, error)
            if _is_of_the_connection(error):
                return Sending(sent, failed, stuck=True)
        else:
            sent += 1
            _close(mail, sent_at=timezone.now())
    return Sending(sent, failed)


def forget_sent(at: datetime) -> None:
    """Drop rows of mails that were sent or given up long ago."""
    old = at - KEPT_AFTER_SENDING
    Mail.objects.filter(Q(sent_at__lt=old) | Q(given_up_at__lt=old)).delete()


def _claim(at: datetime) -> Mail | None:
    """The next mail that is due, put off for others by the wait after this attempt."""
    waiting = Mail.objects.filter(sent_at__isnull=True, given_up_at__isnull=True)
    for mail in waiting.filter(due_at__lte=at).order_by("due_at", "pk")[:5]:
        until = at + WAITS[min(mail.attempts, len(WAITS) - 1)]
        mine = waiting.filter(pk=mail.pk, due_at=mail.due_at, attempts=mail.attempts)
        if mine.update(due_at=until, attempts=mail.attempts + 1):
            mail.due_at, mail.attempts = until, mail.attempts + 1
            return mail
    return None


def _message(mail: Mail) -> EmailMultiAlternatives:
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", **mail.headers}
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _note_failure(mail: Mail, error: Exception) -> None:
    said = f"{type(error).__name__} {_code(error) or ''}".strip()
    log.warning("mail %s, attempt %d: %s", mail.message_id, mail.attempts, said)
    if _is_final(error) or mail.attempts > len(WAITS):
        _close(mail, given_up_at=timezone.now(), last_error=said)
    else:
        Mail.objects.filter(pk=mail.pk).update(last_error=said)


def _close(mail: Mail, **how: object) -> None:
    """Note the end of a mail, and drop the address and the texts with it."""
    Mail.objects.filter(pk=mail.pk).update(to="", text="", html="", headers={}, **how)


def _code(error: Exception) -> int | None:
    """The reply code of the server, if the error has one; with several recipients, of the first."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), None)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def _is_final(error: Exception) -> bool:
    """Whether this very mail was refused for good; a fault of ours or of the log-in can be mended."""
    about_the_mail = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return isinstance(error, ValueError) or (about_the_mail and (_code(error) or 0) >= 500)


def _is_of_the_connection(error: Exception) -> bool:
    return not isinstance(error, ValueError | smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
