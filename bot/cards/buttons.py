"""Buttons and menus that work as long as their message stands: all that they need is in their custom_id.

What a click asks for is dispatched to the bot as the events `target`, `inquiry` and `deed`.
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
# Discord's: options of a menu, characters of a label.
OPTIONS, LABEL = 25, 80
OPTION_LABEL = 100
MENUS = 3  # ours: what a card has room for


class MenuChoice(NamedTuple):
    """An option of a menu."""

    label: str
    kind: TargetKind
    key: str
    description: str = ""


class NavigationButton(ui.DynamicItem[ui.Button[Any]], template=r"go:(?P<target>.+)"):
    """Turns the card to its target."""

    def __init__(self, target: Target, label: str = "-") -> None:
        super().__init__(ui.Button(label=one_line(label, LABEL) or NOTHING, custom_id=f"go:{target}"))
        self.target = target

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(Target.parse(match["target"]))

    async def callback(self, interaction: Interaction) -> None:
        interaction.client.dispatch("target", interaction, self.target)


class ActionButton(ui.DynamicItem[ui.Button[Any]], template=r"act:(?P<deed>.+)"):
    """Does something with the answer above it."""

    def __init__(self, deed: AnswerAction, label: str = "-") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"act:{deed}"))
        self.deed = deed

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(AnswerAction.parse(match["deed"]))

    async def callback(self, interaction: Interaction) -> None:
        interaction.client.dispatch("deed", interaction, self.deed)


class NavigationMenu(ui.DynamicItem[ui.Select[Any]], template=r"choose:(?P<language>[\w-]+):(?P<number>\d+)"):
    """Turns the card to what is chosen."""

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
    """Opens the form that asks about a session."""

    def __init__(self, language: Language, key: str, label: str = "-") -> None:
        super().__init__(ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=f"inquire:{language}:{key}"))
        self.language, self.key = language, key

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match["language"], match["key"])  # type: ignore[arg-type]  # a language, as our own custom_id says

    async def callback(self, interaction: Interaction) -> None:
        interaction.client.dispatch("inquiry", interaction, self.language, self.key)


ITEMS = (NavigationButton, ActionButton, NavigationMenu, AskSessionButton)


def button_row(*buttons: ui.Item[Any]) -> ui.ActionRow[Any]:
    return ui.ActionRow(*buttons)


def page_turner(target: Target, pages: int, words: Catalogue) -> list[ui.ActionRow[Any]]:
    """The buttons to the pages before and after; none for a single page, or where no button can lead there."""
    before = [NavigationButton(target.at(target.page - 1), words("page.before"))] if target.page else []
    after = [NavigationButton(target.at(target.page + 1), words("page.after"))] if target.page + 1 < pages else []
    return [button_row(*before, *after)] if target.fits and (before or after) else []


def menu_rows(choices: Sequence[MenuChoice], placeholder: str, language: Language) -> list[ui.ActionRow[Any]]:
    """Choices as menus of 25, three at most; none for no choices."""
    chunks = [choices[start : start + OPTIONS] for start in range(0, len(choices), OPTIONS)][:MENUS]
    return [button_row(NavigationMenu(language, number, placeholder, chunk)) for number, chunk in enumerate(chunks)]
