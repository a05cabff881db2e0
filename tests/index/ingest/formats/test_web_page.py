"""HTML pages: headings, ruby, lists, tables, and what on a page is no text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ingest.converter_types import Converted, Limits, OutlineEntry
from index.ingest.formats.web_page import convert_html, convert_page
from tests.index.corpora import squeeze


def paragraphs(html: str) -> list[str]:
    return convert_page(html).text.split("\n\n")


def test_convert_page_headings_of_several_articles_are_kept() -> None:
    html = "<header>Logo</header><h1>Lights</h1><article><h2>Oil</h2><p>Burns.</p></article>"
    html += "<article><header><h2>Paint</h2></header><h3>Grey</h3><p>Dries.</p></article><footer>Imprint</footer>"
    assert convert_page(f"<body>{html}</body>") == Converted(
        "## Oil\n\nBurns.\n\n## Paint\n\n### Grey\n\nDries.",
        "Lights",
        marked=True,
        dropped=(("header of the page", 1), ("footer of the page", 1)),
    )


def test_convert_page_empty_rows_and_declarations_of_xml_do_no_harm(recwarn: pytest.WarningsRecorder) -> None:
    html = '<?xml version="1.0"?><title>a_1.htm</title><table><tr></tr><tr><td>Oil</td><td>40</td></tr></table>'
    assert convert_page(html) == Converted("Oil | 40", "Oil | 40", marked=True)
    assert not recwarn.list


def test_convert_page_ruby_is_read_once() -> None:
    assert convert_page("<p><ruby>灯台<rp>（</rp><rt>とうだい</rt><rp>）</rp></ruby>守</p>") == Converted(
        "灯台守", "灯台守", marked=True, dropped=(("reading beside a word", 1),)
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<ol start="3"><li>Oil<li>Paint</ol>', ["3. Oil", "4. Paint"]),
        ("<ol type='a'><li>Oil</li><li value='5'>Paint</li><li>Salt</li></ol>", ["a. Oil", "e. Paint", "f. Salt"]),
        ("<ol type='I' reversed><li>Oil</li><li>Paint</li></ol>", ["II. Oil", "I. Paint"]),
        ("<ol><li><p>Oil</p><ol type=i><li>Fish</li></ol></li><li>2. Paint</li></ol>", ["1. Oil", "i. Fish", "2. Paint"]),
        ("<ol><li><h2>Oil</h2><p>Burns.</p></li></ol>", ["## 1. Oil", "Burns."]),
        ("<ol style='list-style: none'><li>Oil</li></ol>", ["Oil"]),
        ("<ol start='x'><li>Oil</li></ol>", ["1. Oil"]),
    ],
)
def test_convert_page_list_numbers_are_kept(html: str, expected: list[str]) -> None:
    assert paragraphs(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ul><li>Oil</li><li>Paint</li></ul>", ["• Oil", "• Paint"]),
        (
            "<ul><li>a<ul><li>b<menu><li>c<ul><li>d<ul><li>e</ul></ul></menu><li>f</ul><li>g</ul>",
            ["• a", "◦ b", "▪ c", "‣ d", "‣ e", "◦ f", "• g"],
        ),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", ["1. a", "◦ b", "2. c"]),
        ("<ul><li>a<ol start=2><li>b<ul><li>c</ul></ol></ul>", ["• a", "2. b", "▪ c"]),
        ("<ul><li><ul><li>a</li></ul></li><li><p>b</p><p>c</p></li></ul>", ["◦ a", "• b", "c"]),
        ("<ul><li><h3>Oil</h3>Burns.</li><li></li></ul>", ["### Oil", "Burns."]),
        ("<ul style='list-style:none'><li>Oil<ul><li>Fish</ul></ul>", ["Oil", "◦ Fish"]),
        ("<ul><li>● Oil</li><li>☐ Paint<ul><li>☐ Grey</ul></ul>", ["● Oil", "☐ Paint", "◦ ☐ Grey"]),
        ("<ul><li><table><tr><th>a<th>b<tr><td>c<td>d</table><li>Home | About</ul>",
         ["a | b", "a: c | b: d", "• Home | About"]),
        ("<ul><li><p>Fees:</p><table><tr><td><ul><li>a</ul><td>b</table></ul>", ["• Fees:", "• a | b"]),
    ],
)  # fmt: skip
def test_convert_page_bullets_show_levels(html: str, expected: list[str]) -> None:
    assert paragraphs(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<table><tr><td>是否？</td><td>15%</td></tr></table>", ["是否？ | 15%"]),
        ("<table><tr><th>a</th><td><p>b</p><p>c</p></td></tr></table>", ["a | b c"]),
        ("<table><tr><td><h2>Oil</h2><p>Burns.</p></td></tr></table>", ["## Oil", "Burns."]),
        ("<table><tr><td>a</td><td><table><tr><td>b</td><td>c</td></tr></table></td></tr></table>", ["a", "b | c"]),
        ("<table><tr><td></td><td></td></tr></table>", [""]),
        (
            "<table><caption>Fees</caption><thead><tr><th rowspan=2>Port</th><th colspan=2>Ships</th></tr>"
            "<tr><th>In</th><th>Out</th></tr></thead><tr><td rowspan=2>Fog</td><td>12,345</td><td>3</td></tr>"
            "<tr><td>5?</td><td></td></tr><tr><td colspan=3>Closed</td></tr><tr><td></td><td>1</td></tr></table>",
            [
                "Fees",
                "Port | Ships",
                "Port | Ships In | Ships Out",
                "Port: Fog | Ships In: 12,345 | Ships Out: 3",
                "Port: Fog | Ships In: 5?",
                "Closed",
                "Ships In: 1 |",
            ],
        ),
        (
            "<table><tr><th>Kind</th><th>Pays for</th><th>Due</th></tr><tr><td>Entry</td><td>Two:<table><tr><th>Part</th>"
            "<th>Share</th></tr><tr><td>Pilots</td><td>60%</td></tr></table></td><td>Soon</td></tr></table>",
            [
                "Kind | Pays for | Due",
                "Kind: Entry | Pays for: Two:",
                "Part | Share",
                "Part: Pilots | Share: 60%",
                "Due: Soon",
            ],
        ),
    ],
)  # fmt: skip
def test_convert_page_rows_of_tables_are_paragraphs(html: str, expected: list[str]) -> None:
    assert paragraphs(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>時間：九時<br>地點：燈塔<br>二樓</p>", ["時間：九時", "地點：燈塔二樓"]),
        ("<p>Oil burns.<br>Paint\ndries</p>", ["Oil burns.", "Paint dries"]),
        ("<h2>Oil<br>and paint</h2>", ["## Oil and paint"]),
        ("<pre>Oil is burnt every night in the lighthouse\nof the harbour, and paint dries there in the\nspring.</pre>",
         ["Oil is burnt every night in the lighthouse of the harbour, and paint dries there in the spring."]),
        ("<a><div>Oil</div>Paint</a>", ["Oil", "Paint"]),
    ],
)  # fmt: skip
def test_convert_page_line_breaks_separate_labels_and_sentences(html: str, expected: list[str]) -> None:
    assert paragraphs(html) == expected


@pytest.mark.parametrize(
    ("html", "expected", "dropped"),
    [
        ("油燃燒<sup>1</sup>。", "油燃燒。", "mark of a footnote"),
        ("Oil burns.<sup><a href='#n'>[2]</a></sup>", "Oil burns.", "mark of a footnote"),
        ("40 m<sup>2</sup>, 10<sup>6</sup>, E = mc<sup>2</sup>", "40 m2, 10 6, E = mc2".replace("10 6", "106"), None),
        ("1<sup>st</sup>", "1st", None),
        ("Oil <del>burns</del> glows", "Oil glows", "struck-out text"),
        ("Oil<span style='display:none'>x</span>", "Oil", "hidden text"),
    ],
)
def test_convert_page_marks_that_are_no_text_are_dropped_by_name(html: str, expected: str, dropped: str | None) -> None:
    converted = convert_page(f"<p>{html}</p>")
    assert (converted.text, converted.dropped) == (expected, ((dropped, 1),) if dropped else ())


def test_convert_page_contents_become_the_outline() -> None:
    html = "<div class='page-toc'><a href='#a'>Oil</a><a href='#b'>Paint</a></div><h2>Oil</h2><p>Burns.</p>"
    assert convert_page(html) == Converted(
        "## Oil\n\nBurns.",
        "## Oil".strip("# "),
        marked=True,
        outline=(OutlineEntry("Oil"), OutlineEntry("Paint")),
        dropped=(("line of the table of contents", 2),),
    )


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("big5", "big5"),
        ("gb2312", "gb18030"),
        ("shift_jis", "cp932"),
        ("utf-8", "big5"),
        ("nothing", "utf-8"),
        ("", "utf-16"),
    ],
)
def test_convert_html_encoding_is_as_declared_or_else_detected(declared: str, encoding: str) -> None:
    text = "海中塔上燃燒油四十升，塔守請求改用電燈，以便保護海鳥。"
    html = f"<html><head><meta charset='{declared}'></head><body><p>{text}</p></body></html>"
    assert convert_html(html.encode(encoding), Limits()).text == text


@given(st.lists(st.tuples(st.sampled_from(["p", "h2", "li", "td", "div", "b"]), st.text(st.sampled_from("燈塔 Oil。:")))))
def test_convert_page_any_elements_keep_every_character(elements: list[tuple[str, str]]) -> None:
    html = "<main>" + "".join(f"<{name}>{text}</{name}>" for name, text in elements) + "</main>"
    assert squeeze(convert_page(html).text).replace("#", "") == squeeze("".join(text for _, text in elements))


@given(st.lists(st.tuples(st.integers(1, 5), st.text(st.sampled_from("燈塔 Oil。:☐")))))
def test_convert_page_any_items_keep_every_character(items: list[tuple[int, str]]) -> None:
    html = "".join(f"{'<ul><li>' * level}{text}{'</ul>' * level}" for level, text in items)
    text = re.sub("[•◦▪‣]", "", squeeze(convert_page(f"<main>{html}</main>").text))
    assert text == squeeze("".join(text for _, text in items))
