"""Read and validate the configuration file. Unknown keys and secrets are rejected."""

import re
import tomllib
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import ConfigError

DEFAULT_FILE = Path("config.toml")
# A bot token is three base64url parts: the application's id, a timestamp and a signature.
TOKEN_SHAPE = re.compile(r"[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}")
TOKEN_COUNTS = frozenset({"max_tokens", "daily_tokens"})  # keys that hold no secret
EMBEDDED = "embedded:"  # prefix of the names of models that an installed package contains
MILVUS_TOKEN = "REPORT_MILVUS_TOKEN"  # noqa: S105 - the name of a variable

# Errors of reading TOML or JSON. Some are not format errors, such as ValueError for a number of thousands of digits.
UNREADABLE = (OSError, ValueError, RecursionError)


class Options(BaseModel):
    """A table of the file. Frozen; rejects unknown keys; error messages do not repeat the input, which may be secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def data_folder() -> Path:
    """Return the user's data folder for the programs.

    :raises ConfigError: if the user has no home folder.
    """
    try:
        return platformdirs.user_data_path("report-bot")
    except RuntimeError as error:
        raise ConfigError("this user has no home folder; set HOME or XDG_DATA_HOME to one that can be written") from error


class CorpusOptions(Options):
    path: Path = Path("corpus")


class IndexOptions(Options):
    path: Path = Field(default_factory=lambda: data_folder() / "index")
    keep: int = Field(default=3, ge=1)
    type: Literal["auto", "flat", "ivf"] = "auto"


class ModelOptions(Options):
    name: str = Field(default="embedded:multilingual-e5-small", min_length=1)
    query_prompt: str = "query: "
    document_prompt: str = "passage: "
    device: str = "cpu"
    dtype: Literal["auto", "float32", "bfloat16", "int8"] = "auto"
    batch_size: int = Field(default=32, ge=1)


class ReaderOptions(Options):
    """The model that reads the best passages; none if `name` is empty."""

    name: str = "embedded:reader"


class PassageOptions(Options):
    """The longest passages: in characters of texts in ideographs and kana, and in those of other scripts."""

    max_characters: int = Field(default=400, ge=50, le=400)
    max_latin_characters: int = Field(default=900, ge=50, le=900)


class ServiceOptions(Options):
    """An OpenAI-compatible service of language models. Its key is in the environment alone.

    `table` is the name of the table in the file, and `key_variable` the environment variable of the key.
    """

    table: ClassVar[str]
    key_variable: ClassVar[str]
    endpoint: str = ""
    model: str = ""

    @property
    def enabled(self) -> bool:
        """Whether a service is configured."""
        return bool(self.endpoint and self.model)

    @property
    def host(self) -> str:
        """The host, as people are shown it, with its port if the address has one; empty without a service."""
        return urlsplit(self.endpoint).netloc.rpartition("@")[2]


class EnrichOptions(ServiceOptions):
    """The service that drafts questions about passages."""

    table = "enrich"
    key_variable = "REPORT_ENRICH_KEY"
    seconds: float = Field(default=120, gt=0)


class WriterOptions(ServiceOptions):
    """The service that writes answers in plain words, each sentence of which is proven before anybody sees it.

    `timeout_seconds` is for all of an answer, and `first_line_seconds` for its first line. `daily_tokens` limits the bot.
    """

    table = "writer"
    key_variable = "REPORT_WRITER_KEY"
    timeout_seconds: float = Field(default=20, gt=0)
    first_line_seconds: float = Field(default=6, gt=0)
    max_tokens: int = Field(default=350, ge=1, le=4000)
    daily_tokens: int = Field(default=200_000, ge=0)
    temperature: float = Field(default=0, ge=0, le=2)


class MilvusOptions(Options):
    """The Milvus server that stores vectors and words instead of files, if `uri` is given. A token is in the environment."""

    uri: str = ""
    alias: str = Field(default="report_bot", pattern=r"^[a-z_][a-z0-9_]{0,199}$")


class Settings(Options):
    """The settings of the index. `bot` is the table of the other program, which validates it."""

    corpus: CorpusOptions = CorpusOptions()
    index: IndexOptions = Field(default_factory=IndexOptions)
    model: ModelOptions = ModelOptions()
    reader: ReaderOptions = ReaderOptions()
    passages: PassageOptions = PassageOptions()
    enrich: EnrichOptions = EnrichOptions()
    writer: WriterOptions = WriterOptions()
    milvus: MilvusOptions = MilvusOptions()
    bot: Any = Field(default=None, repr=False)


S = TypeVar("S", bound=Settings)


def load_config(schema: type[S], file: Path | None = None) -> S:
    """Read a configuration file, or use the defaults if there is none.

    :param file: path of the file; None for `config.toml` in the working folder, if it exists.
    :raises ConfigError: if the file cannot be read; the message names the file and each wrong key.
    """
    path = file or DEFAULT_FILE
    if file is None and not path.exists():
        return schema()
    try:
        text = path.read_text("utf-8-sig")
        table = tomllib.loads(text)
    except UNREADABLE as error:
        raise ConfigError(f"{path}: cannot be read as TOML ({error}); compare it with config.example.toml") from error
    refuse_secrets(path, text, table)
    try:
        return schema.model_validate(table)
    except ValidationError as error:
        raise ConfigError(f"{path}: {describe_errors(error)}; config.example.toml lists every key") from error


def refuse_secrets(path: Path, text: str, table: dict[str, Any]) -> None:
    """Reject a file that contains a bot token or a key for one, without repeating its value.

    :raises ConfigError: if it does.
    """
    for section, keys in (("", table), *((f"{k}.", v) for k, v in table.items() if isinstance(v, dict))):
        for key in keys:
            if "token" in key.lower() and key not in TOKEN_COUNTS:
                variable = MILVUS_TOKEN if section == "milvus." else "DISCORD_TOKEN"
                raise ConfigError(f"{path}: {section}{key}: a token belongs in the environment variable {variable}")
    if TOKEN_SHAPE.search(text):
        raise ConfigError(f"{path}: holds what looks like a bot token; it belongs in the environment variable DISCORD_TOKEN")


def describe_errors(error: ValidationError) -> str:
    """Describe the first three problems of a validation error in one line, each with its location."""
    problems = error.errors(include_url=False)[:3]
    messages = ("unknown key" if p["type"] == "extra_forbidden" else p["msg"].lower() for p in problems)
    return "; ".join(f"{'.'.join(map(str, p['loc']))}: {message}" for p, message in zip(problems, messages, strict=True))
