"""The console: the same answers in a terminal, or for the lines of a file."""

import sys
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from bot.cards.escaping import clean
from bot.cards.locations import further, page_range, section_path
from bot.config import TOKEN_VARIABLE, BotOptions
from bot.engine import Engine
from bot.locale.catalogue import catalogue, language_of_locale
from bot.questions.pipeline import cleaned, objection
from index.models import Answer
from index.text.localization import Catalogue, language_of


def words_for(environ: Mapping[str, str]) -> Catalogue:
    """The catalogue in the terminal's language."""
    return catalogue(language_of_locale(environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG", "")))


def banner(environ: Mapping[str, str]) -> str:
    """One line that says what this is and, where the token is missing, how to get to Discord."""
    key = "console.banner" if environ.get(TOKEN_VARIABLE, "").strip() else "console.banner_without_token"
    return words_for(environ)(key)


def converse(engine: Engine, options: BotOptions, prompt: str) -> None:
    """Answer the lines of standard input until it ends; prompt for them if it is a terminal.

    An interrupt at the prompt ends it; KeyboardInterrupt is raised only while an answer is under way.
    """
    console = Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())
    for line in lines(prompt):
        question = cleaned(line)
        words = catalogue(language_of(question, options.default_language))
        if told := objection(question, options.max_question_characters, words):
            console.print(Text(told + "\n"))
        else:
            console.print(rendered(engine.ask(question), engine.titles, words))


def lines(prompt: str) -> Iterator[str]:
    """The lines of standard input that are not blank."""
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
        # The shell's prompt is not to stand on the line of ours.
        sys.stdout.write("\n")


def rendered(answer: Answer, titles: Sequence[str], words: Catalogue) -> Text:
    """The answer for a terminal: verdict, numbered quotations with section and page, sections to read on, source."""
    text = Text(clean(answer.found or words(f"card.{answer.verdict}")) + "\n", style="bold")
    citations = answer.citations if answer.verdict != "not_covered" else ()
    for citation in citations:
        speaker = f"{clean(citation.speaker)}: " if citation.speaker else ""
        text.append(f"\n[{citation.n}] {speaker}", style="bold").append(clean(citation.quote) + "\n", style="not bold")
        if citation.reading:
            text.append(f"    {words('card.reading', reading=clean(citation.reading))}\n", style="not bold italic")
        place = [clean(section_path(citation.section)), page_range(citation.pages, words)]
        text.append(f"    {' · '.join(filter(None, place))}\n", style="not bold dim")
    if paths := further(answer):
        text.append("\n" + words("card.further" if citations else "card.nearest") + "\n", style="not bold")
        text.append("".join(f"  - {clean(section_path(path))}\n" for path in paths), style="not bold")
    return text.append(clean(f"\n{' / '.join(titles)} · {answer.index}\n"), style="not bold dim")
