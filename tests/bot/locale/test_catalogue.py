"""The catalogues agree with each other and with Discord's limits on what they name."""

import re
from string import Formatter
from typing import get_args

import pytest

from bot.locale.catalogue import bot_catalogue, language_of_locale
from index.text.localization import Language

NAME = re.compile(r"[-_'\w]{1,32}")
NOT_TYPED = {"command.ask_about.name", "command.check.name"}  # context menus


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", get_args(Language))
def test_load_catalogue_languages_have_same_keys_and_placeholders(language):
    texts, en = bot_catalogue(language).texts, bot_catalogue("en").texts
    assert {key: placeholders(text) for key, text in texts.items()} == {k: placeholders(t) for k, t in en.items()}


@pytest.mark.parametrize("language", get_args(Language))
def test_load_catalogue_command_texts_fit_discord_limits(language):
    words = bot_catalogue(language)
    for key in ("name", "question", "visibility"):
        name = words(f"command.ask.{key}")
        assert NAME.fullmatch(name)
        assert name == name.lower()
    assert all(1 <= len(text) <= 100 for key, text in words.texts.items() if key.startswith("command."))


@pytest.mark.parametrize("language", get_args(Language))
def test_load_catalogue_command_names_are_unique_lower_case_words(language):
    texts = bot_catalogue(language).texts
    names = [
        text for key, text in texts.items() if re.fullmatch(r"command\.(?!option)\w+\.name", key) and key not in NOT_TYPED
    ]
    assert len(names) == len(set(names)) == 14
    assert all(NAME.fullmatch(name) and name == name.lower() for name in names)


def test_catalogue_call_fills_placeholders_and_missing_one_raises_key_error():
    assert bot_catalogue("zh-TW")("card.pages", first=7, last=8) == "第 7–8 頁"
    assert bot_catalogue("en")("card.page", page=8) == "p. 8"
    assert bot_catalogue("ja")("card.pages", first=7, last=8) == "7–8ページ"
    with pytest.raises(KeyError):
        bot_catalogue("en")("card.pages", first=7)


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-TW", "zh-TW"),
        ("zh-CN", "zh-TW"),
        ("zh_TW.UTF-8", "zh-TW"),
        ("en-US", "en"),
        ("ja", "ja"),
        ("ja_JP.UTF-8", "ja"),
        ("ko", "en"),
        ("", "en"),
    ],
)
def test_language_of_locale_returns_matching_catalogue_language(locale, language):
    assert language_of_locale(locale) == language
