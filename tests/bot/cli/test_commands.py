"""report-bot as its operator sees it: exit codes, stdout and stderr."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

import index.engine
from bot.cli import main
from index.errors import GenerationError
from tests.bot.chat_server import ChatServer, served_in_thread
from tests.bot.fakes import GENERATION, FakeEngine, root
from tests.bot.launching import TOKEN

BUILT = f"generation {GENERATION}: 87 passages, model m (float32)"
NO_INDEX = "no index at /data; run: report-index build"


@pytest.fixture(autouse=True)
def engine(monkeypatch, tmp_path):
    """A fake engine, an empty folder and no token."""
    fake = FakeEngine()
    monkeypatch.setattr(index.engine, "Engine", type("Loads", (), {"load": staticmethod(lambda _: fake)}))
    monkeypatch.setattr(index.engine, "describe_live", lambda _: BUILT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    return fake


def broken(*_):
    raise GenerationError(NO_INDEX)


def report_bot(*arguments, stdin=""):
    result = CliRunner().invoke(main, arguments, input=stdin)
    return result.exit_code, result.stdout, result.stderr


def test_check_command_valid_setup_reports_each_item_and_exits_0(monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    out = f"token: set, and of a token's shape\nconfig: every key is known\nindex: {BUILT}\nprivileged intents: none\n"
    assert report_bot("check") == (0, out, "")


def test_check_command_several_problems_prints_one_line_each_and_exits_1(monkeypatch, tmp_path):
    monkeypatch.setenv("DISCORD_TOKEN", "sesame")
    monkeypatch.setattr(index.engine, "describe_live", broken)
    (tmp_path / "mine.toml").write_text("[bot]\nmessage_content = true\n", "utf-8")
    code, out, err = report_bot("check", "--config", "mine.toml")
    assert code == 1
    assert out == (
        "config: every key is known\nprivileged intents: needed; switch on Message Content Intent in the developer portal\n"
    )
    token, no_index = err.splitlines()
    assert token.startswith("report-bot: DISCORD_TOKEN is no bot token")
    assert no_index == f"report-bot: {NO_INDEX}"
    assert "sesame" not in err


def test_check_command_invalid_config_stops_and_exits_1(monkeypatch, tmp_path):
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    (tmp_path / "config.toml").write_text("[bot]\nlanguage = 'en'\n", "utf-8")
    problem = "config.toml: bot.language: unknown key; config.example.toml lists every key"
    assert report_bot("check") == (1, "token: set, and of a token's shape\n", f"report-bot: {problem}\n")


ZH_ANSWER = f"""報告這樣寫：

[1] 唐鳳: 會議在首爾舉行。
    貳、過程 › 一、開幕 · 第 8 頁

[2] 共有 78 國參加。
    參、心得 · 第 7–8 頁

開放政府高峰會報告 · {GENERATION}

"""
EN_REFUSAL = f"""I couldn't find this in the report.

Nearest sections:
  - 貳、過程 › 一、開幕
  - 參、心得

開放政府高峰會報告 · {GENERATION}

