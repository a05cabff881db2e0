"""Forms, and what arrives when a member sends one. A custom_id says what a form is about, so it outlives a restart."""

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui

from bot.cards.escaping import NOTHING, one_line
from bot.locale.catalogue import bot_catalogue
from index.text.localization import Language

REPORT_PREFIX, REASON_FIELD = "report", "reason"
REASON_CHARACTERS = 500
QUESTION_CHARACTERS = 1000
TITLE_CHARACTERS = 45  # Discord's, for the title of a form
QUESTION_PREFIX, QUESTION_FIELD = "about", "question"


def read_form(data: Any, prefix: str) -> tuple[str, Mapping[str, str]] | None:
    """The last part of a form's custom_id `prefix:language:key`, and its fields by name; None for another form."""
    kind, _, rest = str(data.get("custom_id", "")).partition(":")
    if kind != prefix:
        return None
    fields = (component.get("component", {}) for component in data["components"])
    values = {str(field["custom_id"]): str(field.get("value") or "") for field in fields if "custom_id" in field}
    return rest.partition(":")[2], values


class ReportForm(ui.Modal):
    """Asks why an answer is of no use; sending it keeps the question. Read by `filled_in` when it arrives."""

    def __init__(self, language: Language, reference: str) -> None:
        words = bot_catalogue(language)
        super().__init__(title=words("report.title"), custom_id=f"{REPORT_PREFIX}:{language}:{reference}", timeout=1)
        field: ui.TextInput[Any] = ui.TextInput(
            custom_id=REASON_FIELD, style=discord.TextStyle.paragraph, max_length=REASON_CHARACTERS, required=False
        )
        self.add_item(ui.TextDisplay(words("report.keeps")))
        self.add_item(ui.Label(text=words("report.reason"), component=field))


def read_report(data: Any) -> tuple[str, str] | None:
    """The reference and the reason of a report that was sent; None for any other form."""
    form = read_form(data, REPORT_PREFIX)
    return (form[0], form[1].get(REASON_FIELD, "").strip()) if form else None


class QuestionForm(ui.Modal):
    """Nothing but the layout: what it is filled in with arrives as an interaction that `answers` reads."""

    def __init__(self, language: Language, key: str, title: str) -> None:
        words = bot_catalogue(language)
        super().__init__(
            title=one_line(title, TITLE_CHARACTERS) or NOTHING, custom_id=f"{QUESTION_PREFIX}:{language}:{key}", timeout=1
        )
        field: ui.TextInput[Any] = ui.TextInput(
            custom_id=QUESTION_FIELD, style=discord.TextStyle.paragraph, max_length=QUESTION_CHARACTERS
        )
        self.add_item(ui.Label(text=words("inquiry.label"), component=field))


def read_question(data: Any) -> tuple[str, str] | None:
    """The key and the question of a form that was sent; None for any other form."""
    form = read_form(data, QUESTION_PREFIX)
    return (form[0], form[1][QUESTION_FIELD]) if form else None
