"""The bot's own words, from one TOML file a language in `bot/locale`."""

from index.text.localization import Catalogue, Language, load_catalogue


def bot_catalogue(language: Language) -> Catalogue:
    """The bot's texts in a language."""
    return load_catalogue("bot", language)


def language_of_locale(locale: str) -> Language:
    """The catalogue for a Discord client's locale, or for a terminal's: any Chinese reads zh-TW, all others en."""
    return "zh-TW" if locale.lower().startswith("zh") else "en"
