"""Buttons and menus that keep their whole state in the custom_id, so they work as long as their message exists.

A click is dispatched to the cogs as one of the events `target`, `inquiry` and `answer_action`.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import discord
from discord import ui

from bot.cards.custom_ids import AnswerAction, Target, TargetKind
from bot.cards.escaping import NOTHING, one_line
from index.text.localization import Catalogue, Language

Interaction = discord.Interaction[Any]
# Discord's limits: options of a menu, characters of a label.
OPTIONS, LABEL = 25, 80
OPTION_LABEL = 100
MENUS = 3  # our limit, so that the card stays within Discord's component limit


class MenuChoice(NamedTuple):
    """An option of a menu, which leads to the target of `kind` and `key`."""

    label: str
    kind: TargetKind
    key: str
    description: str = ""


class NavigationButton(ui.DynamicItem[ui.Button[Any]], template=r"go:(?P<target>.+)"):
    """Show the target in place of the card."""

    def __init__(self, target: Target, label: str = "-") -> None:
        super().__init__(ui.Button(label=one_line(label, LABEL) or NOTHING, custom_id=f"go:{target}"))
        self.target = target

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(Target.parse(match["target"]))

    async def callback(self, interaction: Interaction) -> None:
        interaction.client.dispatch("target", interaction, self.target)


class ActionButton(ui.DynamicItem[ui.Button[Any]], template=r"act:(?P<action>.+)"):
    """Run an action on the answer above it."""

    def __init__(self, action: AnswerAction, label: str = "-") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"act:{action}"))
        self.action = action

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(AnswerAction.parse(match["action"]))

    async def callback(self, interaction: Interaction) -> None:
        interaction.client.dispatch("answer_action", interaction, self.action)


class NavigationMenu(ui.DynamicItem[ui.Select[Any]], template=r"choose:(?P<language>[\w-]+):(?P<number>\d+)"):
    """Show the chosen target in place of the card."""

    def __init__(self, language: Language, number: int, placeholder: str = "-", choices: Iterable[MenuChoice] = ()) -> None:
        options = [
            discord.SelectOption(
                label=one_line(choice.label, OPTION_LABEL) or NOTHING,
                value=f"{choice.kind}:{choice.key}",
                description=one_line(choice.description, OPTION_LABEL) or None,
            )
            for choice in choices
        ]
        super().__init__(ui.Select(custom_id=f"choose:{language}:{number}", placeholder=placeholder, options=options))
        self.language = language

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match["language"], int(match["number"]))  # type: ignore[arg-type]  # a language, as our own custom_id says

    async def callback(self, interaction: Interaction) -> None:
        (value,) = self.item.values
        interaction.client.dispatch("target", interaction, Target.parse(f"{self.language}:0:{value}"))


class AskSessionButton(ui.DynamicItem[ui.Button[Any]], template=r"inquire:(?P<language>[\w-]+):(?P<key>.+)"):
    """Open the form for a question about a session."""

    def __init__(self, language: Language, key: str, label: str = "-") -> None:
        super().__init__(ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=f"inquire:{language}:{key}"))
        self.language, self.key = language, key

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match["language"], match["key"])  # type: ignore[arg-type]  # a language, as our own custom_id says

    async def callback(self, interaction: Interaction) -> None:
        interaction.client.dispatch("inquiry", interaction, self.language, self.key)


class SuggestionButton(ui.DynamicItem[ui.Button[Any]], template=r"suggest:(?P<language>[\w-]+):(?P<number>\d)"):
    """Ask the question that is its label, since a custom_id is too short for it."""

    def __init__(self, language: Language, number: int, question: str = "-") -> None:
        super().__init__(ui.Button(label=question, custom_id=f"suggest:{language}:{number}"))
        self.language = language

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        asked = (item.label if isinstance(item, ui.Button) else None) or "-"
        return cls(match["language"], int(match["number"]), asked)  # type: ignore[arg-type]  # our own custom_id names one

    async def callback(self, interaction: Interaction) -> None:
        interaction.client.dispatch("suggestion", interaction, self.language, self.item.label)


ITEMS = (NavigationButton, ActionButton, NavigationMenu, AskSessionButton, SuggestionButton)


def button_row(*buttons: ui.Item[Any]) -> ui.ActionRow[Any]:
    return ui.ActionRow(*buttons)


def page_turner(target: Target, pages: int, words: Catalogue) -> list[ui.ActionRow[Any]]:
    """Build the buttons to the previous and next page; none if there is one page or the key exceeds the custom_id."""
    before = [NavigationButton(target.at(target.page - 1), words("page.before"))] if target.page else []
    after = [NavigationButton(target.at(target.page + 1), words("page.after"))] if target.page + 1 < pages else []
    return [button_row(*before, *after)] if target.fits and (before or after) else []


def menu_rows(choices: Sequence[MenuChoice], placeholder: str, language: Language) -> list[ui.ActionRow[Any]]:
    """Build up to three menus of 25 choices each; further choices are dropped."""
    chunks = [choices[start : start + OPTIONS] for start in range(0, len(choices), OPTIONS)][:MENUS]
    return [button_row(NavigationMenu(language, number, placeholder, chunk)) for number, chunk in enumerate(chunks)]
