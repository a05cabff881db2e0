"""Create a report's folder from a converted file: suggest its profile, and write the files."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from index.errors import CorpusError
from index.ingest.converter_types import Converted
from index.ingest.heading_levels import escape
from index.ingest.meetings.labels import Meeting, find_agenda_title, fits_agenda, outside_tables, read_labels, timed_line
from index.reports.profile import PROFILE_FILE, TEXT_FILE, Agenda, Heading, Layout, Profile
from index.reports.reader import read_document
from index.text.normalization import simplify_script

ROOM = 100_000_000  # bytes; the longest text in UTF-8, twice, fits
SAMPLE = 4000  # characters by which the language is guessed


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
    meeting = meeting or Meeting()
    return Profile(
        name=name,
        title=title,
        language=language,
        place=meeting.place,
        source=source,
        layout=layout_of(converted),
        headings=tuple(Heading(pattern=pattern) for pattern in patterns),
        labels=meeting.labels,
        titles=meeting.titles,
    )


def with_headings(profile: Profile, patterns: Sequence[str]) -> Profile:
    """Return a profile with the headings of some patterns, outermost level first."""
    return profile.model_copy(update={"headings": tuple(Heading(pattern=pattern) for pattern in patterns)})


def layout_of(converted: Converted) -> Layout:
    """Return the layout of a converted text."""
    # Without blank lines only the width of the lines separates paragraphs.
    wrapped = not converted.joined and "\n\n" not in converted.text and "\n" in converted.text
    return Layout(lines="wrapped" if wrapped else "blank-line", page_break="form-feed" if converted.paged else "none")


def add_meeting_sections(profile: Profile, text: str) -> tuple[Profile, str]:
    """Add the headings that the sessions of a meeting need: its title over all, and its agenda or the lines of it.

    :return: The profile, and the text with the title as its first paragraph.
    """
    profile, text = add_title_section(profile, text)
    return add_agenda(profile, text), text


def add_title_section(profile: Profile, text: str) -> tuple[Profile, str]:
    """Add the title as a heading over all, if the text says something of the whole meeting above its first heading.

    :return: The profile, and the text with the title as its first paragraph.
    """
    document = read_document(text, profile)
    paragraphs = [document.text[each.start : each.end] for each in document.paragraphs]
    loose = [document.text[each.start : each.end] for each in document.paragraphs if not each.path]
    # What is labelled above the first heading is said of the whole meeting.
    if not any(label.field != "other" for paragraph in outside_tables(loose) for label in read_labels(paragraph)):
        return profile, text
    title = " ".join(profile.title.split())
    if paragraphs[0] != title:
        text = f"{title}\n\n{text}"
    return profile.model_copy(update={"headings": (title_heading(title), *profile.headings)}), text


def title_heading(title: str) -> Heading:
    """Return the level of headings that is the title of a meeting."""
    return Heading(pattern=f"(?P<title>{escape(' '.join(title.split()))})$")


def add_agenda(profile: Profile, text: str) -> Profile:
    """Return a profile with the agenda of a text, if it has one: its heading, or its lines as headings."""
    document = read_document(text, profile)
    paragraphs = [document.text[each.start : each.end] for each in document.paragraphs]
    agenda = find_agenda_title(paragraphs)
    if agenda is None:
        return profile
    if fits_agenda(document, profile, agenda):
        return profile.model_copy(update={"agenda": Agenda(heading=without_mark(agenda))})
    pattern = timed_line(paragraphs)
    if not any(agenda.strip(" :：") in section.title for section in document.sections):
        pattern = f"{escape(agenda)}$|{pattern}"
    return profile.model_copy(update={"headings": (*profile.headings, Heading(pattern=pattern))})


def without_mark(title: str) -> str:
    """Return a heading without the colon after it, as the reader does."""
    return title.strip(" :：")


def folder_name(file: Path) -> str:
    """Derive the name of a report's folder from a file name: letters, digits and hyphens."""
    return re.sub(r"[\W_]+", "-", file.stem.casefold()).strip("-") or "report"


def require_new_name(corpus: Path, name: str) -> None:
    """Check the name of a new report.

    :raises CorpusError: If it is not valid, or a report has it.
    """
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise CorpusError(f"{name}: no name for a folder of a report; take letters, digits and hyphens")
    if (corpus / name).exists():
        raise CorpusError(
            f"{corpus / name}: there is a report of this name; give another with --name, or its new edition with --replace"
        )


def require_room(corpus: Path) -> None:
    """Check that a report can be written into the corpus folder, or where it will be made.

    :raises CorpusError: If the folder is not writable, or its disk is nearly full.
    """
    folder = next(each for each in (corpus.absolute(), *corpus.absolute().parents) if each.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise CorpusError(f"{folder}: reports cannot be written there; make it a writable folder, or name another")
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise CorpusError(f"{folder}: its disk has {free // 10**6} MB left; free at least {ROOM // 10**6} MB")


def write_report(corpus: Path, profile: Profile, text: str) -> Path:
    """Write the folder of a new report. It appears complete or not at all.

    :return: The folder.
    :raises CorpusError: If the name is not valid, the folder exists, or it cannot be written.
    """
    require_new_name(corpus, profile.name)
    folder, draft = corpus / profile.name, corpus / f".{profile.name}.new"  # no valid name starts with a dot
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        (draft / TEXT_FILE).write_text(text, "utf-8", newline="\n")
        (draft / PROFILE_FILE).write_text("\n".join(chain(toml_lines(profile), ("",))), "utf-8")
        draft.replace(folder)
    except OSError as error:
        raise CorpusError(f"{error.filename or folder}: {error.strerror}; make the corpus folder writable") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def toml_lines(profile: Profile) -> Iterator[str]:
    """Yield the lines of a report.toml."""
    yield "# What the reader must know about report.txt. Every key is explained in README.md, “Adding a report”."
    values = profile.model_dump(by_alias=True, exclude={"name"})
    for key, value in values.items():
        if isinstance(value, str | bool) and (value or key in ("title", "language", "source")):
            yield f"{key} = {toml_value(value)}"
    for key in values:
        yield from toml_tables(profile, key)


def toml_tables(profile: Profile, key: str) -> Iterator[str]:
    """Yield the lines of a table, or of an array of tables, of a report.toml; none if nothing differs from the default."""
    tables = profile.model_dump(by_alias=True)[key]
    for table in tables if isinstance(tables, list | tuple) else [tables]:
        if isinstance(table, dict) and any(table.values()):
            yield from ("", f"[[{key}]]" if table is not tables else f"[{key}]")
            yield from (f"{toml_key(name)} = {toml_value(value)}" for name, value in table.items() if value)


def toml_key(name: str) -> str:
    """Return a key in TOML."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_string(name)


def toml_value(value: Any) -> str:
    """Return a text, a list or table of texts, or a truth value in TOML."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{toml_key(name)} = {toml_value(text)}' for name, text in value.items())} }}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    # Expressions are easier to read without doubled backslashes.
    is_literal = "\\" in value and "'" not in value and value.isprintable()
    return f"'{value}'" if is_literal else toml_string(value)


def toml_string(text: str) -> str:
    """Return a string in TOML; a JSON string is one, but for a character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
