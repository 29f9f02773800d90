"""What people do around a watch: ask on the results page, read their mail, press buttons; and who comes."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core import mail as outgoing
from django.test import Client

from accounts import mail
from directory.models import Condition, Practice, Specialty
from directory.signals import practices_changed
from search.drain import drain_all
from tests.factories import PracticeFactory

HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
ASKED = {"q": "sciatica", "near": "60614"}
PERSON = "a.person@example.org"


def somebody_comes(condition: str = "sciatica", **practice: Any) -> Practice:
    """A listed practice in Chicago whose therapist works with the condition, and its search row."""
    made: Practice = PracticeFactory(**practice)
    Specialty.objects.create(therapist=made.therapist, condition=Condition.objects.get(slug=condition))
    change(made)
    return made


def change(*practices: Practice) -> None:
    """Announce a change and let the drain run."""
    practices_changed.send(Practice, ids=[row.pk for row in practices])
    drain_all()


@dataclass
class Form:
    """A form as a browser without JavaScript would send it."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


def forms(page: str) -> dict[str, Form]:
    """The POST forms of a page by their action."""
    found = {}
    for action, inside in re.findall(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', page, re.S):
        form = Form(action)
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', inside):
            form.fields.setdefault(name, []).append(value)
        found[action] = form
    return found


def results_page(client: Client, **changes: str) -> str:
    """The results page of a search for sciatica near 60614, or another."""
    response = client.get("/search/", ASKED | changes)
    assert response.status_code == 200
    return response.content.decode()


def ask(client: Client, *, email: str = PERSON, headers: dict[str, str] = HERE, **changes: str) -> Any:
    """Fill in the form of a results page and send it."""
    form = forms(results_page(client, **changes))["/watch/ask/"]
    return client.post(form.action, form.fields | {"email": email}, headers=headers)


def read_mail() -> list[Any]:
    """Send what is due, and open the mailbox: the mails that came since it was last opened."""
    outgoing.outbox.clear()
    while mail.send_due().sent:
        pass
    return list(outgoing.outbox)


def link(message: Any, name: str = "page") -> str:
    """The link of a mail to the page of the watch, or to its deletion: path and query."""
    path = {"page": "/watch/", "delete": "/watch/unsubscribe/"}[name]
    (found,) = re.findall(rf"https?://[^\s/]+{path}\?\S+", message.body)
    parts = urlsplit(found)
    return f"{parts.path}?{parts.query}"


def press(client: Client, page_link: str, button: str, *, headers: dict[str, str] = HERE) -> Any:
    """Open a page of a watch and press a button: confirm, keep or delete."""
    form = forms(client.get(page_link).content.decode())[f"/watch/{button}/"]
    return client.post(form.action, form.fields, headers=headers)


def ask_and_confirm(client: Client, *, email: str = PERSON, **changes: str) -> str:
    """A confirmed watch; the link to its page."""
    ask(client, email=email, headers=HERE, **changes)
    (message,) = read_mail()
    page = link(message)
    assert press(client, page, "confirm").status_code == 303
    return page
