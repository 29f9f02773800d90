"""The mails about a watch. None says what it is about: that stands behind the link."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode

from accounts.mail import Letter, absolute
from search.watching.keys import key_of
from search.watching.models import Watch


def confirmation(watch: Watch) -> tuple[Letter, dict[str, str]]:
    """Asks the address whether the wish is meant."""
    return _letter(watch, "confirm", subject="Please confirm your request to Palmar")


def somebody_came(watch: Watch) -> tuple[Letter, dict[str, str]]:
    """Tells that somebody new matches."""
    return _letter(watch, "told", subject="Somebody new on Palmar")


def _letter(watch: Watch, name: str, *, subject: str) -> tuple[Letter, dict[str, str]]:
    links = {
        "page": _link("search:watch", watch),
        "delete": _link("search:watch-unsubscribe", watch),
        "privacy": absolute(reverse("directory:privacy")),
    }
    letter = Letter(
        subject=subject,
        text=render_to_string(f"search/watching/mail/{name}.txt", links),
        html=render_to_string(f"search/watching/mail/{name}.html", links),
    )
    headers = {
        "List-Unsubscribe": f"<{links['delete']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return letter, headers


def _link(name: str, watch: Watch) -> str:
    """The key stands in the query, which no log of ours keeps."""
    return absolute(f"{reverse(name)}?{urlencode({'key': key_of(watch)})}")
