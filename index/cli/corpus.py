"""The commands `add`, `enrich` and `publish`: import reports into the corpus, and export them as a static site."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.cli.app import ConfigFile, IndexFolder, load_settings
from index.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.ingest.converter_types import Converted
    from index.ingest.heading_choice import HeadingChoice
    from index.reports.profile import Profile


def add(
    file: Annotated[Path, typer.Argument(help="The report: .pdf, .docx, .odt, .html, .md or .txt.")],
    name: Annotated[str | None, typer.Option("--name", help="Name of the report's folder in the corpus.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the report.")] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Language of the report, such as zh-Hant or en.")
    ] = None,
    headings: Annotated[
        str | None, typer.Option("--headings", help="Numbers of levels of headings, outermost first, or 0 for none.")
    ] = None,
    examples: Annotated[
        list[str] | None, typer.Option("--heading-example", help="A heading as an example of a level, outermost first.")
    ] = None,
    replace: Annotated[
        str | None, typer.Option("--replace", metavar="NAME", help="The report of which the file is a new edition.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; use the values found in the file.")] = False,
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of reports.")] = None,
    config_file: ConfigFile = None,
) -> None:
    """Add a report to the corpus: convert its text and write a profile after you confirm a preview."""
    from index.cli.output import progress_bars
    from index.ingest import report_edition, report_import
    from index.ingest.conversion import convert_bounded
    from index.ingest.preview import preview_lines, read_preview

    settings = load_settings(config_file, corpus=corpus)
    folder, previous = find_target(settings.corpus.path, file, name, replace)
    title = title_text(title) if title is not None else None
    language = language_code(language) if language is not None else None
    with progress_bars(plain=lambda *_: None) as report:
        converted = convert_bounded(file, partial(report, "convert"))
    profile = propose_profile(converted, file, folder.name, title, language, previous, yes=yes)
    choice = choose_levels(converted, profile, headings, examples or [], yes=yes)
    profile = report_import.with_headings(profile, choice.patterns)
    profile, text = (
        report_edition.keep_title_section(previous, profile, converted.text)
        if previous
        else report_import.add_meeting_sections(profile, converted.text)
    )
    edition = report_edition.prepare_edition(folder, profile, text) if previous else None
    for line in preview_lines(read_preview(text, profile, settings.passages), converted, profile):
        typer.echo(line, err=True)
    for line in report_edition.change_lines(edition) if edition else ():
        typer.echo(line, err=True)
    if not yes and not typer.confirm(f"Write it into {folder}?", default=True, err=True):
        typer.echo("nothing was written", err=True)
        raise typer.Exit(1)
    if edition:
        report_edition.write_edition(folder, edition)
    else:
        report_import.write_report(folder.parent, profile, text)
    typer.echo(f"wrote {folder}; look through its report.toml, then run: report-index build")


def find_target(corpus: Path, file: Path, name: str | None, replace: str | None) -> tuple[Path, Profile | None]:
    """Check that a report can be written under its name.

    :param name: Of a new report; by default it is derived from the name of the file.
    :param replace: Name of the report of which the file is a new edition.
    :return: The folder, and the profile of the report that is replaced, if any.
    :raises CorpusError: If it cannot be written.
    """
    from index.ingest import report_edition, report_import

    if replace and name:
        raise CorpusError("--name: a new edition keeps the name of the report; give --replace alone")
    target = replace or name or report_import.folder_name(file)
    previous = report_edition.read_previous(corpus, replace) if replace else None
    if previous is None:
        report_import.require_new_name(corpus, target)
    report_import.require_room(corpus)
    return corpus / target, previous


def propose_profile(
    converted: Converted,
    file: Path,
    name: str,
    title: str | None,
    language: str | None,
    previous: Profile | None,
    *,
    yes: bool,
) -> Profile:
    """Return the profile of a report: by the options and the previous edition, or else by the text and what is typed."""
    from index.ingest import report_edition, report_import
    from index.ingest.meetings.labels import Meeting, propose_meeting

    if previous:
        title, language = title or previous.title, language or previous.language
    title = title or prompt_for("Title", converted.title or file.stem, title_text, yes=yes)
    language = language or prompt_for("Language", report_import.guess_language(converted.text), language_code, yes=yes)
    meeting = Meeting() if previous else propose_meeting(converted.text.split("\n\n"))
    profile = report_import.make_profile(converted, name, title, language, [], file.name, meeting)
    return report_edition.keep_values(previous, profile) if previous else profile


def language_code(typed: str) -> str:
    """Return a language code that was typed.

    :raises CorpusError: If it is none.
    """
    from index.text.localization import is_language_code

    if not is_language_code(typed):
        raise CorpusError(f"{typed}: no code of a language; give one such as zh-Hant, en, ja or pt-BR")
    return typed


def title_text(typed: str) -> str:
    """Return a title that was typed.

    :raises CorpusError: If it is blank.
    """
    if not typed.strip():
        raise CorpusError("the title is blank; give one")
    return typed.strip()


def prompt_for(what: str, guess: str, parse: Callable[[str], str], *, yes: bool) -> str:
    """Ask for a value until it can be used.

    :param parse: Raises CorpusError for a text that cannot be used.
    :param yes: Whether to take the guess without asking.
    """
    while not yes:
        try:
            return parse(typer.prompt(what, default=guess, err=True))
        except CorpusError as error:
            typer.echo(str(error), err=True)
    return parse(guess)


def choose_levels(
    converted: Converted, profile: Profile, headings: str | None, examples: list[str], *, yes: bool
) -> HeadingChoice:
    """Choose the levels of headings by the options, or else in a dialogue.

    :param profile: Of the report; its headings are the first choice if any of them is in the text.
    :param yes: Whether to take the first choice without asking.
    :raises CorpusError: If an option names no level.
    """
    from index.ingest import heading_choice
    from index.ingest.preview import outline_lines
    from index.ingest.report_import import with_headings
    from index.reports.reader import read_document

    def show(choice: HeadingChoice) -> None:
        document = read_document(converted.text, with_headings(profile, choice.patterns))
        for line in (*heading_choice.choice_lines(choice), *outline_lines(document, is_paged=converted.paged)):
            typer.echo(line, err=True)

    def ask() -> str:
        return str(typer.prompt("Headings", default="", show_default=False, err=True))

    tell = partial(typer.echo, err=True)
    choice = heading_choice.first_choice(converted, [heading.pattern for heading in profile.headings])
    if examples:
        choice = heading_choice.choose_by_examples(choice, examples, converted)
    if headings is not None:
        choice = heading_choice.choose_by_numbers(choice, headings)
    if yes or examples or headings is not None:
        for line in heading_choice.choice_lines(choice):
            tell(line)
        return choice
    tell(heading_choice.HELP)
    return heading_choice.choose_headings(choice, converted, show, ask, tell)


def enrich(
    report: Annotated[str, typer.Argument(help="The report's folder in the corpus.")],
    config_file: ConfigFile = None,
) -> None:
    """Draft questions and gists of a report's passages with the service configured in [enrich], for review."""
    from index.chat.chat_service import open_chat_service
    from index.cli.output import progress_bars
    from index.ingest.expansion_drafts import DRAFT, draft_passages
    from index.reports.corpus import read_passages
    from index.reports.expansions import append_rows

    settings = load_settings(config_file)
    folder = settings.corpus.path / report
    passages = read_passages(folder, settings.passages)
    left_out = 0
    service = open_chat_service(settings.enrich)
    with progress_bars() as report_progress:
        for done, draft in enumerate(draft_passages(passages, service), 1):
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
