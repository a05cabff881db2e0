"""What the bot shows, as Components V2. Pure; Discord's limits on a message are kept here and nowhere else.

Whatever the length of its parts, a card cuts no quotation: one that does not fit is left out, with those after it.
"""

from collections.abc import Iterable, Sequence

import discord
from discord import ui

from bot.errors import Explanation
from bot.escape import escape, one_line
from bot.places import further, page_range, section_path
from bot.strings import Catalogue, catalogue
from index.language import Language, language_of
from index.models import Answer, Citation, SectionPath, Verdict

# Discord's: characters over all text displays of a message, and components with nested ones counted.
TEXT_LIMIT, COMPONENT_LIMIT = 4000, 40
CONTAINER_AND_SEPARATOR = 2
# Ours, before escaping.
QUESTION, FOUND, SECTION, SPEAKER, TITLES, GENERATION = 200, 700, 200, 80, 200, 60
MORE_LINE = 100

COLOURS: dict[Verdict, discord.Colour] = {
    "answered": discord.Colour.green(),
    "related": discord.Colour.gold(),
    "not_covered": discord.Colour.light_grey(),
}


def answer_card(answer: Answer, titles: Sequence[str], reference: str, default: Language) -> ui.LayoutView:
    """The card of an answer, in the question's language, or in `default` where the question shows none."""
    words = catalogue(language_of(answer.question, default))
    head = ["-# " + words("card.asked", question=inline(answer.question, QUESTION)), lead(answer, words)]
    citations = answer.citations if answer.verdict != "not_covered" else ()
    sections = reading_on(further(answer), words("card.further" if citations else "card.nearest"))
    footer = "-# " + words(
        "card.footer",
        titles=inline(" / ".join(titles), TITLES),
        generation=inline(answer.index, GENERATION),
        reference=reference,
    )
    quotations = fitting(
        [quotation(citation, words) for citation in citations],
        characters=TEXT_LIMIT - MORE_LINE - sum(map(len, [*head, *sections, footer])),
        components=COMPONENT_LIMIT - CONTAINER_AND_SEPARATOR - len([*head, *sections, footer]) - 1,
    )
    left_out = len(citations) - len(quotations)
    more = [words("card.more", count=left_out)] if left_out else []
    return card([*head, *quotations, *more, *sections], footer, COLOURS[answer.verdict])


def lead(answer: Answer, words: Catalogue) -> str:
    """What was found where the sessions and people tell it, else the verdict."""
    return f"**{inline(answer.found, FOUND) or words(verdict_key(answer))}**"


def notice_card(sentence: str) -> ui.LayoutView:
    """The card of a sentence of the bot's own."""
    return card([sentence], None, discord.Colour.blurple())


def error_card(explanation: Explanation, language: Language) -> ui.LayoutView:
    footer = "-# " + catalogue(language)("card.reference", reference=explanation.reference)
    return card([explanation.sentence], footer, discord.Colour.red())


def card(texts: Iterable[str], footer: str | None, colour: discord.Colour) -> ui.LayoutView:
    container: ui.Container[ui.LayoutView] = ui.Container(*map(ui.TextDisplay, texts), accent_colour=colour)
    if footer:
        container.add_item(ui.Separator()).add_item(ui.TextDisplay(footer))
    # Without a timeout: nothing on the card can be clicked, so there is nothing to wait for.
    return ui.LayoutView(timeout=None).add_item(container)


def verdict_key(answer: Answer) -> str:
    return f"card.{answer.verdict}"


def quotation(citation: Citation, words: Catalogue) -> str:
    """A numbered quotation: speaker where known, the quote in full, section and page."""
    speaker = f" {inline(citation.speaker, SPEAKER)}" if citation.speaker else ""
    quote = "\n".join(f"> {line}" for line in escape(citation.quote).split("\n"))
    place = filter(None, [inline(section_path(citation.section), SECTION), page_range(citation.pages, words)])
    return f"**{citation.n}.**{speaker}\n{quote}\n-# {' · '.join(place)}"


def reading_on(paths: Sequence[SectionPath], heading: str) -> list[str]:
    lines = [f"- {inline(section_path(path), SECTION)}" for path in paths]
    return ["\n".join([heading, *lines])] if lines else []


def inline(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters, escaped."""
    return escape(one_line(text, limit))


def fitting(blocks: Sequence[str], *, characters: int, components: int) -> list[str]:
    """The first blocks that fit together."""
    fit: list[str] = []
    for block in blocks[:components]:
        characters -= len(block)
        if characters < 0:
            break
        fit.append(block)
    return fit
