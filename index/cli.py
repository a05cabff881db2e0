"""report-index: build, ask, look up, check and roll back. Results go to stdout, progress and errors to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from index import config
from index.config import Settings
from index.errors import ReportIndexError

ConfigFile = Annotated[Path | None, typer.Option("--config", help="Configuration file; config.toml if it is here.")]
IndexFolder = Annotated[Path | None, typer.Option("--out", "--index", help="Index folder, instead of the configured one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Query = Annotated[str | None, typer.Argument(help="What to look for; everything if left out.")]
INTERRUPTED = 130


class Program(TyperGroup):
    """Where a named error becomes one line and exit code 1, and an interrupt 130, whichever command raised it."""

    def invoke(self, ctx: Any) -> None:
        try:
            super().invoke(ctx)
        except ReportIndexError as error:
            typer.echo(f"error: {' '.join(str(error).split())}", err=True)
            raise typer.Exit(1) from error
        except KeyboardInterrupt as interrupt:
            typer.echo("interrupted; nothing was left half-written", err=True)
            raise typer.Exit(INTERRUPTED) from interrupt
        except BrokenPipeError:
            # The reader has gone, as `head` does. Python must not flush into the closed pipe again at exit.
            sys.stdout = None


main = typer.Typer(
    name="report-index",
    cls=Program,
    help="Build and use the index of a corpus of reports.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def settings(file: Path | None, index: Path | None = None, corpus: Path | None = None) -> Settings:
    """The configuration, with the folders that the command line names instead."""
    found = config.load(Settings, file)
    if index is not None:
        found = found.model_copy(update={"index": found.index.model_copy(update={"path": index})})
    if corpus is not None:
        found = found.model_copy(update={"corpus": found.corpus.model_copy(update={"path": corpus})})
    return found


def emit(value: Any) -> None:
    """Write one JSON line, at once."""
    from index.output import line

    sys.stdout.buffer.write(line(value))
    sys.stdout.buffer.flush()


@main.command()
def build(
    corpus: Annotated[Path | None, typer.Option("--corpus", help="Folder of reports.")] = None,
    out: IndexFolder = None,
    accept_worse: Annotated[bool, typer.Option("--accept-worse", help="Publish it even if it answers worse.")] = False,
    if_stale: Annotated[bool, typer.Option("--if-stale", help="Do nothing if the live index is up to date.")] = False,
    as_json: AsJson = False,
    config_file: ConfigFile = None,
) -> None:
    """Build a new generation beside the live one and publish it."""
    from index import builder, engine
    from index.embedding import SentenceTransformerEncoder
    from index.progress import progress

    wanted = settings(config_file, out, corpus)
    if if_stale and engine.is_current(wanted):
        return
    with progress() as report:
        load = partial(SentenceTransformerEncoder, wanted.model)
        manifest = builder.build(wanted, load, report, accept_worse=accept_worse)
    if as_json:
        emit(manifest.model_dump(mode="json"))
    else:
        typer.echo(engine.describe(manifest))


@main.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in any language.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", help='JSON Lines with "id" and "question"; - for stdin.')] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many passages to give.")] = 10,
    session: Annotated[str | None, typer.Option("--session", help="Only from this session: its id or title.")] = None,
    speaker: Annotated[str | None, typer.Option("--speaker", help="Only from where this person appears.")] = None,
    day: Annotated[str | None, typer.Option("--day", help="Only from this day: a date, a weekday or day 2.")] = None,
    section: Annotated[str | None, typer.Option("--section", help="Only from this section, by its title.")] = None,
    report: Annotated[str | None, typer.Option("--report", help="Only from this report: its name or title.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say which road the answer came by, and why.")] = False,
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Answer a question, or a batch of them."""
    from index.batch import read_batch
    from index.engine import Engine
    from index.output import answer_json, answer_text
    from index.resolving import resolve

    if (question is None) == (batch is None):
        raise typer.BadParameter("give either a question or --batch FILE")
    questions = [("", question)] if question is not None else read_batch(batch or "-")
    engine = Engine.load(settings(config_file, index))
    typed = {"session": session, "speaker": speaker, "day": day, "section": section, "report": report}
    scope = resolve(engine.directory, engine.sections, titles=engine.guide.titles, **typed)
    for name, text in questions:
        answer = engine.ask(text, top=top, scope=scope)
        if as_json:
            emit(answer_json(answer, name))
        else:
            told = answer_text(answer, engine.guide.titles, explain=explain)
            typer.echo(printable(f"{name}\n{told}" if batch else told))


