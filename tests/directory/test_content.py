"""Pages of the vocabulary: all there, honest, urgent things first, nothing foreign, no cookie."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from directory.guidance import emergencies_first, guidance, urgency
from directory.vocabulary import vocabulary

CONDITIONS = sorted(vocabulary().conditions)
TECHNIQUES = sorted(vocabulary().techniques)
PLAIN = ["conditions", "techniques", "sources", "privacy"]
# Licence notices: links that people may follow, never requests of the page.
LINKED_HOSTS = {"www.geonames.org", "creativecommons.org"}
BANNED = re.compile(r"\b(cures?|cured|curing|miracles?|guarantees?d?|heals?)\b", re.IGNORECASE)
# What a law lets an insurer pay in general, as the vocabulary says it; no plan of anybody.
OTHERS_PAY = "often covered by workers&#x27; compensation when prescribed"
NOT_A_PROMISE = "will not heal"  # a sign for which a doctor comes first


class Elements(HTMLParser):
    """Addresses that a page loads, addresses that it links to, and inline code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in given) else []
        loads = tag in {"script", "img", "iframe", "source", "audio", "video", "embed", "use"}
        loads = loads or (tag == "link" and given.get("rel") != "canonical")
        for name in ("src", "href", "action", "srcset", "data"):
            if name in given:
                (self.loaded if loads or name == "srcset" else self.linked).append(given[name])


def text_of(html: str) -> str:
    """What people read."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def page(name: str, *arguments: str) -> str:
    response = Client().get(reverse(f"directory:{name}", args=arguments))
    assert response.status_code == 200
    assert not response.cookies
    return response.content.decode()


def check_whole(html: str) -> None:
    """Nothing foreign is loaded, nothing is inline, one h1, one main."""
    found = Elements(html)
    assert {urlsplit(address).netloc for address in found.loaded} <= {""}
    assert {urlsplit(address).netloc for address in found.linked} <= {"", "testserver", *LINKED_HOSTS}
    assert found.inline == []
    assert html.count("<h1") == 1
    assert html.count("<main") == 1


@pytest.mark.parametrize("name", PLAIN)
def test_each_plain_page_answers(name: str) -> None:
    check_whole(page(name))


@pytest.mark.parametrize("slug", CONDITIONS)
def test_each_condition_page_is_whole_and_promises_nothing(slug: str) -> None:
    html = page("condition", slug)
    check_whole(html)
    text = text_of(html)
    assert BANNED.findall(text.replace(NOT_A_PROMISE, "")) == []
    assert not re.search(r"\bcovered\b", text.replace(OTHERS_PAY, ""))
    assert "Not graded" in text
    assert "No agreed number" in text
    assert "911" in text


@pytest.mark.parametrize("slug", TECHNIQUES)
def test_each_technique_page_is_whole_and_promises_nothing(slug: str) -> None:
    html = page("technique", slug)
    check_whole(html)
    assert BANNED.findall(text_of(html)) == []


@pytest.mark.parametrize("slug", CONDITIONS)
def test_emergencies_come_first_on_each_condition_page(slug: str) -> None:
    html = page("condition", slug)
    items = re.findall(r'<ul class="red-flags">(.*?)</ul>', html, re.DOTALL)
    for block in items:
        lines = [text_of(line) for line in re.findall(r"<li[^>]*>(.*?)</li>", block, re.DOTALL)]
        assert [urgency(line) for line in lines] == sorted(urgency(line) for line in lines)
    shown = text_of(" ".join(items)).replace("&#x27;", "'").replace("&quot;", '"')
    for line in vocabulary().conditions[slug].see_a_doctor_first:
        assert " ".join(line.split()) in shown


def test_urgency_reads_emergencies_and_same_day_care() -> None:
    lines = (
        "Fever: see a doctor first",
        "A hot calf: same-day medical care",
        "Chest pain: call 911",
        "New numbness around the groin: emergency care now",
        "Thoughts of suicide: call or text 988",
    )
    assert [flag.urgency for flag in emergencies_first(lines)] == [0, 0, 0, 1, 2]
    assert emergencies_first(lines)[0].text == "Chest pain: call 911"


def test_guidance_differs_where_it_matters() -> None:
    known = vocabulary().conditions
    cancer, back, crash = (guidance(known[slug]) for slug in ("cancer-care", "low-back-pain", "whiplash"))
    assert cancer.clearance_title == "Ask your clinician first"
    assert cancer.session != back.session
    assert cancer.questions != back.questions
    assert crash.insurance_facts[0].slug == "auto-pip-medpay"


@pytest.mark.parametrize(
    ("name", "slug", "offered"),
    [("condition", "siatica", "sciatica"), ("technique", "cuping-therapy", "cupping-therapy")],
)
def test_an_unknown_slug_is_not_found_and_offers_the_list(name: str, slug: str, offered: str) -> None:
    response = Client().get(reverse(f"directory:{name}", args=[slug]))
    html = response.content.decode()
    assert response.status_code == 404
    assert reverse(f"directory:{name}s") in html
    assert reverse(f"directory:{name}", args=[offered]) in html
    assert not response.cookies


def test_a_condition_page_searches_for_its_condition() -> None:
    html = page("condition", "sciatica")
    assert '<input type="hidden" name="q" value="Sciatica">' in html
    assert f'action="{reverse("search:results")}"' in html


@pytest.mark.parametrize("name", PLAIN)
def test_only_reading_is_allowed(name: str) -> None:
    assert Client().post(reverse(f"directory:{name}")).status_code == 405
