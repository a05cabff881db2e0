"""The bot's own words, from one TOML file a language in `bot/locale`."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from index.text.localization import Language


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language's texts by dotted key, such as `card.page`."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its placeholders filled in. Raises KeyError for an unknown key or a missing value."""
        return self.texts[key].format(**values)


@cache
def catalogue(language: Language) -> Catalogue:
    table = tomllib.loads((files("bot.locale") / f"{language}.toml").read_text("utf-8"))
    return Catalogue(language, dict(flat(table)))


def flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield prefix + key, value
        else:
            yield from flat(value, f"{prefix}{key}.")


def language_of_locale(locale: str) -> Language:
    """The catalogue for a Discord client's locale, or for a terminal's: any Chinese reads zh-TW, all others en."""
    return "zh-TW" if locale.lower().startswith("zh") else "en"