def printable(text: str) -> str:
    """Text that any terminal takes: what UTF-8 cannot hold is replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


@main.command()
def sessions(
    query: Query = None, as_json: AsJson = False, index: IndexFolder = None, config_file: ConfigFile = None
) -> None:
    """List every session in order, or the matches best first; the nearest if there is none."""
    from index import output
    from index.engine import read_sessions
    from index.lookup import Directory

    matches = Directory(read_sessions(settings(config_file, index))).find_sessions(query or "", limit=sys.maxsize)
    show(matches, query, output.session_json, output.sessions_table, as_json)


@main.command()
def people(query: Query = None, as_json: AsJson = False, index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """List everybody whom a session names, or the matches best first; the nearest if there is none."""
    from index import output
    from index.engine import read_sessions
    from index.lookup import Directory

    matches = Directory(read_sessions(settings(config_file, index))).find_people(query or "")
    show(matches, query, output.entry_json, output.people_table, as_json)


def show(matches: list[Any], query: str | None, to_json: Any, to_table: Any, as_json: bool) -> None:
    """Print what was found; why, if it was looked for."""
    if any(match.reason == "nearest" for match in matches):
        typer.echo("nothing matches; the nearest are:", err=True)
    if as_json:
        whys = [{"match": {"reason": match.reason, "score": round(match.score, 1)}} if query else {} for match in matches]
        emit([to_json(match.item) | why for match, why in zip(matches, whys, strict=True)])
    elif matches:
        with tables() as console:
            console.print(to_table([match.item for match in matches]))
    else:
        typer.echo("nothing matches")


@contextmanager
def tables() -> Iterator[Console]:
    """A console that writes when the block ends; without a terminal to set a width, a table takes what it needs."""
    # Brackets and colons in a report are text, not rich's markup.
    console = Console(width=None if sys.stdout.isatty() else 240, markup=False, emoji=False)
    # Its own writing would turn a pipe that the reader has closed into exit code 1.
    with console.capture() as printed:
        yield console
    typer.echo(printed.get(), nl=False)


@main.command()
def info(as_json: AsJson = False, index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Say what the live generation is, and which others there are."""
    from index import engine
    from index.store import Store

    wanted = settings(config_file, index)
    store = Store(wanted.index.path, wanted.index.keep)
    live = store.live().manifest
    if as_json:
        emit(live.model_dump(mode="json"))
        return
    typer.echo(f"folder: {wanted.index.path}\nlive: {engine.describe(live)}")
    for source in live.corpus:
        typer.echo(f"report: {source.report}, {source.title}")
    for manifest in store.generations():
        if manifest.id != live.id:
            typer.echo(f"kept: {engine.describe(manifest)}")


@main.command()
def verify(index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Check every file of the live generation against its manifest."""
    from index.engine import inspect

    typer.echo(f"sound: {inspect(settings(config_file, index))}")


@main.command()
def rollback(index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """Make the generation before the live one the live one."""
    from index import builder, engine

    wanted = settings(config_file, index)
    manifest = builder.rollback(wanted)
    typer.echo(f"live now: {engine.describe(manifest)}")


@main.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="Questions with evidence, JSON Lines.")],
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Measure retrieval, answers and abstention on questions with evidence."""
    from index import evaluation
    from index.engine import Engine
    from index.report import print_figures

    questions = evaluation.load(file)
    engine = Engine.load(settings(config_file, index))
    outcomes = [evaluation.judge(question, engine.ask(question.question)) for question in questions]
    if as_json:
        emit(json.loads(evaluation.as_json(outcomes, engine.generation)))
    else:
        with tables() as console:
            print_figures(outcomes, console)


# Commands of their own file, which registers them.
from index import cli_adding, cli_publish, cli_training  # noqa: E402, F401 - need `main`
