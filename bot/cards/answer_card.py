"""What the bot shows, as Components V2. Pure; Discord's limits on a message are kept here and nowhere else.

Whatever the length of its parts, a card cuts no quotation: what does not fit stands on the next page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, product
from typing import Any, get_args

import discord
from discord import ui

from bot.cards.buttons import ActionButton, MenuChoice, NavigationButton, button_row, menu_rows, page_turner
from bot.cards.custom_ids import ActionKind, AnswerAction, Target, citation_key, scope_key
from bot.cards.escaping import NOTHING, escape_markdown, inline_text, one_line, unescape_markdown
from bot.cards.layout import COMPONENT_LIMIT, GENERATION, PAGE_NUMBER, SCOPE, TEXT_LIMIT, TITLES, make_card
from bot.cards.locations import further_paths, pages_text, quoted_span, section_text
from bot.cards.paging import group_pages
from bot.locale.catalogue import bot_catalogue
from index.models import Answer, Citation, SectionPath, Verdict, citations_by_report
from index.site.urls import passage_url
from index.text.localization import Catalogue, Language, language_of

# The container, a separator, head, what was understood, scope, lead, further sections, greeting and footer; two buttons to
# pages, a menu, two buttons and five in their rows.
RESERVED_COMPONENTS = 23
# Ours, before escaping.
QUESTION, FOUND, SECTION, SPEAKER = 1000, 700, 200, 80
READING, REPORT = 2000, 80
# What was asked, where what it was taken for stands below it whole; and what is left for quotations whatever else is long.
ASKED_TOO, LEAST = 100, 400
ASKED = "-# "
COLOURS: dict[Verdict, discord.Colour] = {
    "answered": discord.Colour.green(),
    "related": discord.Colour.gold(),
    "not_covered": discord.Colour.light_grey(),
}
HEADING = 80  # characters, before escaping


def answer_card(
    answer: Answer,
    titles: Sequence[str],
    reference: str,
    default: Language,
    within: str = "",
    page: int = 0,
    frame: AnswerContext | None = None,
) -> ui.LayoutView:
    """A page of an answer, in the question's language, or in `default` where the question shows none.

    `within` is the scope in words. What may be done with the answer depends on its frame; without one, nothing. The question
    is shown whole, or else what it was taken for, so that `question_of` can read it.
    """
    words = bot_catalogue(language_of(answer.question, default))
    citations = answer.citations if answer.verdict != "not_covered" else ()
    sections = further_sections(further_paths(answer), words("card.further" if citations else "card.nearest"))
    footer = answer_footer(titles, answer.index, reference, words)
    head = [
        ASKED + words("card.asked", question=inline_text(answer.question, ASKED_TOO if answer.understood else QUESTION)),
        *(
            [ASKED + words("card.understood", question=inline_text(answer.understood, QUESTION))]
            if answer.understood
            else []
        ),
        *(["-# " + words("card.within", scope=inline_text(within, SCOPE))] if within else []),
    ]
    hello = ["-# " + frame.hello] if frame and frame.hello else []
    room = TEXT_LIMIT - PAGE_NUMBER - sum(map(len, [*head, *hello, footer]))
    head.append(lead_line(answer, words, room - LEAST))
    room -= len(head[-1])
    sections = sections if room - sum(map(len, sections)) >= LEAST else []
    room -= sum(map(len, sections))
    most = 1 if frame and frame.short else COMPONENT_LIMIT - RESERVED_COMPONENTS
    passages = {hit.passage.id: hit.passage for hit in answer.hits}

    def link(citation: Citation) -> str:
        if not (frame and frame.site):
            return ""
        passage = passages.get(citation.passage_id)
        span = quoted_span(passage, citation.quote) if passage else None
        return passage_url(frame.site, citation.passage_id, words.language, span)

    # Where there are several reports, each quotation stands under the title of its own, or names it if that is of them all.
    named = frame.titles if frame and len(frame.titles) > 1 else {}
    groups = citations_by_report(citations)
    above = report_headings(groups, named)
    citations = tuple(chain.from_iterable(groups.values())) if above else citations
    told = [
        above.get(each.report, "") + quotation_text(each, words, link(each), "" if above else named.get(each.report, ""))
        for each in citations
    ]
    pages = [drop_repeated_headings(page, above.values()) for page in group_pages(told, room, most)]
    target = Target("answer", scope_key(answer.scope), words.language, min(page, len(pages) - 1))
    if len(pages) > 1:
        footer = f"{words('page.of', page=target.page + 1, pages=len(pages))} · {footer}"
    texts = [*head, *pages[target.page], *sections, *hello]
    rows = page_turner(target, len(pages), words)
    if frame:
        shown = [citation for citation in citations if any(shows_citation(text, citation) for text in pages[target.page])]
        rows += answer_rows(answer, shown, reference, frame, words)
    return make_card(texts, f"-# {footer}", COLOURS[answer.verdict], rows)


def answer_footer(titles: Sequence[str], generation: str, reference: str, words: Catalogue) -> str:
    """What an answer rests on, and under which reference the log knows it."""
    shown, index = inline_text(" / ".join(titles), TITLES), inline_text(generation, GENERATION)
    return words("card.footer", titles=shown, generation=index, reference=reference)


def shows_citation(text: str, citation: Citation) -> bool:
    """Whether a text shows a citation from its beginning."""
    return f"\n**{citation.n}.**" in f"\n{text}"


def question_on_card(texts: Iterable[str]) -> str:
    """The question that a card answers, as it was understood, from its texts. Raises ValueError if it shows none."""
    starts = [
        ASKED + bot_catalogue(language)(key, question="")
        for key in ("card.understood", "card.asked")
        for language in get_args(Language)
    ]
    shown = list(texts)
    for start, text in product(starts, shown):
        if text.startswith(start):
            return unescape_markdown(text.partition("\n")[0].removeprefix(start))
    raise ValueError("the card shows no question")


def lead_line(answer: Answer, words: Catalogue, room: int) -> str:
    """What was found where the sessions and people tell it, else the verdict; escaping may double what is cut to fit."""
    return f"**{inline_text(answer.found, min(FOUND, room // 2)) or words(verdict_text_key(answer))}**"


def verdict_text_key(answer: Answer) -> str:
    return f"card.{answer.verdict}"


def quotation_text(citation: Citation, words: Catalogue, link: str = "", report: str = "") -> str:
    """A numbered quotation: speaker where known, the quote in full, a reading of it if there is one, section and page.

    The place is a link where one is given, and begins with the title of its report where that is.
    """
    speaker = f" {inline_text(citation.speaker, SPEAKER)}" if citation.speaker else ""
    quote = "\n".join(f"> {line}" for line in escape_markdown(citation.quote).split("\n"))
    where = [
        inline_text(report, REPORT),
        inline_text(section_text(citation.section), SECTION),
        pages_text(citation.pages, words),
    ]
    found = list(filter(None, where))
    place = f"[{' · '.join(found)}]({link})" if link else " · ".join(found)
    reading = "\n-# " + words("card.reading", reading=inline_text(citation.reading, READING)) if citation.reading else ""
    return f"**{citation.n}.**{speaker}\n{quote}{reading}\n-# {place}"


def further_sections(paths: Sequence[SectionPath], heading: str) -> list[str]:
    lines = [f"- {inline_text(section_text(path), SECTION)}" for path in paths]
    return ["\n".join([heading, *lines])] if lines else []


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """Where an answer stands: whether only the asker sees it, whether a thread can be opened from it, whether it is to be
    short, with one quotation a page, the address of the published report, if there is one, to link quotations to, what
    the bot says of itself at the first contact, and the titles of the reports by their names."""

    private: bool = False
    threads: bool = False
    short: bool = False
    site: str = ""
    hello: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)


def answer_rows(
    answer: Answer, shown: Sequence[Citation], reference: str, frame: AnswerContext, words: Catalogue
) -> list[ui.ActionRow[Any]]:
    """The rows of an answer whose page shows these citations."""

    def act(kind: ActionKind) -> ActionButton:
        return ActionButton(AnswerAction(kind, words.language, reference, scope_key(answer.scope)), words(f"deed.{kind}"))

    passages = [hit.passage for hit in answer.hits]
    keys = {citation_key(citation, passages): citation for citation in shown}
    alone = (
        [NavigationButton(Target("passage", key, words.language), words("deed.context")) for key in keys]
        if len(keys) == 1
        else []
    )
    choices = [
        MenuChoice(
            f"{citation.n}. {citation.quote}",
            "passage",
            key,
            f"{section_text(citation.section)} · {pages_text(citation.pages, words)}",
        )
        for key, citation in keys.items()
    ]
    further = [act("share")] if frame.private else [act("thread")] if frame.threads else []
    return [
        *(menu_rows(choices, words("deed.contexts"), words.language) if len(keys) > 1 else []),
        *([button_row(*alone, *further)] if alone or further else []),
        button_row(act("more"), act("other"), act("up"), act("down"), act("delete")),
    ]


def report_headings(reports: Collection[str], titles: Mapping[str, str]) -> dict[str, str]:
    """What stands above the quotations of each of these reports; nothing where there is one, or titles are not known."""
    if len(reports) < 2 or not titles:
        return {}
    return {
        report: f"### {escape_markdown(one_line(titles.get(report, report), HEADING)) or NOTHING}\n" for report in reports
    }


def drop_repeated_headings(texts: Iterable[str], above: Collection[str]) -> list[str]:
    """The texts of a page, each heading only above the first of those that it begins."""
    kept, shown = [], ""
    for text in texts:
        heading = next((each for each in above if text.startswith(each)), shown)
        kept.append(text.removeprefix(heading) if heading == shown else text)
        shown = heading
    return kept


def verdict_on_card(message: discord.Message | None) -> str:
    """The verdict of the answer that a card shows, by its colour."""
    view = ui.LayoutView.from_message(message) if message else ui.LayoutView()
    colours = {item.accent_colour for item in view.walk_children() if isinstance(item, ui.Container)}
    shown = {getattr(colour, "value", colour) for colour in colours}
    return next((verdict for verdict, colour in COLOURS.items() if colour.value in shown), "")
