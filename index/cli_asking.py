"""report-index ask, sessions, people and eval: questions and look-ups."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from index.cli import AsJson, ConfigFile, IndexFolder, emit, main, settings, tables

Query = Annotated[str | None, typer.Argument(help="What to look for; everything if left out.")]


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
    from index.lookup.resolving import resolve
    from index.output import answer_json, answer_text

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
            typer.echo(f"{name}\n{told}" if batch else told)


@main.command()
def sessions(
    query: Query = None, as_json: AsJson = False, index: IndexFolder = None, config_file: ConfigFile = None
) -> None:
    """List every session in order, or the matches best first; the nearest if there is none."""
    from index import output
    from index.generations.session_list import read_sessions
    from index.lookup.directory import Directory

    matches = Directory(read_sessions(settings(config_file, index))).find_sessions(query or "", limit=sys.maxsize)
    show(matches, query, output.session_json, output.sessions_table, as_json)


@main.command()
def people(query: Query = None, as_json: AsJson = False, index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """List everybody whom a session names, or the matches best first; the nearest if there is none."""
    from index import output
    from index.generations.session_list import read_sessions
    from index.lookup.directory import Directory

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


@main.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="Questions with evidence, JSON Lines.")],
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Measure retrieval, answers and abstention on questions with evidence."""
    from index.engine import Engine
    from index.evaluation import metrics
    from index.report import print_figures

    questions = metrics.load(file)
    engine = Engine.load(settings(config_file, index))
    outcomes = [metrics.judge(question, engine.ask(question.question)) for question in questions]
    if as_json:
        emit(json.loads(metrics.as_json(outcomes, engine.generation)))
    else:
        with tables() as console:
            print_figures(outcomes, console)
