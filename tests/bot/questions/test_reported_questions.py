"""Questions that were sent: grouped, as a table, as a list, and from the command line."""

import asyncio
import csv
import io

import pytest
from typer.testing import CliRunner

from bot.cli import main
from bot.questions.reported_questions import Gap, gaps_csv, gaps_markdown, group_questions
from bot.storage.store import Storage, Vote


def sent(question, reason=None, verdict="not_covered"):
    return Vote("ABCDEFGH", -1, verdict, "g", 1, question, reason)


SENT = [sent("午餐吃什麼？"), sent("where?", "no *place*"), sent("午餐吃什麼", "餓", "related"), sent("在哪裡舉行？")]
GAPS = [
    Gap("午餐吃什麼？", 2, ("not_covered", "related"), ("餓",)),
    Gap("where?", 1, ("not_covered",), ("no *place*",)),
    Gap("在哪裡舉行？", 1, ("not_covered",), ()),
]


def test_group_questions_groups_similar_questions_by_frequency():
    assert group_questions(SENT) == GAPS
    assert group_questions([]) == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_gaps_csv_formula_cell_is_quoted(cell):
    (_, row) = csv.reader(io.StringIO(gaps_csv([Gap(cell, 1, (), (cell,))]).removeprefix("\ufeff")))
    assert row == ["1", f"'{cell}", "", f"'{cell}"]


def test_gaps_markdown_hostile_text_is_escaped_on_one_line():
    assert gaps_markdown([Gap("# a\n[b](c)", 1, (), ("*d*",))]) == "- 1 × # a \\[b\\](c)\n  - \\*d\\*\n".replace(
        "# a", "\\# a"
    )
    assert gaps_markdown([]) == ""


async def test_gaps_command_writes_list_or_csv_and_unwritable_file_exits_1(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = f"sqlite+aiosqlite:///{tmp_path}/state.sqlite"
    (tmp_path / "config.toml").write_text(f'[bot]\nstorage = "{url}"\n')
    storage = await Storage.open(url)
    for member, vote in enumerate(SENT):
        await storage.vote(member, vote)
    await storage.close()

    async def run(*arguments):
        return await asyncio.to_thread(CliRunner().invoke, main, ["gaps", *arguments])

    shown = await run()
    assert (shown.exit_code, shown.stdout.splitlines()[:2]) == (0, ["- 2 × 午餐吃什麼？", "  - 餓"])
    assert (await run("--format", "csv", "--to", "gaps.csv")).exit_code == 0
    assert (tmp_path / "gaps.csv").read_text("utf-8-sig").splitlines()[1] == '2,午餐吃什麼？,"not_covered, related",餓'
    failed = await run("--to", "nowhere/gaps.md")
    assert (failed.exit_code, failed.stderr) == (
        1,
        "report-bot: nowhere/gaps.md: cannot be written (No such file or directory); name another file\n",
    )
