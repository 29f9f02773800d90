"""axe-core finds nothing on any page: phone and desk, light and dark; nothing is wider than the window.

Text at 200% in 320 pixels loses nothing either, and the keyboard reaches everything that can be pressed.
"""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from directory.demo import PASSWORD as DEMO_PASSWORD
from tests.journeys.conftest import FIGURES, Visit
from tests.served import ROOT

pytestmark = pytest.mark.browser
PAGES = [
    "/",
    "/search/",
    "/search/?q=sciatica&near=New+York%2C+NY&within=250",
    "/search/?q=sciatica&near=00000",
    "/search/?q=zxqvbn&near=60614",
    "/search/?near=Springfield",
    "/search/?q=new+leg+swelling+and+chest+pain&near=60614",
    "/search/?near=Springfield&within=-1",
    "/search/?q=sciatica&near=99705&within=1",
    "/search/?near=Chicago%2C+IL&within=100&accepting=yes&access=step-free-entrance",
    "/search/?q=A00&near=60614",
    "/conditions/",
    "/conditions/sciatica/",
    "/conditions/breast-cancer-lymphedema/",
    "/techniques/",
    "/techniques/neuromuscular-therapy/",
    "/how-ranking-works/",
    "/sources/",
    "/privacy/",
    "/account/log-in/",
    "/no-such-page/",
]
RESULTS = PAGES[2]
ERROR_PAGES = ["500.html", "400.html"]
OPTIONS: dict[str, object] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


# Dark mode changes nothing but colours.
COLOURS: dict[str, object] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


def violations(page: Page, options: dict[str, object] = OPTIONS) -> list[str]:
    """What axe-core finds, with everything unfolded."""
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
    found = Axe().run(page, options=options)
    told = [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
    FIGURES["pages_looked_at"] += 1
    FIGURES["axe_violations"] += len(told)
    return told


def look(page: Page) -> None:
    """Wide and narrow, light and dark; at last in 320 pixels with text at 200%."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == [], f"at {width} px"
        wider = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"scrolls sideways by {wider} px at {width} px"
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == [], "in dark mode"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 800})
    assert misfits(page) == []


def profile_path(window: Visit) -> str:
    page = window.open(RESULTS)
    path = page.locator(".card h3 a").first.get_attribute("href")
    assert path
    return path


# Words up to this many letters stay whole: longer ones may part, rather than be cut or push the page wide.
LONGEST_WHOLE = 11
FITTING = """(longest) => {
  const page = document.documentElement, found = [];
  document.querySelectorAll('details').forEach(part => { part.open = true });
  const wider = page.scrollWidth - page.clientWidth;
  if (wider > 0) found.push(`scrolls sideways by ${wider} px`);
  const unseen = '.visually-hidden, .skip, thead, svg, script';
  for (const part of document.querySelectorAll('body *')) {
    const { left, right, width } = part.getBoundingClientRect();
    if (!width || part.closest(unseen)) continue;
    if (right <= page.clientWidth + 1 && left >= -1) continue;
    found.push(`outside: ${part.tagName} ${part.className}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node; (node = texts.nextNode()); ) {
    if (node.parentElement.closest(unseen)) continue;
    for (const word of node.nodeValue.matchAll(/[\\p{L}\\p{N}@.’']+/gu)) {
      if (word[0].length > longest) continue;
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].filter(r => r.width).map(r => Math.round(r.top)));
      if (lines.size > 1) found.push(`broken: ${word[0]}`);
    }
  }
  return [...new Set(found)].slice(0, 10);
}"""


def misfits(page: Page) -> list[str]:
    """What does not fit in 320 pixels with text at 200%."""
    page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    found: list[str] = page.evaluate(FITTING, LONGEST_WHOLE)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_for_everybody(visit: Callable[..., Visit], path: str) -> None:
    look(visit().open(path))


def test_a_profile_is_for_everybody(visit: Callable[..., Visit]) -> None:
    window = visit()
    look(window.open(profile_path(window)))


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_pages_of_a_broken_site_are_for_everybody(visit: Callable[..., Visit], name: str) -> None:
    page = visit().open("/privacy/")
    page.set_content((ROOT / "templates" / name).read_text(encoding="utf-8"))
    look(page)


def test_account_pages_are_for_everybody(site: str, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/account/log-in/")
    page.get_by_label("E-mail address").fill("therapist@example.org")
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    for path in ("/account/", "/account/practices/"):
        response = page.goto(f"{site}{path}")
        assert response
        assert response.status == 200
        look(page)
    context.close()


STOPS = """() => {
  const pressed = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  return [...document.querySelectorAll(pressed)]
    .filter(part => !part.disabled)
    .filter(part => part.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
    .filter(part => !(part.type === 'radio' && !part.checked))
    .map((part, index) => { part.dataset.stop = index; return part.outerHTML.slice(0, 90) });
}"""
AT = """() => {
  const part = document.activeElement, style = getComputedStyle(part);
  const { top, bottom, width } = part.getBoundingClientRect();
  return {
    stop: part.dataset.stop ?? null,
    shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: width > 0 && bottom > 0 && top < innerHeight,
  };
}"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/", RESULTS, "/conditions/sciatica/", "profile"])
def test_the_keyboard_reaches_everything_in_order(visit: Callable[..., Visit], path: str, width: int) -> None:
    window = visit(viewport={"width": width, "height": 800})
    page = window.open(profile_path(window) if path == "profile" else path)
    stops = page.evaluate(STOPS)
    reached = []
    for _ in range(len(stops) + 5):
        page.keyboard.press("Tab")
        at = page.evaluate(AT)
        if at["stop"] is None or int(at["stop"]) in reached:
            break
        reached.append(int(at["stop"]))
        assert at["shown"], f"no focus to be seen: {stops[reached[-1]]}"
        assert at["seen"], f"focus outside the window: {stops[reached[-1]]}"
    missed = [stops[index] for index in range(len(stops)) if index not in reached]
    assert missed == []
    assert reached == sorted(reached)
