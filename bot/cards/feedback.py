"""What members say of an answer: the form of a report, and what a card tells of the answer that it shows."""

from typing import Any

import discord
from discord import ui

from bot.cards.answer_card import COLOURS
from bot.cards.forms import sent
from bot.locale.catalogue import catalogue
from index.text.localization import Language

PREFIX, FIELD = "report", "reason"
REASON_CHARACTERS = 500


class Report(ui.Modal):
    """Asks why an answer is of no use; sending it keeps the question. Read by `filled_in` when it arrives."""

    def __init__(self, language: Language, reference: str) -> None:
        words = catalogue(language)
        super().__init__(title=words("report.title"), custom_id=f"{PREFIX}:{language}:{reference}", timeout=1)
        field: ui.TextInput[Any] = ui.TextInput(
            custom_id=FIELD, style=discord.TextStyle.paragraph, max_length=REASON_CHARACTERS, required=False
        )
        self.add_item(ui.TextDisplay(words("report.keeps")))
        self.add_item(ui.Label(text=words("report.reason"), component=field))


def filled_in(data: Any) -> tuple[str, str] | None:
    """The reference and the reason of a report that was sent; None for any other form."""
    form = sent(data, PREFIX)
    return (form[0], form[1].get(FIELD, "").strip()) if form else None


def verdict_of(message: discord.Message | None) -> str:
    """The verdict of the answer that a card shows, by its colour."""
    view = ui.LayoutView.from_message(message) if message else ui.LayoutView()
    colours = {item.accent_colour for item in view.walk_children() if isinstance(item, ui.Container)}
    shown = {getattr(colour, "value", colour) for colour in colours}
    return next((verdict for verdict, colour in COLOURS.items() if colour.value in shown), "")
