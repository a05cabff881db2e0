"""Create a report's folder from a converted file: suggest its headings and profile, and write the files."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path

from index.errors import CorpusError
from index.ingest.converter_types import Converted
from index.ingest.meeting_labels import Meeting, find_agenda_title, fits_agenda, outside_tables, read_labels, timed_line
from index.reports.profile import PROFILE_FILE, TEXT_FILE, Agenda, Heading, Layout, Profile
from index.reports.reader import SENTENCE_ENDS, TITLE_LIMIT, read_document
from index.text.normalization import simplify_script

# Heading numbers in Chinese, Japanese and English. Their order of appearance in a report determines the levels.
NUMBERINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"第\s{0,4}[一二三四五六七八九十百\d]{1,4}\s{0,4}[編编部篇]",
        r"第\s{0,4}[一二三四五六七八九十百\d]{1,4}\s{0,4}章",
        r"第\s{0,4}[一二三四五六七八九十百\d]{1,4}\s{0,4}[節节]",
        r"(?:Part|PART)\s{1,4}(?:[IVX]{1,6}|\d{1,3})\b",
        r"(?:Chapter|CHAPTER)\s{1,4}(?:[IVX]{1,6}|\d{1,3})\b",
        r"(?:Section|SECTION)\s{1,4}\d{1,3}\b",
        r"[壹貳參肆伍陸柒捌玖拾]{1,4}、",
        r"[一二三四五六七八九十]{1,4}、",
        r"[(（][一二三四五六七八九十]{1,4}[)）]",
        r"\d{1,3}[.．、]\s{0,4}(?!\d)(?=\S)",
        r"\d{1,3}\.\d{1,3}\.?\s{1,4}(?=\S)",
        r"\d{1,3}\.\d{1,3}\.\d{1,3}\.?\s{1,4}(?=\S)",
        r"[(（]\d{1,3}[)）]",
    )
)
# A line in capitals. Names and abbreviations may be too, so such lines are headings only where nothing has a number.
CAPITALS = re.compile(r"[A-Z](?:[A-Z0-9&,'’/()\-–]{0,20}\s){0,8}[A-Z0-9&'’/()\-–]{3,20}:?$")
# Heading marks of converted files.
MARKS = tuple(re.compile(rf"{'#' * depth} (?P<title>.*)") for depth in range(1, 7))
TWICE = 2  # minimum number of lines with a numbering
SAMPLE = 4000  # characters by which the language is guessed
PAGE = 1500  # characters that count as a page where there are no pages
# A level of which so many lines, and this share of them, are on one page of several is a list and no level of headings.
CROWD, CROWDED, MIN_PAGES = 4, 0.6, 3
SENTENCES = 0.75  # share of lines with a numbering that are sentences, from which none of them is a heading


@dataclass(frozen=True, slots=True)
class HeadingLevel:
    """A level of headings: its pattern, the first matching line, and the number of matching lines."""

    pattern: str
    example: str
    count: int


def find_heading_levels(converted: Converted) -> list[HeadingLevel]:
    """Return the heading levels of a text, outermost first.

    These are its marks; or else its numberings in order of appearance; or else lines in capitals; or else the lines that
    its table of contents lists.
    """
    if converted.marked:
        marked = (find_level(mark, converted.text) for mark in MARKS)
        if levels := [level for _, level in marked if level.count]:
            return levels
    numbered = sorted((find_level(pattern, converted.text) for pattern in NUMBERINGS), key=itemgetter(0))
    levels = [level for _, level in numbered if level.count >= TWICE]
    _, capitals = find_level(CAPITALS, converted.text)
    return levels or ([capitals] if capitals.count >= TWICE else find_listed_level(converted))


def find_level(pattern: re.Pattern[str], text: str) -> tuple[int, HeadingLevel]:
    """Return the line number of the first heading that a pattern matches, from 0, and the resulting level.

    Its count is 0 if what it matches are mostly sentences or the items of a list.
    """
    lines = [line.strip() for line in re.split("[\n\f]", text)]
    matching = [(number, line) for number, line in enumerate(lines) if pattern.match(line)]
    if pattern not in MARKS:
        matching = [(number, line) for number, line in matching if not any(label.value for label in read_labels(line))]
    headings = [(number, line) for number, line in matching if pattern in MARKS or is_short(line, pattern)]
    if pattern not in MARKS and (
        len(headings) <= (1 - SENTENCES) * len(matching) or crowd_page([number for number, _ in headings], text)
    ):
        headings = []
    first, example = headings[0] if headings else (0, "")
    return first, HeadingLevel(pattern.pattern, example, len(headings))


def is_short(line: str, pattern: re.Pattern[str]) -> bool:
    """Return whether a line is short enough for a heading and is no sentence."""
    number = pattern.match(line)
    rest = line[number.end() :] if number else line
    has_sentence = line[-1] in SENTENCE_ENDS or any(mark in rest for mark in "。；！？")
    return len(line) <= TITLE_LIMIT and not has_sentence


def crowd_page(lines: Sequence[int], text: str) -> bool:
    """Return whether most of some lines are on one page of a text of several pages.

    :param lines: Numbers of lines, ascending.
    """
    pages, page, written = [], 0, 0
    for line, end in re.findall("([^\n\f]*)([\n\f]|$)", text):
        pages.append(page)
        written += len(line)
        if end == "\f" or ("\f" not in text and written > PAGE):
            page, written = page + 1, 0
    most = max(Counter(pages[line] for line in lines).values(), default=0)
    return page + 1 >= MIN_PAGES and most >= CROWD and most > CROWDED * len(lines)


def find_listed_level(converted: Converted) -> list[HeadingLevel]:
    """Return the level of the lines that the table of contents lists, if there are several of them."""
    listed = {"".join(entry.title.split()) for entry in converted.outline}
    lines = dict.fromkeys(line.strip() for line in re.split("[\n\f]", converted.text))
    titles = [line for line in lines if line and "".join(line.split()) in listed]
    if len(titles) < TWICE:
        return []
    return [HeadingLevel(f"(?P<title>{'|'.join(map(escape, titles))})$", titles[0], len(titles))]


def guess_language(text: str) -> str:
    """Guess the language of a text from its characters: `ja`, `zh-Hant`, `zh-Hans` or `en`."""
    sample = text[:SAMPLE]
    ideographs = re.findall(r"[\u3400-\u9fff]", sample)
    kana = re.findall(r"[\u3040-\u30ff]", sample)
    if len(kana) > 0.1 * (len(kana) + len(ideographs)) and kana:
        return "ja"
    if not ideographs or len(ideographs) < 0.1 * len("".join(sample.split())):
        return "en"
    changed = sum(a != b for a, b in zip(ideographs, simplify_script("".join(ideographs)), strict=False))
    return "zh-Hant" if changed > 0.02 * len(ideographs) else "zh-Hans"


def make_profile(
    converted: Converted,
    name: str,
    title: str,
    language: str,
    patterns: Sequence[str],
    source: str,
    meeting: Meeting | None = None,
) -> Profile:
    """Build the profile of a new report.

    :param name: Name of the report's folder.
    :param patterns: Heading patterns, outermost level first.
    :param source: Origin of the text, such as the name of the file.
    :param meeting: Labels and the like, if the report is one of a meeting.
    """
    # Without blank lines only the width of the lines separates paragraphs.
    wrapped = not converted.joined and "\n\n" not in converted.text and "\n" in converted.text
    meeting = meeting or Meeting()
    return Profile(
        name=name,
        title=title,
        language=language,
        place=meeting.place,
        source=source,
        layout=Layout(lines="wrapped" if wrapped else "blank-line", page_break="form-feed" if converted.paged else "none"),
        headings=tuple(Heading(pattern=pattern) for pattern in patterns),
        labels=meeting.labels,
        titles=meeting.titles,
    )


def add_meeting_sections(profile: Profile, text: str) -> tuple[Profile, str]:
    """Add the headings that the sessions of a meeting need: its title over all, and its agenda or the lines of it.

    :return: The profile, and the text with the title as its first paragraph.
    """
    document = read_document(text, profile)
    paragraphs = [document.text[each.start : each.end] for each in document.paragraphs]
    loose = [document.text[each.start : each.end] for each in document.paragraphs if not each.path]
    # What is labelled above the first heading is said of the whole meeting.
    if any(label.field != "other" for paragraph in outside_tables(loose) for label in read_labels(paragraph)):
        title = " ".join(profile.title.split())
        if paragraphs[0] != title:
            text = f"{title}\n\n{text}"
        pattern = f"(?P<title>{escape(title)})$"
        profile = profile.model_copy(update={"headings": (Heading(pattern=pattern), *profile.headings)})
        document = read_document(text, profile)
    agenda = find_agenda_title(paragraphs)
    if agenda is None:
        return profile, text
    if fits_agenda(document, profile, agenda):
        return profile.model_copy(update={"agenda": Agenda(heading=without_mark(agenda))}), text
    pattern = timed_line(paragraphs)
    if not any(agenda.strip(" :：") in section.title for section in document.sections):
        pattern = f"{escape(agenda)}$|{pattern}"
    return profile.model_copy(update={"headings": (*profile.headings, Heading(pattern=pattern))}), text


def escape(text: str) -> str:
    """Return a pattern for a text, in which spaces stay as they are."""
    return re.escape(text).replace("\\ ", " ")


def without_mark(title: str) -> str:
    """Return a heading without the colon after it, as the reader does."""
    return title.strip(" :：")


def folder_name(file: Path) -> str:
    """Derive the name of a report's folder from a file name: letters, digits and hyphens."""
    return re.sub(r"[\W_]+", "-", file.stem.casefold()).strip("-") or "report"


