"""The catalogues agree with each other and with Discord's limits on what they name."""

import re
from string import Formatter

import pytest

from bot.locale.catalogue import bot_catalogue, language_of_locale

NAME = re.compile(r"[-_'\w]{1,32}")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_load_catalogue_languages_have_same_keys_and_placeholders():
    zh, en = bot_catalogue("zh-TW").texts, bot_catalogue("en").texts
    assert {key: placeholders(text) for key, text in zh.items()} == {k: placeholders(t) for k, t in en.items()}


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_load_catalogue_command_texts_fit_discord_limits(language):
    words = bot_catalogue(language)
    for key in ("name", "question", "visibility"):
        name = words(f"command.ask.{key}")
        assert NAME.fullmatch(name)
        assert name == name.lower()
    assert all(1 <= len(text) <= 100 for key, text in words.texts.items() if key.startswith("command."))


def test_catalogue_call_fills_placeholders_and_missing_one_raises_key_error():
    assert bot_catalogue("zh-TW")("card.pages", first=7, last=8) == "第 7–8 頁"
    assert bot_catalogue("en")("card.page", page=8) == "p. 8"
    with pytest.raises(KeyError):
        bot_catalogue("en")("card.pages", first=7)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-TW", "zh-TW"), ("zh-CN", "zh-TW"), ("zh_TW.UTF-8", "zh-TW"), ("en-US", "en"), ("ja", "en"), ("", "en")],
)
def test_language_of_locale_returns_matching_catalogue_language(locale, language):
    assert language_of_locale(locale) == language
