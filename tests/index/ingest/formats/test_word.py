"""Word documents: styles, automatic numbers, tables, pages and footnotes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ingest.converter_types import Converted, Limits, OutlineEntry, TooLargeError
from index.ingest.formats.word import convert_docx
from index.ingest.lines.list_numbers import format_number
from tests.index.corpora import squeeze
from tests.index.files import word, word_paragraph, word_style, word_table

BOLD = "<w:b/>"
PAGE = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def converted(*args: str) -> Converted:
    return convert_docx(word(*args), Limits())


def paragraphs(*args: str) -> list[str]:
    return converted(*args).text.split("\n\n")


def numbered(text: str, number: int, level: int = 0) -> str:
    return word_paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def levels(*formats: tuple[str, str], start: int = 1) -> str:
    return "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text) in enumerate(formats)
    )


def lists(definition: str, *numbers: str) -> str:
    found = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/>{override}</w:num>' for n, override in enumerate(numbers, 1)
    )
    return f'<w:abstractNum w:abstractNumId="0">{definition}</w:abstractNum>{found}'


@pytest.mark.parametrize("name", ["heading 1", "Heading 1", "標題 1", "标题1", "見出し 1", "Überschrift 1"])
def test_convert_docx_heading_style_of_any_language_is_a_heading(name: str) -> None:
    body = word_paragraph("燈塔", "a1") + word_paragraph("每晚燃油。")
    assert paragraphs(body, word_style("a1", name)) == ["# 燈塔", "每晚燃油。"]


def test_convert_docx_styles_based_on_headings_and_outline_levels_are_headings() -> None:
    styles = word_style("h", "heading 2") + word_style("own", "Chapter", '<w:basedOn w:val="h"/>')
    body = word_paragraph("Oil", "own") + word_paragraph("Paint", properties='<w:outlineLvl w:val="0"/>')
    body += word_paragraph("Text", "own", '<w:outlineLvl w:val="9"/>')
    assert paragraphs(body, styles) == ["## Oil", "# Paint", "Text"]


@pytest.mark.parametrize("name", ["Title", "標題", "表題"])
def test_convert_docx_title_style_is_the_title_and_first_heading_is_kept(name: str) -> None:
    styles = word_style("t", name) + word_style("h", "heading 1")
    body = word_paragraph("燈塔年報", "t") + word_paragraph("安全", "h") + word_paragraph("船等候。")
    assert converted(body, styles) == Converted("燈塔年報\n\n# 安全\n\n船等候。", "燈塔年報", marked=True)


def test_convert_docx_without_title_style_takes_the_title_of_the_properties() -> None:
    assert converted(word_paragraph("Oil."), "", "", "", "Lights 2031").title == "Lights 2031"


def test_convert_docx_short_bold_paragraphs_are_headings_below_the_last_style() -> None:
    body = word_paragraph("Safety", "h") + word_paragraph("Oil", run=BOLD) + word_paragraph("Oil is burnt.")
    body += word_paragraph("Note: oil burns.", run=BOLD) + word_paragraph("Paint", run=BOLD)
    body += word_paragraph("Grey", run=BOLD) + word_paragraph("Paint dries.")
    assert paragraphs(body, word_style("h", "heading 1")) == [
        "# Safety",
        "## Oil",
        "Oil is burnt.",
        "Note: oil burns.",
        "Paint",
        "## Grey",
        "Paint dries.",
    ]


def test_convert_docx_automatic_numbers_are_kept() -> None:
    definition = levels(
        ("ideographLegalTraditional", "%1、"), ("taiwaneseCountingThousand", "（%2）"), ("decimal", "%1.%2.%3")
    )
    body = numbered("安全", 1) + numbered("燈塔", 1, 1) + numbered("燃油", 1, 2) + numbered("油漆", 1, 2)
    body += numbered("費用", 1) + numbered("燃油", 1, 1) + word_paragraph("以上。") + numbered("附則", 1)
    assert paragraphs(body, "", lists(definition, "")) == [
        *("壹、 安全", "（一） 燈塔", "壹.一.1 燃油", "壹.一.2 油漆"),
        *("貳、 費用", "（一） 燃油", "以上。", "參、 附則"),
    ]


def test_convert_docx_numbers_restart_in_lists_that_say_so() -> None:
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    body = numbered("a", 1) + numbered("b", 2) + numbered("c", 3) + numbered("d", 3) + numbered("e", 9)
    assert paragraphs(body, "", lists(levels(("decimal", "%1.")), "", "", restart)) == ["1. a", "2. b", "1. c", "2. d", "e"]


def test_convert_docx_bullets_show_levels() -> None:
    definition = levels(*[("bullet", "\uf0b7")] * 3, ("decimal", "%4)"), *[("bullet", "o")] * 2, ("none", ""))
    body = "".join(numbered(letter, 1, level) for level, letter in enumerate("abcdefg"))
    assert paragraphs(body + numbered("h", 1), "", lists(definition, "")) == [
        *("• a", "◦ b", "▪ c", "1) d", "‣ e", "‣ f", "g", "• h"),
    ]


def test_convert_docx_bullets_of_styles_show_levels() -> None:
    listed = "<w:pPr><w:numPr>{}<w:numId w:val='1'/></w:numPr></w:pPr>"
    styles = word_style("a", "List Bullet", listed.format("")) + word_style("b", "List Bullet 2", listed.format(""))
    styles += word_style("c", "Own", listed.format('<w:ilvl w:val="2"/>')) + word_style("d", "Sub", '<w:basedOn w:val="b"/>')
    body = "".join(word_paragraph(name, name) for name in "abcd")
    body += word_paragraph("e", "a", '<w:numPr><w:numId w:val="0"/></w:numPr>')
    definition = levels(*[("bullet", "•")] * 3)
    assert paragraphs(body, styles, lists(definition, "")) == ["• a", "◦ b", "▪ c", "◦ d", "e"]


def test_convert_docx_definitions_that_name_a_list_style_have_its_levels() -> None:
    of_style = f'<w:styleLink w:val="S"/>{levels(("bullet", "-"), ("decimal", "%2."))}'
    numbering = lists('<w:numStyleLink w:val="S"/>', "")
    numbering += f'<w:abstractNum w:abstractNumId="1">{of_style}</w:abstractNum>'
    assert paragraphs(numbered("a", 1) + numbered("b", 1, 1), "", numbering) == ["• a", "1. b"]


def test_convert_docx_headings_have_no_bullets() -> None:
    listed = "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>"
    styles = word_style("h", "heading 1", listed) + word_style("t", "Title", listed)
    body = word_paragraph("Lights", "t") + word_paragraph("Oil", "h") + numbered("Fish oil", 1)
    assert paragraphs(body, styles, lists(levels(("bullet", "•")), "")) == ["Lights", "# Oil", "• Fish oil"]


def test_convert_docx_items_with_marks_of_their_own_keep_them() -> None:
    body = numbered("● Oil", 1) + numbered("☐ Paint", 1) + numbered("☐ Grey", 1, 1) + numbered("○○○ spoke", 1)
    assert paragraphs(body, "", lists(levels(*[("bullet", "•")] * 2), "")) == [
        *("● Oil", "☐ Paint", "◦ ☐ Grey", "• ○○○ spoke"),
    ]


def test_convert_docx_title_without_style_has_no_bullet() -> None:
    assert converted(numbered("Lights", 1), "", lists(levels(("bullet", "•")), "")).title == "Lights"


@pytest.mark.parametrize(
    ("number", "kind", "expected"),
    [
        (12, "taiwaneseCountingThousand", "十二"),
        (20, "chineseCounting", "二十"),
        (105, "japaneseCounting", "一百零五"),
        (3, "ideographLegalTraditional", "參"),
        (21, "ideographLegalTraditional", "貳拾壹"),
        (2, "ideographTraditional", "乙"),
        (14, "lowerRoman", "xiv"),
        (4, "upperRoman", "IV"),
        (27, "lowerLetter", "aa"),
        (3, "upperLetter", "C"),
        (7, "decimalZero", "07"),
        (10, "decimalFullWidth", "１０"),
        (20, "decimalEnclosedCircle", "⑳"),
        (21, "decimalEnclosedCircle", "21"),
        (2, "aiueoFullWidth", "イ"),
        (5, "no format", "5"),
        (0, "lowerRoman", "0"),
    ],
)
def test_format_number_formats_of_word_return_number(number: int, kind: str, expected: str) -> None:
    assert format_number(number, kind) == expected


def test_convert_docx_tables_are_read_row_by_row() -> None:
    body = word_table([["指標", "權重"], ["是否通知？", "15%"], [word_paragraph("在外海") + word_paragraph("等候？"), ""]])
    assert paragraphs(body) == ["指標 | 權重", "指標：是否通知？ | 權重：15%", "指標：在外海 等候？ |"]


def test_convert_docx_merged_cells_stand_in_each_row() -> None:
    def cell(text: str, properties: str = "", run: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{word_paragraph(text, run=run)}</w:tc>"

    first, below = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        cell("Port", run="<w:b/>") + cell("Keeper", run="<w:b/>"),
        cell("Fog", first) + cell("Ann Poe"),
        cell("", below) + cell("Ben Roe"),
        cell("All were heard.", '<w:gridSpan w:val="2"/>'),
    ]
    assert paragraphs(f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>") == [
        "Port | Keeper",
        "Port: Fog | Keeper: Ann Poe",
        "Port: Fog | Keeper: Ben Roe",
        "All were heard.",
    ]


def test_convert_docx_table_with_long_cells_is_read_cell_by_cell() -> None:
    long = "燈塔每晚燃油四十公升。" * 40
    body = word_table([["決議", word_paragraph(long) + word_paragraph("另議。")], [word_paragraph("一格")]])
    assert paragraphs(body + word_table([["一", "二"]])) == [f"決議 | {long}", "另議。", "一格", "一 | 二"]


def test_convert_docx_explicit_page_breaks_are_pages() -> None:
    body = word_paragraph("Cover") + PAGE + word_paragraph("Oil") + word_paragraph("Salt", properties="<w:pageBreakBefore/>")
    body += "<w:p><w:r><w:t>The keeper asks for</w:t><w:br w:type='page'/><w:t>lamps.</w:t></w:r></w:p>"
    expected = "Cover\n\n\fOil\n\n\fSalt\n\nThe keeper asks for\flamps."
    assert converted(body) == Converted(expected, "Cover", marked=True, paged=True)


def test_convert_docx_pages_that_word_broke_itself_are_no_pages() -> None:
    flowing = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Oil</w:t></w:r></w:p>"
    assert converted(word_paragraph("Cover") + PAGE + flowing * 2) == Converted("Cover\n\nOil\n\nOil", "Cover", marked=True)


def test_convert_docx_line_breaks_separate_labels_and_join_words() -> None:
    body = "<w:p><w:r><w:t>時間：九時</w:t><w:br/><w:t>地點：燈塔</w:t><w:br/><w:t>二樓</w:t></w:r></w:p>"
    assert paragraphs(body) == ["時間：九時", "地點：燈塔二樓"]


def test_convert_docx_footnotes_follow_their_paragraph() -> None:
    note = f'<w:footnote w:id="2">{word_paragraph("Act 3.")}</w:footnote>'
    body = '<w:p><w:r><w:t>Oil is burnt</w:t><w:footnoteReference w:id="2"/><w:t>.</w:t></w:r></w:p>' + word_paragraph(
        "End."
    )
    assert converted(body, "", "", note) == Converted(
        "Oil is burnt.\n\n[1] Act 3.\n\nEnd.", "Oil is burnt.", marked=True, dropped=(("mark of a footnote", 1),)
    )


def test_convert_docx_contents_become_the_outline() -> None:
    line = '<w:p><w:pPr><w:pStyle w:val="c"/></w:pPr><w:r><w:t>{}</w:t><w:tab/><w:t>{}</w:t></w:r></w:p>'
    body = line.format("1 Safety", 2) + line.format("2 Money", 15) + word_paragraph("Ships wait.")
    assert converted(body, word_style("c", "toc 1")) == Converted(
        "Ships wait.",
        "Ships wait.",
        marked=True,
        outline=(OutlineEntry("1 Safety", 2), OutlineEntry("2 Money", 15)),
        dropped=(("line of the table of contents", 2),),
    )


def test_convert_docx_only_the_printed_text_is_read() -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new </w:t></w:r></w:ins>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        "<w:r><w:ruby><w:rt><w:r><w:t>とうだい</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>灯台</w:t></w:r></w:rubyBase></w:ruby>"
        '</w:r><w:hyperlink><w:r><w:t>!</w:t></w:r></w:hyperlink><w:r><w:sym w:font="W" w:char="F0FE"/></w:r></w:p>'
    )
    assert converted(body) == Converted(
        "new 灯台!☑", "new 灯台!☑", marked=True, dropped=(("deleted text", 1), ("reading beside a word", 1))
    )


def test_convert_docx_archive_too_large_when_unpacked_raises() -> None:
    with pytest.raises(TooLargeError):
        convert_docx(word(word_paragraph("Oil.")), Limits(unpacked=100))


@given(st.lists(st.tuples(st.sampled_from(["", "h", "t"]), st.text(st.sampled_from("燈塔 Oil。?:"), max_size=80))))
def test_convert_docx_any_paragraphs_keep_every_character(texts: list[tuple[str, str]]) -> None:
    styles = word_style("h", "heading 1") + word_style("t", "Title")
    text = converted("".join(word_paragraph(text, style) for style, text in texts), styles).text
    assert squeeze(text).replace("#", "") == squeeze("".join(text for _, text in texts))


@given(st.lists(st.tuples(st.integers(0, 4), st.text(st.sampled_from("燈塔 Oil。?:☐"), max_size=80))))
def test_convert_docx_any_items_keep_every_character(items: list[tuple[int, str]]) -> None:
    body = "".join(numbered(text, 1, level) for level, text in items)
    text = converted(body, "", lists(levels(*[("bullet", "•")] * 5), "")).text
    assert re.sub("[•◦▪‣]", "", squeeze(text)) == squeeze("".join(text for _, text in items))
