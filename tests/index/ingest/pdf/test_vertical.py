"""Vertical writing in PDFs, by the places of its glyphs."""

from hypothesis import given
from hypothesis import strategies as st

from index.ingest.pdf.glyphs import Glyph
from index.ingest.pdf.lines import group_rows, join_glyphs
from index.ingest.pdf.vertical import turn_vertical

SEA = "船が港に入る前に水先人へ知らせることを管理事務所は求めており、知らせがない船は沖で待つことになります。"
WIDTH = 595.0


def placed(text: str, middle: float, baseline: float, across: float, run: int = 0) -> Glyph:
    return Glyph(text, middle - across / 2, middle + across / 2, baseline, 10.0, False, "F", 0, run)


def columns(text: str, length: int) -> list[Glyph]:
    """A text in vertical lines from right to left, a character at a time; marks stand beside the middle of their line."""
    return [
        placed(sign, 500 - 18 * (at // length) + 3 * (sign in "、。"), 100 + 10 * (at % length), 10, at)
        for at, sign in enumerate(text)
    ]


def lines(glyphs: dict[int, list[Glyph]], turns: int = 3) -> list[str]:
    return [line.text for line in group_rows(1, join_glyphs(glyphs.get(turns, [])))]


def test_turn_vertical_lines_are_read_from_right_to_left() -> None:
    turned, has_vertical = turn_vertical({0: columns(SEA, 20)}, WIDTH)
    assert has_vertical
    assert lines(turned) == [SEA[:20], SEA[20:40], SEA[40:]]


def test_turn_vertical_text_objects_of_whole_lines_are_lines() -> None:
    glyphs = [placed(text, middle, 100, 10, run) for run, (text, middle) in enumerate(((SEA[:25], 500), (SEA[25:], 482)))]
    assert lines(turn_vertical({0: glyphs}, WIDTH)[0]) == [SEA[:25], SEA[25:]]


def test_turn_vertical_figures_across_a_line_stand_in_it_and_page_numbers_do_not() -> None:
    line = columns("管理事務所は昭和□年から港にある", 30)
    figures = [placed(sign, 497.5 + 5 * at, 180, 5, 50 + at) for at, sign in enumerate("12")]
    number = placed("12", 290, 800, 10, 60)
    turned, _ = turn_vertical({0: [*line[:8], *figures, *line[9:], number]}, WIDTH)
    assert lines(turned) == ["管理事務所は昭和12年から港にある"]
    assert turned[0] == [number]


def test_turn_vertical_turned_words_stand_in_their_line() -> None:
    line = columns("港の費用として□□□という費用もあります", 30)
    # Turned text comes in coordinates in which it is level.
    word = Glyph("Fee", 100 + 7 * 10 - 8, 100 + 10 * 10 - 10, WIDTH - 500 + 3.8, 10.0, False, "F", 0, 90)
    turned, _ = turn_vertical({0: [*line[:7], *line[10:]], 3: [word]}, WIDTH)
    assert lines(turned) == ["港の費用としてFeeという費用もあります"]


def test_turn_vertical_marks_of_vertical_lines_become_ordinary_ones() -> None:
    assert lines(turn_vertical({0: columns("船は﹁沖﹂で待つこと︑決まりです︒", 30)}, WIDTH)[0]) == [
        "船は「沖」で待つこと、決まりです。"
    ]


def test_turn_vertical_level_text_stays_as_it_is() -> None:
    level = {0: [placed(sign, 60 + 10 * (at % 20), 100 + 18 * (at // 20), 10, at) for at, sign in enumerate(SEA)]}
    assert turn_vertical(level, WIDTH) == (level, False)


@given(st.text(st.characters(min_codepoint=0x3042, max_codepoint=0x3093), min_size=20, max_size=90), st.integers(10, 40))
def test_turn_vertical_any_text_keeps_its_order(text: str, length: int) -> None:
    assert "".join(lines(turn_vertical({0: columns(text, length)}, WIDTH)[0])) == text
