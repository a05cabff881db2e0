"""The configuration file: defaults, and every way it can be wrong, in one line that tells what to do."""

from pathlib import Path

import platformdirs
import pytest

from index import config
from index.config import CorpusOptions, IndexOptions, MilvusOptions, ModelOptions, PassageOptions, Settings
from index.errors import ConfigError

# Of the shape of a bot's token; it belongs to none.
TOKEN = ".".join(["MDEyMzQ1Njc4OTAxMjM0NTY3", "AbCdEf", "a-b_cdefghijklmnopqrstuvwxyzA"])
EVERY_KEY = "config.example.toml lists every key"
ENVIRONMENT = "belongs in the environment variable DISCORD_TOKEN"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def refused(file: Path, content: str | bytes) -> str:
    """The message for a file of that content, without the file's name."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        config.load_config(Settings, file)
    message = str(caught.value)
    assert message.startswith(f"{file}: ")
    assert "\n" not in message
    return message.removeprefix(f"{file}: ")


def test_load_config_without_file_returns_defaults(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert config.load_config(Settings) == Settings(
        corpus=CorpusOptions(path=Path("corpus")),
        index=IndexOptions(path=home / "report-bot" / "index", keep=3),
        model=ModelOptions(
            name="embedded:multilingual-e5-small",
            query_prompt="query: ",
            document_prompt="passage: ",
            device="cpu",
            dtype="auto",
            batch_size=32,
        ),
        passages=PassageOptions(max_characters=400, max_latin_characters=900),
        milvus=MilvusOptions(uri="", alias="report_bot"),
        bot=None,
    )


def test_load_config_empty_file_returns_defaults(file: Path) -> None:
    file.touch()
    assert config.load_config(Settings, file) == Settings()


def test_load_config_reads_file_in_working_folder(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[index]\nkeep = 7\n", "utf-8")
    monkeypatch.chdir(file.parent)
    assert config.load_config(Settings).index.keep == 7


def test_load_config_reads_every_key(file: Path) -> None:
    file.write_text(
        '[corpus]\npath = "reports"\n[index]\npath = "/srv/索引"\nkeep = 1\n'
        '[model]\nname = "some/model"\nquery_prompt = ""\ndocument_prompt = "p"\ndevice = "cuda"\n'
        'dtype = "bfloat16"\nbatch_size = 1\n[passages]\nmax_characters = 50\n'
        '[milvus]\nuri = "build/索引.db"\nalias = "_reports2"\n[bot]\nanything = 1\n',
        "utf-8-sig",
    )
    assert config.load_config(Settings, file) == Settings(
        corpus=CorpusOptions(path=Path("reports")),
        index=IndexOptions(path=Path("/srv/索引"), keep=1),
        model=ModelOptions(
            name="some/model", query_prompt="", document_prompt="p", device="cuda", dtype="bfloat16", batch_size=1
        ),
        passages=PassageOptions(max_characters=50),
        milvus=MilvusOptions(uri="build/索引.db", alias="_reports2"),
        bot={"anything": 1},
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("colour = 1", "colour: unknown key"),
        ("[index]\nkep = 3", "index.kep: unknown key"),
        ("[index]\nkeep = 0", "index.keep: input should be greater than or equal to 1"),
        ("[model]\nname = ''", "model.name: string should have at least 1 character"),
        ("[model]\ndtype = 'float16'", "model.dtype: input should be 'auto', 'float32', 'bfloat16' or 'int8'"),
        ("[model]\nbatch_size = 0", "model.batch_size: input should be greater than or equal to 1"),
        ("[passages]\nmax_characters = 49", "passages.max_characters: input should be greater than or equal to 50"),
        ("[passages]\nmax_characters = 401", "passages.max_characters: input should be less than or equal to 400"),
        ("[milvus]\nalias = '2021'", "milvus.alias: string should match pattern '^[a-z_][a-z0-9_]{0,199}$'"),
        ("[milvus]\nalias = 'report-bot'", "milvus.alias: string should match pattern '^[a-z_][a-z0-9_]{0,199}$'"),
        ("a = 1\nb = 1", "a: unknown key; b: unknown key"),
        ('"a\\nb" = 1', "a b: unknown key"),
    ],
)
def test_load_config_invalid_key_or_value_is_named(file: Path, content: str, problem: str) -> None:
    assert refused(file, content) == f"{problem}; {EVERY_KEY}"


def test_load_config_many_problems_lists_three(file: Path) -> None:
    assert refused(file, "a = 1\nb = 1\nc = 1\nd = 1").count("unknown key") == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[index", "Expected ']' at the end of a table declaration (at end of document)"),
        ("a = 1\na = 2", "Cannot overwrite a value (at end of document)"),
        (
            "a = " + "1" * 5000,
            "Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; use "
            "sys.set_int_max_str_digits() to increase the limit",
        ),
        (b"a = '\xff'", "'utf-8' codec can't decode byte 0xff in position 5: invalid start byte"),
    ],
)
def test_load_config_invalid_toml_raises_config_error(file: Path, content: str | bytes, reason: str) -> None:
    assert refused(file, content) == f"cannot be read as TOML ({reason}); compare it with config.example.toml"


def test_load_config_too_deep_nesting_raises_config_error(file: Path) -> None:
    assert refused(file, "a = " + "[" * 100_000).startswith("cannot be read as TOML (maximum recursion depth exceeded")


def test_load_config_missing_named_file_raises_config_error(file: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load_config(Settings, file)
    assert "No such file or directory" in str(caught.value)
    assert str(caught.value).endswith("; compare it with config.example.toml")


@pytest.mark.parametrize("key", ["token", "Discord_Token", "TOKENS"])
@pytest.mark.parametrize("section", ["", "bot", "model"])
def test_load_config_token_key_is_refused(file: Path, section: str, key: str) -> None:
    message = refused(file, (f"[{section}]\n" if section else "") + f"{key} = 'hunter2'")
    assert message == f"{f'{section}.' if section else ''}{key}: a token {ENVIRONMENT}"


def test_load_config_milvus_token_is_refused_and_variable_named(file: Path) -> None:
    message = refused(file, "[milvus]\ntoken = 'root:hunter2'")
    assert message == "milvus.token: a token belongs in the environment variable REPORT_MILVUS_TOKEN"


@pytest.mark.parametrize(
    "content", ["[bot]\nkey = '{}'", "# {}", "[bot.deep]\nkey = ['{}']", "{} = 1", "[model]\nname = 'x{}'"]
)
def test_load_config_token_like_value_is_refused_and_not_printed(file: Path, content: str) -> None:
    message = refused(file, content.format(f'"{TOKEN}"' if content[0] == "{" else TOKEN))
    assert message == f"holds what looks like a bot token; it {ENVIRONMENT}"


def test_load_config_invalid_toml_with_token_does_not_print_it(file: Path) -> None:
    assert TOKEN not in refused(file, f"token {TOKEN}")


def test_settings_assignment_raises_value_error() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().model.name = "other"  # type: ignore[misc]


def test_settings_without_home_folder_raises_config_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_: str) -> Path:
        raise RuntimeError("could not determine the home directory for '~/.local/share'")

    monkeypatch.setattr(platformdirs, "user_data_path", nowhere)
    with pytest.raises(ConfigError) as caught:
        Settings()
    assert str(caught.value) == "this user has no home folder; set HOME or XDG_DATA_HOME to one that can be written"
    assert Settings(index={"path": "build/index"}).index.path == Path("build/index")
