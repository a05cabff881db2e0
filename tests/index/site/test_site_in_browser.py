"""The published report in headless Chromium: marks, search, keys, themes, print, and narrow screens."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from index.site.urls import passage_url
from tests.browser import CHROMIUM, confined
from tests.index.site.conftest import BOATS_READING

MISSING = "no chromium on this machine; install it: apt-get install chromium fonts-noto-cjk"
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason=MISSING)]
QUOTE = "The lighthouse burns 40 litres of oil each night."


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


def offset(page: Page, passage: str, text: str) -> int:
    """The offset in a passage of the first line that holds a text."""
    lines = page.locator(f"#{passage} [data-at]").all()
    return next(int(line.get_attribute("data-at") or 0) for line in lines if text in line.inner_text())


def test_citation_link_opens_passage_with_quotation_marked_in_view(visit: Callable[..., Page], served: str) -> None:
    at = offset(visit("harbour/en/text.html"), "pd5da900fb6", QUOTE)
    address = passage_url(served, "harbour:d5da900fb6", "en", (at, at + len(QUOTE)))
    page = visit(address, viewport={"width": 800, "height": 400})
    assert marked(page) == [QUOTE]
    box = page.locator("mark.quotation").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 400
    query = f"?mark={at}-{at + len(QUOTE)}"
    assert page.locator("#switch").get_attribute("href") == f"/harbour/p/d5da900fb6.html{query}"
    page.click("#in-text")
    page.wait_for_url(f"{served}/harbour/en/text.html{query}#pd5da900fb6")
    page.wait_for_selector("mark.quotation")
    assert marked(page) == [QUOTE]
    assert page.locator("#switch").get_attribute("href") == f"/harbour/text.html{query}#pd5da900fb6"


@pytest.mark.parametrize("start", ["", "index.html"])
def test_link_of_earlier_version_leads_to_text_with_quotation_marked(
    visit: Callable[..., Page], served: str, start: str
) -> None:
    page = visit(f"harbour/en/{start}?mark=0-{len(QUOTE)}#pd5da900fb6")
    page.wait_for_selector("mark.quotation")
    assert page.url == f"{served}/harbour/en/text.html?mark=0-{len(QUOTE)}#pd5da900fb6"
    assert marked(page) == [QUOTE]


def test_link_of_earlier_version_without_javascript_shows_section_in_contents(visit: Callable[..., Page]) -> None:
    page = visit("harbour/index.html#p3d25895b45", java_script_enabled=False, viewport={"width": 800, "height": 400})
    item = page.locator("li:has(:target)")
    assert item.inner_text() == "Spring meeting"
    box = item.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 400
    item.locator("a").click()
    page.wait_for_url("**/harbour/text.html#p85180b49da-11")


def test_report_page_multi_line_quotation_is_marked_on_each_line(visit: Callable[..., Page]) -> None:
    page = visit("harbour/text.html?mark=5-40#p85180b49da")
    assert marked(page) == ["tings", "Spring meeting", "Date: 3 Mar"]


def test_report_page_link_to_heading_in_passage_marks_nothing(visit: Callable[..., Page]) -> None:
    page = visit("harbour/text.html#p85180b49da-11")
    assert (marked(page), page.locator(".notice").count()) == ([], 0)


@pytest.mark.parametrize("address", ["text.html#p0999", "text.html?mark=1-5#nothing", "index.html#p0999"])
def test_report_page_missing_passage_shows_notice(visit: Callable[..., Page], address: str) -> None:
    page = visit(f"harbour/en/{address}")
    page.wait_for_selector(".notice")
    assert page.locator("[role=status].notice").inner_text() == (
        "This version of the report has no such passage. Please try the contents or the search."
    )
    assert marked(page) == []


@pytest.mark.parametrize("mark", ["9999-99999", "5-2", "x-y", "1"])
def test_report_page_invalid_mark_marks_nothing(visit: Callable[..., Page], mark: str) -> None:
    for address in (f"text.html?mark={mark}#p1a4ce46b4f", f"p/1a4ce46b4f.html?mark={mark}"):
        page = visit(f"harbour/{address}")
        assert (marked(page), page.locator(".notice").count()) == ([], 0)


def test_report_page_without_javascript_shows_passage_and_hides_search(visit: Callable[..., Page]) -> None:
    page = visit("harbour/text.html#p82d014004c", java_script_enabled=False, viewport={"width": 800, "height": 300})
    assert page.locator("#search").is_hidden()
    assert page.locator("noscript p").inner_text() == "搜尋要用到 JavaScript；也可以用瀏覽器的「在頁面中尋找」。"
    assert page.locator("#p82d014004c").is_visible()


def results(page: Page) -> list[tuple[str, str]]:
    """The places and snippets of the results."""
    found = page.locator("#results a")
    return [(each.locator(".where").inner_text(), each.locator("span").last.inner_text()) for each in found.all()]


def test_site_search_lists_places_and_snippets(visit: Callable[..., Page]) -> None:
    page = visit("harbour/en/text.html")
    page.fill("#query", "breakwater")
    page.wait_for_selector("#results a")
    assert results(page) == [
        ("Summary · p. 1", "…2030. It spent 4.2 million euros on the new breakwater."),
        (
            "Spring meeting · p. 1",
            "The breakwater was opened by the mayor. The captain of the pilots said that gulls are welcome.",
        ),
    ]
    assert page.locator("#results mark").all_inner_texts() == ["breakwater", "breakwater"]
    assert page.locator("#count").inner_text() == "2 passages"
    page.locator("#results a").nth(1).click()
    assert page.locator("#results").is_hidden()
    assert page.locator(".passage.here").get_attribute("id") == "p3d25895b45"
    assert page.locator("#count").inner_text() == "2 passages, at 2"


def test_site_search_in_english_finds_unofficial_reading(visit: Callable[..., Page]) -> None:
    page = visit("tower/en/text.html")
    page.fill("#query", "LIFEBOATS")
    page.wait_for_selector("#results a")
    assert results(page) == [("二、展望 · Unofficial English", BOATS_READING)]
    assert marked(page, "match") == ["lifeboats"]
    assert page.locator("#results span").last.get_attribute("lang") == "en"
    page.fill("#query", "Unofficial")  # the label of a reading is none of its words
    expect(page.locator("#count")).to_have_text("Nothing found")


def test_site_search_words_apart_are_found_if_the_phrase_is_not(visit: Callable[..., Page]) -> None:
    page = visit("harbour/en/text.html")
    page.fill("#query", "oil lamp")
    page.wait_for_selector("#results a")
    assert [place for place, _ in results(page)] == ["Autumn lecture · p. 2"]
    assert marked(page, "match") == ["oil", "lamp"]


def test_site_search_on_start_page_opens_text_with_results(visit: Callable[..., Page], served: str) -> None:
    page = visit("tower/index.html")
    page.fill("#query", "救生艇")
    page.press("#query", "Enter")
    page.wait_for_selector("#results a")
    assert page.url.startswith(f"{served}/tower/text.html?q=")
    assert results(page) == [("二、展望", "協會每年六月清點救生艇，冬天修補纜繩。")]


def test_site_search_by_keyboard_matches_other_script_and_escape_clears(visit: Callable[..., Page]) -> None:
    page = visit("tower/text.html")
    page.keyboard.press("/")
    page.keyboard.type("新的雾笛")
    page.wait_for_selector("mark.match")
    assert marked(page, "match") == ["新的霧笛"]
    assert page.locator("#count").inner_text() == "找到 1 段"
    page.keyboard.press("Enter")
    assert page.locator("#count").inner_text() == "找到 1 段，第 1 段"
    page.keyboard.press("Escape")
    expect(page.locator("mark.match")).to_have_count(0)
    assert page.locator("#count").inner_text() == ""
    assert page.locator("#results").is_hidden()


def test_site_search_enter_steps_through_matches_and_no_match_is_reported(visit: Callable[..., Page]) -> None:
    page = visit("harbour/en/text.html")
    page.fill("#query", "ＴＨＥ")
    page.wait_for_selector("#results a")
    found = page.locator("#count").inner_text()
    page.press("#query", "Enter")
    first = page.locator(".passage.here").get_attribute("id")
    page.press("#query", "Enter")
    assert page.locator("#count").inner_text() == f"{found}, at 2"
    page.press("#query", "Shift+Enter")
    assert page.locator(".passage.here").get_attribute("id") == first
    page.click("#previous")
    assert page.locator("#count").inner_text() == f"{found}, at {found.split()[0]}"
    page.fill("#query", "submarine")
    expect(page.locator("#count")).to_have_text("Nothing found")


def test_theme_button_click_overrides_system_theme_and_persists(visit: Callable[..., Page]) -> None:
    page = visit("harbour/index.html", color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(23, 25, 28)"
    page.click("#theme")
    assert page.evaluate(paper) == "rgb(253, 252, 249)"
    page.reload()
    assert page.evaluate(paper) == "rgb(253, 252, 249)"


def test_report_page_screen_reader_gets_language_roles_and_skip_link(visit: Callable[..., Page]) -> None:
    page = visit("tower/text.html")
    assert page.locator("html").get_attribute("lang") == "zh-Hant-TW"
    assert page.get_by_role("navigation", name="目錄").count() == 1
    assert page.get_by_role("searchbox", name="在報告裡找字").count() == 1
    assert page.get_by_role("heading", level=1).all_inner_texts() == ["燈塔年報"]
    assert page.get_by_role("button", name="切換深色與淺色").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到內文"


@pytest.mark.parametrize("name", ["index", "text", "agenda", "people", "p/1a4ce46b4f"])
def test_site_page_phone_width_has_no_horizontal_scroll(visit: Callable[..., Page], name: str) -> None:
    page = visit(f"harbour/{name}.html", viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_report_page_print_media_shows_only_report(visit: Callable[..., Page]) -> None:
    page = visit("harbour/text.html", color_scheme="dark")
    page.emulate_media(media="print")
    assert [page.locator(selector).is_visible() for selector in ("#search", ".contents", "#theme", "main")] == [
        False,
        False,
        False,
        True,
    ]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
