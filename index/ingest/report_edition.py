"""Replace a report by a new edition of it: keep what people wrote, and put aside what no longer fits the text."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from index.errors import CorpusError
from index.ingest.report_import import add_title_section, title_heading, toml_lines, toml_tables, toml_value
from index.reports.expansions import GISTS, QUESTIONS, READINGS, UNANSWERABLE, read_rows
from index.reports.profile import PROFILE_FILE, TEXT_FILE, Profile, load_profile, report_folders
from index.reports.reader import read_document, strip_list_bullets
from index.text.normalization import fold_without_whitespace

HELDOUT = "heldout.jsonl"
ASIDE = "aside"  # the folder in a report's folder that no build reads
# The keys of a row that are pieces of the report: a text, or a list of them.
EVIDENCE = {READINGS: "text", GISTS: "of", QUESTIONS: "evidence", UNANSWERABLE: "near", HELDOUT: "evidence"}
# The source of a report that nobody has changed since `add` wrote it: the name of a file.
FILE_NAME = re.compile(r"[^/\n]+\.(?:pdf|docx|odt|html?|md|txt)", re.IGNORECASE)
TABLE = re.compile(r"\[\[?([A-Za-z_]+)\]\]?\s*(?:#.*)?")
KEY = re.compile(r"([a-z_]+)\s*=")
SHOWN = 80  # characters of a row


@dataclass(frozen=True, slots=True)
class Edition:
    """A new edition: its text, the text of its profile, the lines of each file that stay, and of those that do not.

    `unused` are what the profile says about texts that are no longer in the report.
    """

    text: str
    profile_text: str
    kept: Mapping[str, Sequence[str]]
    aside: Mapping[str, Sequence[str]]
    unused: Sequence[str]


def read_previous(corpus: Path, name: str) -> Profile:
    """Return the profile of the report that is replaced.

    :raises CorpusError: If there is no such report, or its profile is not valid.
    """
    folder, retired = corpus / name, retired_folder(corpus / name)
    if retired.exists() and not folder.exists():  # the machine stopped between the two moves of `write_edition`
        retired.replace(folder)
    names = [each.name for each in report_folders(corpus)]
    if name not in names:
        raise CorpusError(f"{name}: no report of this name to replace; there are {', '.join(names)}")
    return load_profile(folder)


def keep_values(previous: Profile, new: Profile) -> Profile:
    """Return the profile of a new edition: what the previous one says, with the layout, title and language of the new text.

    :param new: The profile as it would be made for the text alone.
    """
    is_indented = previous.layout.page_break == "indented" and new.layout.page_break == "none"
    return previous.model_copy(
        update={
            "title": new.title,
            "language": new.language,
            "source": new.source if FILE_NAME.fullmatch(previous.source) else previous.source,
            "layout": previous.layout if is_indented else new.layout,
        }
    )


def keep_title_section(previous: Profile, profile: Profile, text: str) -> tuple[Profile, str]:
    """Put the title over all of the text, as `add` does for a meeting, if the previous edition has it there.

    :return: The profile and the text.
    """
    had_title = previous.headings[:1] == (title_heading(previous.title),)
    return add_title_section(profile, text) if had_title else (profile, text)


def prepare_edition(folder: Path, profile: Profile, text: str) -> Edition:
    """Compare what was written about a report with the text of its new edition.

    :raises CorpusError: If a file of the folder cannot be read.
    """
    printed = fold_evidence(read_document(text, profile).text)
    kept: dict[str, list[str]] = {}
    aside: dict[str, list[str]] = {}
    for name, key in EVIDENCE.items():
        rows = list(read_rows(folder / name, dict[str, Any]))
        lines = (folder / name).read_text("utf-8-sig").split("\n") if rows else []
        for number, row in rows:
            line = lines[number - 1]
            fits = all(fold_evidence(piece) in printed for piece in pieces_of(row.get(key)))
            (kept if fits else aside).setdefault(name, []).append(line)
    profile_text = update_profile_text((folder / PROFILE_FILE).read_text("utf-8-sig"), profile, folder.name)
    return Edition(text, profile_text, kept, aside, tuple(unused_values(profile, printed)))


def fold_evidence(text: str) -> str:
    """Return a text of a report as evidence is compared: folded, without white space and bullets of lists."""
    return fold_without_whitespace(strip_list_bullets(text))


def pieces_of(value: Any) -> list[str]:
    """Return the pieces of the report that a row holds under a key."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def unused_values(profile: Profile, printed: str) -> Iterator[str]:
    """Yield what a profile says about texts that the report does not print.

    :param printed: The text of the report, as `fold_evidence` returns it.
    """
    for alias, name in profile.aliases.items():
        if fold_evidence(name) not in printed:
            yield f"the alias “{alias}”: “{name}”"
    for field, words in profile.labels:
        for word in words:
            if fold_evidence(word) not in printed:
                yield f"the label of {field} “{word}”"
    if profile.agenda and fold_evidence(profile.agenda.heading) not in printed:
        yield f"the heading of the agenda “{profile.agenda.heading}”"