def write_report(corpus: Path, profile: Profile, text: str) -> Path:
    """Write the folder of a new report. It appears complete or not at all.

    :return: The folder.
    :raises CorpusError: If the name is not valid, the folder exists, or it cannot be written.
    """
    folder, draft = corpus / profile.name, corpus / f".{profile.name}.new"  # no valid name starts with a dot
    if not re.fullmatch(r"\w[\w.-]*", profile.name):
        raise CorpusError(f"{profile.name}: no name for a folder of a report; take letters, digits and hyphens")
    if folder.exists():
        raise CorpusError(f"{folder}: there is a report of this name; give another with --name")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        (draft / TEXT_FILE).write_text(text, "utf-8", newline="\n")
        (draft / PROFILE_FILE).write_text("\n".join(chain(toml_table(profile), ("",))), "utf-8")
        draft.replace(folder)
    except OSError as error:
        raise CorpusError(f"{error.filename or folder}: {error.strerror}; make the corpus folder writable") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def toml_table(profile: Profile) -> Iterator[str]:
    """Yield the lines of a report.toml."""
    yield "# What the reader must know about report.txt. Every key is explained in README.md, “Adding a report”."
    fields = (("title", profile.title), ("language", profile.language), ("place", profile.place), ("source", profile.source))
    for key, value in fields:
        if value or key != "place":
            yield f"{key} = {toml_string(value)}"
    yield from ("", "[layout]", f'lines = "{profile.layout.lines}"', f'page_break = "{profile.layout.page_break}"')
    for heading in profile.headings:
        is_literal = "'" not in heading.pattern
        yield from (
            "",
            "[[headings]]",
            f"pattern = '{heading.pattern}'" if is_literal else f"pattern = {toml_string(heading.pattern)}",
        )
    for table, values in (("labels", profile.labels), ("titles", profile.titles)):
        lists = [(key, words) for key, words in values if words]
        if lists:
            yield from ("", f"[{table}]")
            yield from (f"{key} = [{', '.join(map(toml_string, words))}]" for key, words in lists)
    if profile.agenda:
        yield from ("", "[agenda]", f"heading = {toml_string(profile.agenda.heading)}")


def toml_string(text: str) -> str:
    """Return a string in TOML; a JSON string is one."""
    return json.dumps(text, ensure_ascii=False)
