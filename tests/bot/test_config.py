"""The `[bot]` table, the token and the example file."""

import re
import tomllib
from itertools import pairwise

import pytest

from bot.config import BotOptions, BotSettings, read_token
from bot.errors import TokenError
from index.config import load_config
from index.errors import ConfigError
from tests.bot.fakes import root
from tests.bot.launching import TOKEN


def write(tmp_path, text):
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    return file


def test_load_config_bot_table_returns_options(tmp_path):
    file = write(tmp_path, '[bot]\ndefault_language = "en"\nconcurrency = 4\n')
    assert load_config(BotSettings, file).bot == BotOptions(default_language="en", concurrency=4)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[bot]\nlanguage = 'en'\n", "bot.language: unknown key"),
        ("[bot]\ndefault_language = 'fr'\n", "bot.default_language: input should be 'zh-tw', 'en' or 'ja'"),
        ("[bot]\nmax_question_characters = 0\n", "bot.max_question_characters: input should be greater than"),
        ("[bot]\nshard_ids = [0, 2]\nshard_count = 2\n", "shard_ids: name shards below shard_count"),
        ("[bot]\nshard_ids = [0]\n", "shard_ids: name shards below shard_count, which must be set with them"),
        ("[bot]\ntoken = 'x'\n", "bot.token: a token belongs in the environment variable DISCORD_TOKEN"),
        (f"[bot]\ndefault_language = '{TOKEN}'\n", "holds what looks like a bot token"),
    ],
)
def test_load_config_invalid_key_error_names_key_and_omits_token(tmp_path, text, problem):
    with pytest.raises(ConfigError) as raised:
        load_config(BotSettings, write(tmp_path, text))
    assert problem in str(raised.value)
    assert TOKEN not in str(raised.value)


def keys(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from keys(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def test_example_config_lists_every_key_with_default_and_comment():
    example = root() / "config.example.toml"
    lines = example.read_text("utf-8").splitlines()
    assert load_config(BotSettings, example) == BotSettings()
    shown = list(keys(tomllib.loads("\n".join(lines))))
    # The folder of the index depends on the machine, so its line is there as a comment.
    assert sorted([*shown, "index.path"]) == sorted(keys(BotSettings().model_dump()))
    assert "# path = " in lines[lines.index("[index]") + 2]
    for before, line in pairwise(lines):
        assert not re.match(r"\w+ = ", line) or before.startswith("# ")


def test_read_token_strips_surrounding_whitespace():
    assert read_token({"DISCORD_TOKEN": f" {TOKEN}\n"}) == TOKEN


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "DISCORD_TOKEN is not set"),
        ("  ", "DISCORD_TOKEN is not set"),
        (f"Bot {TOKEN}", 'begins with "Bot "'),
        ("sesame", "is no bot token"),
        ("a.b", "is no bot token"),
        ("a.b.c.d", "is no bot token"),
        ("a.b.c=", "is no bot token"),
    ],
)
def test_read_token_missing_or_malformed_error_omits_value(value, problem):
    with pytest.raises(TokenError) as raised:
        read_token({"DISCORD_TOKEN": value} if value is not None else {})
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value)
    for secret in (TOKEN, "sesame", "a.b"):
        assert secret not in str(raised.value)
