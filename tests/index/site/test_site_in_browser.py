"""The published report in headless Chromium: marks, search, keys, themes, print, and narrow screens."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from index.config import Settings
from index.generations.artifacts import Artifacts
from index.generations.store import Store
from index.site import publisher
from index.site.urls import passage_url
from tests.browser import CHROMIUM, chromium, confined

MISSING = "no chromium on this machine; install it: apt-get install chromium fonts-noto-cjk"
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=MISSING)]
QUOTE = "The lighthouse burns 40 litres of oil each night."


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def served(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("served") / "site"
    store = Store(built.index.path, 3)
    artifacts, manifest = store.load(lambda generation: (Artifacts.read(generation.path).corpus, generation.manifest))
    publisher.publish_site(artifacts, manifest, folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def visit(browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of the site and fails for what went wrong on it."""
    trouble: list[str] = []
    contexts = []

    def opened(path: str, **context: Any) -> Page:
        contexts.append(browser.new_context(**context))
        page = contexts[-1].new_page()
        strayed = confined(page)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
        page.goto(path if path.startswith("http") else f"{served}/{path}")
        assert strayed == []
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


def marked(page: Page, kind: str = "quotation") -> list[str]:
    return page.locator(f"mark.{kind}").all_inner_texts()


def test_report_page_citation_link_marks_quotation_in_view(visit: Callable[..., Page], served: str) -> None:
    page = visit("harbour/en/index.html")
    lines = page.locator("#pd5da900fb6 [data-at]")
    at = next(int(line.get_attribute("data-at") or 0) for line in lines.all() if QUOTE in line.inner_text())
    page = visit(
        passage_url(served, "harbour:d5da900fb6", "en", (at, at + len(QUOTE))), viewport={"width": 800, "height": 400}
    )
    assert marked(page) == [QUOTE]
    box = page.locator("mark.quotation").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 400
    assert page.locator("#switch").get_attribute("href") == f"../index.html?mark={at}-{at + len(QUOTE)}#pd5da900fb6"


def test_report_page_multi_line_quotation_is_marked_on_each_line(visit: Callable[..., Page]) -> None:
    page = visit("harbour/index.html?mark=5-40#p1a4ce46b4f")
    shown = [line.inner_text() for line in page.locator("#p1a4ce46b4f [data-at]").all()]
    assert "".join(marked(page)) == "\n".join(shown)[5:40].replace("\n", "")


@pytest.mark.parametrize("address", ["index.html#p0999", "index.html?mark=1-5#nothing"])
def test_report_page_missing_passage_shows_notice(visit: Callable[..., Page], address: str) -> None:
    page = visit(f"harbour/en/{address}")
    assert page.locator("[role=status].notice").inner_text() == (
        "This version of the report has no such passage. Please try the contents or the search."
    )
    assert marked(page) == []


@pytest.mark.parametrize("mark", ["9999-99999", "5-2", "x-y", "1"])
def test_report_page_invalid_mark_marks_nothing(visit: Callable[..., Page], mark: str) -> None:
    page = visit(f"harbour/index.html?mark={mark}#p1a4ce46b4f")
    assert (marked(page), page.locator(".notice").count()) == ([], 0)


def test_report_page_without_javascript_shows_passage_and_hides_search(visit: Callable[..., Page]) -> None:
    page = visit("harbour/index.html#p82d014004c", java_script_enabled=False, viewport={"width": 800, "height": 300})
    assert page.locator("#search").is_hidden()
    assert page.locator("#p82d014004c").is_visible()


def test_site_search_by_keyboard_matches_other_script_and_escape_clears(visit: Callable[..., Page]) -> None:
    page = visit("tower/index.html")
    page.keyboard.press("/")
    page.keyboard.type("新的雾笛")
    page.wait_for_function("document.querySelectorAll('mark.match').length > 0")
    assert marked(page, "match") == ["新的霧笛"]
    assert page.locator("#count").inner_text() == "找到 1 段，第 1 段"
    page.keyboard.press("Escape")
    page.wait_for_function("document.querySelectorAll('mark.match').length === 0")
    assert page.locator("#count").inner_text() == ""


def test_site_search_enter_steps_through_matches_and_no_match_is_reported(visit: Callable[..., Page]) -> None:
    page = visit("harbour/en/index.html")
    page.fill("#query", "ＴＨＥ")
    page.wait_for_selector(".passage.here")
    found = page.locator("#count").inner_text()
    first = page.locator(".passage.here").get_attribute("id")
    page.press("#query", "Enter")
    assert page.locator("#count").inner_text() == found.replace("at 1", "at 2")
    page.press("#query", "Shift+Enter")
    assert page.locator(".passage.here").get_attribute("id") == first
    page.fill("#query", "submarine")
    page.wait_for_function("document.querySelector('#count').textContent === 'Nothing found'")


def test_theme_button_click_overrides_system_theme_and_persists(visit: Callable[..., Page]) -> None:
    page = visit("harbour/index.html", color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(23, 25, 28)"
    page.click("#theme")
    assert page.evaluate(paper) == "rgb(253, 252, 249)"
    page.reload()
    assert page.evaluate(paper) == "rgb(253, 252, 249)"


def test_report_page_screen_reader_gets_language_roles_and_skip_link(visit: Callable[..., Page]) -> None:
    page = visit("tower/index.html")
    assert page.locator("html").get_attribute("lang") == "zh-Hant-TW"
    assert page.get_by_role("navigation", name="目錄").count() == 1
    assert page.get_by_role("searchbox", name="在報告裡找字").count() == 1
    assert page.get_by_role("heading", level=1).all_inner_texts() == ["燈塔年報"]
    assert page.get_by_role("button", name="切換深色與淺色").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到報告內文"


@pytest.mark.parametrize("name", ["index", "agenda", "people"])
def test_site_page_phone_width_has_no_horizontal_scroll(visit: Callable[..., Page], name: str) -> None:
    page = visit(f"harbour/{name}.html", viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_report_page_print_media_shows_only_report(visit: Callable[..., Page]) -> None:
    page = visit("harbour/index.html", color_scheme="dark")
    page.emulate_media(media="print")
    assert [page.locator(selector).is_visible() for selector in ("#search", ".contents", "#theme", "main")] == [
        False,
        False,
        False,
        True,
    ]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
