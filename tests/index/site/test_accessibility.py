"""Axe, in headless Chromium, finds nothing serious on any kind of page: light, dark, and as narrow as a phone.

axe-core by Deque, https://github.com/dequelabs/axe-core, comes in the package axe-playwright-python.
"""

from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.browser import CHROMIUM, confined
from tests.index.site.test_site_in_browser import MISSING

PACKAGE = "axe_playwright_python"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=MISSING),
    pytest.mark.skipif(find_spec(PACKAGE) is None, reason="axe-core is not installed; run: make check"),
]
SERIOUS = {"serious", "critical"}
STATES: list[tuple[Literal["light", "dark"], int]] = [("light", 1200), ("light", 390), ("dark", 1200), ("dark", 390)]
PAGES = [
    "index.html",
    "en/index.html",
    "harbour/index.html",
    "harbour/text.html",
    "harbour/en/text.html?q=the",
    "harbour/agenda.html",
    "harbour/en/people.html",
    "harbour/en/p/d5da900fb6.html?mark=0-49",
    "tower/en/index.html",
    "tower/en/text.html",
    "tower/en/text.html?q=lifeboats",
    "tower/text.html?mark=0-5#p72d6834773",
    "tower/en/p/72d6834773.html",
    "tower/agenda.html",
    "tower/people.html",
]


def serious(browser: Browser, url: str) -> list[str]:
    """The serious problems that axe finds on a page in any state, each with the first element that has it."""
    # The page's policy admits no script but its own.
    tab = browser.new_context(bypass_csp=True).new_page()
    confined(tab)
    tab.goto(url)
    tab.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    tab.evaluate((files(PACKAGE) / "axe.min.js").read_text("utf-8"))
    problems = list[str]()
    for scheme, width in STATES:
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size({"width": width, "height": 800})
        found = tab.evaluate("axe.run().then((result) => result.violations)")
        problems += [
            f"{scheme} {width} {each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in SERIOUS
        ]
    tab.context.close()
    return problems


@pytest.mark.parametrize("page", PAGES)
def test_page_has_no_serious_problem(browser: Browser, served: str, page: str) -> None:
    assert serious(browser, f"{served}/{page}") == []


def test_serious_finds_missing_label_and_contrast_that_is_low_in_the_dark(browser: Browser, tmp_path: Path) -> None:
    style = "body { background: #fff; color: #000 } @media (prefers-color-scheme: dark) { p { color: #bbb } }"
    page = f"<html lang='en'><title>x</title><style>{style}</style><main><h1>x</h1><input><p>pale</p></main>"
    (tmp_path / "bad.html").write_text(page)
    found = [each.partition(":")[0] for each in serious(browser, (tmp_path / "bad.html").as_uri())]
    assert found == [
        "light 1200 label",
        "light 390 label",
        "dark 1200 color-contrast",
        "dark 1200 label",
        "dark 390 color-contrast",
        "dark 390 label",
    ]
