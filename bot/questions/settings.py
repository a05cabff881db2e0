"""What a server's rules make of the bot's configuration. Pure."""

from bot.config import BotSettings
from bot.storage.guild_rules import Rules
from index.text.localization import Language


def shown_to_all(rules: Rules, settings: BotSettings) -> bool:
    """Whether answers are shown to everybody unless a member chooses otherwise."""
    return settings.bot.answers_public_by_default if rules.public is None else rules.public


def language_here(rules: Rules, settings: BotSettings) -> Language:
    """The language of the bot's own words where a message shows none."""
    return rules.language or settings.bot.default_language
