"""Write the answers of a thread as Markdown, from the texts of their cards. Pure functions."""

from collections.abc import Iterable, Sequence

from bot.cards.answer_card import question_on_card
from bot.cards.escaping import escape_markdown, one_line
from bot.exports.citation_formats import source_entry
from index.models import ReportInfo
from index.text.localization import Catalogue

TITLE = 200  # characters
QUOTATION, HEADING, ANSWER, SMALL = "> ", "### ", "**", "\n-# "


def thread_markdown(title: str, cards: Iterable[Sequence[str]], reports: Iterable[ReportInfo], words: Catalogue) -> str:
    """Return a document with a section for each answer: the question, the answer in short and its quotations.

    :param title: The name of the thread.
    :param cards: The texts of each answer card, in order.
    :param reports: The reports that the answers quote, which end the document.
    """
    sections = [f"# {escape_markdown(one_line(title, TITLE))}"]
    for texts in cards:
        sections.append(f"## {escape_markdown(question_on_card(texts))}")
        sections += [plain_markdown(text) for text in texts if text.startswith((QUOTATION, HEADING, ANSWER))]
    sources = [f"- {escape_markdown(source_entry(source, words))}" for source in reports]
    return "\n\n".join([*sections, f"## {words('citation.sources')}", "\n".join(sources)]) + "\n"


def plain_markdown(text: str) -> str:
    """Replace Discord's small text, which Markdown does not know, by a paragraph of the quotation."""
    first, *small = text.split(SMALL)
    return "\n>\n> ".join([first, *small])
