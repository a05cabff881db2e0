"""The configuration file, read once. Unknown keys are refused by name; secrets are refused altogether."""

import re
import tomllib
from pathlib import Path
from typing import Any, Literal, TypeVar

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import ConfigError

DEFAULT_FILE = Path("config.toml")
# A bot token is three base64url parts: the application's id, a timestamp and a signature.
TOKEN_SHAPE = re.compile(r"[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}")
EMBEDDED = "embedded:"  # what the name of a model begins with that lies in an installed package
MILVUS_TOKEN = "REPORT_MILVUS_TOKEN"  # noqa: S105 - the name of a variable

# What reading TOML or JSON can raise: not all of it is an error of the format, as for a number of thousands of digits.
UNREADABLE = (OSError, ValueError, RecursionError)


class Options(BaseModel):
    """A table of the file. Frozen, strict about what it does not know, silent about what it was given: it may be secret."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def data_folder() -> Path:
    """The user's folder for what the programs keep. Raises ConfigError if the user has no home."""
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


class PassageOptions(Options):
    max_characters: int = Field(default=400, ge=50, le=400)


class EnrichOptions(Options):
    endpoint: str = ""
    model: str = ""
    seconds: float = Field(default=120, gt=0)


class MilvusOptions(Options):
    """Where vectors and words lie instead of in files, if `uri` is given. The environment has the token, if there is one."""

    uri: str = ""
    alias: str = Field(default="report_bot", pattern=r"^[a-z_][a-z0-9_]{0,199}$")


class Settings(Options):
    """What the index needs. `bot` is the other program's table and is checked by that program."""

    corpus: CorpusOptions = CorpusOptions()
    index: IndexOptions = Field(default_factory=IndexOptions)
    model: ModelOptions = ModelOptions()
    passages: PassageOptions = PassageOptions()
    enrich: EnrichOptions = EnrichOptions()
    milvus: MilvusOptions = MilvusOptions()
    bot: Any = Field(default=None, repr=False)


S = TypeVar("S", bound=Settings)


def load_config(schema: type[S], file: Path | None = None) -> S:
    """Read `file`, or `config.toml` of the working folder where there is one, or else take the defaults.

    Raises ConfigError naming the file and each key that is wrong.
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
    """Raise ConfigError if the file holds a bot token, or a key that asks for one, without repeating its value."""
    for section, keys in (("", table), *((f"{k}.", v) for k, v in table.items() if isinstance(v, dict))):
        for key in keys:
            if "token" in key.lower():
                variable = MILVUS_TOKEN if section == "milvus." else "DISCORD_TOKEN"
                raise ConfigError(f"{path}: {section}{key}: a token belongs in the environment variable {variable}")
    if TOKEN_SHAPE.search(text):
        raise ConfigError(f"{path}: holds what looks like a bot token; it belongs in the environment variable DISCORD_TOKEN")


def describe_errors(error: ValidationError) -> str:
    """The first problems of a validation error in one line: where, and what."""
    problems = error.errors(include_url=False)[:3]
    told = ("unknown key" if p["type"] == "extra_forbidden" else p["msg"].lower() for p in problems)
    return "; ".join(f"{'.'.join(map(str, p['loc']))}: {what}" for p, what in zip(problems, told, strict=True))
