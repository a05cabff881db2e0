"""Describe what a member can do here, with commands that open on a click."""

from collections.abc import Iterator, Sequence

import discord
from discord import app_commands, ui

from bot.cards.buttons import SuggestionButton, button_row
from bot.cards.escaping import inline_text
from bot.cards.layout import make_card, notice_card
from bot.cards.paging import join_pages
from index.text.localization import Catalogue

DESCRIPTION, NAME, PAGE = 300, 300, 3600  # characters
CHAT_INPUT = discord.AppCommandType.chat_input
MANAGE = {"channel": "settings channel", "change": "settings change", "export": "settings export"}

Entry = app_commands.AppCommand | app_commands.AppCommandGroup


class CommandList:
    """The commands as registered with Discord, whose ids make a mention of them clickable.

    :param synced: Filled after the login.
    """

    def __init__(self, synced: Sequence[app_commands.AppCommand]) -> None:
        self.synced = synced

    def mention(self, path: str) -> str:
        """Format a command or subcommand such as `settings channel`, to be clicked; as code if it is not registered."""
        entries = (entry for command in self.synced for entry in entries_of(command))
        found = (entry.mention for entry in entries if entry.mention.startswith(f"</{path}:"))
        return next(found, f"`/{path}`")

    def describe(self, permissions: discord.Permissions | None, locale: discord.Locale) -> list[str]:
        """Format each command that needs certain permissions, of which a member has all, or with None those for everybody.

        A command that needs no permission of a guild is for administrators alone.
        """
        return [line for command in self.synced if is_for(command, permissions) for line in command_lines(command, locale)]


def is_for(command: app_commands.AppCommand, permissions: discord.Permissions | None) -> bool:
    needed = command.default_member_permissions
    if needed is None:
        return permissions is None
    return permissions is not None and (permissions.administrator or (needed.value != 0 and needed <= permissions))


def entries_of(command: app_commands.AppCommand) -> Iterator[Entry]:
    """Yield the subcommands of a group, or else the command itself."""
    groups: list[Entry] = [option for option in command.options if isinstance(option, app_commands.AppCommandGroup)]
    yield from groups or [command]


def command_lines(command: app_commands.AppCommand, locale: discord.Locale) -> list[str]:
    """Format a command or context menu, or each subcommand of a group, in the locale of the member's client."""
    if command.type is not CHAT_INPUT:
        return [f"- **{inline_text(command.name_localizations.get(locale) or command.name, NAME)}**"]
    return [
        f"- {entry.mention} {inline_text(entry.description_localizations.get(locale) or entry.description, DESCRIPTION)}"
        for entry in entries_of(command)
    ]


def help_lines(
    commands: CommandList, permissions: discord.Permissions | None, locale: discord.Locale, words: Catalogue
) -> list[str]:
    """Return the lines of /help.

    :param permissions: Those of a member who manages the guild; None for all others.
    """
    lines = [
        words("help.head"),
        words("help.mention", ask=commands.mention("ask")),
        words("help.reply"),
        words("help.answer"),
    ]
    lines += [words("help.commands"), *commands.describe(None, locale)]
    if permissions is not None:
        mentions = {key: commands.mention(path) for key, path in MANAGE.items()}
        lines += [words("help.managers"), words("help.manage", **mentions), *commands.describe(permissions, locale)]
    return lines


def help_cards(lines: Sequence[str], examples: Sequence[str], words: Catalogue) -> list[ui.LayoutView]:
    """Build the cards of /help, at least one; the first has the examples as buttons."""
    first, *more = join_pages(lines, PAGE)
    buttons = [SuggestionButton(words.language, n, question) for n, question in enumerate(examples)]
    texts, rows = ([first, words("help.examples")], [button_row(*buttons)]) if buttons else ([first], [])
    return [make_card(texts, None, discord.Colour.blurple(), rows), *map(notice_card, more)]
