"""Read the `[bot]` table of the configuration file, and the secrets from the environment."""

import os
import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from bot.errors import TokenError
from index.config import Options, Settings, data_folder
from index.text.localization import Language

TOKEN_VARIABLE = "DISCORD_TOKEN"  # noqa: S105 the name of a variable
STORAGE_VARIABLE = "REPORT_BOT_STORAGE"
# Three base64url parts: the application's id, a timestamp and a signature. Their lengths vary.
TOKEN = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}")
VERSION = version("report-bot")


class BotOptions(Options):
    """Hold the options of the `[bot]` table."""

    default_language: Language = "zh-TW"
    answers_public_by_default: bool = True
    message_content: bool = False
    log_questions: bool = False
    log_json: bool = False
    max_question_characters: int = Field(default=1000, ge=1, le=4000)
    concurrency: int = Field(default=8, ge=1, le=32)
    waiting: int = Field(default=500, ge=1)
    shard_count: int = Field(default=0, ge=0)
    shard_ids: tuple[Annotated[int, Field(ge=0)], ...] = ()
    storage: SecretStr = SecretStr("")
    web: str = "127.0.0.1:8642"
    web_hosts: tuple[str, ...] = ()
    site: str = ""
    public_url: str = Field(default="", pattern=r"^(https?://[^\s<>()]+)?$")

    @model_validator(mode="after")
    def shards_are_counted(self) -> Self:
        if self.shard_ids and max(self.shard_ids) >= self.shard_count:
            raise ValueError("shard_ids: name shards below shard_count, which must be set with them")
        return self

    @property
    def named_storage(self) -> str:
        """The database URL from the environment, else from the configuration file; it may contain a password."""
        return os.environ.get(STORAGE_VARIABLE, "").strip() or self.storage.get_secret_value()

    @property
    def storage_url(self) -> str:
        """The URL of the database of guild rules and votes; by default an SQLite file in the user's data folder."""
        file = data_folder() / "state.sqlite"
        return self.named_storage or f"sqlite+aiosqlite:///{file}"


class BotSettings(Settings):
    """Hold the settings of the index and of the bot."""

    bot: BotOptions = BotOptions()


def read_token(environ: Mapping[str, str]) -> str:
    """Read the bot's token, without surrounding white space.

    :raises TokenError: If the token is missing or malformed; the message never contains the token.
    """
    token = environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        raise TokenError(f"{TOKEN_VARIABLE} is not set; copy the token from Discord's developer portal, page Bot")
    if token.lower().startswith("bot "):
        raise TokenError(f'{TOKEN_VARIABLE} begins with "Bot "; set it to the token alone')
    if not TOKEN.fullmatch(token):
        raise TokenError(
            f"{TOKEN_VARIABLE} is no bot token, which is three parts with dots between; "
            "copy it again from Discord's developer portal, page Bot"
        )
    return token
