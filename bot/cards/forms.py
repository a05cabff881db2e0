"""Build modals and read what a member submits.

The custom_id holds the subject of the form, so that a form which is open during a restart still works.
"""

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
TITLE_CHARACTERS = 45  # Discord's limit on the title of a modal
QUESTION_PREFIX, QUESTION_FIELD = "about", "question"


def read_form(data: Any, prefix: str) -> tuple[str, Mapping[str, str]] | None:
    """Read the key and the fields of a submitted modal with the custom_id `prefix:language:key`.

    :return: The key, and the values by field name; None for a modal with another prefix.
    """
    kind, _, rest = str(data.get("custom_id", "")).partition(":")
    if kind != prefix:
        return None
    fields = (component.get("component", {}) for component in data["components"])
    values = {str(field["custom_id"]): str(field.get("value") or "") for field in fields if "custom_id" in field}
    return rest.partition(":")[2], values


class ReportForm(ui.Modal):
    """Ask why an answer was not useful; `read_report` reads the submission."""

    def __init__(self, language: Language, reference: str) -> None:
        words = bot_catalogue(language)
        super().__init__(title=words("report.title"), custom_id=f"{REPORT_PREFIX}:{language}:{reference}", timeout=1)
        field: ui.TextInput[Any] = ui.TextInput(
            custom_id=REASON_FIELD, style=discord.TextStyle.paragraph, max_length=REASON_CHARACTERS, required=False
        )
        self.add_item(ui.TextDisplay(words("report.keeps")))
        self.add_item(ui.Label(text=words("report.reason"), component=field))


def read_report(data: Any) -> tuple[str, str] | None:
    """Read the reference and the reason of a submitted report; None for any other modal."""
    form = read_form(data, REPORT_PREFIX)
    return (form[0], form[1].get(REASON_FIELD, "").strip()) if form else None


class QuestionForm(ui.Modal):
    """Ask for a question about a session; `read_question` reads the submission."""

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
    """Read the key and the question of a submitted question form; None for any other modal."""
    form = read_form(data, QUESTION_PREFIX)
    return (form[0], form[1][QUESTION_FIELD]) if form else None
