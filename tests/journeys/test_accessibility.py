"""axe-core finds nothing on any page: phone and desk, light and dark; nothing is wider than the window."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import FIGURES, Visit

pytestmark = pytest.mark.browser
PAGES = [
    "/",
    "/search/",
    "/search/?q=sciatica&near=New+York%2C+NY&within=250",
    "/search/?q=sciatica&near=00000",
    "/search/?q=zxqvbn&near=60614",
    "/search/?near=Springfield",
    "/search/?q=new+leg+swelling+and+chest+pain&near=60614",
    "/search/?near=60614&within=-1",
    "/conditions/",
    "/conditions/sciatica/",
    "/techniques/",
    "/how-ranking-works/",
    "/no-such-page/",
]
OPTIONS: dict[str, object] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


# Dark mode changes nothing but colours.
COLOURS: dict[str, object] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


def look(window: Visit, path: str, options: dict[str, object] = OPTIONS) -> None:
    page = window.open(path)
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
    found = Axe().run(page, options=options)
    violations = [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]
    FIGURES["pages_looked_at"] += 1
    FIGURES["axe_violations"] += len(violations)
    assert violations == []
    wider = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{path} scrolls sideways by {wider} px"


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(visit: Callable[..., Visit], path: str, width: int, colours: str) -> None:
    window = visit(viewport={"width": width, "height": 800}, color_scheme=colours)
    look(window, path, OPTIONS if colours == "light" else COLOURS)


def test_axe_finds_nothing_on_a_profile(visit: Callable[..., Visit]) -> None:
    window = visit(viewport={"width": 360, "height": 800})
    page = window.open("/search/?q=sciatica&near=New+York%2C+NY&within=250")
    path = page.locator(".card h3 a").first.get_attribute("href")
    assert path
    look(window, path)


@pytest.mark.parametrize("path", PAGES[:3])
def test_nothing_scrolls_sideways_at_320_pixels_and_double_text(
    visit: Callable[..., Visit], path: str
) -> None:
    page = visit(viewport={"width": 320, "height": 800}).open(path)
    page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    wider = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{path} scrolls sideways by {wider} px"
