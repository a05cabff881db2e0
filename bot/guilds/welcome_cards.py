"""Build the cards of the welcome: three steps to begin with, channels, language, and questions to try."""

from collections.abc import Sequence
from typing import get_args

import discord
from discord import ui

from bot.cards.buttons import OPTIONS, SuggestionButton, button_row
from bot.cards.escaping import inline_text
from bot.cards.layout import make_card, notice_card
from bot.guilds.welcome_buttons import STEPS, WelcomeButton, WelcomeMenu
from bot.storage.guild_rules import Rules
from index.text.localization import Catalogue, Language

NAME = 100  # characters of the name of a guild
EXAMPLES = 3
DEFAULT = "default"  # the value of the option that sets no language

Askable = discord.TextChannel | discord.ForumChannel


def welcome_card(name: str, guild: int, help_mention: str, words: Catalogue) -> ui.LayoutView:
    """Introduce the bot to who added it to the guild of that name and id, with a button for each step."""
    head = words("welcome.head", guild=inline_text(name, NAME))
    row = button_row(*(WelcomeButton(step, guild, words(f"welcome.{step}")) for step in STEPS))
    foot = words("welcome.foot", help=help_mention)
    return make_card([head, words("welcome.what")], foot, discord.Colour.blurple(), [row])


def askable_channels(guild: discord.Guild) -> list[Askable]:
    """List the channels where the bot can answer, in the order of the guild; text channels first, as many as a menu has."""
    channels: list[Askable] = [*guild.text_channels, *guild.forums]
    return [channel for channel in channels if can_answer(channel)]


def can_answer(channel: Askable) -> bool:
    held = channel.permissions_for(channel.guild.me)
    sends = held.send_messages_in_threads if isinstance(channel, discord.ForumChannel) else held.send_messages
    return held.view_channel and sends


def channels_card(guild: discord.Guild, rules: Rules, words: Catalogue) -> ui.LayoutView:
    """Offer the channels for questions, those that are chosen now selected."""
    name, channels = inline_text(guild.name, NAME), askable_channels(guild)
    if not channels:
        return notice_card(words("welcome.no_channels", guild=name))
    texts = [words("welcome.choose_channels", guild=name)]
    if len(channels) > OPTIONS:
        texts.append(words("welcome.some_channels", count=OPTIONS, total=len(channels)))
    choices = [(str(channel.id), f"#{channel.name}") for channel in channels[:OPTIONS]]
    placeholder = words("welcome.channels_menu" if rules.only_channels else "welcome.everywhere")
    menu = WelcomeMenu("channels", guild.id, placeholder, choices, map(str, rules.only_channels))
    return make_card(texts, None, discord.Colour.blurple(), [button_row(menu)])


def language_card(guild: discord.Guild, rules: Rules, words: Catalogue) -> ui.LayoutView:
    """Offer the languages, the one that is set now selected."""
    choices = [(value, words(f"command.settings.language_{value}")) for value in (*get_args(Language), DEFAULT)]
    menu = WelcomeMenu("language", guild.id, words("welcome.language_menu"), choices, [rules.language or DEFAULT])
    text = words("welcome.choose_language", guild=inline_text(guild.name, NAME))
    return make_card([text], None, discord.Colour.blurple(), [button_row(menu)])


def examples_card(questions: Sequence[str], words: Catalogue) -> ui.LayoutView:
    """Offer questions to try."""
    if not questions:
        return notice_card(words("welcome.no_examples"))
    buttons = [SuggestionButton(words.language, n, question) for n, question in enumerate(questions)]
    return make_card([words("welcome.try_one")], None, discord.Colour.blurple(), [button_row(*buttons)])


def rules_after(rules: Rules, step: str, values: frozenset[str], offered: frozenset[int]) -> Rules:
    """Return the rules after a choice in a menu.

    :param values: The values that were chosen.
    :param offered: The ids of the channels in the menu; a choice says nothing about others.
    """
    if step == "language":
        (value,) = values
        return Rules.model_validate({**rules.model_dump(), "language": None if value == DEFAULT else value})
    chosen = frozenset(map(int, values)) & offered
    return rules.model_copy(
        update={
            "only_channels": rules.only_channels - offered | chosen,
            "blocked_channels": rules.blocked_channels - chosen,
        }
    )
