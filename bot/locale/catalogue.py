"""Load the bot's catalogues, one TOML file for each language in `bot/locale`."""

from index.text.localization import Catalogue, Language, load_catalogue

LANGUAGES: dict[str, Language] = {"zh": "zh-TW", "ja": "ja"}  # by the first two letters of a locale


def bot_catalogue(language: Language) -> Catalogue:
    """Load the texts of the bot in a language."""
    return load_catalogue("bot", language)


def language_of_locale(locale: str) -> Language:
    """Choose the catalogue for the locale of a Discord client or a terminal: that of its language, else English."""
    return LANGUAGES.get(locale[:2].lower(), "en")
