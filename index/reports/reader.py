"""report.txt and its profile -> Document: pages, unwrapped paragraphs and the heading tree.

Not a character but white space is added or lost. Text extracted from a PDF has one line of the page a line; such a line
ends a paragraph if what follows would still have fitted on it, which a typesetter never leaves undone.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.models import Document, Paragraph, Section
from index.reports.profile import Layout, Profile, ProfilePattern, heading_patterns

TITLE_LIMIT = 60  # characters; a longer numbered paragraph is a sentence
SENTENCE_ENDS = "。！？.!?;；"
PARAGRAPH_ENDS = SENTENCE_ENDS + "：:」』）)"
OPENING, CLOSING = "(（「『[【《〈", ")）」』]】》〉"
# Columns that a ragged line may end early without ending its paragraph, and that a paragraph's first line is indented by.
RAGGED, INDENT = 6, 4
# Four or more wide characters with single spaces between them: a justified line, not words.
LETTER_SPACED = re.compile(r"(?:(?<=\s)|^)\S(?: \S){3,}(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    page: int
    opens: bool  # whether layout alone says that a paragraph begins here


def read_document(text: str, profile: Profile) -> Document:
    """Read a report's text. Never fails: a text without headings is one unnamed section."""
    lines = list(split_lines(text, profile.layout))
    markers = heading_patterns(profile)
    joined, page_starts = "", [0]
    paragraphs: list[Paragraph] = []
    for group in group_lines(lines, markers, profile.layout):
        start = len(joined) + 1 if joined else 0
        joined += "\n" if joined else ""
        for position, line in enumerate(group):
            joined += line_joint(joined, line.text) if position else ""
            page_starts += [len(joined)] * (line.page - len(page_starts))
            joined += line.text
        paragraphs.append(Paragraph(start, len(joined), (), False))
    sections, paragraphs = outline_sections(joined, paragraphs, markers, profile)
    return Document(
        profile.name, profile.title, profile.language, joined, tuple(page_starts), tuple(sections), tuple(paragraphs)
    )


def split_lines(text: str, layout: Layout) -> Iterator[Line]:
    """The lines that hold something, with their page and without the white space around them."""
    page, previous = 1, ""
    for raw in re.split(r"\r\n|[\n\r\v\x85\u2028\u2029]", text):
        for breaks, content in enumerate(raw.split("\f") if layout.page_break == "form-feed" else [raw]):
            page += breaks > 0
            if layout.page_break == "indented" and raw.startswith(" ") and previous.strip():
                page, content = page + 1, raw[1:]
            if stripped := tighten_line(content.strip()):
                indented = layout.lines == "wrapped" and content[:1].isspace()
                yield Line(stripped, page, indented or (layout.lines == "blank-line" and not previous.strip()))
                previous = content
        previous = raw


def tighten_line(line: str) -> str:
    """Take the spaces out of letter-spaced runs of wide characters, white space elsewhere to single spaces."""
    line = re.sub(r"\s+", " ", line)
    return LETTER_SPACED.sub(lambda run: run[0].replace(" ", "") if is_wide(run[0]) else run[0], line)


def is_wide(text: str) -> bool:
    return all(character == " " or unicodedata.east_asian_width(character) in "WF" for character in text)


def display_width(text: str) -> int:
    """Columns that a text fills on the page: two for a wide character, one for any other."""
    return sum(2 if is_wide(character) and character != " " else 1 for character in text)


def line_joint(left: str, right: str) -> str:
    """What a line break between two pieces of one paragraph stands for: a space between words, else nothing."""
    before, after = left[-1], right[0]
    glued = is_wide(before) or is_wide(after) or before in "-–—/([" or after in ",.;:!?)]"
    return "" if glued else " "


def group_lines(lines: list[Line], markers: list[ProfilePattern], layout: Layout) -> Iterator[list[Line]]:
    """Lines -> paragraphs."""
    column = page_width(lines) if layout.lines == "wrapped" else 0
    group: list[Line] = []
    for line in lines:
        numbered = any(marker.match(line.text) for marker in markers)
        if (group and (line.opens or numbered or heading_stands_alone(group, markers, layout))) or (
            group and column and ends_paragraph([part.text for part in group], line.text, column)
        ):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def heading_stands_alone(group: list[Line], markers: list[ProfilePattern], layout: Layout) -> bool:
    """Where paragraphs stand apart, a heading is one line, with or without a blank line after it."""
    return layout.lines == "blank-line" and len(group) == 1 and any(m.match(group[0].text) for m in markers)


def page_width(lines: list[Line]) -> int:
    """The column width: what nine lines of ten do not exceed."""
    widths = sorted(display_width(line.text) for line in lines)
    return widths[len(widths) * 9 // 10] if widths else 0


def ends_paragraph(group: list[str], following: str, column: int) -> bool:
    """Whether a paragraph ends with the last line of `group`, where `following` is the next line of the page."""
    so_far = "".join(group)
    if sum(map(so_far.count, OPENING)) > sum(map(so_far.count, CLOSING)):
        return False
    token = re.match(r"[!-~]+|.", following)
    room = column - display_width(group[-1]) - display_width(token[0] if token else "")
    if so_far[-1] in PARAGRAPH_ENDS:
        return room > (INDENT if len(group) == 1 else 0)
    return room >= RAGGED


def outline_sections(
    text: str, paragraphs: list[Paragraph], markers: list[ProfilePattern], profile: Profile
) -> tuple[list[Section], list[Paragraph]]:
    """Find the headings and give every paragraph its path. Numbering may restart, repeat and skip: only levels count."""
    open_sections: list[Section] = []
    done: list[Section] = []
    placed: list[Paragraph] = []
    for paragraph in paragraphs:
        content = text[paragraph.start : paragraph.end]
        level, title = match_heading(content, markers, profile)
        if title:
            while open_sections and open_sections[-1].level >= level:
                done.append(replace(open_sections.pop(), end=paragraph.start))
            path = (*(section.title for section in open_sections), title)
            open_sections.append(Section(title, level, path, paragraph.start, len(text)))
        path = open_sections[-1].path if open_sections else ()
        placed.append(replace(paragraph, path=path, is_heading=bool(title)))
    return sorted(done + open_sections, key=lambda section: (section.start, section.level)), placed


def match_heading(paragraph: str, markers: list[ProfilePattern], profile: Profile) -> tuple[int, str]:
    """Level from 1 and title of a heading; (0, "") for text: a sentence, or a label with its value.

    A pattern that says where the title is, in a group of that name, is taken at its word.
    """
    for level, marker in enumerate(markers, 1):
        if found := marker.match(paragraph):
            title = found.groupdict().get("title")
            if title is None and runs_on(paragraph, paragraph[found.end() :].strip(), profile):
                return 0, ""
            title = paragraph if title is None else title
            return level, re.sub(r"(?<=[^\x00-\xff]) (?=[^\x00-\xff])", "", title).strip(" ：:")
    return 0, ""


def runs_on(paragraph: str, rest: str, profile: Profile) -> bool:
    """Whether what follows a number, `rest`, makes the paragraph a sentence or a label with its value."""
    label, _, value = rest.replace("：", ":", 1).partition(":")
    is_field = bool(value) and label.strip() in profile.labels.all
    return is_field or len(paragraph) > TITLE_LIMIT or any(mark in rest for mark in "。；！？")
