"""The reader's rules one by one: empty texts, pages, line ends, wrapped lines and what is a heading."""

import pytest

from index.models import Document
from index.reports import reader
from index.reports.profile import Heading, Labels, Layout, Profile

MARKED = Profile(
    title="T",
    headings=(Heading(pattern=r"#(?P<title>.*)"), Heading(pattern=r"\d+\.")),
    labels=Labels(date=("日期", "Date")),
)


def read(text: str, **layout: str) -> Document:
    headings = (Heading(pattern=r"# (?P<title>.+)"),)
    return reader.read_document(text, Profile(title="T", name="t", headings=headings, layout=Layout.model_validate(layout)))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\f\n \f", "\u3000\u2028\x1c"])
def test_read_document_white_space_only_returns_empty_document(text: str) -> None:
    for page_break in ("indented", "form-feed", "none"):
        assert read(text, page_break=page_break) == Document("t", "T", "en", "", (0,), (), ())


def test_read_document_without_headings_has_no_sections() -> None:
    document = read("One line\nand its end.\n\nAnother.")
    assert document.text == "One line and its end.\nAnother."
    assert (document.sections, [p.path for p in document.paragraphs]) == ((), [(), ()])


@pytest.mark.parametrize("lines", ["wrapped", "blank-line"])
@pytest.mark.parametrize(
    ("text", "joined", "page_starts"),
    [
        ("one\n\ftwo", "one two", (0, 4)),
        ("one\f\ntwo", "one two", (0, 4)),
        ("one\ftwo", "one two", (0, 4)),
        ("one \f\f\ntwo", "one two", (0, 4, 4)),
        ("\fone", "one", (0, 0)),
        ("one\f", "one", (0,)),
        ("中\n\f文", "中文", (0, 1)),
    ],
)
def test_read_document_form_feed_starts_new_page(lines: str, text: str, joined: str, page_starts: tuple[int, ...]) -> None:
    document = read(text, lines=lines, page_break="form-feed")
    assert (document.text, document.page_starts) == (joined, page_starts)
    assert read(text, lines=lines, page_break="none").page_starts == (0,)


def test_read_document_indented_line_after_text_starts_new_page() -> None:
    text = "one\n two\n\n  three\nfour\n  five"
    document = read(text, page_break="indented")
    assert (document.text, document.page_starts) == ("one two\nthree four five", (0, 4, 19))
    assert read(text, page_break="none").page_starts == (0,)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        *(("word", "word", "word word"), ("Co-", "Chair", "Co-Chair"), ("10–", "20", "10–20"), ("word", ", so", "word, so")),
        *(
            ("中", "文", "中文"),
            ("中", "word", "中word"),
            ("word", "中", "word中"),
            ("(", "word", "(word"),
            ("한", "글", "한글"),
        ),
        *(("word.", "Word", "word. Word"), ("é", "à", "é à"), ("word", ")", "word)")),
    ],
)
def test_read_document_line_break_becomes_space_only_between_words(left: str, right: str, expected: str) -> None:
    assert read(f"{left}\n{right}").text == expected


def test_read_document_letter_spacing_is_removed_only_in_wide_characters() -> None:
    assert read("「 釋 放 群 眾 」 (to all) a b c d  外 包").text == "「釋放群眾」 (to all) a b c d 外 包"


def test_read_document_skipped_heading_levels_nest_sections() -> None:
    levels = tuple(Heading(pattern=f"{mark} (?P<title>.+)") for mark in "ABC")
    document = reader.read_document(
        "C 1\n\nB 2\n\nC 3\n\nC 4\n\nA 5\n\nC 6\n\nB 7\n\nend", Profile(title="T", headings=levels)
    )
    expected = [("1",), ("2",), ("2", "3"), ("2", "4"), ("5",), ("5", "6"), ("5", "7")]
    assert [section.path for section in document.sections] == expected
    assert document.paragraphs[-1].path == ("5", "7")


@pytest.mark.parametrize(
    "text",
    [
        "1. " + "a" * 58,  # one character more than a title may have
        "1. 一。二",
        "1. 為什麼？因為",
        "1. 日期：明天",
        "1. Date: tomorrow",
        "# ",
        "# ：",
    ],
)
def test_read_document_heading_like_text_is_not_a_heading(text: str) -> None:
    document = reader.read_document(text, MARKED)
    assert (document.text, document.sections, document.paragraphs[0].is_heading) == (text.strip(), (), False)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        *(("1. " + "a" * 57, "1. " + "a" * 57), ("1. A：", "1. A"), ("1. Date:", "1. Date"), ("1. Other: x", "1. Other: x")),
        *(("1. No. 1.", "1. No. 1."), ("1. 甲 乙 x 丙", "1. 甲乙 x 丙")),
        # a pattern that says where the title is knows best
        *(("# " + "a" * 99, "a" * 99), ("# 為什麼？因為", "為什麼？因為"), ("# Date: tomorrow", "Date: tomorrow")),
    ],
)
def test_read_document_heading_returns_displayed_title(text: str, title: str) -> None:
    assert [section.title for section in reader.read_document(text, MARKED).sections] == [title]


FULL = "a" * 40  # a line as wide as the page


@pytest.mark.parametrize(
    ("last", "following", "parted"),
    [
        # six columns would have been left over for more
        *(("b" * 30, "cccc", True), ("b" * 31, "cccc", False), ("b" * 31, "ccc d", True), ("中" * 15, "cccc", True)),
        *(("中" * 14, "cccc", True), ("中" * 15 + "b", "cccc", False), ("中" * 16, "文文", True), ("中" * 17, "文", False)),
        # after a full stop, one column is enough
        *(("b" * 34 + ".", "cccc", True), ("b" * 35 + ".", "cccc", False)),
        # unless the paragraph is of one line, the first of which is indented
        *((" " + "b" * 30 + ".", "cccc", True), (" " + "b" * 31 + ".", "cccc", False)),
        # an open bracket goes on
        *(("b (b", "c)", False), ("b（b", "c)", False), ("b (b)", "c", True)),
        # an indented line begins a paragraph
        *(("b" * 40, " c", True), ("b" * 40, "c", False)),
    ],
)
def test_read_document_wrapped_paragraph_ends_where_next_word_would_fit(last: str, following: str, parted: bool) -> None:
    document = read("\n".join([*[FULL] * 20, last, following]), lines="wrapped")
    found = [document.text[p.start : p.end] for p in document.paragraphs]
    assert any(text.endswith(last.strip()) for text in found) == parted
    assert any(text.startswith(following.strip()) for text in found) == parted


def test_read_document_page_that_begins_within_a_line_does_not_end_its_paragraph() -> None:
    text = "1. 燈塔每晚燃油，管理\f員請求換燈。\n\n\f# 港口\n\n2. Oil\f\fburns."
    document = reader.read_document(text, MARKED.model_copy(update={"layout": Layout(page_break="form-feed")}))
    assert document.text == "1. 燈塔每晚燃油，管理員請求換燈。\n# 港口\n2. Oil burns."
    assert document.page_starts == (0, 12, 19, 31, 31)
    assert [section.title for section in document.sections] == ["港口", "2. Oil burns."]
