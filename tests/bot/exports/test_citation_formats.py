"""Citations in APA style and in one line, for reports of which more or less is known."""

from dataclasses import replace

import pytest

from bot.exports.citation_formats import cite_apa, cite_plain
from bot.locale.catalogue import bot_catalogue
from index.models import Citation, ReportInfo

EN, ZH, JA = map(bot_catalogue, ("en", "zh-TW", "ja"))
LINK = "https://example.org/report/rivers/p/0001.html"
RIVERS = ReportInfo("rivers", "Rivers at Work", "a" * 64, publisher="River Trust", author="Roe, A.", published="2022-03-31")
QUOTED = Citation(1, "The river rose.\nThen it fell.", "rivers:0001", ("1 Water", "1.2 Floods"), (8, 8), "Ada Poe")


def test_cite_apa_author_and_publisher_differ_names_both():
    assert cite_apa(QUOTED, RIVERS, LINK, EN) == (
        f"“The river rose. Then it fell.” (Roe, A., 2022, p. 8)\nRoe, A. (2022). Rivers at Work. River Trust. {LINK}"
    )
    assert cite_apa(QUOTED, RIVERS, LINK, ZH) == (
        "「The river rose. Then it fell.」（Roe, A.，2022，第 8 頁）\n"
        f"Roe, A.（2022）。《Rivers at Work》。River Trust。 {LINK}"
    )
    assert cite_apa(QUOTED, RIVERS, LINK, JA) == (
        "「The river rose. Then it fell.」（Roe, A.、2022、8ページ）\n"
        f"Roe, A.（2022）。『Rivers at Work』。River Trust。 {LINK}"
    )


def test_cite_apa_publisher_alone_is_the_author_and_is_not_repeated():
    assert cite_apa(QUOTED, replace(RIVERS, author=""), "", EN) == (
        "“The river rose. Then it fell.” (River Trust, 2022, p. 8)\nRiver Trust. (2022). Rivers at Work."
    )


def test_cite_apa_no_author_puts_the_title_first():
    nameless = ReportInfo("rivers", "What Now?", "a" * 64)
    assert cite_apa(QUOTED, nameless, LINK, EN) == (
        f"“The river rose. Then it fell.” (What Now?, n.d., p. 8)\nWhat Now? (n.d.). {LINK}"
    )
    assert cite_apa(QUOTED, nameless, "", ZH).partition("\n")[2] == "《What Now?》（無日期）。"


def test_cite_apa_title_that_ends_a_sentence_gets_no_full_stop():
    assert cite_apa(QUOTED, replace(RIVERS, title="What Now?"), "", EN).endswith("\nRoe, A. (2022). What Now? River Trust.")


def test_cite_report_without_pages_names_the_last_heading():
    pageless = replace(QUOTED, pages=(0, 0))
    assert cite_apa(pageless, RIVERS, "", EN).partition("\n")[0].endswith("(Roe, A., 2022, 1.2 Floods)")
    assert cite_apa(replace(pageless, section=()), RIVERS, "", EN).partition("\n")[0].endswith("(Roe, A., 2022)")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (EN, "“The river rose. Then it fell.” — Ada Poe (speaker), Roe, A., Rivers at Work, 2022-03-31, pp. 8–9, "),
        (ZH, "「The river rose. Then it fell.」——Ada Poe（發言），Roe, A.，《Rivers at Work》，2022-03-31，第 8–9 頁，"),
        (JA, "「The river rose. Then it fell.」――Ada Poe（発言）、Roe, A.、『Rivers at Work』、2022-03-31、8–9ページ、"),
    ],
)
def test_cite_plain_names_all_that_is_known_in_one_line(words, line):
    assert cite_plain(replace(QUOTED, pages=(8, 9)), RIVERS, LINK, words) == line + LINK


def test_cite_plain_little_known_leaves_no_gap():
    nameless = ReportInfo("rivers", "Rivers", "a" * 64)
    bare = Citation(1, "It fell.", "rivers:0001", (), (0, 0))
    assert cite_plain(bare, nameless, "", EN) == "“It fell.” — Rivers, n.d."


def test_cite_quotation_marks_within_the_quotation_are_inner_ones():
    spoken = replace(QUOTED, quote="她說「河漲了」, and “it fell”.", pages=(0, 0), section=(), speaker=None)
    assert cite_apa(spoken, RIVERS, "", ZH).startswith("「她說『河漲了』, and “it fell”.」（")
    assert cite_plain(spoken, RIVERS, "", EN).startswith("“她說「河漲了」, and ‘it fell’.” — ")
