"""Have a language model write for an answer, as `ask --write` and `eval --write` do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer

from index.cli.app import Program
from index.models import Answer

if TYPE_CHECKING:
    from index.chat.chat_service import ChatService
    from index.engine import Engine
    from index.writing.writer import Show, Writing
    from index.writing.written_head import HeadDraft


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
