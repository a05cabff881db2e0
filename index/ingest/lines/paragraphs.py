"""Join lines that are broken by hand into paragraphs, whatever format they come from."""

from __future__ import annotations

import re

from index.ingest.lines.list_marks import starts_paragraph
from index.reports.reader import PARAGRAPH_ENDS, line_joint

# Characters that stand for a line break within a paragraph: one that the author made, and one that the width of a file made.
HARD_BREAK, SOFT_BREAK = "\v", "\x1c"


def join_lines(content: str) -> list[str]:
    """Return the paragraphs that breaks separate: labels and list items, and after a hard one also what ends a sentence.

    A form feed stays where a page begins.

    :param content: With `HARD_BREAK` and `SOFT_BREAK`.
    """
    lines: list[str] = []
    ends_hard = False
    for raw in content.replace(HARD_BREAK, f"{HARD_BREAK}{SOFT_BREAK}").split(SOFT_BREAK):
        if line := re.sub(" {2,}", " ", raw.replace(HARD_BREAK, " ")).strip():
            is_ended = ends_hard and bool(lines) and lines[-1][-1] in PARAGRAPH_ENDS
            if lines and not is_ended and not starts_paragraph(line):
                lines[-1] += line_joint(lines[-1], line) + line
            else:
                lines.append(line)
        ends_hard = raw.endswith(HARD_BREAK) or (ends_hard and not line)
    return [re.sub(" ?\f ?", "\f", line) for line in lines]
