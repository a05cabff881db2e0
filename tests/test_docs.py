"""The documentation names every command, option and key that there is, and none that is not."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import bot.cli.run
import index.cli
from index import models
from index.cli.output import answer_json, hit_json, person_json, session_json

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CLI = (ROOT / "docs" / "cli.md").read_text("utf-8")
PROGRAMS: dict[str, Any] = {"report-index": get_command(index.cli.main), "report-bot": get_command(bot.cli.main)}
OPTION = re.compile(r"--[a-z][a-z-]*")
COMMANDS = {(program, name): command for program, group in PROGRAMS.items() for name, command in group.commands.items()}


def options(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


def section(heading: str) -> str:
    """What stands under a heading of docs/cli.md, up to the next one."""
    return re.split(r"\n##+ ", CLI.split(f"# {heading}\n", 1)[1], maxsplit=1)[0]


def test_cli_docs_sections_match_commands() -> None:
    headings = re.findall(r"^### (\S+) (\S+)$", CLI, re.MULTILINE)
    assert headings == list(COMMANDS)
    assert re.findall(r"^## (\S+)$", CLI, re.MULTILINE) == list(PROGRAMS)


@pytest.mark.parametrize(("program", "name"), COMMANDS)
def test_cli_docs_command_section_lists_its_options_and_an_example(program: str, name: str) -> None:
    told, command = section(f"{program} {name}"), COMMANDS[program, name]
    listed = re.search(r"^Options: (.*)\.$", told, re.MULTILINE)
    assert listed
    assert set(re.findall(OPTION, listed[1])) == options(command) - {"--help"}
    assert set(re.findall(OPTION, told)) <= options(command)
    assert " ".join(told.split()).startswith(" ".join(command.help.split()).rstrip("."))
    assert f"\n$ {program} {name}" in told


@pytest.mark.parametrize("program", PROGRAMS)
def test_cli_docs_program_section_lists_its_options(program: str) -> None:
    assert set(re.findall(OPTION, section(program))) == options(PROGRAMS[program]) - {"--help"}


def examples() -> list[tuple[str, str]]:
    """Every line of a code block that runs one of the programs, without what explains it or is piped."""
    run = re.compile(r"\s*(?:\$ )?(?:\S*/)?(report-(?:index|bot) .*?)(?:\s{2,}.*| [|<>#].*)?$")
    found = []
    for page in PAGES:
        for block in re.findall(r"^ *```\w*\n(.*?)^ *```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            found += [(page.name, line[1]) for line in map(run.match, block.splitlines()) if line]
    return found


def test_docs_code_blocks_contain_example_commands() -> None:
    assert {("README.md", "report-index build"), ("cli.md", "report-bot console")} <= set(examples())


@pytest.mark.parametrize(("page", "line"), examples())
def test_docs_example_command_is_accepted_by_parser(page: str, line: str) -> None:
    program, name, *arguments = shlex.split(line)
    assert (program, name) in COMMANDS, page
    context = COMMANDS[program, name].make_context(name, arguments)
    assert context.params.keys() == {parameter.name for parameter in COMMANDS[program, name].params} - {"help"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_docs_commands_in_running_text_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    for program, name in re.findall(r"`(?:\S*/)?(report-(?:index|bot)) ([a-z]+)[^`]*`", text):
        assert (program, name) in COMMANDS
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_docs_relative_links_point_to_existing_files(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_cli_docs_json_keys_are_all_listed() -> None:
    person = models.Person("a")
    session = models.Session("s", "t", None, "k", None, None, None, (), (1, 1), (person,))
    hit = models.Hit(models.Passage("p", "r", "t", (), (1, 1), 0, 1), 1, 0.0)
    citation = models.Citation(1, "q", "p", (), (1, 1))
    answer = answer_json(models.Answer("q", "answered", 1.0, "t", (citation,), (hit,), "g", 1.0), "1")
    ask, sessions = (section(f"report-index {name}") for name in ("ask", "sessions"))
    for key in (*answer, *answer["citations"][0], *hit_json(hit)):
        assert f"`{key}`" in ask, key
    for key in (*session_json(session), *person_json(person)):
        assert f"`{key}`" in sessions, key
