"""Read which chapter a question names by its number, such as 第二章 or chapter 2."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.models import SectionPath
from index.text.localization import CJK
from index.text.numerals import parse_numeral

NUMERAL = r"[0-9０-９一二三四五六七八九十壹貳贰參叁肆伍陸陆柒捌玖拾]{1,3}"
CHAPTER = re.compile(rf"第\s?({NUMERAL})\s?(?:章|部分|部份)|\bchapter\s({NUMERAL})\b|(?<![0-9])({NUMERAL})章", re.I)
# The number with which a heading begins.
HEADING_NUMBER = re.compile(rf"(?:第|chapter\s|part\s)?\s?({NUMERAL})(?=\s?[、.．:：章部]|\s)", re.I)
REPORT = {True: "這份報告", False: "the report"}  # what a question without its chapter is about, by whether it is Chinese


def read_chapter(question: str, sections: Sequence[SectionPath]) -> tuple[SectionPath, str] | None:
    """Return the chapter that a question names, and the question with "the report" in its place.

    A chapter is the outermost section whose heading begins with the number, or else the one at that place.

    :param sections: the sections of one report, in order.
    :return: None if the question names no chapter, or the report does not have it.
    """
    match = CHAPTER.search(question)
    if not match:
        return None
    number = parse_numeral(next(filter(None, match.groups())))
    chapters = list(dict.fromkeys(path[:1] for path in sections))
    starts = [HEADING_NUMBER.match(path[0]) for path in chapters]
    numbers = [parse_numeral(start[1]) if start else None for start in starts]
    if number not in numbers and any(numbers):
        return None
    place = numbers.index(number) if number in numbers else number - 1
    if not 0 <= place < len(chapters):
        return None
    report = REPORT[bool(CJK.search(match[0]))]
    return chapters[place], f"{question[: match.start()]}{report}{question[match.end() :]}"
