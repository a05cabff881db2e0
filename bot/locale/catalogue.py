"""Load the bot's catalogues, one TOML file for each language in `bot/locale`."""

from index.text.localization import Catalogue, Language, load_catalogue


def bot_catalogue(language: Language) -> Catalogue:
    """Load the texts of the bot in a language."""
    return load_catalogue("bot", language)


def language_of_locale(locale: str) -> Language:
    """Choose the catalogue for the locale of a Discord client or a terminal: zh-TW for any Chinese, en for all others."""
    return "zh-TW" if locale.lower().startswith("zh") else "en"
