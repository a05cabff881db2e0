"""No secret is told: neither the bot's token, nor those of interactions, nor the password of a database."""

import logging

import discord
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bot.app.client import make_bot, open_storage
from bot.app.runner import run_until_stopped
from bot.cli import main
from bot.config import BotOptions, BotSettings
from bot.errors import StorageError, TokenError
from bot.monitoring import log
from bot.storage.store import Storage
from index.config import Settings, load_config
from index.errors import ConfigError
from tests.bot.fakes import FakeEngine, settings
from tests.discord.network import authority_pem, connector
from tests.discord.world import discord_server, world

# Of no shape by which they could be blotted out.
TOKEN, PASSWORD = "open-sesame", "swordfish"
URL = f"postgresql+asyncpg://user:{PASSWORD}@127.0.0.1:1/name"


def holds(value: object, seen: set[int], depth: int = 6) -> bool:
    """Whether the repr of anything that hangs below a value tells the token."""
    if id(value) in seen or not depth:
        return False
    seen.add(id(value))
    inner = [*getattr(value, "__dict__", {}).values(), *(value if isinstance(value, list | tuple | set) else ())]
    return TOKEN in repr(value) or any(holds(each, seen, depth - 1) for each in inner if not isinstance(each, str))


@pytest.mark.parametrize("as_json", [False, True])
async def test_set_up_log_debug_level_withholds_bot_and_interaction_tokens(engine, capsys, as_json):
    log.set_up_log(level=logging.DEBUG, as_json=as_json)
    async with world(lambda c: make_bot(settings(), engine=engine, connector=c), token=TOKEN, accepts=TOKEN) as (
        fake,
        bot,
        _,
    ):
        made = await fake.slash("ask", question="where?")
        await fake.wait(lambda: made.answered)
        clicked = await fake.click(made.original, label="More")
        await fake.wait(lambda: clicked.answered)
        assert not holds(bot, set())
        assert bot.http.token == TOKEN
    written = capsys.readouterr().err
    assert written.count("INTERACTION_CREATE") == 2
    assert written.count("/[token]/") >= 4
    assert [word for word in (TOKEN, made.token, clicked.token) if word in written] == []


async def test_run_until_stopped_login_refused_error_omits_token():
    async with discord_server(accepts="another") as fake:
        bot = make_bot(settings(), engine=FakeEngine(), connector=connector(fake, authority_pem()))
        with pytest.raises(TokenError) as caught:
            await run_until_stopped(bot, TOKEN)
    error: BaseException | None = caught.value
    told = []
    while error:
        told += [str(error), repr(error)]
        error = error.__cause__ or error.__context__
    assert isinstance(caught.value.__cause__, discord.LoginFailure)
    assert TOKEN not in " ".join(told)


def test_cli_parameters_include_no_token_or_storage():
    taken = {parameter.name for command in get_command(main).commands.values() for parameter in command.params}
    assert "config" in taken
    assert [name for name in taken if "token" in name or "storage" in name] == []


@pytest.mark.parametrize("schema", [BotSettings, Settings])
def test_load_config_settings_repr_hides_database_password(tmp_path, schema):
    file = tmp_path / "config.toml"
    file.write_text(f'[bot]\nstorage = "{URL}"\n', "utf-8")
    read = load_config(schema, file)
    assert PASSWORD not in f"{read!r} {read}"
    assert PASSWORD not in BotOptions(storage=URL).model_dump_json()
    assert BotOptions(storage=URL).storage_url == URL


# As short as may be: of a long value pydantic shows both ends alone.
SHORT = f"a://:{PASSWORD}@h"


@pytest.mark.parametrize(
    "wrong", [f'storage = ["{SHORT}"]\n', f'storage = "{SHORT}"\nshard_ids = [1]\n', f'storage = "a"\ncolour = "{SHORT}"\n']
)
def test_load_config_invalid_key_error_omits_database_password(tmp_path, wrong):
    file = tmp_path / "config.toml"
    file.write_text(f"[bot]\n{wrong}", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(BotSettings, file)
    assert PASSWORD not in f"{caught.value} {caught.value.__cause__}"


def test_bot_options_storage_url_environment_overrides_file(monkeypatch):
    assert BotOptions(storage="sqlite+aiosqlite:///a").storage_url == "sqlite+aiosqlite:///a"
    monkeypatch.setenv("REPORT_BOT_STORAGE", URL)
    assert BotOptions(storage="sqlite+aiosqlite:///a").storage_url == URL
    assert BotOptions().storage_url == URL
    assert PASSWORD not in repr(BotSettings())


async def test_open_storage_unreachable_environment_url_raises_storage_error(monkeypatch):
    monkeypatch.setenv("REPORT_BOT_STORAGE", URL)
    with pytest.raises(StorageError, match=r"^postgresql\+asyncpg://user:\*\*\*@127\.0\.0\.1:1/name: cannot be reached"):
        await open_storage(BotOptions())


NO_ADDRESS = "[bot] storage: not the address of a database ("


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (URL, "postgresql+asyncpg://user:***@127.0.0.1:1/name: cannot be reached ("),
        (f"postgresql+asyncpg://127.0.0.1:1/name?password={PASSWORD}", "postgresql+asyncpg://127.0.0.1:1/name: cannot "),
        (f"postgresql//user:{PASSWORD}@127.0.0.1/name", NO_ADDRESS),
        (f"postgresql+asyncpg://user:{PASSWORD}@127.0.0.1:port/name", NO_ADDRESS),
        (f"mysterious://user:{PASSWORD}@127.0.0.1/name", NO_ADDRESS),
        (f"postgresql+asyncpg://user:x@{PASSWORD}@127.0.0.1:1/name", "[bot] storage: the address has two @; "),
    ],
)
async def test_storage_open_invalid_or_unreachable_url_error_omits_password(url, told):
    with pytest.raises(StorageError) as caught:
        await Storage.open(url)
    assert str(caught.value).startswith(told)
    assert PASSWORD not in f"{caught.value!r} {caught.value.__cause__}"


def test_check_and_gaps_commands_output_omits_token_and_password(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("REPORT_BOT_STORAGE", URL)
    (tmp_path / "config.toml").write_text(f'[bot]\nstorage = "{URL}"\n', "utf-8")
    output = CliRunner().invoke(main, ["check"]).output
    assert "config: every key is known" in output
    assert (TOKEN in output, PASSWORD in output) == (False, False)
    gaps = CliRunner().invoke(main, ["gaps"])
    assert (gaps.exit_code, PASSWORD in gaps.output) == (1, False)
    assert "report-bot: postgresql+asyncpg://user:***@127.0.0.1:1/name: cannot be reached" in gaps.output
