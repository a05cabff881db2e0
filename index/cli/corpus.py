"""The commands `add`, `enrich` and `publish`: import reports into the corpus, and export them as a static site."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from index.cli.app import ConfigFile, IndexFolder, load_settings


def add(
    file: Annotated[Path, typer.Argument(help="The report: .pdf, .docx, .odt, .html, .md or .txt.")],
    name: Annotated[str | None, typer.Option("--name", help="Name of the report's folder in the corpus.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the report.")] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Language of the report, such as zh-Hant or en.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; use the values found in the file.")] = False,
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of reports.")] = None,
    config_file: ConfigFile = None,
) -> None:
    """Add a report to the corpus: convert its text and write a profile after you confirm a preview."""
    from index.errors import CorpusError
    from index.ingest import report_import
    from index.ingest.conversion import convert_bounded
    from index.ingest.meeting_labels import propose_meeting
    from index.ingest.preview import preview_lines, read_preview
    from index.text.localization import is_language_code

    def prompt_unless_given(what: str, given: str | None, guess: str) -> str:
        return given if given is not None else guess if yes else typer.prompt(what, default=guess, err=True)

    settings = load_settings(config_file, corpus=corpus)
    converted = convert_bounded(file)
    name = name or report_import.folder_name(file)
    title = prompt_unless_given("Title", title, converted.title or file.stem)
    language = prompt_unless_given("Language", language, report_import.guess_language(converted.text))
    if not is_language_code(language):
        raise CorpusError(f"{language}: no code of a language; give one such as zh-Hant, en, ja or pt-BR")
    levels = report_import.find_heading_levels(converted)
    for number, level in enumerate(levels, 1):
        typer.echo(f"headings {number}: {level.count}, such as “{level.example}”", err=True)
    numbers = " ".join(str(number) for number in range(1, len(levels) + 1))
    answer = prompt_unless_given("Levels of headings, outermost first, or 0 for none", None, numbers) if levels else ""
    level_numbers = [int(word) for word in answer.replace(",", " ").split() if word.isdecimal() and int(word) <= len(levels)]
    patterns = [levels[number - 1].pattern for number in level_numbers if number]
    meeting = propose_meeting(converted.text.split("\n\n"))
    profile = report_import.make_profile(converted, name, title, language, patterns, file.name, meeting)
    profile, text = report_import.add_meeting_sections(profile, converted.text)
    for line in preview_lines(read_preview(text, profile, settings.passages), converted, profile, meeting.attendees):
        typer.echo(line, err=True)
    if not yes:
        typer.confirm(f"Write it into {settings.corpus.path / name}?", default=True, abort=True, err=True)
    folder = report_import.write_report(settings.corpus.path, profile, text)
    typer.echo(f"wrote {folder}; look through its report.toml, then run: report-index build")


def enrich(
    report: Annotated[str, typer.Argument(help="The report's folder in the corpus.")],
    config_file: ConfigFile = None,
) -> None:
    """Draft questions and gists of a report's passages with the service configured in [enrich], for review."""
    from index.cli.output import progress_bars
    from index.ingest.expansion_drafts import DRAFT, KEY, draft_passages, open_service
    from index.reports.corpus import read_passages
    from index.reports.expansions import append_rows

    settings = load_settings(config_file)
    folder = settings.corpus.path / report
    passages = read_passages(folder, settings.passages)
    left_out = 0
    with progress_bars() as report_progress, open_service(settings.enrich, os.environ.get(KEY)) as client:
        for done, draft in enumerate(draft_passages(passages, client, settings.enrich), 1):
            # Written after each passage, so that drafts that were paid for survive a later failure.
            for name, lines in draft.lines.items():
                append_rows(folder / f"{name}{DRAFT}", lines)
            left_out += draft.left_out
            report_progress("draft", done, len(passages))
    typer.echo(f"{left_out} questions left out for want of evidence; review {folder}/*{DRAFT}, rename, build")


def publish(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Output folder; an existing site is replaced.")],
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Write the reports as a static site, with an address for every passage."""
    from index.generations.artifacts import Artifacts
    from index.generations.store import Store
    from index.site import publisher

    settings = load_settings(config_file, index)
    store = Store(settings.index.path, settings.index.keep)
    manifest, artifacts = store.load(lambda generation: (generation.manifest, Artifacts.read(generation.path)))
    count = publisher.publish_site(artifacts.corpus, manifest, to)
    typer.echo(f"wrote {count} files of generation {manifest.id} into {to}")
