"""Build the card of an answer from Discord's Components V2, within Discord's limits on a message.

A card never cuts a quotation: what does not fit moves to the next page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, product
from typing import Any, get_args

import discord
from discord import ui

from bot.cards.buttons import (
    ActionButton,
    MenuChoice,
    NavigationButton,
    SuggestionButton,
    button_row,
    menu_rows,
    page_turner,
)
from bot.cards.custom_ids import ActionKind, AnswerAction, Target, TargetKind, citation_key, passage_key, scope_key
from bot.cards.escaping import NOTHING, embolden, escape_markdown, inline_text, one_line, unescape_markdown
from bot.cards.folding import fold_quotation
from bot.cards.layout import COMPONENT_LIMIT, PAGE_NUMBER, SCOPE, TEXT_LIMIT, TITLES, make_card
from bot.cards.locations import further_paths, pages_text, place_text, quotation_url, section_text
from bot.cards.paging import group_pages
from bot.locale.catalogue import bot_catalogue
from index.models import SMALL_TALK, Answer, Citation, Verdict, citations_by_report
from index.text.localization import Catalogue, Language, language_of
from index.writing.written_head import WrittenHead, WrittenLine

# Container, separator, question, understood question, scope, lead line, further sections, greeting and footer; then the
# action rows: two nearest sections, two paging buttons, five buttons, a menu, five buttons and three suggestions.
RESERVED_COMPONENTS = 32
# Our limits in characters, before escaping.
QUESTION, FOUND, SPEAKER = 1000, 700, 80
NAME = 40
PLACE_LEVELS, LEVEL = 2, 80  # of a section path below a quotation: the last ones, and characters of each
READING, REPORT = 2000, 80
ORIGINAL = 100  # the question as typed, where the understood question stands below it in full
QUOTATION_ROOM = 400  # characters that always remain for quotations
ASKED = "-# "
COLOURS: dict[Verdict, discord.Colour] = {
    "answered": discord.Colour.green(),
    "related": discord.Colour.gold(),
    "not_covered": discord.Colour.light_grey(),
}
HEADING = 80  # characters, before escaping
# Quotations at most that a head cites: beside them, a card has one text more.
CITED = COMPONENT_LIMIT - RESERVED_COMPONENTS - 1
# By whether the member wants no head: the card's target, and that of the card with all its actions.
TOGGLED: dict[TargetKind, tuple[TargetKind, TargetKind]] = {
    "answer": ("answer", "options"),
    "plain": ("plain", "plain_options"),
}


def answer_card(
    answer: Answer,
    titles: Sequence[str],
    reference: str,
    default: Language,
    within: str = "",
    page: int = 0,
    context: AnswerContext | None = None,
) -> ui.LayoutView:
    """Build one page of an answer, in the language of the question.

    The question, or the understood question, is shown in full so that `question_on_card` can read it.

    :param default: The language where the question shows none.
    :param within: The scope in words; empty for no scope.
    :param page: From 0; beyond the last page, the last one.
    :param context: Where and how the answer is shown, which decides on the buttons; without it, there are no action buttons.
    """
    words = bot_catalogue(language_of(answer.question, default))
    plain = answer
    written = number_head(context.head, answer) if context and context.head and not page else None
    if written:
        answer = replace(answer, citations=written.citations)
    citations = answer.citations if answer.verdict != "not_covered" else ()
    nearest = nearest_buttons(answer, words.language)
    sections = [words("card.further" if citations else "card.nearest")] if nearest else []
    footer = answer_footer(titles, reference, words)
    head = [
        ASKED + words("card.asked", question=inline_text(answer.question, ORIGINAL if answer.understood else QUESTION)),
        *(
            [ASKED + words("card.understood", question=inline_text(answer.understood, QUESTION))]
            if answer.understood
            else []
        ),
        *(["-# " + words("card.within", scope=inline_text(within, SCOPE))] if within else []),
    ]
    note = [context.note] if context and context.note else []
    greeting = ["-# " + context.hello] if context and context.hello else []
    room = TEXT_LIMIT - PAGE_NUMBER - sum(map(len, [*note, *head, *greeting, footer]))
    head.append(lead_line(answer, words, room - QUOTATION_ROOM))
    room -= len(head[-1])
    room -= sum(map(len, sections))
    page_size = 1 if context and context.short else COMPONENT_LIMIT - RESERVED_COMPONENTS
    site = context.site if context else ""

    # With several reports, quotations stand under the title of their report; if all come from one report, each names it.
    titles_by_name = context.titles if context and len(context.titles) > 1 else {}
    groups = citations_by_report(citations)
    headings = report_headings(groups, titles_by_name)
    citations = tuple(chain.from_iterable(groups.values())) if headings else citations

    def quotation(citation: Citation) -> str:
        report = "" if headings else titles_by_name.get(citation.report, "")
        link = quotation_url(citation, answer, site, words.language)
        text = quotation_text(citation, words, link, report)
        # One that is cut at the end of a page has nothing in bold, since bold does not go on over the cut.
        return text if len(text) <= room else quotation_text(replace(citation, spans=()), words, link, report)

    quotations = [headings.get(citation.report, "") + quotation(citation) for citation in citations]
    if written and context:
        blocks = {citation.n: text for citation, text in zip(citations, quotations, strict=True)}
        fitted = fit_head(written, blocks, len(plain.citations), room, page_size, words)
        if not fitted:
            return answer_card(plain, titles, reference, default, within, page, replace(context, head=None))
        head.insert(-1, fitted.text)
        grouped = [[blocks[citation.n] for citation in citations if citation.n in fitted.shown]]
    else:
        grouped = group_pages(quotations, room, page_size)
    pages = [drop_repeated_headings(group, headings.values()) for group in grouped]
    kind: TargetKind = "plain" if context and context.plain else "answer"
    target = Target(kind, scope_key(answer.scope), words.language, min(page, len(pages) - 1))
    if len(pages) > 1:
        footer = f"{words('page.of', page=target.page + 1, pages=len(pages))} · {footer}"
    texts = [*note, *head, *pages[target.page], *sections, *greeting]
    rows = [*([button_row(*nearest)] if nearest else []), *page_turner(target, len(pages), words)]
    if written or (kind == "plain" and not target.page):
        row = rows.pop() if len(pages) > 1 and target.fits else button_row()
        rows.append(row.add_item(head_button(target, words)))
    if context and answer.road != SMALL_TALK:
        shown = [citation for citation in citations if any(shows_citation(text, citation) for text in pages[target.page])]
        rows += answer_rows(answer, shown, reference, context, words, target.page)
    if context and context.post_actions:
        key = scope_key(answer.scope)
        actions = [AnswerAction(kind, words.language, reference, key) for kind in context.post_actions]
        rows.append(button_row(*(ActionButton(each, words(f"answer_action.{each.kind}")) for each in actions)))
    elif context and context.suggestions:
        rows.append(button_row(*(SuggestionButton(words.language, n, each) for n, each in enumerate(context.suggestions))))
    return make_card(texts, f"-# {footer}", COLOURS[answer.verdict], rows)


@dataclass(frozen=True, slots=True)
class NumberedHead:
    """A head whose lines cite by the numbers of a card.

    :param citations: Those of the answer, then further ones that the head cites.
    """

    lines: tuple[WrittenLine, ...]
    citations: tuple[Citation, ...]
    dropped: int


@dataclass(frozen=True, slots=True)
class FittedHead:
    """The text of a head, and the numbers of the quotations that are shown with it."""

    text: str
    shown: frozenset[int]


def number_head(head: WrittenHead, answer: Answer) -> NumberedHead:
    """Number what a head cites: a quotation of the answer keeps its number, and further ones follow them."""
    citations = list(answer.citations)
    numbers: dict[int, int] = {}
    for cited in head.citations:
        same = [each.n for each in citations if (each.passage_id, each.quote) == (cited.passage_id, cited.quote)]
        if not same:
            citations.append(replace(cited, n=len(citations) + 1))
        numbers[cited.n] = same[0] if same else len(citations)
    lines = (replace(line, citations=tuple(sorted(numbers[n] for n in line.citations))) for line in head.lines)
    return NumberedHead(tuple(lines), tuple(citations), head.dropped)


def fit_head(
    head: NumberedHead, blocks: Mapping[int, str], own: int, room: int, most: int, words: Catalogue
) -> FittedHead | None:
    """Choose what of a head fits on a card together with every quotation that it cites, then add others of the answer.

    :param blocks: The formatted quotations by their numbers.
    :param own: The answer's quotations are those numbered up to this.
    :param room: Characters for the head and quotations.
    :param most: Quotations at most, though all that the head cites.
    :return: None if not even the first line fits.
    """
    for count in range(len(head.lines), 0, -1):
        text = head_text(head.lines[:count], head.dropped, words)
        shown = {n for line in head.lines[:count] for n in line.citations}
        left = room - len(text) - sum(len(blocks[n]) for n in shown)
        if left >= 0 and len(shown) <= CITED:
            for n in range(1, own + 1):
                if n not in shown and len(shown) < min(most, CITED) and len(blocks[n]) <= left:
                    shown.add(n)
                    left -= len(blocks[n])
            return FittedHead(text, frozenset(shown))
    return None


def head_text(lines: Iterable[WrittenLine], dropped: int, words: Catalogue) -> str:
    """Format proven lines, each with the numbers of its quotations, and how many others were left out."""
    shown = [f"- {escape_markdown(one_line(line.text, READING))}{line_marks(line, words)}" for line in lines]
    left_out = ["-# " + words("head.dropped", count=dropped)] if dropped else []
    return "\n".join(["-# " + words("head.title"), *shown, *left_out])


def line_marks(line: WrittenLine, words: Catalogue) -> str:
    """Format what follows a line: its quotations by number, after a space in Latin script, and that it is translated."""
    space = " " if line.text[-1:].isascii() else ""
    translated = words("head.translated") if line.machine_translated else ""
    return space + "".join(f"[{n}]" for n in line.citations) + translated


def head_button(target: Target, words: Catalogue) -> NavigationButton:
    """Build the button that shows a card without its head, or with it again."""
    other: TargetKind = "answer" if target.kind == "plain" else "plain"
    return NavigationButton(replace(target, kind=other), words(f"head.{other}"))


def answer_footer(titles: Sequence[str], reference: str, words: Catalogue) -> str:
    """Format the titles of the reports and the log reference."""
    return words("card.footer", titles=inline_text(" / ".join(titles), TITLES), reference=reference)


def shows_citation(text: str, citation: Citation) -> bool:
    """Check whether a text contains the first line of a citation; a continued quotation does not."""
    return f"\n> **{citation.n}.** " in f"\n{text}"


def question_on_card(texts: Iterable[str]) -> str:
    """Read the question from the texts of a card; the understood question, if the card shows one.

    :raises ValueError: If no text shows a question.
    """
    prefixes = [
        ASKED + bot_catalogue(language)(key, question="")
        for key in ("card.understood", "card.asked")
        for language in get_args(Language)
    ]
    for prefix, text in product(prefixes, texts):
        if text.startswith(prefix):
            return unescape_markdown(text.partition("\n")[0].removeprefix(prefix))
    raise ValueError("the card shows no question")


def lead_line(answer: Answer, words: Catalogue, room: int) -> str:
    """Format the direct answer, else the verdict, in at most `room` characters."""
    # Escaping may double the length.
    direct = inline_text(answer.found or answer.lead or "", min(FOUND, room // 2))
    return f"**{direct or escape_markdown(verdict_text(answer, words))}**"


def verdict_text(answer: Answer, words: Catalogue) -> str:
    """Return the verdict in words, after the years and countries that the reports never mention."""
    names = words("scope.between").join(one_line(name, NAME) for name in answer.absent)
    return (words("card.absent", names=names) if names else "") + words(f"card.{answer.verdict}")


def quotation_text(citation: Citation, words: Catalogue, link: str = "", report: str = "") -> str:
    """Format a numbered quotation: quote, translation, speaker, section and pages, each as far as known.

    The words of the quote that answer are in bold; a long quote is folded around them.

    :param link: The URL behind section and pages; empty for none.
    :param report: The title that precedes the section; empty for none.
    """
    quote = embolden(*fold_quotation(citation.quote, citation.spans)).replace("\n", "\n> ")
    place_parts = [
        inline_text(report, REPORT),
        section_text(tuple(inline_text(level, LEVEL) for level in citation.section[-PLACE_LEVELS:])),
        pages_text(citation.pages, words),
    ]
    place = " · ".join(filter(None, place_parts))
    place = f"[{place}]({link})" if link else place
    speaker = f"{inline_text(citation.speaker, SPEAKER)} · " if citation.speaker else ""
    reading = "\n-# " + words("card.reading", reading=inline_text(citation.reading, READING)) if citation.reading else ""
    return f"> **{citation.n}.** {quote}{reading}\n-# {speaker}{place}"


def nearest_buttons(answer: Answer, language: Language) -> list[NavigationButton]:
    """Build buttons that show the best passage of each nearest section that no citation is from."""
    first = {path: next(hit.passage for hit in answer.hits if hit.passage.section == path) for path in further_paths(answer)}
    return [
        NavigationButton(Target("passage", passage_key(passage), language), section_text(path[-PLACE_LEVELS:]))
        for path, passage in first.items()
    ]


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """Where and how an answer is shown.

    :param private: Whether only the member who asks sees it.
    :param threads: Whether a thread can be opened from it.
    :param short: Whether each page has one quotation only.
    :param expanded: Whether the actions that are used less are shown as well.
    :param site: The base URL of the published reports, for links; empty for none.
    :param hello: The bot's introduction at first contact; empty for none.
    :param titles: The titles of the reports by their names.
    :param suggestions: Up to three questions to ask next, of at most 80 characters each.
    :param in_thread: Whether it stands in a thread.
    :param note: The first line of the answer to a post in a forum; empty for any other answer.
    :param post_actions: What the answer's buttons do with the post. They stand in place of the suggestions.
    :param head: What a language model wrote, to be shown above the first page; None for nothing.
    :param plain: Whether the member does not want to see it.
    """

    private: bool = False
    threads: bool = False
    short: bool = False
    expanded: bool = False
    site: str = ""
    hello: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()
    in_thread: bool = False
    note: str = ""
    post_actions: tuple[ActionKind, ...] = ()
    head: WrittenHead | None = None
    plain: bool = False


def answer_rows(
    answer: Answer, shown: Sequence[Citation], reference: str, context: AnswerContext, words: Catalogue, page: int
) -> list[ui.ActionRow[Any]]:
    """Build the action rows of a page that shows the citations `shown`: one, or all if the card is expanded."""
    key = scope_key(answer.scope)

    def act(kind: ActionKind) -> ActionButton:
        return ActionButton(AnswerAction(kind, words.language, reference, key), words(f"answer_action.{kind}"))

    passages = [hit.passage for hit in answer.hits]
    keys = {citation_key(citation, passages): citation for citation in shown}
    context_buttons = [
        NavigationButton(Target("passage", first, words.language), words("answer_action.context"))
        for first in list(keys)[:1]
    ]
    folded, unfolded = TOGGLED["plain" if context.plain else "answer"]
    toggle = Target(folded if context.expanded else unfolded, key, words.language, page)
    controls = button_row(
        *context_buttons,
        act("more"),
        act("up"),
        act("down"),
        NavigationButton(toggle, words("answer_action.fewer" if context.expanded else "answer_action.options")),
    )
    if not context.expanded:
        return [controls]
    choices = [
        MenuChoice(
            f"{citation.n}. {citation.quote}",
            "passage",
            passage,
            place_text(citation.section, citation.pages, words),
        )
        for passage, citation in keys.items()
    ]
    sharing = [act("share")] if context.private else [act("thread")] if context.threads else []
    citing = [act("cite")] if shown else []
    exporting = [act("export")] if context.in_thread else []
    return [
        controls,
        *(menu_rows(choices, words("answer_action.contexts"), words.language) if len(keys) > 1 else []),
        button_row(act("other"), *citing, *sharing, *exporting, act("delete")),
    ]


def report_headings(reports: Collection[str], titles: Mapping[str, str]) -> dict[str, str]:
    """Build the heading of each report; empty for fewer than two reports or without titles."""
    if len(reports) < 2 or not titles:
        return {}
    return {
        report: f"### {escape_markdown(one_line(titles.get(report, report), HEADING)) or NOTHING}\n" for report in reports
    }


def drop_repeated_headings(texts: Iterable[str], above: Collection[str]) -> list[str]:
    """Keep each heading only above the first of the consecutive texts that begin with it."""
    kept, last_heading = [], ""
    for text in texts:
        heading = next((candidate for candidate in above if text.startswith(candidate)), last_heading)
        kept.append(text.removeprefix(heading) if heading == last_heading else text)
        last_heading = heading
    return kept


def verdict_on_card(message: discord.Message | None) -> str:
    """Read the verdict from the colour of an answer card; empty if there is none."""
    view = ui.LayoutView.from_message(message) if message else ui.LayoutView()
    colours = {item.accent_colour for item in view.walk_children() if isinstance(item, ui.Container)}
    shown = {getattr(colour, "value", colour) for colour in colours}
    return next((verdict for verdict, colour in COLOURS.items() if colour.value in shown), "")
