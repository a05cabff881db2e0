"""Group glyphs into words and words into lines by their positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from index.ingest.pdf.glyphs import Glyph
from index.reports.reader import is_wide

# All lengths are in ems, the size of the font.
NO_GAP = 0.05  # where PDFium finds a space without a gap, the characters belong together
NARROW_SPACE = 0.15
WORD_GAP = 0.22  # between characters of different text objects; a space is at least 0.2 wide
# Beside wide characters typesetting leaves gaps of its own, up to these, where the text has no space.
WIDE_GAP, IDEOGRAPH_GAP = 0.5, 0.8
CELL_GAP = 0.9  # between cells of a table or the texts of columns
SAME_BASELINE = 0.25
# A raised or lowered mark is smaller than its line.
MARK_SIZE, SMALLEST_MARK = 0.9, 0.4
INITIAL = 1.7  # size of an initial, in sizes of the text beside it
LETTERS_TO_TELL = 5  # words of one character in a row that is letter-spaced
FIGURES = frozenset("0123456789")


class Word(NamedTuple):
    """Characters of one style without a space. `spaced` is whether the text has a space before it.

    `number` counts the words of a page in the order of the file.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    font: str
    spaced: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """Words on a common baseline from left to right. `size` and `baseline` are those of most characters.

    `cells` are those of a row in a table with rules, each of its lines; the words are then those of all of them.
    """

    page: int
    words: tuple[Word, ...]
    size: float
    baseline: float
    text: str
    cells: tuple[tuple[Line, ...], ...] = ()

    @property
    def left(self) -> float:
        """The left edge."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """The right edge."""
        return max(word.right for word in self.words)

    @property
    def top(self) -> float:
        """The height that most letters reach."""
        return self.baseline - 0.8 * self.size

    @property
    def style(self) -> tuple[float, bool, str]:
        """Size, whether bold, and font of most characters."""
        return dominant_style(self.words)


def make_line(page: int, words: Sequence[Word]) -> Line:
    """Build a line of words from left to right."""
    size, _, _ = dominant_style(words)
    baseline = next(word.baseline for word in words if round(word.size, 1) == size)
    return Line(page, tuple(words), size, baseline, words_text(words))


def dominant_style(words: Iterable[Word]) -> tuple[float, bool, str]:
    """Return size, rounded to a tenth, whether bold, and font of most characters."""
    counts: dict[tuple[float, bool, str], int] = {}
    for word in words:
        style = (round(word.size, 1), word.bold, word.font)
        counts[style] = counts.get(style, 0) + len(word.text)
    return max(counts, key=lambda style: (counts[style], style))


def words_text(words: Sequence[Word]) -> str:
    """Return the text of words with the spaces between them."""
    return "".join(f" {word.text}" if position and word.spaced else word.text for position, word in enumerate(words))


def join_glyphs(glyphs: Sequence[Glyph]) -> list[Word]:
    """Join glyphs into words, in the order of the file."""
    words: list[Word] = []
    group: list[Glyph] = []
    spaced = False
    for glyph in glyphs:
        if group:
            last = group[-1]
            gap = _gap_kind(group, last, glyph)
            if gap:
                words.append(_make_word(group, spaced, len(words)))
                group, spaced = [], gap > 1
        group.append(glyph)
    if group:
        words.append(_make_word(group, spaced, len(words)))
    return words


def _gap_kind(group: Sequence[Glyph], last: Glyph, glyph: Glyph) -> int:
    """Return 0 if a glyph belongs to the word of `last`, 1 if another word begins without a space, 2 with one."""
    em = last.size if last.size > glyph.size else glyph.size
    gap = glyph.left - last.right
    if glyph.run == last.run and not glyph.spaced and -em <= gap <= WORD_GAP * em and glyph.baseline == last.baseline:
        return 0
    if abs(glyph.baseline - last.baseline) > 0.1 * em:
        return 1 if abs(glyph.baseline - last.baseline) < em and -0.3 * em < gap < WORD_GAP * em else 2
    if gap < -em or gap > CELL_GAP * em:
        return 2
    if glyph.spaced == 2 or (glyph.spaced and gap > NO_GAP * em):
        wide = is_wide(last.text[-1]) + is_wide(glyph.text[0])
        # PDFium also finds gaps in lines that are spread to the column's width.
        is_layout = glyph.spaced == 1 and wide and gap < (IDEOGRAPH_GAP if wide > 1 else WIDE_GAP) * em
        return 1 if is_layout else 2
    if glyph.run != last.run:
        if gap > WORD_GAP * em and not is_wide(last.text[-1]) and not is_wide(glyph.text[0]):
            return 2
        if glyph.text[0] in FIGURES and _ends_number(group):
            return 2
    return int((last.size, last.bold, last.font) != (glyph.size, glyph.bold, glyph.font))


def _ends_number(group: Sequence[Glyph]) -> bool:
    """Return whether a word ends with a comma and three figures, so that another figure begins another number."""
    tail = "".join(glyph.text for glyph in group[-4:])[-4:]
    return len(tail) == 4 and tail[0] == "," and FIGURES.issuperset(tail[1:])


def _make_word(glyphs: Sequence[Glyph], spaced: bool, number: int) -> Word:
    first = glyphs[0]
    return Word(
        "".join(glyph.text for glyph in glyphs),
        min(glyph.left for glyph in glyphs),
        max(glyph.right for glyph in glyphs),
        first.baseline,
        first.size,
        first.bold,
        first.font,
        spaced,
        number,
    )


def group_rows(page: int, words: Sequence[Word]) -> list[Line]:
    """Group the words of a page into rows, from top to bottom, each over the whole width of the page.

    Marks above or below the baseline belong to the row of the word that they touch.
    """
    rows: list[list[Word]] = []
    by_height: dict[int, list[list[Word]]] = {}
    for word in sorted(words, key=lambda word: -word.size):
        row = _find_row(word, by_height)
        if row is None:
            row = []
            rows.append(row)
            by_height.setdefault(int(word.baseline) // 8, []).append(row)
        row.append(word)
    _place_initials(rows)
    lines = [make_line(page, _order_words(row)) for row in rows if row]
    return sorted(lines, key=lambda line: (line.baseline, line.left))


def _place_initials(rows: list[list[Word]]) -> None:
    """Put a large initial, which reaches down over several rows, in front of the uppermost of them."""
    for row in rows:
        if len(row) == 1 and len(row[0].text) == 1 and row[0].text.isalpha():
            initial = row[0]
            beside = [
                other
                for other in rows
                if other
                and other[0].size * INITIAL <= initial.size
                and 0 <= min(word.left for word in other) - initial.right < initial.size
                and 0 < initial.baseline - other[0].baseline < initial.size
            ]
            if beside:
                target = min(beside, key=lambda other: other[0].baseline)
                first = min(target, key=lambda word: word.left)
                target[target.index(first)] = first._replace(spaced=False, number=initial.number + 1)
                target.append(initial)
                row.clear()


def _find_row(word: Word, by_height: dict[int, list[list[Word]]]) -> list[Word] | None:
    """Return the row that a word of at most its size belongs to."""
    reach = max(1, int(word.size / SMALLEST_MARK / 8) + 1)
    cell = int(word.baseline) // 8
    near = [row for at in range(cell - reach, cell + reach + 1) for row in by_height.get(at, ())]
    level = [row for row in near if abs(row[0].baseline - word.baseline) <= SAME_BASELINE * word.size]
    if level:
        return min(level, key=lambda row: abs(row[0].baseline - word.baseline))
    for row in near:
        first = row[0]
        if SMALLEST_MARK * first.size <= word.size <= MARK_SIZE * first.size and (
            -0.75 * first.size < word.baseline - first.baseline < 0.35 * first.size
        ):
            gap = 0.5 * word.size
            if any(
                other.left - gap <= word.right and word.left <= other.right + gap and other.size > word.size for other in row
            ):
                return row
    return None


def _order_words(words: Sequence[Word]) -> list[Word]:
    """Order the words of a row from left to right, with spaces by gaps where the file has other words in between."""
    ordered = sorted(words, key=lambda word: word.left)
    for at, (before, word) in enumerate(pairwise(ordered)):
        # Some fonts give the first character of a text too wide a box, so that it begins before the word in front of it.
        if word.number + 1 == before.number and word.left + word.right < before.left + before.right:
            ordered[at : at + 2] = word, before
    is_spread = _usual_gap(ordered) > 0
    for position in range(1, len(ordered)):
        word, before = ordered[position], ordered[position - 1]
        gap, em = word.left - before.right, max(word.size, before.size)
        spaced = word.spaced
        if is_spread:
            spaced = False
        elif gap > CELL_GAP * em:
            spaced = True
        elif word.number != before.number + 1:
            spaced = gap > (WIDE_GAP if is_wide(before.text[-1]) or is_wide(word.text[0]) else NARROW_SPACE) * em
        if spaced != word.spaced:
            ordered[position] = word._replace(spaced=spaced)
    return ordered


def split_cells(line: Line, gap: float = CELL_GAP) -> list[Line]:
    """Split a row where a gap is wider than spaces are.

    :param gap: In ems.
    """
    if line.cells:
        return [line]
    spread = _usual_gap(line.words)
    cells: list[list[Word]] = [[line.words[0]]]
    right = line.words[0].right
    for word in line.words[1:]:
        last = cells[-1][-1]
        em = last.size if last.size > word.size else word.size
        # The spaces of a line that is spread to the column's width are wide but alike.
        if word.left - right > gap * em and word.left - right > 2 * spread:
            cells.append([])
        cells[-1].append(word)
        right = word.right if word.right > right else right
    return [make_line(line.page, cell) for cell in cells] if len(cells) > 1 else [line]


def _usual_gap(words: Sequence[Word]) -> float:
    """Return the median gap between the words of a row that is letter-spaced: mostly single wide characters."""
    single = sum(len(word.text) == 1 and is_wide(word.text) for word in words)
    if len(words) < LETTERS_TO_TELL or single < 0.8 * len(words):
        return 0.0
    gaps = sorted(word.left - before.right for before, word in pairwise(words))
    return gaps[len(gaps) // 2]
