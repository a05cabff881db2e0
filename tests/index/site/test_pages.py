"""What pages hold: tags for previews, summary, contents, agenda by day, people, footer; and that nothing breaks out."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.assembly import OpenGeneration
from index.models import Expansion, Passage, Person, ReportInfo, Sentence, Session
from index.reports.corpus import Corpus
from index.site import pages
from index.site.digest import Digest
from index.site.pages import SiteAddresses, render_pages
from tests.index.site.conftest import ADDRESSES, BOATS_READING, HORN_QUOTE, HORN_READING

OIL_PAGE = "harbour/en/p/d5da900fb6.html"


def parsed(site: Path, path: str) -> BeautifulSoup:
    return BeautifulSoup((site / path).read_text("utf-8"), "html.parser")


def tags(page: BeautifulSoup) -> dict[str, str]:
    """The texts of a page's tags for previews, by name."""
    found = page.select("meta[property], meta[name]")
    return {str(tag.get("property") or tag["name"]): str(tag["content"]) for tag in found}


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(each.get_text().split()) for each in page.select(selector)]


def links(page: BeautifulSoup, selector: str) -> list[tuple[str, str]]:
    return [(" ".join(each.get_text().split()), str(each["href"])) for each in page.select(f"{selector} a")]


def test_passage_page_has_tags_for_a_preview_with_picture(full_site: Path) -> None:
    page = parsed(full_site, OIL_PAGE)
    text = "The lighthouse burns 40 litres of oil each night. She asked for an electric lamp by 2032."
    assert tags(page) == {
        "viewport": "width=device-width, initial-scale=1",
        "description": text,
        "og:type": "article",
        "og:site_name": "Report of the Harbour Board",
        "og:title": "Autumn lecture · Report of the Harbour Board · p. 2",
        "og:description": text,
        "og:locale": "en_US",
        "og:url": f"{ADDRESSES.site}/{OIL_PAGE}",
        "og:image": f"{ADDRESSES.site}/harbour/p/d5da900fb6.png",
        "og:image:type": "image/png",
        "og:image:width": "1000",
        "og:image:height": "525",
        "og:image:alt": text,
        "twitter:card": "summary_large_image",
        "theme-color": "#383a94",
    }
    assert page.title is not None
    assert page.title.text == "Autumn lecture · Report of the Harbour Board · p. 2"
    assert [(tag["hreflang"], tag["href"]) for tag in page.select("link[rel=alternate]")] == [
        ("zh-Hant-TW", f"{ADDRESSES.site}/harbour/p/d5da900fb6.html"),
        ("en", f"{ADDRESSES.site}/{OIL_PAGE}"),
    ]
    assert (full_site / "harbour/p/d5da900fb6.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_passage_page_of_chinese_report_previews_unofficial_english_in_english(full_site: Path) -> None:
    shown = [tags(parsed(full_site, f"tower/{folder}p/72d6834773.html"))["og:description"] for folder in ("", "en/")]
    assert shown == ["協會每年六月清點救生艇，冬天修補纜繩。", f"Unofficial English: {BOATS_READING}"]


def test_every_page_has_title_description_and_picture(full_site: Path) -> None:
    for path in full_site.glob("*/**/*.html"):
        shown = tags(BeautifulSoup(path.read_text("utf-8"), "html.parser"))
        assert shown["og:title"].strip(), path
        assert shown["og:description"].strip(), path
        if path.parent != full_site / "en":
            picture = full_site / shown["og:image"].removeprefix(f"{ADDRESSES.site}/")
            assert picture.is_file(), path


def test_pages_without_address_have_previews_without_picture_and_address(corpus: Corpus, opened: OpenGeneration) -> None:
    rendered = dict(render_pages(corpus, opened.generation.manifest, Digest(), SiteAddresses(), None))
    assert not any(path.endswith(".png") for path in rendered)
    shown = tags(BeautifulSoup(rendered[OIL_PAGE], "html.parser"))
    assert set(shown) == {
        "viewport", "description", "og:type", "og:site_name", "og:title", "og:description", "og:locale", "theme-color"
    }  # fmt: skip
    assert not any("discord" in str(content) for content in rendered.values())


def test_passage_page_shows_neighbours_of_the_section_and_links_passages_and_sections(full_site: Path) -> None:
    page = parsed(full_site, OIL_PAGE)
    assert texts(page, "h1") == ["Autumn lecture"]
    assert texts(page, ".path") == ["Meetings"]
    assert texts(page, ".shown .page") == ["p. 2"]
    assert texts(page, ".near") == ["Date: 9 October 2030 Speakers: Dora Wick (Keeper, North Light)"]
    assert links(page, ".actions") == [
        ("Read it in the full text", "../text.html#pd5da900fb6"),
        ("Ask the bot", ADDRESSES.ask),
    ]
    assert links(page, ".around") == [
        ("← Previous passage", "a4dcdbb381.html"),
        ("Next passage →", "82d014004c.html"),
        ("Previous section Spring meeting", "1a4ce46b4f.html"),
        ("Next section Outlook", "82d014004c.html"),
    ]
    assert [(tag["rel"], tag["href"]) for tag in page.select("link[rel=prev], link[rel=next]")] == [
        (["prev"], "a4dcdbb381.html"),
        (["next"], "82d014004c.html"),
    ]
    first = parsed(full_site, "tower/p/2753b5189a.html")
    assert links(first, ".around") == [("後一段 →", "72d6834773.html"), ("下一節 二、展望", "72d6834773.html")]


def test_text_page_headings_link_previous_and_next_section(full_site: Path) -> None:
    page = parsed(full_site, "harbour/en/text.html")
    assert [links_of(each) for each in page.select(".steps")] == [
        [("↓ Next section", "#p85180b49da", "Meetings")],
        [("↑ Previous section", "#p2a2e4bff1e", "Summary"), ("↓ Next section", "#p85180b49da-11", "Spring meeting")],
        [("↑ Previous section", "#p85180b49da", "Meetings"), ("↓ Next section", "#pa4dcdbb381", "Autumn lecture")],
        [("↑ Previous section", "#p85180b49da-11", "Spring meeting"), ("↓ Next section", "#p82d014004c", "Outlook")],
        [("↑ Previous section", "#pa4dcdbb381", "Autumn lecture")],
    ]


def links_of(element: Any) -> list[tuple[str, str, str]]:
    return [(each.text, each["href"], each["title"]) for each in element.select("a")]


def test_start_page_has_summary_contents_search_and_ways_on(full_site: Path) -> None:
    page = parsed(full_site, "harbour/en/index.html")
    assert texts(page, "h1") == ["Report of the Harbour Board"]
    assert links(page, ".actions") == [("Read the full text", "text.html"), ("Ask the bot", ADDRESSES.ask)]
    assert links(page, "blockquote") == [
        ("Summary · p. 1", "p/2a2e4bff1e.html?mark=10-46"),
        ("Summary · p. 1", "p/2a2e4bff1e.html?mark=47-96"),
        ("Spring meeting · pp. 1–2", "p/3d25895b45.html?mark=40-94"),
        ("Outlook · p. 2", "p/82d014004c.html?mark=44-77"),
    ]
    assert texts(page, "blockquote > p[lang=en]") == [
        "The harbour board met twice in 2030.",
        "It spent 4.2 million euros on the new breakwater.",
        "The captain of the pilots said that gulls are welcome.",
        "Dredge the inner basin every May.",
    ]
    assert links(page, ".outline") == [
        ("Summary", "text.html#p2a2e4bff1e"),
        ("Meetings", "text.html#p85180b49da"),
        ("Spring meeting", "text.html#p85180b49da-11"),
        ("Autumn lecture", "text.html#pa4dcdbb381"),
        ("Outlook", "text.html#p82d014004c"),
    ]
    form = page.select_one("form[role=search]")
    assert form is not None
    assert (form["action"], form.input and form.input["name"]) == ("text.html", "q")
    assert links(page, ".top nav") == [
        ("Overview", "index.html"),
        ("Full text", "text.html"),
        ("Agenda", "agenda.html"),
        ("People", "people.html"),
    ]


def test_start_page_holds_anchor_of_every_passage_for_old_links(full_site: Path, corpus: Corpus) -> None:
    for report in ("harbour", "tower"):
        found = re.findall(r'<span id="(p\w+)">', (full_site / report / "index.html").read_text("utf-8"))
        assert found == [f"p{each.id.partition(':')[2]}" for each in corpus.passages if each.report == report]


def test_start_page_in_english_shows_readings_of_the_summary(full_site: Path) -> None:
    page = parsed(full_site, "tower/en/index.html")
    assert texts(page, "blockquote") == [
        f"{HORN_QUOTE} Unofficial English {HORN_READING} （一）守塔人座談",
        "協會每年六月清點救生艇，冬天修補纜繩。 Unofficial English Every June the association counts the lifeboats, "
        "and in winter it mends the ropes. 二、展望",
    ]


def test_agenda_page_lists_sessions_by_day_and_links_people(full_site: Path) -> None:
    page = parsed(full_site, "harbour/en/agenda.html")
    assert links(page, ".days") == [("3 March 2030", "#d2030-03-03"), ("9 October 2030", "#d2030-10-09")]
    assert texts(page, "h2") == ["Sunday, 3 March 2030", "Wednesday, 9 October 2030"]
    assert [str(each["datetime"]) for each in page.select("time")] == ["2030-03-03", "2030-10-09"]
    assert links(page, "h3") == [
        ("Spring meeting", "text.html#p85180b49da"),
        ("Autumn lecture", "text.html#pa4dcdbb381"),
    ]
    assert links(page, ".members") == [
        ("Ada Quill", "people.html#person-1"),
        ("Ben Sand", "people.html#person-2"),
        ("Cora Tide", "people.html#person-3"),
        ("Dora Wick", "people.html#person-4"),
    ]
    assert texts(page, "#harbour-s01 li") == [
        "Moderator Ada Quill Mayor, Portside",
        "Speaker Ben Sand",
        "Speaker Cora Tide Captain, Pilot Guild",
    ]
    assert texts(parsed(full_site, "harbour/agenda.html"), "h2") == ["2030 年 3 月 3 日（日）", "2030 年 10 月 9 日（三）"]


def test_people_page_links_sessions_and_what_somebody_said(full_site: Path) -> None:
    page = parsed(full_site, "harbour/en/people.html")
    assert texts(page, "h2") == ["Ada Quill", "Ben Sand", "Cora Tide", "Dora Wick"]
    assert links(page, ".members") == [
        ("Spring meeting", "agenda.html#harbour-s01"),
        ("Spring meeting", "agenda.html#harbour-s01"),
        ("Spring meeting", "agenda.html#harbour-s01"),
        ("Autumn lecture", "agenda.html#harbour-s02"),
    ]
    assert texts(page, "#person-4 blockquote") == [
        "The lighthouse burns 40 litres of oil each night. Autumn lecture · p. 2",
        "She asked for an electric lamp by 2032. Autumn lecture · p. 2",
    ]
    assert links(page, "blockquote") == [
        ("Autumn lecture · p. 2", "p/d5da900fb6.html?mark=0-49"),
        ("Autumn lecture · p. 2", "p/d5da900fb6.html?mark=50-89"),
    ]


def test_footer_tells_publication_in_language_of_the_page(corpus: Corpus, opened: OpenGeneration) -> None:
    source = replace(
        opened.generation.manifest.corpus[1],
        author="林海",
        publisher="燈塔協會",
        published="2031-06",
        source="協會的年報",
        licence="公開資料",
        url="https://tower.example/2031.pdf",
        translations=(("en", "author", "Lin Hai"), ("en", "licence", "Open data"), ("en", "title", "Lighthouse Report")),
    )
    manifest = opened.generation.manifest.model_copy(update={"corpus": (source,)})
    rendered = dict(render_pages(corpus, manifest, Digest(), SiteAddresses(), None))
    footers = [BeautifulSoup(rendered[f"tower/{folder}people.html"], "html.parser") for folder in ("", "en/")]
    assert [texts(page, ".foot div") for page in footers] == [
        ["作者林海", "出版燈塔協會", "出版日期2031 年 6 月", "出處協會的年報", "授權公開資料"],
        ["AuthorLin Hai", "Publisher燈塔協會", "PublishedJune 2031", "Source協會的年報", "LicenceOpen data"],
    ]
    original = "https://tower.example/2031.pdf"
    assert [links(page, ".foot") for page in footers] == [[("閱讀原始檔案", original)], [("Read the original", original)]]
    start = BeautifulSoup(rendered["tower/en/index.html"], "html.parser")
    assert (texts(start, "h1"), texts(start, ".printed")) == (["Lighthouse Report"], ["燈塔年報"])
    assert texts(start, "main > .quiet") == ["Lin Hai · June 2031"]


def test_list_of_reports_tells_what_each_says(full_site: Path) -> None:
    page = parsed(full_site, "en/index.html")
    assert links(page, "h2") == [
        ("Report of the Harbour Board", "../harbour/en/index.html"),
        ("燈塔年報", "../tower/en/index.html"),
    ]
    assert texts(page, "li > p") == ["The harbour board met twice in 2030.", HORN_READING]


def test_report_with_many_passages_has_one_picture(
    corpus: Corpus, opened: OpenGeneration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_PICTURES", 6)
    rendered = dict(render_pages(corpus, opened.generation.manifest, Digest(), ADDRESSES, None))
    assert [path for path in rendered if path.startswith("harbour") and path.endswith(".png")] == ["harbour/preview.png"]
    shown = tags(BeautifulSoup(rendered[OIL_PAGE], "html.parser"))
    assert shown["og:image"] == f"{ADDRESSES.site}/harbour/preview.png"


class Strict(HTMLParser):
    """Collects the elements and attributes of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[tuple[str, str]] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {(tag, ""), *((tag, name) for name, _ in attrs)}

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def elements(page: str) -> set[tuple[str, str]]:
    parser = Strict()
    parser.feed(page)
    return parser.seen


HOSTILE = st.text(st.sampled_from("<>&\"'/=! ;-{}%#|`:ax燈"), min_size=1, max_size=40).map(lambda text: f"x{text}y")


def hostile_site(text: str) -> dict[str, str | bytes]:
    """The pages of a report all of whose words are one text."""
    source = ReportInfo("r", text, "0" * 64, publisher=text, licence=text, translations=(("en", "title", text),))
    person = Person(text, role=text, org=text)
    passage = Passage("r:0001", "r", text, (text, text), (1, 2), 0, len(text))
    made = Corpus(
        (source,),
        (passage,),
        (Sentence(0, text, (text, text), (1, 2), quotable=True),),
        (Session("s01", text, None, "session", "2030-01-01", "10:00", None, (text,), (1, 1), (person,), (person,)),),
        (Expansion("reading", "en", text, (0,)),),
    )
    manifest = type("Made", (), {"id": "g", "corpus": (source,)})()
    digest = Digest({"r": (0,)}, {("r", text): (0,)})
    rendered = render_pages(made, manifest, digest, SiteAddresses("https://x.org"), None)  # type: ignore[arg-type]
    return {path: content for path, content in rendered if path.endswith(".html")}


@given(HOSTILE)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_hostile_text_adds_no_element_and_no_attribute(text: str) -> None:
    harmless = {path: elements(str(content)) for path, content in hostile_site("xay").items()}
    for path, content in hostile_site(text).items():
        assert elements(str(content)) <= harmless[path] | TABLES, path


# A text with bars may be rows of a table, and one that is no heading is a paragraph.
TABLES = {("div", ""), ("div", "class"), ("div", "role"), ("div", "tabindex"), ("div", "aria-label")} | {
    (tag, name)
    for tag in ("table", "thead", "tbody", "tr", "th", "td", "p")
    for name in ("", "data-at", "scope", "class", "lang", "colspan")
}


def test_pages_script_in_passage_is_escaped() -> None:
    evil = "</title><script>alert(1)</script> & \"x\" onload='y'"
    for path, content in hostile_site(evil).items():
        page = str(content)
        assert "<script>alert" not in page, path
        assert "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;x&#34; onload=&#39;y&#39;" in page, path


def test_folding_table_maps_characters_of_the_texts_as_the_index_folds_them() -> None:
    assert pages.folding_table(["霧笛", "Ａb"]) == 'window.FOLD = {"霧": "雾", "Ａ": "a"};\n'