"""
BANNER = "Console: type a question and press Enter; Ctrl-D ends it."
TO_DISCORD = " To answer on Discord, set the environment variable DISCORD_TOKEN and use report-bot run."


def test_console_command_answers_each_line_and_shows_discord_hint(engine):
    code, out, err = report_bot("console", stdin="在哪裡？\n\nunknown thing\n")
    assert (code, out, err) == (0, ZH_ANSWER + EN_REFUSAL, BANNER + TO_DISCORD + "\n")
    assert engine.asked == ["在哪裡？", "unknown thing"]


def test_console_command_uses_terminal_language_and_exits_0_at_end_of_input(monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("LANG", "zh_TW.UTF-8")
    assert report_bot("console") == (0, "", "主控台：輸入問題後按 Enter，Ctrl-D 結束。\n")


def test_console_command_invalid_utf8_input_is_replaced(engine):
    code, out, _ = report_bot("console", stdin=b"where \xff\xfe?\nunknown\n")
    assert (code, out.splitlines()[0], engine.asked) == (0, "The report says:", ["where \ufffd\ufffd?", "unknown"])


def test_console_command_empty_or_long_question_prints_objection(engine, tmp_path):
    (tmp_path / "config.toml").write_text("[bot]\nmax_question_characters = 5\n", "utf-8")
    told = "This question has 6 characters, more than the 5 allowed. Please put it in a sentence or two.\n\n"
    assert report_bot("console", stdin="?!\nwhere?\n")[1] == "請用文字寫下想問的問題。\n\n" + told
    assert engine.asked == []


def test_console_command_interrupted_answer_exits_130(engine, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "ask", interrupt)
    assert report_bot("console", stdin="where?\n")[:2] == (130, "")


@pytest.fixture
def chat(tmp_path):
    """A language model that the configuration in the working folder names."""
    with served_in_thread(ChatServer()) as served:
        (tmp_path / "config.toml").write_text(f'[writer]\nendpoint = "{served.endpoint}"\nmodel = "small"\n', "utf-8")
        yield served


def test_check_command_tries_the_writer_and_names_model_and_host(monkeypatch, chat):
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    chat.script = lambda _: ["NONE"]
    code, out, err = report_bot("check")
    assert (code, err) == (0, "")
    host = chat.endpoint.removeprefix("http://").removesuffix("/v1")
    assert out.splitlines()[3] == f"writer: small at {host} answers"


@pytest.mark.parametrize(
    ("status", "said", "problem"),
    [
        (401, [], "answers 401; check [writer] and REPORT_WRITER_KEY"),
        (200, [], "writes nothing; try another [writer] model"),
        (200, [b"data: what?\n\n"], "sends no events of a chat completion; try another [writer] model"),
    ],
)
def test_check_command_writer_that_fails_is_one_line_and_exits_1(monkeypatch, chat, status, said, problem):
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    chat.status, chat.script = status, lambda _: said
    code, out, err = report_bot("check")
    assert (code, "writer" in out) == (1, False)
    assert err == f"report-bot: {chat.endpoint}: {problem}\n"


def test_check_command_writer_without_encryption_says_what_to_change(monkeypatch, tmp_path):
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    (tmp_path / "config.toml").write_text('[writer]\nendpoint = "http://models.example/v1"\nmodel = "m"\n', "utf-8")
    problem = "http://models.example/v1: is neither HTTPS nor on this machine; change [writer] endpoint"
    assert report_bot("check")[::2] == (1, f"report-bot: {problem}\n")


WRITTEN = """\
AI 整理（每句附原文）
- 會議在首爾舉行。[1]
- 會期共有兩天。[3]

[3] 會期共有兩天。
    貳、過程 › 一、開幕 · 第 2 頁
1 句無法對照原文，已省略
"""


def test_console_command_writes_below_answers(chat):
    chat.script = lambda _: ["會議在首爾舉行。 [1]\n", "會議在東京舉行。 [1]\n", "會期共有兩天。 [3]"]
    code, out, _ = report_bot("console", stdin="在哪裡？\nunknown\n")
    assert (code, out) == (0, ZH_ANSWER + WRITTEN + EN_REFUSAL)
    assert len(chat.requests) == 1


def test_console_command_writer_fails_says_so_below_the_answer(chat):
    chat.status = 500
    code, out, _ = report_bot("console", stdin="在哪裡？\n")
    problem = f"{chat.endpoint}: answers 500; check [writer] and REPORT_WRITER_KEY"
    assert (code, out.rstrip("\n")) == (0, ZH_ANSWER + problem)


def test_read_lines_interrupt_at_prompt_ends_iteration(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.cli.terminal.sys.stdin.readline", interrupt, raising=False)
    from bot.cli.terminal import read_lines

    assert list(read_lines("? ")) == []


@pytest.mark.parametrize("command", ["run", "console"])
def test_run_and_console_commands_missing_index_prints_one_line_and_exits_1(monkeypatch, command):
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setattr(index.engine.Engine, "load", staticmethod(broken))
    assert report_bot(command) == (1, "", f"report-bot: {NO_INDEX}\n")


def test_run_command_without_token_exits_1():
    code, out, err = report_bot("run")
    assert (code, out) == (1, "")
    assert err == ("report-bot: DISCORD_TOKEN is not set; copy the token from Discord's developer portal, page Bot\n")


def test_cli_unknown_option_exits_2():
    assert report_bot("console", "--nonsense")[0] == 2


@pytest.mark.process
@pytest.mark.parametrize("arguments", [["--help"], ["check"]])
def test_cli_help_and_check_do_not_import_torch(arguments):
    program = (
        f"import sys; sys.argv = ['report-bot', *{arguments}]\n"
        "from bot.cli import main\n"
        "try:\n    main()\nfinally:\n    print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=root(), capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "False"
