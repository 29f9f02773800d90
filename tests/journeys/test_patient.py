"""A patient's way through the site, as JOURNEYS describes it: no account, any device."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser
SEARCH = "/search/?q=sciatica&near=New+York%2C+NY&within=250"
Window = Callable[..., Visit]


def number(text: str | None) -> float:
    """The first number in a text."""
    found = re.search(r"\d+(?:\.\d+)?", (text or "").replace(",", ""))
    assert found, text
    return float(found.group())


def unfold(page: Page) -> None:
    """Filters are folded on a phone and stand open on a wide screen."""
    summary = page.locator("#filters > summary")
    if summary.is_visible() and page.locator("#filters").get_attribute("open") is None:
        summary.click()


def names(page: Page) -> list[str]:
    return page.locator(".card h3 a").all_inner_texts()


def test_from_the_first_page_to_a_profile(visit: Window) -> None:
    window = visit()
    page = window.open("/")
    page.get_by_label("What hurts?").fill("siatica")
    page.get_by_label("Where are you?").fill("60614")
    page.get_by_role("button", name="Find therapists").click()
    expect(page).to_have_url(re.compile(r"/search/\?q=siatica&near=60614"))
    expect(page.locator("#answer")).to_contain_text("Sciatica")
    if not page.locator(".card").count():
        page.get_by_role("link", name=re.compile(r"^Within \d+ miles: \d+ therapist")).first.click()
    card = page.locator(".card").first
    for part in (".card__where", ".card__state", ".card__proof", ".facts"):
        expect(card.locator(part)).not_to_be_empty()
    expect(page.locator("#count")).to_contain_text(
        re.compile(r"\d+ therapists? .*Sciatica within \d+ miles? of", re.I)
    )
    name = card.locator("h3 a").inner_text()
    card.locator("h3 a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_a_badge_opens_to_issuer_end_and_check(visit: Window) -> None:
    page = visit(viewport={"width": 360, "height": 800}).open(SEARCH)
    page.locator(".card h3 a").first.click()
    badges = page.locator("details.credential")
    expect(badges.first).to_have_attribute("open", "")
    expect(badges.first.get_by_role("link", name=re.compile("Public look-up"))).to_be_visible()
    for badge in badges.all()[1:]:
        badge.locator("summary").click()
    for badge in badges.all():
        for label in ("Issued by", "Valid", "Checked"):
            expect(badge.get_by_text(label, exact=True)).to_be_visible()


def test_a_card_on_a_phone_fits_one_screen(visit: Window) -> None:
    page = visit(viewport={"width": 360, "height": 800}).open(SEARCH)
    for card in page.locator(".card").all():
        box = card.bounding_box()
        assert box
        assert box["height"] < 640
        for part in (".card__where", ".card__state", ".card__key", ".card__proof"):
            expect(card.locator(part)).to_be_visible()


def test_the_points_of_each_match_add_up_by_hand(visit: Window) -> None:
    page = visit().open(SEARCH)
    assert page.locator(".card").count() >= 3
    for card in page.locator(".card").all():
        card.locator("summary").first.click()
        parts = [number(text) for text in card.locator("tbody td.number").all_inner_texts()]
        total = number(card.locator("tfoot td.number").inner_text())
        assert round(sum(parts), 1) == total
        assert number(card.locator("summary").first.inner_text()) == total


def test_filters_narrow_as_promised_and_the_address_is_the_list(visit: Window) -> None:
    page = visit().open("/search/?q=back+pain&near=60614&within=500")
    unfold(page)
    option = page.locator("#f-accepting-yes")
    promised = number(page.locator("label[for=f-accepting-yes] .number").inner_text())
    option.check()
    expect(page).to_have_url(re.compile("accepting=yes"))
    expect(page.locator("#count")).to_contain_text(str(int(promised)))
    language = page.locator("#facet-language")
    if language.get_attribute("open") is None:
        language.locator("summary").first.click()
    promised = number(page.locator("label[for=f-language-es] .number").inner_text())
    if promised:
        page.locator("#f-language-es").check()
        expect(page).to_have_url(re.compile("language=es"))
        expect(page.locator("#count")).to_contain_text(str(int(promised)))
    again = visit().open(page.url.removeprefix(page.url.split("/search/")[0]))
    assert names(again) == names(page)
    page.get_by_role("link", name="Remove filter:").first.click()
    expect(page).not_to_have_url(re.compile("accepting=yes"))


def test_sorted_by_distance_it_never_decreases_over_three_pages(visit: Window) -> None:
    page = visit().open("/search/?near=New+York%2C+NY&within=500&sort=distance")
    seen: list[float] = []
    people: list[str] = []
    for _ in range(3):
        for text in page.locator(".card__where strong").all_inner_texts():
            seen.append(0.0 if re.search(r"less than|under", text, re.I) else number(text))
        people += [link.get_attribute("href") or "" for link in page.locator(".card h3 a").all()]
        following = page.get_by_role("link", name="Next")
        if not following.count():
            break
        following.click()
        page.wait_for_load_state()
    assert len(seen) > 20
    assert seen == sorted(seen)
    assert len(set(people)) == len(people)


def test_an_unknown_place_is_told_and_nothing_is_lost(visit: Window) -> None:
    page = visit().open("/search/?q=sciatica&near=00000")
    expect(page.get_by_role("alert")).to_contain_text("00000")
    expect(page.get_by_label("What hurts?")).to_have_value("sciatica")
    expect(page.get_by_label("Where are you?")).to_have_value("00000")
    expect(page.locator(".card")).to_have_count(0)


def test_nobody_near_leads_to_a_wider_search_with_its_count(visit: Window) -> None:
    window = visit()
    for place in (
        "Yonkers%2C+NY",
        "Fresno%2C+CA",
        "Amarillo%2C+TX",
        "Orlando%2C+FL",
        "Aurora%2C+IL",
        "Tacoma%2C+WA",
    ):
        page = window.open(f"/search/?q=sciatica&near={place}&within=2")
        link = page.get_by_role("link", name=re.compile(r"^Within .* therapist")).first
        if link.count():
            break
    promised = number(link.inner_text().split(":")[1])
    link.click()
    expect(page.locator("#count")).to_contain_text(f"{int(promised)} therapist")


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 10_000 + "&near=60614",
        "q=%00&near=%00",
        "q=*:*&near=60614",
        "near=60614&within=-5",
        "near=60614&within=nan",
        "near=60614&page=1000000000",
        "near=60614&language=klingon",
        "q=zxqvbn&near=60614",
        "near=Springfield",
        "",
    ],
)
def test_bad_input_gets_words_that_say_what_to_mend(visit: Window, query: str) -> None:
    page = visit().open(f"/search/?{query}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator(".card, [role=alert], .panel").count()


def test_by_keyboard_alone(visit: Window) -> None:
    window = visit()
    page = window.open("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    reach(page, "#id_q")
    page.keyboard.type("siatica")
    reach(page, "#id_near")
    page.keyboard.type("New York, NY")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?"))
    if page.locator(".card").count():
        reach(page, ".card summary")
        page.keyboard.press("Enter")
        expect(page.locator(".card details").first).to_have_attribute("open", "")
        page.keyboard.press("Shift+Tab")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_filter_chosen_by_keyboard_keeps_the_focus(visit: Window, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800}).open(SEARCH)
    unfold(page)
    page.locator("#f-accepting-any").focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("accepting=yes"))
    expect(page.locator("#f-accepting-yes")).to_be_focused()


def reach(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, and see that focus shows."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("s => !!document.activeElement && document.activeElement.matches(s)", selector):
            shown = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }"
            )
            assert shown, f"the focus on {selector} cannot be seen"
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def test_without_javascript(visit: Window) -> None:
    window = visit(java_script_enabled=False)
    page = window.open("/")
    page.get_by_label("What hurts?").fill("sciatica")
    page.get_by_label("Where are you?").fill("New York, NY")
    page.get_by_role("button", name="Find therapists").click()
    expect(page).to_have_url(re.compile(r"/search/\?"))
    page.get_by_label("Within (miles)").fill("250")
    page.get_by_role("button", name="Search").click()
    assert page.locator(".card").count() >= 3
    before = number(page.locator("#count").inner_text())
    unfold(page)
    page.locator("#f-accepting-yes").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile("accepting=yes"))
    assert number(page.locator("#count").inner_text()) <= before
    page.locator(".card summary").first.click()
    expect(page.locator(".card table").first).to_be_visible()
    page.locator(".card h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
