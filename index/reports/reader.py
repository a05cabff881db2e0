"""Read report.txt into a Document: pages, unwrapped paragraphs and the section tree.

Only white space is added or removed. In text extracted from a PDF each line is a line of the page. Such a line ends its
paragraph if the next word would still fit on it, because typesetting fills every line but the last.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.models import Document, Paragraph, Section
from index.reports.profile import Layout, Profile, ProfilePattern, heading_patterns

TITLE_LIMIT = 60  # characters; a longer numbered paragraph is a sentence
SENTENCE_ENDS = "。！？.!?;；"
# Signs that stand before the text of an item of a list.
BULLETS = "•‣◦●○◎■□▪▫◆◇▲△▼▽▶►▸★☆➢➤➔➜➝➞➙➛→⇒✓✔✗✘☐☑❖❑❒❍⚫⚪∙⁃"
# Those that converters write before items, by level; the last one also before items of deeper levels.
LEVEL_BULLETS = "•◦▪‣"
NO_LEVEL_BULLETS = dict.fromkeys(map(ord, LEVEL_BULLETS))
LEADING_BULLETS = re.compile(rf"(?:[{BULLETS}*·–—-]\s+)+")
PARAGRAPH_ENDS = SENTENCE_ENDS + "：:」』）)"
OPENING, CLOSING = "(（「『[【《〈", ")）」』]】》〉"
# In columns: the space that a ragged line may leave without ending its paragraph, and the indent of a first line.
RAGGED, INDENT = 6, 4
# Four or more single characters with spaces between them: a justified line, not words.
LETTER_SPACED = re.compile(r"(?:(?<=\s)|^)\S(?: \S){3,}(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text file. `opens` is whether the layout alone shows that a paragraph starts here.

    `goes_on` is whether it shows that none does: a page begins within a line of the file.
    """

    text: str
    page: int
    opens: bool
    goes_on: bool = False


def read_document(text: str, profile: Profile) -> Document:
    """Read a report's text. Any text is valid; without headings it has no sections."""
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
    """Yield the lines that are not blank, stripped, with their page numbers."""
    page, previous = 1, ""
    for raw in re.split(r"\r\n|[\n\r\v\x85\u2028\u2029]", text):
        begun = False
        for breaks, content in enumerate(raw.split("\f") if layout.page_break == "form-feed" else [raw]):
            page += breaks > 0
            if layout.page_break == "indented" and raw.startswith(" ") and previous.strip():
                page, content = page + 1, raw[1:]
            if stripped := tighten_line(content.strip()):
                indented = layout.lines == "wrapped" and content[:1].isspace()
                is_whole = layout.lines == "blank-line"
                yield Line(stripped, page, indented or (is_whole and not previous.strip()), is_whole and begun)
                previous, begun = content, True
        previous = raw


def tighten_line(line: str) -> str:
    """Remove the spaces from letter-spaced runs of wide characters and collapse other white space."""
    line = re.sub(r"\s+", " ", line)
    return LETTER_SPACED.sub(lambda run: run[0].replace(" ", "") if is_wide(run[0]) else run[0], line)


def is_wide(text: str) -> bool:
    """Return whether a text consists of wide characters and spaces only."""
    return all(character == " " or unicodedata.east_asian_width(character) in "WF" for character in text)


def display_width(text: str) -> int:
    """Return the width of a text in columns: two for a wide character, one for any other."""
    return sum(2 if is_wide(character) and character != " " else 1 for character in text)


def line_joint(left: str, right: str) -> str:
    """Return what replaces a line break within a paragraph: a space between words, otherwise nothing."""
    before, after = left[-1], right[0]
    glued = is_wide(before) or is_wide(after) or before in "-–—/([" or after in ",.;:!?)]"
    return "" if glued else " "


def group_lines(lines: list[Line], markers: list[ProfilePattern], layout: Layout) -> Iterator[list[Line]]:
    """Group lines into paragraphs."""
    column = page_width(lines) if layout.lines == "wrapped" else 0
    group: list[Line] = []
    for line in lines:
        numbered = any(marker.match(line.text) for marker in markers)
        if line.goes_on and group:
            group.append(line)
            continue
        if (group and (line.opens or numbered or heading_stands_alone(group, markers, layout))) or (
            group and column and ends_paragraph([part.text for part in group], line.text, column)
        ):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def heading_stands_alone(group: list[Line], markers: list[ProfilePattern], layout: Layout) -> bool:
    """Return whether `group` is a complete heading: with blank lines between paragraphs, a heading is one line."""
    return layout.lines == "blank-line" and len(group) == 1 and any(marker.match(group[0].text) for marker in markers)


def page_width(lines: list[Line]) -> int:
    """Return the column width of a page, in columns: the 90th percentile of the line widths."""
    widths = sorted(display_width(line.text) for line in lines)
    return widths[len(widths) * 9 // 10] if widths else 0


def ends_paragraph(group: list[str], following: str, column: int) -> bool:
    """Return whether a paragraph ends after the lines of `group`.

    :param following: The next line.
    :param column: Column width of the page, in columns.
    """
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
    """Build the section tree from the headings and assign every paragraph its section path.

    Only heading levels count: the numbers may restart, repeat or skip.
    """
    open_sections: list[Section] = []
    closed_sections: list[Section] = []
    paragraphs_with_path: list[Paragraph] = []
    for paragraph in paragraphs:
        content = text[paragraph.start : paragraph.end]
        level, title = match_heading(content, markers, profile)
        if title:
            while open_sections and open_sections[-1].level >= level:
                closed_sections.append(replace(open_sections.pop(), end=paragraph.start))
            path = (*(section.title for section in open_sections), title)
            open_sections.append(Section(title, level, path, paragraph.start, len(text)))
        path = open_sections[-1].path if open_sections else ()
        paragraphs_with_path.append(replace(paragraph, path=path, is_heading=bool(title)))
    return sorted(closed_sections + open_sections, key=lambda section: (section.start, section.level)), paragraphs_with_path


def without_bullets(line: str) -> str:
    """Return a line without the bullets that it begins with."""
    bullets = LEADING_BULLETS.match(line)
    return line[bullets.end() :] if bullets else line


def strip_list_bullets(text: str) -> str:
    """Return a text without the bullets of levels of lists, which earlier editions of a report may lack."""
    return text.translate(NO_LEVEL_BULLETS)


def match_heading(paragraph: str, markers: list[ProfilePattern], profile: Profile) -> tuple[int, str]:
    """Return level, from 1, and title of a heading, or (0, "") for other text: a sentence, or a label with its value.

    Text after a match that looks like a sentence or field rules out a heading, unless the pattern has a group named `title`.
    """
    for level, marker in enumerate(markers, 1):
        if match := marker.match(paragraph):
            title = match.groupdict().get("title")
            if title is None and runs_on(paragraph, paragraph[match.end() :].strip(), profile):
                return 0, ""
            title = paragraph if title is None else title
            return level, re.sub(r"(?<=[^\x00-\xff]) (?=[^\x00-\xff])", "", title).strip(" ：:")
    return 0, ""


def runs_on(paragraph: str, rest: str, profile: Profile) -> bool:
    """Return whether `rest`, the text after a heading's number, makes the paragraph a sentence or a labelled field."""
    label, _, value = rest.replace("：", ":", 1).partition(":")
    is_field = bool(value) and label.strip() in profile.labels.all
    return is_field or len(paragraph) > TITLE_LIMIT or any(mark in rest for mark in "。；！？")
