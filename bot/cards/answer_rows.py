"""The buttons below an answer: where its quotations stand, what else there is, and what members may do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from discord import ui

from bot.cards.buttons import Act, Choice, Go, menus, row
from bot.cards.custom_ids import Target, of_citation, scope_key
from bot.cards.deeds import Deed, DeedKind
from bot.cards.locations import page_range, section_path
from bot.locale.catalogue import Catalogue
from index.models import Answer, Citation


@dataclass(frozen=True, slots=True)
class Frame:
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
    answer: Answer, shown: Sequence[Citation], reference: str, frame: Frame, words: Catalogue
) -> list[ui.ActionRow[Any]]:
    """The rows of an answer whose page shows these citations."""

    def act(kind: DeedKind) -> Act:
        return Act(Deed(kind, words.language, reference, scope_key(answer.scope)), words(f"deed.{kind}"))

    passages = [hit.passage for hit in answer.hits]
    keys = {of_citation(citation, passages): citation for citation in shown}
    alone = [Go(Target("passage", key, words.language), words("deed.context")) for key in keys] if len(keys) == 1 else []
    choices = [
        Choice(
            f"{citation.n}. {citation.quote}",
            "passage",
            key,
            f"{section_path(citation.section)} · {page_range(citation.pages, words)}",
        )
        for key, citation in keys.items()
    ]
    further = [act("share")] if frame.private else [act("thread")] if frame.threads else []
    return [
        *(menus(choices, words("deed.contexts"), words.language) if len(keys) > 1 else []),
        *([row(*alone, *further)] if alone or further else []),
        row(act("more"), act("other"), act("up"), act("down"), act("delete")),
    ]
