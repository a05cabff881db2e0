"""Glyphs become words and words rows by where they stand."""

import pytest

from index.ingest.pdf.glyphs import Glyph
from index.ingest.pdf.lines import Word, group_rows, join_glyphs, split_cells
from index.ingest.pdf.tables import row_cells


def glyphs(
    text: str, left: float = 0, run: int = 0, spaced: int = 0, baseline: float = 100, size: float = 10
) -> list[Glyph]:
    return [
        Glyph(each, left + n * size / 2, left + (n + 1) * size / 2, baseline, size, False, "F", spaced if n == 0 else 0, run)
        for n, each in enumerate(text)
    ]


def rows(*words: list[Glyph]) -> list[str]:
    return [row.text for row in group_rows(1, join_glyphs([glyph for word in words for glyph in word]))]


def test_join_glyphs_gaps_of_text_objects_are_spaces() -> None:
    assert rows(glyphs("har"), glyphs("bour", 15, run=1), glyphs("fees", 38, run=2)) == ["harbour fees"]
    assert rows(glyphs("12,345"), glyphs("678", 30, run=1)) == ["12,345 678"]
    assert rows(glyphs("12,34"), glyphs("5", 25, run=1)) == ["12,345"]
    # What PDFium takes for a space has no width.
    assert rows(glyphs("har"), glyphs("bour", 15, spaced=1)) == ["harbour"]


def test_join_glyphs_ideographs_have_no_spaces_but_printed_ones() -> None:
    assert rows(glyphs("港"), glyphs("務", 8, spaced=1)) == ["港務"]
    assert rows(glyphs("港"), glyphs("務", 8, spaced=2)) == ["港 務"]


def test_group_rows_raised_mark_stands_in_its_row() -> None:
    words = [glyphs("fees"), glyphs("1", 20, run=1, baseline=96, size=6), glyphs("are", 30, run=2, spaced=2)]
    assert rows(*words, glyphs("due", 0, run=3, baseline=114)) == ["fees1 are", "due"]


def test_group_rows_raised_mark_stands_before_its_note() -> None:
    assert rows(glyphs("1", 0, baseline=97, size=5), glyphs("fees", 4, run=1)) == ["1fees"]


def test_group_rows_first_character_with_too_wide_a_box_stays_behind() -> None:
    (wide, *others) = glyphs("星期六", 12, run=1)
    assert rows(glyphs("日(", 0), [wide._replace(left=4), *others], glyphs(")", 28, run=2)) == ["日(星期六)"]


def test_group_rows_large_initial_begins_the_first_row_beside_it() -> None:
    words = [glyphs("S", size=40), glyphs("hips", 21, run=1, baseline=75), glyphs("wait", 21, run=2, baseline=88)]
    assert rows(*words, glyphs("at sea", 0, run=3, baseline=112)) == ["Ships", "wait", "at sea"]


def test_split_cells_only_wide_gaps_part_cells() -> None:
    words = [Word(text, left, left + 20, 100, 10, False, "F", True) for text, left in (("a", 0), ("b", 25), ("c", 60))]
    (row,) = group_rows(1, words)
    assert [cell.text for cell in split_cells(row)] == ["a b", "c"]


@pytest.mark.parametrize("mark", ["•", "➔", "▲", "☐", "-", "\u00ad", "1.", "(a)"])
def test_row_cells_mark_of_an_item_is_no_cell(mark: str) -> None:
    (row,) = group_rows(1, join_glyphs([*glyphs(mark), *glyphs("Ships", 40, run=1)]))
    assert [cell.text for cell in row_cells(row)] == [f"{mark} Ships"]
