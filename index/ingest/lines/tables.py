"""Write tables as lines, whatever format they come from: find their heads, and put these before the cells of each row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.ingest.lines.list_marks import LABEL
from index.reports.reader import SENTENCE_ENDS, display_width
from index.reports.table_rows import CELL_BAR, LONG_ROW, is_row, join_cells, pair_cell

MOST_HEADS = 3  # rows of heads
LONGEST_HEAD = 60  # display columns
MOST_REPEATED = 60  # characters of a cell over several rows that is repeated in each
FEW_FIGURES = 0.8  # minimum share of figures in a column of them
HEADING_MARK = re.compile(r"#{1,6} ")
FIGURE = re.compile(r"[^\w\s]{0,3}\s?[\d０-９][\d０-９,.:/\s–-]*[^\w\s]{0,3}|[-–—]|N/?A")
YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d(?:[-/–]\d{2,4})?|(?:民國\s?)?\d{2,4}\s?年度?", re.IGNORECASE)
# Words that heads of columns have, in any of the languages that reports are read in.
HEAD_WORDS = re.compile(
    r"\b(?:names?|titles?|organi[sz]ations?|affiliations?|positions?|roles?|departments?|agency|unit|office|e-?mail|phone|country"
    r"|city|date|day|time|sessions?|topics?|subject|items?|activity|activities|event|speakers?|presenters?|moderators?|no\.?|number"
    r"|description|remarks?|notes?|comments?|status|progress|deadline|due|owner|responsible|lead|actions?|decisions?|amount|budget"
    r"|costs?|total|price|fees?|year|quarter|category|type|questions?|answers?|issues?|recommendations?|responses?|milestones?"
    r"|targets?|indicators?|weight|percent(?:age)?|share|score|results?|location|venue|place|address|program(?:me)?|projects?"
    r"|source|version)(?!\w)"
    r"|(?:姓名|名稱|名称|職稱|职称|職務|職位|單位|单位|機關|机关|機構|部門|部门|項次|序號|序号|編號|编号|項目|项目|科目|類別|类别|內容|内容|說明|说明"
    r"|備註|备注|日期|時間|时间|地點|地点|主題|議題|議程|講者|講師|主持人|金額|金额|預算|预算|決算|經費|数量|數量|比例|百分比|權重|指標|目標"
    r"|進度|狀態|负责人|負責人|主辦|協辦|期限|查核點|份數|階段|問題|回覆|答覆|意見|決議|辦理情形|電話|信箱|國家|年度|合計|小計|單價|規格"
    r"|標準|方法|規則|結果|建議|理由|氏名|所属|役職|日時|場所|備考|予算|件数|区分|種別)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its paragraphs, how many columns and rows it covers, and whether it is marked or printed as a head."""

    paragraphs: tuple[str, ...]
    columns: int = 1
    rows: int = 1
    is_head: bool = False
    is_bold: bool = False

    @property
    def text(self) -> str:
        """The paragraphs as one line, without marks of headings."""
        return " ".join(" ".join(HEADING_MARK.sub("", each.strip(), count=1) for each in self.paragraphs).split())


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell in a row, with its column. `is_repeated` is whether it began in a row above."""

    cell: Cell
    column: int
    is_repeated: bool = False


def write_table(rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """Yield a table row by row: the rows of heads, then each other row with the heads before its cells.

    A row of a single cell is a frame around paragraphs.
    """
    placed = place_cells(rows)
    first = next((at for at, row in enumerate(placed) if len(row) > 1), len(placed))
    count = count_heads(placed[first:])
    heads = head_texts(placed[first : first + count])
    for at, row in enumerate(placed):
        if len(row) == 1:
            yield from (paragraph for paragraph in row[0].cell.paragraphs if paragraph)
        elif at >= first + count:
            yield from write_row([(heads.get(each.column, ""), each.cell.paragraphs) for each in row])
        elif count and at == first + count - 1:
            # The lowest heads with those above them, as the rows below have them.
            width = max((*heads, *(each.column for each in row))) + 1
            if (line := join_cells(heads.get(column, "") for column in range(width))).strip("| "):
                yield line
        else:
            yield from write_row([("", each.cell.paragraphs) for each in row])


def place_cells(rows: Sequence[Sequence[Cell]]) -> list[list[PlacedCell]]:
    """Return the cells of each row in their columns, short ones that cover several rows in each of these."""
    placed: list[list[PlacedCell]] = []
    covering: dict[int, tuple[Cell, int]] = {}  # by column; with the number of rows that are left
    for row in rows:
        line: list[PlacedCell] = []
        column, pending = 0, list(row)
        while pending or any(at >= column for at in covering):
            if column in covering:
                cell, left = covering.pop(column)
                if len(cell.text) <= MOST_REPEATED:
                    line.append(PlacedCell(cell, column, True))
                if left > 1:
                    covering[column] = cell, left - 1
                    # It is looked at again in the next row.
                    column += cell.columns
                    continue
                column += cell.columns
            elif pending:
                cell = pending.pop(0)
                line.append(PlacedCell(cell, column))
                if cell.rows > 1:
                    covering[column] = cell, cell.rows - 1
                column += cell.columns
            else:
                column += 1
        placed.append(line if row else [])
    return placed


def count_heads(rows: Sequence[Sequence[PlacedCell]]) -> int:
    """Return how many rows at the top of a table are heads: those marked as such, or else the first if it looks like one."""
    marked = 0
    for row in rows[:MOST_HEADS]:
        if not any(each.cell.is_head for each in row) or not all(each.cell.is_head for each in row if each.cell.text):
            break
        marked += 1
    if marked:
        return marked if marked < len(rows) else 0
    if not rows:
        return 0
    first = {each.column: each.cell.text for each in rows[0]}
    below = [{each.column: each.cell.text for each in row} for row in rows[1:] if len(row) > 1]
    bold = [all(each.cell.is_bold for each in row if each.cell.text) for row in rows]
    return int(look_like_heads(first, below, is_bold=bold[0] and not all(bold)))


def look_like_heads(first: dict[int, str], below: Sequence[dict[int, str]], *, is_bold: bool) -> bool:
    """Return whether the first row of a table holds the heads of its columns.

    :param first: Texts by column.
    :param below: Those of the other rows.
    :param is_bold: Whether the first row stands out in bold type.
    """
    texts = [text for text in first.values() if text]
    if not below or len(texts) < 2 or len(set(texts)) < len(texts) or not all(map(may_be_head, texts)):
        return False
    # A form has labels in its first column instead.
    leftmost = min(first)
    if any(LABEL.match(f"{row.get(leftmost, '')}:") for row in below):
        return False
    if is_bold or sum(bool(HEAD_WORDS.search(text)) for text in texts) * 2 > len(texts):
        return True
    return any(column != leftmost and is_figures(column, below) for column in first)


def may_be_head(text: str) -> bool:
    """Return whether a text is short and neither a figure, but for a year, nor a sentence."""
    is_plain = not FIGURE.fullmatch(text) or bool(YEAR.fullmatch(text))
    return is_plain and display_width(text) <= LONGEST_HEAD and text[-1] not in SENTENCE_ENDS and not is_row(text)


def is_figures(column: int, rows: Sequence[dict[int, str]]) -> bool:
    """Return whether the cells of a column are figures."""
    texts = [text for row in rows if (text := row.get(column))]
    figures = sum(bool(FIGURE.fullmatch(text)) and any(map(str.isdecimal, text)) for text in texts)
    return bool(texts) and figures >= FEW_FIGURES * len(texts)


def head_texts(rows: Sequence[Sequence[PlacedCell]]) -> dict[int, str]:
    """Return the head of each column: those of all rows over it, from above."""
    heads: dict[int, list[str]] = {}
    for row in rows:
        for each in row:
            for column in range(each.column, each.column + each.cell.columns):
                texts = heads.setdefault(column, [])
                if each.cell.text and each.cell.text not in texts:
                    texts.append(each.cell.text)
    return {column: " ".join(texts) for column, texts in heads.items()}


def write_row(cells: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    """Yield a row as one paragraph with bars between its cells.

    Under heads, empty cells are left out. A row that is too long for one quotation, or that has a table in a cell, ends
    after the first paragraph of that cell; the other paragraphs of that cell and the cells after it follow as they are.

    :param cells: Head, empty for none, and paragraphs of each cell.
    """
    has_heads = any(head for head, _ in cells)
    written: list[list[str]] = []
    for head, paragraphs in cells:
        texts = [" ".join(HEADING_MARK.sub("", each.strip(), count=1).split()) for each in paragraphs if each.strip()]
        if texts or not has_heads:
            is_text = bool(texts) and not is_row(texts[0])
            written.append([pair_cell(head, texts[0]), *texts[1:]] if is_text else texts)
    row = join_cells(" ".join(texts) for texts in written)
    if has_heads and len(written) == 1 and any(head and paragraphs for head, paragraphs in cells):
        # The bar marks it as a row whose other cells are empty.
        row = f"{row} |"
    is_nested = any(is_row(text) for texts in written for text in texts)
    if not row.strip("| "):
        return
    if len(row) <= LONG_ROW and not is_nested:
        yield row
        return
    begun: list[str] = []
    for at, texts in enumerate(written):
        if any(map(is_row, texts)) or len(CELL_BAR.join([*begun, " ".join(texts)])) > LONG_ROW:
            is_text = bool(texts) and not is_row(texts[0])
            if line := join_cells([*begun, *texts[:is_text]]):
                yield line
            yield from texts[is_text:]
            for rest in written[at + 1 :]:
                yield from rest
            return
        begun.append(" ".join(texts))
