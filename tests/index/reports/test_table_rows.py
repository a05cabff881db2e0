"""Rows of tables as lines, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reports.table_rows import find_heads, join_cells, pair_cell, plain_row, read_row, split_cells

TEXTS = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("head", "text", "cell"),
    [("Fee", "40", "Fee: 40"), ("金額：", "40", "金額：40"), ("", "40", "40"), ("Fee", "", "")],
)
def test_pair_cell_has_colon_of_its_script(head: str, text: str, cell: str) -> None:
    assert pair_cell(head, text) == cell


@pytest.mark.parametrize(
    ("line", "heads", "cells"),
    [
        ("Fee: a | Due: b: c", ("Fee", "Amount", "Due"), [("a", 0), ("b: c", 2)]),
        ("港 | 2030: 7", ("", "2030"), [("港", 0), ("7", 1)]),
        ("Amount: 7 |", ("Fee", "Amount"), [("7", 1)]),
        ("Due: b | Fee: a", ("Fee", "Due"), []),
        ("a | b", ("", ""), []),
        ("Fee: a", ("Fee", "Due"), []),
    ],
)
def test_read_row_cells_are_below_their_heads(line: str, heads: tuple[str, ...], cells: list[tuple[str, int]]) -> None:
    assert [(line[cell.start : cell.end], cell.column) for cell in read_row(line, heads)] == cells


def test_find_heads_rows_and_their_line_of_heads_share_them() -> None:
    lines = ["a | b", "Fee | Due", "Fee: x | Due: y", "text", "Part | Share", "Part: p | Share: 1", "odd | row", "Due: z |"]
    fees, parts = ("Fee", "Due"), ("Part", "Share")
    assert find_heads(lines) == [(), fees, fees, (), parts, parts, (), fees]


@given(st.lists(TEXTS, min_size=2, max_size=5, unique=True), st.data())
def test_plain_row_gives_what_was_written(heads: list[str], data: st.DataObject) -> None:
    texts = data.draw(st.lists(TEXTS, min_size=len(heads), max_size=len(heads)))
    line = join_cells(map(pair_cell, heads, texts))
    assert plain_row(line, tuple(heads)) == " | ".join(texts)
    assert [line[start:end] for start, end in split_cells(line)] == [*map(pair_cell, heads, texts)]
