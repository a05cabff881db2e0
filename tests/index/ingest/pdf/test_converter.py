"""PDFs of each kind of layout, and the text that comes of them."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.ingest.converter_types import real_title
from index.ingest.pdf.converter import PdfText, convert_rows, read_rows
from index.reports.table_rows import find_heads, plain_row
from tests.index.files import Box, Text, paragraph, pdf, text_width

SHIPS = "Ships wait at sea until the pilot has answered them, and the board keeps a list of all ships that wait there."
FEES = "Fees are due on the day on which the ship leaves again, and nobody may pay them later than a week after it."
FOG = "No ship may enter the harbour when fog hides the light, and no pilot may leave it before the fog has gone."
SEA = "船が港に入る前に水先人へ知らせることを管理事務所は求めており、知らせがない船は沖で待つことになります。"
TIDE = "待つ時間は一時間を超えないように、事務所は毎朝の会議で順番を決めて、すべての船に知らせています。"


def converted(
    *pages: Sequence[Text | Box], title: str = "", outline: list[tuple[str, int]] | None = None, **options: object
) -> PdfText:
    data = pdf(pages, title, outline or (), **options)  # type: ignore[arg-type]
    return convert_rows(read_rows(data, lambda _: None))


def paragraphs(*pages: Sequence[Text | Box], **options: object) -> list[str]:
    return converted(*pages, **options).text.split("\n\n")  # type: ignore[arg-type]


def body(*texts: str, y: float = 150, x: float = 60, width: float = 300) -> list[Text]:
    """Paragraphs below each other, a line apart."""
    lines: list[Text] = []
    for text in texts:
        lines += paragraph(text, x, y, width)
        y = lines[-1].y + 28
    return lines


def test_convert_rows_lines_of_paragraphs_are_joined() -> None:
    assert paragraphs(body(SHIPS, FEES)) == [SHIPS, FEES]
    # Without distance only the short last line parts them.
    first = paragraph(SHIPS, 60, 150, 300)
    assert paragraphs([*first, *paragraph(FEES, 60, first[-1].y + 14, 300)]) == [SHIPS, FEES]


def test_convert_rows_indented_paragraphs_are_parted() -> None:
    lines: list[Text] = []
    for text in (SEA, TIDE, SEA + TIDE, TIDE):
        lines += paragraph(text, 60, (lines[-1].y + 14) if lines else 150, 210, indent=10)
    assert paragraphs(lines) == [SEA, TIDE, SEA + TIDE, TIDE]


def test_convert_rows_columns_are_read_one_after_the_other() -> None:
    wide = paragraph(FOG + " " + SHIPS + " " + FEES, 60, 100, 440)
    left = paragraph(SHIPS + " " + FEES, 60, 200, 200)
    right = paragraph(FEES + " " + FOG, 300, 200, 200)
    below = paragraph(SHIPS + " " + FOG, 60, 340, 440)
    # The order in the file is that of rows over both columns.
    mixed = sorted([*wide, *left, *right, *below], key=lambda text: text.y)
    assert paragraphs(mixed) == [f"{FOG} {SHIPS} {FEES}", f"{SHIPS} {FEES}", f"{FEES} {FOG}", f"{SHIPS} {FOG}"]


def test_convert_rows_paragraph_goes_on_in_next_column_and_page() -> None:
    lines = paragraph(SEA + TIDE, 60, 150, 200)
    half = len(lines) // 2
    first, rest = lines[:half], [line._replace(y=line.y - 14 * half) for line in lines[half:]]
    halves = ["".join(line.text for line in part) for part in (first, rest)]
    assert paragraphs(first, rest) == ["\f".join(halves)]
    columns = paragraph(SEA + TIDE + SEA + TIDE, 60, 150, 200)
    right = [line._replace(x=300, y=line.y - 14 * 6) for line in columns[6:]]
    assert paragraphs([*columns[:6], *right]) == [SEA + TIDE + SEA + TIDE]


@pytest.mark.parametrize(
    ("end", "start", "joined", "hyphens"),
    [
        ("has en-", "tered since", "has entered since", 1),
        ("is well-", "known since", "is well-known since", 0),
        ("in the Asia-", "Pacific since", "in the Asia-Pacific since", 0),
        ("in 1990-", "2000 since", "in 1990-2000 since", 0),
    ],
)
def test_convert_rows_hyphens_at_line_ends(end: str, start: str, joined: str, hyphens: int) -> None:
    lines = [f"A well-known register of every ship that {end}", f"{start} nineteen hundred is kept here."]
    out = converted([Text(line, 60, 150 + 14 * n) for n, line in enumerate(lines)])
    assert out.text == f"A well-known register of every ship that {joined} nineteen hundred is kept here."
    assert out.dropped == ({"hyphens at the end of a line": hyphens} if hyphens else {})


def test_convert_rows_items_of_lists_are_paragraphs() -> None:
    lines = [
        Text("The board decided:", 60, 150),
        Text("•", 70, 164),
        Text("to keep a list of all ships that wait at sea until the", 85, 164),
        Text("pilot has answered them", 85, 178),
        Text("•", 70, 192),
        Text("to paint the light", 85, 192),
        Text("o", 95, 206),
        Text("in white", 110, 206),
        Text("1.", 70, 220),
        Text("Fees are due on the day on which the ship leaves the", 85, 220),
        Text("harbour again", 85, 234),
        Text("2.", 70, 248),
        Text("Fog", 85, 248),
    ]
    assert paragraphs(lines) == [
        "The board decided:",
        "• to keep a list of all ships that wait at sea until the pilot has answered them",
        "• to paint the light",
        "o in white",
        "1. Fees are due on the day on which the ship leaves the harbour again",
        "2. Fog",
    ]


def test_convert_rows_lists_beside_each_other_are_columns() -> None:
    left, right = ("Ships wait at sea", "Pilots answer"), ("Fog hides the light", "No ship may enter")
    columns = ((50, left), (320, right))
    lines = [
        Text(part, x + 20 * n, 130 + 24 * row)
        for x, texts in columns
        for row, t in enumerate(texts)
        for n, part in enumerate(("•", t))
    ]
    assert paragraphs(sorted(lines, key=lambda text: text.y)) == [f"• {text}" for text in left + right]


def test_convert_rows_lines_with_double_space_are_joined() -> None:
    first = paragraph(f"{SHIPS} {FEES} {FOG}", 60, 150, 430, leading=26)
    second = paragraph(f"{FEES} {SHIPS}", 60, first[-1].y + 26, 430, leading=26, indent=30)
    assert paragraphs([*first, *second]) == [f"{SHIPS} {FEES} {FOG}", f"{FEES} {SHIPS}"]


def test_convert_rows_numbered_paragraphs_with_hanging_indents() -> None:
    lines: list[Text] = []
    texts = [
        ("壹、時間：十二月十六日下午二時", 0),
        ("貳、出席：" + TIDE, 2),
        ("（一）" + SEA, 3),
        ("（二）" + TIDE, 3),
        ("參、散會", 0),
    ]
    for text, hang in texts:
        y = lines[-1].y + 14 if lines else 150
        lines += paragraph(text, 60 + 10 * hang, y, 200, indent=-10 * hang)
    assert paragraphs(lines) == [text for text, _ in texts]


def test_convert_rows_running_heads_and_page_numbers_are_dropped() -> None:
    pages = []
    for number in range(1, 9):
        head = "Chapter 1 Ships" if number % 2 else "Harbour Report"
        pages.append([Text(head, 60, 40, 8), Text(str(number), 500, 40, 8), *body(SHIPS, FOG)])
    out = converted(*pages)
    assert out.text == "\n\n\f".join([f"{SHIPS}\n\n{FOG}"] * 8)
    assert out.dropped == {"page numbers": 8, "running heads and feet": 8}


def test_convert_rows_head_of_several_lines_is_kept_once() -> None:
    head = [Text("Meeting of the harbour board", 60, 40, bold=True), Text("29 May 2030", 60, 54, bold=True)]
    pages = [
        [*head, *body(text), Text(f"Page {n} of 4", 250, 800, 8)] for n, text in enumerate((SHIPS, FEES, FOG, SHIPS), 1)
    ]
    out = converted(*pages)
    assert out.text == f"Meeting of the harbour board\n\n29 May 2030\n\n{SHIPS}\n\n\f{FEES}\n\n\f{FOG}\n\n\f{SHIPS}"
    assert out.dropped == {"page numbers": 4, "running heads and feet": 8}


def test_convert_rows_head_of_two_pages_is_kept_on_the_first() -> None:
    head = Text("Board of the Harbour", 60, 40, 8)
    found = converted([head, *body(SHIPS, FEES, FOG)], [head, *body(FEES, FOG, SHIPS)])
    assert found.text.split("\n\n") == [head.text, SHIPS, FEES, FOG, f"\f{FEES}", FOG, SHIPS]
    assert found.dropped == {"running heads and feet": 1}


def test_convert_rows_figures_are_kept_on_every_page() -> None:
    pages = [
        [
            Text(f"Table of {name}", 72, 60),
            *(Text(f"{1990 + 20 * n + row} {row}.5 {100 + row}", 72, 80 + 18 * row) for row in range(5)),
            *(Text(f"Total {100 * n + row}", 72, 740 + 18 * row) for row in range(4)),
        ]
        for n, name in enumerate(("births", "deaths", "ships", "fees"))
    ]
    expected = [
        f"{'' if n == 0 else chr(12)}Table of {name}|"
        + "|".join(
            [f"{1990 + 20 * n + row} {row}.5 {100 + row}" for row in range(5)]
            + [f"Total {100 * n + row}" for row in range(4)]
        )
        for n, name in enumerate(("births", "deaths", "ships", "fees"))
    ]
    out = converted(*pages)
    assert (out.text.replace("\n\n", "|"), out.dropped) == ("|".join(expected), {})


def test_convert_rows_contents_become_outline() -> None:
    contents = [
        Text("Contents", 60, 100, 12),
        Text("Safety at sea ........................ 2", 60, 130),
        Text("Money and fees ....................... 3", 60, 144),
        Text("Fog", 60, 158),
        Text("3", 300, 158),
    ]
    first = [Text("Safety at sea", 60, 100), *body(SHIPS, y=130)]
    second = [Text("Money and fees", 60, 100), *body(FEES, y=130), Text("Fog", 60, 300), *body(FOG, y=330)]
    out = converted(contents, first, second)
    assert out.text == f"\f# Safety at sea\n\n{SHIPS}\n\n\f# Money and fees\n\n{FEES}\n\n# Fog\n\n{FOG}"
    assert out.dropped == {"lines of a table of contents": 4}


def test_convert_rows_footnotes_follow_the_text_of_their_page() -> None:
    notes = [
        Text("1", 60, 700, 7),
        Text("Harbour board, list of all ships that have waited at sea, in the library of the", 70, 700, 7),
        Text("harbour, 1990.", 70, 709, 7),
        Text("2", 60, 718, 7),
        Text("Fees of the harbour.", 70, 718, 7),
    ]
    lines = paragraph(SHIPS + " " + FEES, 60, 150, 300)
    mark = Text("1", 60 + text_width(lines[0].text), 146, 6)
    one = "1 Harbour board, list of all ships that have waited at sea, in the library of the harbour, 1990."
    assert paragraphs([*notes, *lines, mark]) == [
        f"{lines[0].text}1 {' '.join(line.text for line in lines[1:])}",
        one,
        "2 Fees of the harbour.",
    ]
    # A paragraph that leaves the page comes after its footnotes, which so stay on their page.
    first, rest = lines[:2], [line._replace(y=line.y - 28) for line in lines[2:]]
    out = paragraphs([*body(FOG, y=100), *first, *notes], [*rest, *body(FEES, y=400)])
    joined = f"{first[0].text} {first[1].text}\f {' '.join(line.text for line in rest)}"
    assert [each.replace("\f ", "\f") for each in out] == [
        FOG,
        one,
        "2 Fees of the harbour.",
        joined.replace("\f ", "\f"),
        FEES,
    ]


def test_convert_rows_tables_keep_rows_and_cells() -> None:
    rows = [
        ("Item", "This year", "Last year"),
        ("Fees", "12,345", "2,355"),
        ("Oil, paint", "300", "280"),
        ("Fines", "7", "12,345"),
    ]
    lines = [
        Text(cell, x if n == 0 or not n_row else x + 45 - text_width(cell), 150 + 18 * n_row)
        for n_row, row in enumerate(rows)
        for n, (cell, x) in enumerate(zip(row, (60, 200, 260), strict=True))
    ]
    below = [f"Item: {item} | This year: {this} | Last year: {last}" for item, this, last in rows[1:]]
    assert paragraphs([*lines, *body(SHIPS, y=300)]) == [" | ".join(rows[0]), *below, SHIPS]


def test_convert_rows_heads_of_columns_are_those_above_the_cells() -> None:
    rows = [("", "2030", "2031"), ("Fees", "300", "12,345"), ("Oil", "", "7"), ("Fines", "1", "2")]
    lines = [
        Text(cell, x if n == 0 else x + 45 - text_width(cell), 150 + 18 * at)
        for at, row in enumerate(rows)
        for n, (cell, x) in enumerate(zip(row, (60, 200, 300), strict=True))
        if cell
    ]
    # The table goes on at the head of the next page.
    more = [Text("Rope", 60, 60), Text("40", 335, 60), Text("All", 60, 78), Text("9", 240, 78), Text("8", 340, 78)]
    assert paragraphs(lines, [*more, *body(SHIPS, y=120)]) == [
        "| 2030 | 2031",
        "Fees | 2030: 300 | 2031: 12,345",
        "Oil | 2031: 7",
        "Fines | 2030: 1 | 2031: 2",
        "\fRope | 2031: 40",
        "All | 2030: 9 | 2031: 8",
        SHIPS,
    ]


def test_convert_rows_two_rows_of_heads_are_joined() -> None:
    rows: list[list[tuple[str, float]]] = [
        [("Day", 60), ("Costs", 220), ("Balance", 340)],
        [("number", 180), ("price", 230), ("total", 280)],
        [("5 March", 60), ("82", 180), ("10", 230), ("820", 280), ("9,385", 340)],
        [("6 March", 60), ("540", 280), ("8,565", 340)],
    ]
    lines = [Text(text, x, 150 + 18 * at) for at, row in enumerate(rows) for text, x in row]
    assert paragraphs(lines) == [
        "Day | Costs | Balance",
        "Day | Costs number | Costs price | Costs total | Balance",
        "Day: 5 March | Costs number: 82 | Costs price: 10 | Costs total: 820 | Balance: 9,385",
        "Day: 6 March | Costs total: 540 | Balance: 8,565",
    ]


def test_convert_rows_heads_in_the_middle_of_their_columns() -> None:
    rows = [
        ("Name", "Title", "Organization"),
        ("Ann Example Poe", "Keeper", "Sea"),
        ("Ben Roe", "Head of the pilots", "Board of the harbour"),
    ]
    places = [(100, 220, 400), (60, 190, 320), (60, 190, 320)]
    lines = [
        Text(cell, x, 150 + 18 * at)
        for at, (row, xs) in enumerate(zip(rows, places, strict=True))
        for cell, x in zip(row, xs, strict=True)
    ]
    below = [f"Name: {name} | Title: {title} | Organization: {org}" for name, title, org in rows[1:]]
    assert paragraphs(lines) == [" | ".join(rows[0]), *below]


def test_convert_rows_cells_of_several_lines_are_joined() -> None:
    lines = [
        Text("Moderator", 60, 150),
        Text("Head of the harbour board and of", 180, 150),
        Text("the pilots", 180, 162),
        Text("Speaker", 60, 190),
        Text("Keeper of the light", 180, 190),
    ]
    assert paragraphs(lines) == ["Moderator | Head of the harbour board and of the pilots", "Speaker | Keeper of the light"]


def test_convert_rows_entries_in_a_cell_are_parted() -> None:
    boxes = [Box(60, 100, 60, 70), Box(120, 100, 200, 70), Box(60, 170, 260, 30)]
    names = ["江大港（港務大學天文所）", "王霧（燈塔管理處）", "林小燈（港務大學天文所）（請假）"]
    lines = [Text("理事", 65, 120), *(Text(name, 125, 120 + 16 * n) for n, name in enumerate(names)), Text("監事", 65, 190)]
    assert paragraphs([*boxes, *lines]) == [f"理事 | {' '.join(names)}", "監事"]


def test_convert_rows_cells_between_rules_are_read_whole() -> None:
    cells = {(60, 150, 200, 80): SHIPS, (260, 150, 200, 80): FEES, (60, 230, 200, 90): FOG, (260, 230, 200, 90): SHIPS}
    boxes = [Box(*each) for each in cells]
    lines = [line for (x, y, width, _), text in cells.items() for line in paragraph(text, x + 5, y + 14, width - 10)]
    mixed = sorted(lines, key=lambda text: text.y)
    assert paragraphs([*mixed, *boxes, *body(FOG, y=360)]) == [f"{SHIPS} | {FEES}", f"{FOG} | {SHIPS}", FOG]


def test_convert_rows_cells_over_rows_and_columns_come_once() -> None:
    boxes = [
        Box(60, 150, 80, 60),
        Box(140, 150, 80, 30),
        Box(220, 150, 80, 30),
        Box(140, 180, 160, 30),
        Box(60, 210, 80, 30),
    ]
    boxes += [Box(140, 210, 80, 30), Box(220, 210, 80, 30)]
    places = {
        "Ships": (65, 184),
        "in": (145, 169),
        "out": (225, 169),
        "all of them": (190, 199),
        "Fees": (65, 229),
        "7": (225, 229),
    }
    lines = [Text(text, *place) for text, place in places.items()]
    assert paragraphs([*lines, *boxes]) == ["Ships | in | out", "all of them", "Fees | | 7"]


def test_convert_rows_text_on_ruled_paper_is_no_table() -> None:
    form = [Box(60, 100, 150, 20), Box(210, 100, 150, 20), Text("Board", 65, 114), Text("Harbour of Fog", 215, 114)]
    lines = [line._replace(x=65, y=134 + 20 * at) for at, line in enumerate(paragraph(f"{SHIPS} {FEES}", 65, 0, 290))]
    assert paragraphs([*form, *(Box(60, line.y - 14, 300, 20) for line in lines), *lines]) == [
        "Board | Harbour of Fog",
        f"{SHIPS} {FEES}",
    ]


def test_convert_rows_lines_of_figures_between_two_rules_are_rows() -> None:
    boxes = [Box(60 + 100 * n, y, 100, height) for n in range(2) for y, height in ((100, 20), (120, 60))]
    rows = [("Item", "Cost"), ("Oil", "40"), ("Paint", "2,300"), ("Rope", "7")]
    lines = [Text(text, 65 + 100 * n, 114 + 18 * at) for at, row in enumerate(rows) for n, text in enumerate(row)]
    assert paragraphs([*boxes, *lines]) == ["Item | Cost", *(f"Item: {item} | Cost: {cost}" for item, cost in rows[1:])]


def test_convert_rows_frame_around_text_is_no_table() -> None:
    assert paragraphs([Box(50, 130, 400, 300), Box(50, 130, 400, 20), *body(SHIPS, FEES, y=170)]) == [SHIPS, FEES]


def test_convert_rows_slanted_text_is_dropped() -> None:
    out = converted([*body(SHIPS, FEES), Text("DRAFT", 200, 400, 60, turn=45)])
    assert (out.text, out.dropped) == (f"{SHIPS}\n\n{FEES}", {"characters of slanted text": 5})


def test_convert_rows_paragraph_goes_on_around_a_figure() -> None:
    lines = paragraph(f"{SHIPS} {FEES}", 60, 150, 300)
    rest = [line._replace(y=line.y + 200) for line in lines[2:]]
    caption = Text("Figure 1: The light", 60, 330, 8)
    assert rest[0].text[0].islower()
    assert paragraphs([*lines[:2], caption, *rest]) == [f"{SHIPS} {FEES}", "Figure 1: The light"]


def test_convert_rows_notes_below_two_columns_are_read_by_column() -> None:
    left, right = paragraph(f"{SHIPS} {FEES}", 60, 150, 200), paragraph(f"{FEES} {FOG}", 300, 150, 200)
    notes = [
        Text("1 List of ships, in the library of the", 60, 700, 7),
        Text("2 Fees of the harbour, in the hall of", 300, 700, 7),
        Text("harbour, 1990.", 60, 709, 7),
        Text("the board.", 300, 709, 7),
    ]
    assert paragraphs([*left, *right, *notes]) == [
        f"{SHIPS} {FEES}",
        f"{FEES} {FOG}",
        "1 List of ships, in the library of the harbour, 1990.",
        "2 Fees of the harbour, in the hall of the board.",
    ]


def test_convert_rows_three_columns_whose_lines_are_not_level() -> None:
    texts = (f"{SHIPS} {FEES} {FOG}", f"{FOG} {SHIPS} {FEES}", f"{FEES} {FOG} {SHIPS}")
    columns = [paragraph(text, 45 + 177 * n, 100 + 5 * (n == 1), 160) for n, text in enumerate(texts)]
    assert paragraphs(sorted(chain.from_iterable(columns), key=lambda line: line.y)) == list(texts)


def test_convert_rows_notes_below_three_columns_are_read_by_column() -> None:
    columns = [paragraph(" ".join([SHIPS, FEES, FOG] * 3), 45 + 177 * n, 100, 160) for n in range(3)]
    notes = [
        [Text(str(n), 52 + 177 * n, 718, 5), *paragraph(f"Note {n} {FEES}", 55 + 177 * n, 720, 150, size=7, leading=8)]
        for n in range(3)
    ]
    read = paragraphs(sorted(chain.from_iterable(columns + notes), key=lambda line: line.y))
    assert [text for text in read if "Note" in text] == [f"{n}Note {n} {FEES}" for n in range(3)]


def test_convert_rows_small_text_after_a_page_with_notes_is_no_note() -> None:
    first = [*body(SHIPS, FEES, FOG), *paragraph(f"1 {FEES}", 60, 700, 300, size=6)]
    second = [*body(SHIPS), *paragraph(f"{FOG} {FEES}", 60, 400, 300, size=8, leading=10)]
    assert paragraphs(first, [*second, *body(FEES, y=500)])[-3:] == [f"\f{SHIPS}", f"{FOG} {FEES}", FEES]


def test_convert_rows_short_line_before_a_label_ends_its_paragraph() -> None:
    lines = ["(1)地點：港務大樓", "與會人員：王大港、林小燈", "引水人：陳大霧"]
    texts = [Text(line, 60 + 13.5 * (n > 0), 150 + 14 * n) for n, line in enumerate(lines)]
    assert paragraphs([*texts, *body(SEA, TIDE, y=220)]) == [*lines, SEA, TIDE]


def test_convert_rows_items_whose_marks_touch_their_text_go_on_below_it() -> None:
    first = "(2)個人會員：年底發文，提醒會員繳費。如果年初已支付會費，可"
    lines = [Text(first, 60, 150), Text("免繳當年的註冊費。", 74, 164), *body(SEA, TIDE, SEA, y=200, width=340)]
    assert paragraphs(lines) == [f"{first}免繳當年的註冊費。", SEA, TIDE, SEA]


def test_convert_rows_labels_with_gaps_are_no_tables() -> None:
    rows = [("一、時", "間：2031年3月5日"), ("二、主", "席：王大港", "紀錄：林小燈")]
    lines = [
        Text(text, 60 + 45 * n + 80 * (n > 1), 150 + 20 * at) for at, row in enumerate(rows) for n, text in enumerate(row)
    ]
    assert paragraphs(lines) == ["一、時 間：2031年3月5日", "二、主 席：王大港 紀錄：林小燈"]


def test_convert_rows_turned_text_at_the_side_of_all_pages_is_dropped() -> None:
    pages = [[*body(SHIPS, FEES), Text("printed with proposals", 20, 700, 6, turn=90)] for _ in range(3)]
    found = converted(*pages)
    assert found.text.split("\n\n") == [SHIPS, FEES, f"\f{SHIPS}", FEES, f"\f{SHIPS}", FEES]
    assert found.dropped == {"running heads and feet": 3}


def test_convert_rows_page_numbers_of_a_gazette_are_dropped() -> None:
    pages = [[Text(str(47700 + n), 60, 40, 8), *body(SHIPS, FEES)] for n in range(4)]
    assert converted(*pages).dropped == {"page numbers": 4}


def test_convert_rows_numbers_of_close_cells_are_parted() -> None:
    width = text_width("2,454")
    lines = [Text("2,454", 100, 150), Text("2,355", 100 + width, 150), Text("2,378", 100 + 2 * width, 150)]
    assert paragraphs(lines) == ["2,454 2,355 2,378"]


def test_convert_rows_headings_by_size_and_weight() -> None:
    lines = [
        Text("Harbour Report", 60, 60, 24, True),
        *body(SHIPS, y=90),
        Text("Money", 60, 180, 16, True),
        Text("and fees", 60, 198, 16, True),
        Text("Fees of ships", 60, 220, 10, True),
        *body(FEES, y=240),
        Text("Light", 60, 330, 16, True),
        *body(FOG, y=350),
        Text("End", 60, 450, 16, True),
    ]
    out = converted(lines)
    assert out.text.split("\n\n") == [
        "Harbour Report",
        SHIPS,
        "# Money and fees",
        "## Fees of ships",
        FEES,
        "# Light",
        FOG,
        "End",
    ]
    assert (out.title, out.has_headings) == ("Harbour Report", True)


def test_convert_rows_headings_by_outline() -> None:
    pages = [[Text("Ships", 60, 60), *body(SHIPS, y=90), Text("Fees", 60, 200), *body(FEES, y=230)], body(FOG, FOG)]
    out = converted(*pages, outline=[("Ships", 1), ("FEES", 1), ("Fog", 2)], title="harbour_report.indd")
    assert out.text == f"# Ships\n\n{SHIPS}\n\n# Fees\n\n{FEES}\n\n\f{FOG}\n\n{FOG}"
    assert (out.title, out.has_headings) == ("", True)


def test_convert_rows_turned_text_is_read_after_the_page() -> None:
    turned = [line._replace(x=400 + line.y - 150, y=700, turn=90) for line in paragraph(FOG, 0, 150, 300)]
    assert paragraphs([*turned, *body(SHIPS, FEES)]) == [SHIPS, FEES, FOG]
    assert paragraphs(body(SHIPS, FEES), rotate=180) == [SHIPS, FEES]


def test_convert_rows_text_outside_the_page_is_dropped() -> None:
    out = converted([Text("Printer's mark", -300, 400), *body(SHIPS)], box=(10, 20, 500, 800))
    assert (out.text, out.dropped) == (SHIPS, {"characters outside the page": 13})


def test_convert_rows_characters_that_look_the_same_are_the_usual_ones() -> None:
    assert paragraphs([Text("港務\uf9b4\u2f92\u2f00\uf93f", 60, 100)]) == ["港務領見一錄"]


def test_convert_rows_title_of_minutes_goes_before_letterhead_and_template() -> None:
    lines = [Text("港務學會", 60, 60, 20), Text("港務學會第3次理事會議會議\u7d00\uf93f", 60, 100, 12), *body(SEA, TIDE)]
    found = converted(lines, title="Department of Harbours")
    assert found.title == "港務學會第3次理事會議會議紀錄"
    assert found.text.split("\n\n") == ["港務學會", found.title, SEA, TIDE]
    # With other headings it is the one over them all.
    more = [Text("港務報告", 60, 400, 14), *body(TIDE, y=430)]
    marked = ["港務學會", f"# {found.title}", SEA, TIDE, "## 港務報告", TIDE]
    assert paragraphs([*lines, *more]) == marked


def test_convert_rows_spread_lines_have_no_spaces_between_ideographs() -> None:
    lines = paragraph(SEA, 60, 150, 200)
    word = "管理事務所は求めておりますので"
    spread = Text(word, 60, 164, spacing=3.5)
    assert paragraphs([lines[0], spread, Text("知らせます。", 60, 178)]) == [f"{lines[0].text}{word}知らせます。"]


@pytest.mark.parametrize(
    ("title", "real"),
    [
        ("Harbour Report 2030", "Harbour Report 2030"),
        (" 港務\n年報 ", "港務 年報"),
        ("Report", "Report"),
        ("Microsoft Word - report.doc", ""),
        ("untitled", ""),
        ("05292024_Harbour_Overview", ""),
        ("report-final.pdf", ""),
        ("Slide 1", ""),
        ("glxz-10k_20311231.htm", ""),
        ("PowerPoint 簡報", ""),
        ("新增 Microsoft Word 文件", ""),
        ("港務白皮書2031年版", "港務白皮書2031年版"),
        ("12", ""),
    ],
)
def test_real_title_file_names_are_no_titles(title: str, real: str) -> None:
    assert real_title(title) == real


WORDS = st.text(st.sampled_from("abcdefgXYZ年報船,.()0123456789"), min_size=1, max_size=9).map("a{}".format)
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=6), min_size=1, max_size=14)


@settings(max_examples=60, deadline=None)
@given(LINES, st.lists(st.sampled_from([0.0, 10.0, 40.0]), min_size=14, max_size=14), st.sampled_from([12.0, 14.0, 22.0]))
def test_convert_rows_one_column_keeps_characters_in_order(
    lines: list[list[str]], indents: list[float], leading: float
) -> None:
    texts = [Text(" ".join(words), 60 + indents[n], 200 + leading * n) for n, words in enumerate(lines)]
    out = converted(texts)
    assert "".join(out.text.replace("#", "").split()) == "".join("".join(words) for words in lines)
    assert out.dropped == {}


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, min_size=3, max_size=5), st.sampled_from([12.0, 20.0]))
def test_convert_rows_pages_keep_characters_in_order(pages: list[list[list[str]]], leading: float) -> None:
    texts = [
        [Text(" ".join(words), 60, 200 + leading * n) for n, words in enumerate(lines)] + [Text(f"- {number} -", 280, 810)]
        for number, lines in enumerate(pages, 1)
    ]
    out = converted(*texts)
    expected = "".join("".join(words) for lines in pages for words in lines)
    assert "".join(out.text.replace("#", "").split()) == expected
    assert (out.dropped, out.text.count("\f")) == ({"page numbers": len(pages)}, len(pages) - 1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 24), WORDS, st.sampled_from([7.0, 10.0, 16.0]), st.booleans()),
        min_size=1,
        max_size=40,
        unique_by=lambda cell: cell[:2],
    )
)
def test_convert_rows_scattered_texts_lose_no_character(cells: list[tuple[int, int, str, float, bool]]) -> None:
    texts = [Text(word, 40 + 50 * column, 150 + 20 * row, size, bold) for column, row, word, size, bold in cells]
    lines = converted(texts).text.replace("#", "").split("\n\n")
    # Each row of a table repeats the heads.
    text = "".join(plain_row(line, heads) for line, heads in zip(lines, find_heads(lines), strict=True)).replace("|", "")
    assert Counter("".join(text.split())) == Counter("".join(word for _, _, word, _, _ in cells))
