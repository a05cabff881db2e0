"""OpenDocument texts: headings, lists, tables, pages and footnotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ingest.converter_types import Converted, Limits, OutlineEntry, TooLargeError
from index.ingest.formats.odt import convert_odt
from tests.index.corpora import squeeze
from tests.index.files import odt


def converted(*args: str) -> Converted:
    return convert_odt(odt(*args), Limits())


def paragraphs(*args: str) -> list[str]:
    return converted(*args).text.split("\n\n")


def p(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def h(text: str, level: int = 1) -> str:
    return f'<text:h text:outline-level="{level}">{text}</text:h>'


def style(name: str, parent: str = "", properties: str = "", attributes: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="{parent}" {attributes}>'
        f"<style:paragraph-properties {properties}/></style:style>"
    )


def list_style(name: str, *levels: tuple[str, str, str, int]) -> str:
    found = "".join(
        f'<text:list-level-style-number text:level="{n}" style:num-format="{kind}" style:num-prefix="{prefix}" '
        f'style:num-suffix="{suffix}" text:display-levels="{shown}"/>'
        for n, (kind, prefix, suffix, shown) in enumerate(levels, 1)
    )
    return f'<text:list-style style:name="{name}">{found}</text:list-style>'


def items(*texts: str, name: str = "", attributes: str = "") -> str:
    found = "".join(f"<text:list-item>{text}</text:list-item>" for text in texts)
    return f'<text:list text:style-name="{name}" {attributes}>{found}</text:list>'


def test_convert_odt_title_headings_and_paragraphs_are_read() -> None:
    styles = style("Title") + style("P1", "Title") + style("Heading_20_2") + style("P2", "Heading_20_2")
    body = p("燈塔<text:line-break/>年報", "P1") + h("安全") + p("燈塔<text:s text:c='2'/>每晚<text:span>燃油</text:span>。")
    assert converted(body + p("費用", "P2"), styles) == Converted(
        "燈塔年報\n\n# 安全\n\n燈塔 每晚燃油。\n\n## 費用", "燈塔年報", marked=True
    )


def test_convert_odt_without_title_style_takes_the_title_of_the_properties() -> None:
    assert converted(p("Oil."), "", "Lights 2031").title == "Lights 2031"
    assert converted(h("Oil")).title == "Oil"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("1", "2"), ("一, 二, 三, ...", "二"), ("壹, 貳, 參, ...", "貳"), ("甲, 乙, 丙, ...", "乙"), ("a", "b"), ("I", "II")],
)
def test_convert_odt_list_numbers_are_kept(kind: str, expected: str) -> None:
    assert paragraphs(items(p("油"), p("漆"), name="L"), list_style("L", (kind, "（", "）", 1)))[1] == f"（{expected}） 漆"


def test_convert_odt_lists_within_lists_and_continued_lists_are_numbered() -> None:
    styles = list_style("L", ("1", "", ".", 1), ("1", "", "", 2))
    inner = items(p("Fish"), p("Seal"))
    body = items(p("Oil") + inner, p("Paint"), name="L") + p("Then:")
    body += items(p("Salt"), name="L", attributes='text:continue-numbering="true"') + items(p("Tar"), name="L")
    assert paragraphs(body, styles) == ["1. Oil", "1.1 Fish", "1.2 Seal", "2. Paint", "Then:", "3. Salt", "1. Tar"]


def test_convert_odt_bullets_show_levels() -> None:
    body = items(p("a") + items(p("b") + items(p("c") + items(p("d") + items(p("e")))), p("f")), p("g") + p("more"))
    assert paragraphs(body) == ["• a", "◦ b", "▪ c", "‣ d", "‣ e", "◦ f", "• g", "more"]
    assert paragraphs(items(items(p("a")), p("b"))) == ["◦ a", "• b"]


def test_convert_odt_bullets_within_numbers_and_levels_without_either() -> None:
    bullet = '<text:list-level-style-bullet text:level="2" text:bullet-char="-"/>'
    styles = list_style("L", ("1", "", ".", 1)).replace("</text:list-style>", f"{bullet}</text:list-style>")
    assert paragraphs(items(p("Oil") + items(p("Fish")), name="L"), styles) == ["1. Oil", "◦ Fish"]
    assert paragraphs(items(p("Oil"), name="N"), list_style("N", ("", "", "", 1))) == ["Oil"]


def test_convert_odt_headings_in_lists_have_no_bullets() -> None:
    assert paragraphs(items(h("Oil"), p("Paint"))) == ["# Oil", "• Paint"]


def test_convert_odt_tables_are_read_row_by_row() -> None:
    def row(*cells: str) -> str:
        found = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
        return f"<table:table-row>{found}</table:table-row>"

    head = f"<table:table-header-rows>{row(p('指標'), p('權重'))}</table:table-header-rows>"
    inner = f"<table:table>{row(p('a'), p('b'))}</table:table>"
    body = f"<table:table>{head}{row(p('是否？'), p('15%'))}{row(p('c'), inner)}{row(h('一格') + p('文'))}</table:table>"
    assert paragraphs(body) == ["指標 | 權重", "指標：是否？ | 權重：15%", "指標：c", "a | b", "# 一格", "文"]


def test_convert_odt_cells_over_rows_and_columns_stand_in_each_row() -> None:
    def cell(text: str, **spans: int) -> str:
        covered = "".join(f' table:number-{kind}-spanned="{count}"' for kind, count in spans.items())
        return f"<table:table-cell{covered}>{p(text)}</table:table-cell>"

    covered = "<table:covered-table-cell/>"
    rows = [
        cell("區域") + cell("港口") + cell("收入"),
        cell("北", rows=2) + cell("霧港") + cell("12,345"),
        covered + cell("鷗港") + cell("40"),
        cell("合計", columns=2) + covered + cell("12,385"),
    ]
    body = f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>"
    assert paragraphs(body) == [
        "區域 | 港口 | 收入",
        "區域：北 | 港口：霧港 | 收入：12,345",
        "區域：北 | 港口：鷗港 | 收入：40",
        "區域：合計 | 收入：12,385",
    ]


def test_convert_odt_page_breaks_of_styles_are_pages() -> None:
    styles = style("B", "", 'fo:break-before="page"') + style("A", "", 'fo:break-after="page"')
    styles += style("M", attributes='style:master-page-name="Standard"')
    body = p("Cover", "M") + p("Oil", "B") + p("Paint", "A") + p("Salt")
    assert converted(body, styles) == Converted("Cover\n\n\fOil\n\nPaint\n\n\fSalt", "Cover", marked=True, paged=True)
    assert not converted(body + "<text:soft-page-break/>" * 3, styles).paged


def test_convert_odt_only_the_printed_text_is_read() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:p>old</text:p></text:changed-region></text:tracked-changes>"
        "<text:p><text:ruby><text:ruby-base>灯台</text:ruby-base><text:ruby-text>とうだい</text:ruby-text></text:ruby>守"
        '<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>法三条</text:p></text:note-body></text:note>'
        "<office:annotation><text:p>why?</text:p></office:annotation>。</text:p>"
        "<text:section><text:p><draw:frame><draw:text-box><text:p>箱</text:p></draw:text-box></draw:frame>文</text:p></text:section>"
    )  # fmt: skip
    assert converted(body) == Converted(
        "灯台守。\n\n[1] 法三条\n\n文\n\n箱",
        "灯台守。",
        marked=True,
        dropped=(("deleted text", 1), ("reading beside a word", 1), ("mark of a footnote", 1), ("comment", 1)),
    )


def test_convert_odt_contents_become_the_outline() -> None:
    body = f"<text:table-of-content><text:index-body>{p('1 Oil<text:tab/>2')}</text:index-body></text:table-of-content>"
    assert converted(body + p("Text.")) == Converted(
        "Text.",
        "Text.",
        marked=True,
        outline=(OutlineEntry("1 Oil", 2),),
        dropped=(("line of the table of contents", 1),),
    )


def test_convert_odt_archive_too_large_when_unpacked_raises() -> None:
    with pytest.raises(TooLargeError):
        convert_odt(odt(p("Oil.")), Limits(unpacked=100))


@given(st.lists(st.tuples(st.booleans(), st.text(st.sampled_from("燈塔 Oil。?:"), max_size=80))))
def test_convert_odt_any_paragraphs_keep_every_character(texts: list[tuple[bool, str]]) -> None:
    text = converted("".join(h(text) if is_heading else p(text) for is_heading, text in texts)).text
    assert squeeze(text).replace("#", "") == squeeze("".join(text for _, text in texts))
