"""The command `ask`: one question, or a batch of them in JSON Lines, and what a language model writes for their answers."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.cli.app import AsJson, ConfigFile, IndexFolder, Program, emit_json, load_settings
from index.errors import QuestionError

if TYPE_CHECKING:
    from index.chat.chat_service import ChatService
    from index.engine import Engine
    from index.models import Answer
    from index.writing.writer import Show, Writing
    from index.writing.written_head import HeadDraft


def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in any language.")] = None,
    batch: Annotated[str | None, typer.Option("--batch", help='JSON Lines with "id" and "question"; - for stdin.')] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="Number of passages to return.")] = 10,
    session: Annotated[str | None, typer.Option("--session", help="Restrict to a session, by id or title.")] = None,
    speaker: Annotated[str | None, typer.Option("--speaker", help="Restrict to where this person appears.")] = None,
    day: Annotated[str | None, typer.Option("--day", help="Restrict to a day: a date, a weekday or day 2.")] = None,
    section: Annotated[str | None, typer.Option("--section", help="Restrict to a section, by its title.")] = None,
    report: Annotated[str | None, typer.Option("--report", help="Restrict to a report, by name or title.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show how the answer was found, and why.")] = False,
    is_written: Annotated[
        bool, typer.Option("--write", help="Let the model of [writer] say it in plain words, as far as they are proven.")
    ] = False,
    as_json: AsJson = False,
    index: IndexFolder = None,
    config_file: ConfigFile = None,
) -> None:
    """Answer a question, or a batch of them."""
    from index.chat.chat_service import open_chat_service
    from index.cli.output import answer_json, answer_text, written_json
    from index.engine import Engine
    from index.lookup.scopes import resolve_scope

    if (question is None) == (batch is None):
        raise typer.BadParameter("give either a question or --batch FILE")
    questions = [("", question)] if question is not None else read_batch(batch or "-")
    settings = load_settings(config_file, index)
    service = open_chat_service(settings.writer) if is_written else None
    engine = Engine.load(settings)
    filters = {"session": session, "speaker": speaker, "day": day, "section": section, "report": report}
    scope = resolve_scope(engine.directory, engine.sections, titles=engine.guide.titles, **filters)
    for name, text in questions:
        answer = engine.ask(text, top=top, scope=scope)
        if as_json:
            writing = write_answer(engine, answer, service) if service else None
            emit_json(answer_json(answer, name) | (written_json(writing) if service else {}))
        else:
            text_output = answer_text(answer, engine.guide.titles, explain=explain)
            typer.echo(f"{name}\n{text_output}" if batch else text_output)
            if service:
                print_writing(engine, answer, service)


def write_answer(engine: Engine, answer: Answer, service: ChatService, show: Show | None = None) -> Writing | None:
    """Return what the model wrote; None for an answer for which nothing is written, such as a refusal."""
    from index.writing.writer import write

    task = engine.writing_task(answer)
    return asyncio.run(write(task, service, engine.verify_line, show)) if task else None


def print_writing(engine: Engine, answer: Answer, service: ChatService) -> None:
    """Print each line as soon as it is proven, then the quotations that they cite and how many lines were left out.

    A failure of the service is one line on stderr, since the answer stands without it.
    """
    from index.answering.rendering import load_phrases, quote_text, render_location
    from index.text.localization import language_of

    async def show(draft: HeadDraft) -> None:
        head = draft.head(finished=False)
        if head:
            if len(head.lines) == 1:
                typer.echo(f"\nwritten by {service.options.model}, proven by the quotations below:")
            line = head.lines[-1]
            note = " (machine translation)" if line.machine_translated else ""
            typer.echo(f"{line.text} {''.join(f'[{n}]' for n in line.citations)}{note}")

    writing = write_answer(engine, answer, service, show)
    if writing is None:
        return
    if writing.head:
        words = load_phrases(language_of(answer.question))
        for citation in writing.head.citations:
            typer.echo(f"[{citation.n}] {quote_text(citation.quote, words)}{render_location(citation, words)}")
    elif writing.draft.lines:
        typer.echo("most of what it wrote could not be proven; rely on the answer above alone")
    if writing.draft.dropped:
        typer.echo(f"lines left out because nothing proves them: {writing.draft.dropped}")
    if writing.error:
        Program.complain(str(writing.error))


def read_batch(source: str, key: str = "question") -> Iterator[tuple[str, str]]:
    """Yield the id, and the question or statement, of each line of a batch as it is read.

    :param source: Path, or `-` for stdin.
    :param key: "question" or "statement".
    :raises QuestionError: If the file cannot be read or a line is not valid; the message names the line.
    """
    try:
        with nullcontext(sys.stdin.buffer) if source == "-" else Path(source).open("rb") as stream:
            for number, raw in enumerate(stream, 1):
                if raw.strip():
                    yield parse_row(raw, key, f"{source}, line {number}")
    except OSError as error:
        raise QuestionError(f"{source}: cannot be read ({error.strerror})") from error


def parse_row(raw: bytes, key: str, where: str) -> tuple[str, str]:
    """Parse one line of a batch: its id, and its question or statement.

    :param where: File and line for the error message.
    :raises QuestionError: If the line lacks one of them.
    """
    try:
        record = json.loads(raw)
        return str(record["id"]), str(record[key])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise QuestionError(f'{where}: not a JSON object with "id" and "{key}" ({error!r})') from error
