"""Create a report's folder from a converted file: suggest a profile, preview the result, write the files."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path

from index.config import PassageOptions
from index.errors import CorpusError
from index.ingest.formats.converted import Converted
from index.models import Document, Passage
from index.reports.passages import character_limit, split_passages
from index.reports.profile import PROFILE_FILE, TEXT_FILE, Heading, Layout, Profile
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
# Heading marks of converted files.
MARKS = tuple(re.compile(rf"{'#' * depth} (?P<title>.*)") for depth in range(1, 7))
TWICE = 2  # minimum number of lines with a numbering
SAMPLE = 4000  # characters by which the language is guessed
SHOWN = 20  # headings in the preview


@dataclass(frozen=True, slots=True)
class HeadingLevel:
    """A level of headings: its pattern, the first matching line, and the number of matching lines."""

    pattern: str
    example: str
    count: int


def find_heading_levels(converted: Converted) -> list[HeadingLevel]:
    """Return the heading levels of a text, outermost first: its marks, or its numberings in order of appearance."""
    if converted.marked:
        marked = (find_level(mark, converted.text) for mark in MARKS)
        return [level for _, level in marked if level.count]
    levels = sorted((find_level(pattern, converted.text) for pattern in NUMBERINGS), key=itemgetter(0))
    return [level for _, level in levels if level.count >= TWICE]


def find_level(pattern: re.Pattern[str], text: str) -> tuple[int, HeadingLevel]:
    """Return the line number of the first heading that a pattern matches, from 0, and the resulting level."""
    lines = (line.strip() for line in re.split("[\n\f]", text))
    matching = [(number, line) for number, line in enumerate(lines) if pattern.match(line)]
    headings = [(number, line) for number, line in matching if pattern in MARKS or is_short(line)]
    first, example = headings[0] if headings else (0, "")
    return first, HeadingLevel(pattern.pattern, example, len(headings))


def is_short(line: str) -> bool:
    """Return whether a line is short enough for a heading and does not end as a sentence does."""
    return len(line) <= TITLE_LIMIT and line[-1] not in SENTENCE_ENDS


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
    converted: Converted, name: str, title: str, language: str, patterns: Sequence[str], source: str
) -> Profile:
    """Build the profile of a new report.

    :param name: Name of the report's folder.
    :param patterns: Heading patterns, outermost level first.
    :param source: Origin of the text, such as the name of the file.
    """
    # Lines of pages are wrapped to the page width. Without blank lines only the width separates paragraphs.
    wrapped = not converted.joined and (converted.paged or "\n\n" not in converted.text)
    return Profile(
        name=name,
        title=title,
        language=language,
        source=source,
        layout=Layout(lines="wrapped" if wrapped else "blank-line", page_break="form-feed" if converted.paged else "none"),
        headings=tuple(Heading(pattern=pattern) for pattern in patterns),
    )


def preview_lines(document: Document, cut: Sequence[Passage]) -> Iterator[str]:
    """Yield a preview of a report: its size, its outline and its first passage."""
    yield f"{len(document.page_starts)} pages, {len(document.sections)} sections, {len(cut)} passages"
    for section in document.sections[:SHOWN]:
        yield f"{'  ' * len(section.path)}{section.title}  (page {document.pages(section.start, section.start)[0]})"
    if len(document.sections) > SHOWN:
        yield f"  and {len(document.sections) - SHOWN} more"
    if cut:
        yield f"first passage: {' '.join(cut[0].text.split())}"


def split_report(text: str, profile: Profile, options: PassageOptions) -> tuple[Document, list[Passage]]:
    """Return the document and its passages as a build would produce them."""
    document = read_document(text, profile)
    return document, list(split_passages(document, character_limit(document.text, options)))


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
    for key, value in (("title", profile.title), ("language", profile.language), ("source", profile.source)):
        # A JSON string is a valid TOML string.
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    yield from ("", "[layout]", f'lines = "{profile.layout.lines}"', f'page_break = "{profile.layout.page_break}"')
    for heading in profile.headings:
        yield from ("", "[[headings]]", f"pattern = '{heading.pattern}'")