def change_lines(edition: Edition) -> Iterator[str]:
    """Yield what a new edition changes beside the text."""
    for name, lines in edition.kept.items():
        yield f"kept: {len(lines)} rows of {name}"
    for name, lines in edition.aside.items():
        yield f"put aside into {ASIDE}/{name}, since the new text lacks their evidence: {len(lines)} rows"
        for line in lines:
            texts = pieces_of(list(json.loads(line).values()))
            yield f"  {' / '.join(texts)[:SHOWN]}"
    for value in edition.unused:
        yield f"warning: {value} is not in the new text; it stays in {PROFILE_FILE}"


def update_profile_text(text: str, profile: Profile, name: str) -> str:
    """Change the text of a report.toml as little as a profile requires, so that comments and order stay.

    :param name: Of the report's folder.
    """

    def read(written: str) -> Profile:
        return Profile.model_validate({"name": name, **tomllib.loads(written)})

    previous = read(text)
    changed = [key for key, value in profile if value != getattr(previous, key)]
    lines = list(changed_lines(text.split("\n"), profile, changed))
    tables = chain.from_iterable(toml_tables(profile, key) for key in changed)
    updated = "\n".join((*"\n".join(lines).rstrip().split("\n"), *tables, ""))
    try:
        if not changed or read(updated) == profile:
            return updated if changed else text
    except (ValueError, tomllib.TOMLDecodeError):
        pass  # it is written in a way that lines do not show, such as with inline tables
    own_name = [f"name = {toml_value(profile.name)}"] if profile.name != name else []
    return "\n".join((*own_name, *toml_lines(profile), ""))


def changed_lines(lines: Sequence[str], profile: Profile, changed: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a report.toml without the tables, and with the values, of the keys that changed."""
    table, comments = "", list[str]()
    values = profile.model_dump(by_alias=True)
    missing = [key for key in changed if isinstance(values[key], str)]
    for line in lines:
        if header := TABLE.fullmatch(line.strip()):
            if not table:
                yield from (f"{key} = {toml_value(values[key])}" for key in missing)
            table = header[1]
            if table not in changed or any(each.strip() for each in comments):
                yield from comments
            comments = []
        if not line.strip() or line.lstrip().startswith("#"):
            comments.append(line)  # it belongs to what follows
            continue
        if table in changed:
            comments = []
            continue
        yield from comments
        comments = []
        key = KEY.match(line)
        if not table and key and key[1] in missing:
            missing.remove(key[1])
            yield f"{key[1]} = {toml_value(values[key[1]])}"
        else:
            yield line
    yield from comments
    if not table:
        yield from (f"{key} = {toml_value(values[key])}" for key in missing)


def write_edition(folder: Path, edition: Edition) -> None:
    """Put a new edition in the place of a report. The previous one stays until its folder is complete, and after a failure.

    :raises CorpusError: If it cannot be written.
    """
    draft, retired = folder.with_name(f".{folder.name}.new"), retired_folder(folder)
    try:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(retired, ignore_errors=True)
        shutil.copytree(folder, draft)
        has_changed = (draft / PROFILE_FILE).read_text("utf-8-sig") != edition.profile_text
        if edition.aside or has_changed:
            (draft / ASIDE).mkdir(exist_ok=True)
        if has_changed:
            (draft / PROFILE_FILE).replace(draft / ASIDE / PROFILE_FILE)
            (draft / PROFILE_FILE).write_text(edition.profile_text, "utf-8")
        (draft / TEXT_FILE).write_text(edition.text, "utf-8", newline="\n")
        for name, lines in edition.aside.items():
            (draft / name).write_text("".join(f"{line}\n" for line in edition.kept.get(name, ())), "utf-8")
            with (draft / ASIDE / name).open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
        swap_folders(folder, draft, retired)
    except OSError as error:
        raise CorpusError(f"{error.filename or folder}: {error.strerror}; the report is as it was") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def swap_folders(folder: Path, draft: Path, retired: Path, move: Callable[[Path, Path], Any] = Path.replace) -> None:
    """Move a draft into the place of a folder, and remove what was there, or restore it on failure."""
    move(folder, retired)
    try:
        move(draft, folder)
    except BaseException:
        move(retired, folder)
        raise
    shutil.rmtree(retired, ignore_errors=True)


def retired_folder(folder: Path) -> Path:
    """Return where a report's folder is while its new edition takes its place."""
    return folder.with_name(f".{folder.name}.old")  # no valid name starts with a dot
