"""Buttons and menus of the welcome, which keep the guild in the custom_id, since they work in direct messages too.

A click is dispatched to the cog `Welcome` as one of the events `welcome_step` and `welcome_choice`.
"""

import re
from collections.abc import Iterable
from typing import Any, Literal, Self, get_args

import discord
from discord import ui

from bot.cards.escaping import NOTHING, one_line

Interaction = discord.Interaction[Any]
Step = Literal["channels", "language", "try"]
STEPS: tuple[Step, ...] = get_args(Step)
LABEL = 100  # characters of an option, Discord's limit


class WelcomeButton(ui.DynamicItem[ui.Button[Any]], template=r"welcome:(?P<step>channels|language|try):(?P<guild>\d+)"):
    """Show the settings of one kind, or examples to try."""

    def __init__(self, step: Step, guild: int, label: str = "-") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"welcome:{step}:{guild}"))
        self.step, self.guild = step, guild

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match["step"], int(match["guild"]))  # type: ignore[arg-type]  # the template names the steps

    async def callback(self, interaction: Interaction) -> None:
        interaction.client.dispatch("welcome_step", interaction, self.step, self.guild)


class WelcomeMenu(ui.DynamicItem[ui.Select[Any]], template=r"welcomed:(?P<step>channels|language):(?P<guild>\d+)"):
    """Choose channels, any number of them, or a language."""

    def __init__(
        self,
        step: Step,
        guild: int,
        placeholder: str = "-",
        choices: Iterable[tuple[str, str]] = (),
        chosen: Iterable[str] = (),
    ) -> None:
        """Build the menu.

        :param choices: Value and label of each option.
        :param chosen: The values that are set now.
        """
        held = set(chosen)
        options = [
            discord.SelectOption(label=one_line(label, LABEL) or NOTHING, value=value, default=value in held)
            for value, label in choices
        ]
        several = step == "channels"
        menu: ui.Select[Any] = ui.Select(
            custom_id=f"welcomed:{step}:{guild}",
            placeholder=placeholder,
            options=options,
            min_values=0 if several else 1,
            max_values=max(1, len(options)) if several else 1,
        )
        super().__init__(menu)
        self.step, self.guild = step, guild

    @classmethod
    async def from_custom_id(cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match["step"], int(match["guild"]))  # type: ignore[arg-type]  # the template names the steps

    async def callback(self, interaction: Interaction) -> None:
        interaction.client.dispatch("welcome_choice", interaction, self.step, self.guild, frozenset(self.item.values))


WELCOME_ITEMS = (WelcomeButton, WelcomeMenu)
