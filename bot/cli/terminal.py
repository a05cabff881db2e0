"""Answer questions in a terminal or from the lines of a file."""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.live import Live
from rich.text import Text

from bot.cards.answer_card import line_marks, number_head, verdict_text
from bot.cards.escaping import clean_text
from bot.cards.locations import further_paths, pages_text, section_text
from bot.config import TOKEN_VARIABLE, BotOptions
from bot.engine import Engine
from bot.locale.catalogue import bot_catalogue, language_of_locale
from bot.questions.pipeline import clean_question, find_objection
from index.chat.chat_service import ChatService
from index.models import Answer, Citation
from index.text.localization import Catalogue, language_of
from index.writing.writer import write
from index.writing.written_head import HeadDraft, WritingTask, WrittenHead


def terminal_words(environ: Mapping[str, str]) -> Catalogue:
    """Return the catalogue for the terminal's language."""
    return bot_catalogue(language_of_locale(environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG", "")))


def start_banner(environ: Mapping[str, str]) -> str:
    """Return one line about the program and, without a token, about how to connect to Discord."""
    key = "console.banner" if environ.get(TOKEN_VARIABLE, "").strip() else "console.banner_without_token"
    return terminal_words(environ)(key)


def answer_lines(engine: Engine, options: BotOptions, prompt: str, service: ChatService | None = None) -> None:
    """Answer each line of standard input until it ends.

    :param service: What writes below each answer; None for nothing.
    :param prompt: Shown if standard input is a terminal. An interrupt at the prompt ends the loop.
    :raises KeyboardInterrupt: If interrupted while an answer is computed.
    """
    console = Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())
    for line in read_lines(prompt):
        question = clean_question(line)
        words = bot_catalogue(language_of(question, options.default_language))
        if objection := find_objection(question, options.max_question_characters, words):
            console.print(Text(objection + "\n"))
        else:
            answer = engine.ask(question)
            console.print(render_answer(answer, engine.titles, words))
            task = engine.writing_task(answer) if service else None
            if service and task:
                asyncio.run(print_head(console, engine, service, task, answer, words))


async def print_head(
    console: Console, engine: Engine, service: ChatService, task: WritingTask, answer: Answer, words: Catalogue
) -> None:
    """Print what a language model writes about an answer, line by line in a terminal; why there is nothing if it fails."""
    with Live(console=console, auto_refresh=False) as live:

        async def show(draft: HeadDraft) -> None:
            live.update(render_head(draft.head(finished=False), answer, words), refresh=True)

        written = await write(task, service, engine.verify_line, show)
        live.update(render_head(written.head, answer, words), refresh=True)
    if written.error:
        console.print(Text(f"{written.error}\n"))


def render_head(head: WrittenHead | None, answer: Answer, words: Catalogue) -> Text:
    """Render a head by the numbers of the answer's quotations, followed by the further quotations that it cites."""
    text = Text()
    if head is None:
        return text
    numbered = number_head(head, answer)
    text.append(words("head.title") + "\n", style="bold")
    for line in numbered.lines:
        text.append(f"- {clean_text(line.text)}{line_marks(line, words)}\n", style="not bold")
    for citation in numbered.citations[len(answer.citations) :]:
        text.append_text(render_citation(citation, words))
    if head.dropped:
        text.append(words("head.dropped", count=head.dropped) + "\n", style="not bold dim")
    return text


def read_lines(prompt: str) -> Iterator[str]:
    """Yield the lines of standard input that are not blank."""
    terminal = sys.stdin.isatty()
    while True:
        try:
            line = input(prompt) + "\n" if terminal else sys.stdin.readline()
        except (EOFError, KeyboardInterrupt):
            line = ""
        if line.strip():
            yield line
        elif not line:
            break
    if terminal:
        # The shell's prompt starts on a new line.
        sys.stdout.write("\n")


def render_answer(answer: Answer, titles: Sequence[str], words: Catalogue) -> Text:
    """Render an answer: the answer in short or the verdict, numbered quotations with section and page, and source."""
    text = Text(clean_text(answer.found or answer.lead or verdict_text(answer, words)) + "\n", style="bold")
    citations = answer.citations if answer.verdict != "not_covered" else ()
    for citation in citations:
        text.append_text(render_citation(citation, words))
    if paths := further_paths(answer):
        text.append("\n" + words("card.further" if citations else "card.nearest") + "\n", style="not bold")
        text.append("".join(f"  - {clean_text(section_text(path))}\n" for path in paths), style="not bold")
    return text.append(clean_text(f"\n{' / '.join(titles)} · {answer.index}\n"), style="not bold dim")


def render_citation(citation: Citation, words: Catalogue) -> Text:
    """Render a numbered quotation with speaker, translation, section and pages, each as far as known."""
    speaker = f"{clean_text(citation.speaker)}: " if citation.speaker else ""
    text = Text().append(f"\n[{citation.n}] {speaker}", style="bold").append_text(render_quote(citation)).append("\n")
    if citation.reading:
        text.append(f"    {words('card.reading', reading=clean_text(citation.reading))}\n", style="not bold italic")
    place = [clean_text(section_text(citation.section)), pages_text(citation.pages, words)]
    return text.append(f"    {' · '.join(filter(None, place))}\n", style="not bold dim")


def render_quote(citation: Citation) -> Text:
    """Render a quotation with the words that answer in bold."""
    text, end = Text(), 0
    for start, stop in citation.spans:
        text.append(clean_text(citation.quote[end:start]), style="not bold")
        text.append(clean_text(citation.quote[start:stop]), style="bold")
        end = stop
    return text.append(clean_text(citation.quote[end:]), style="not bold")
