"""How much is asked, as `/status` shows it to managers and to the owner: numbers, no texts."""

import re

import pytest

from bot.storage.store import utc_now
from tests.bot.fakes import expand, serving, texts
from tests.discord.payloads import APPLICATION, CHANNEL, MEMBER, ORDINARY

PING, BOB = f"<@{APPLICATION}>", "1300000000000000777"


async def used(fake, command, **options):
    made = await fake.slash(command, **options)
    await fake.wait(lambda: made.answered)
    return made


async def status(fake, **options):
    made = await used(fake, "status", **options)
    return texts(made.original["components"])[0].split("\n")


async def ask_around(fake):
    """Ask by command, click, message and in a thread; then be refused."""
    card = (await used(fake, "ask", question="where?")).original
    for question in ("unknown food?", "fail?"):
        await used(fake, "ask", question=question)
    await expand(fake, card)
    for label in ("More", "Try other sections", "Continue in a thread"):
        made = await fake.click(card, label=label)
        await fake.wait(lambda made=made: made.answered)
    (thread,) = fake.state.threads.values()
    for options in ({}, {"thread": thread}):
        message = await fake.say(f"{PING} where?", mentions_bot=True, **options)
        await fake.wait(lambda message=message: fake.replies(message))
    await used(fake, "ask", question="where?", place="dm")
    await used(fake, "settings channel", channel=CHANNEL, asking="blocked")
    fake.actor, fake.permissions = BOB, ORDINARY
    await used(fake, "ask", question="where?")


@pytest.mark.parametrize(
    ("locale", "lines"),
    [
        (
            "en-US",
            [
                "### Questions in the last 7 days · 6",
                "- {today}: 6 (answered 3 · failed 1 · not in the report 1 · refused by the rules 1)",
                "-# text channels 5 · threads 1",
            ],
        ),
        (
            "zh-TW",
            [
                "### 最近 7 天的提問 · 6",
                "- {today}：6（有回答 3 · 出錯 1 · 報告沒寫 1 · 規則不允許 1）",
                "-# 文字頻道 5 · 討論串 1",
            ],
        ),
    ],
)
async def test_status_shows_questions_of_the_server_also_after_a_restart(engine, tmp_path, locale, lines):
    storage = f"sqlite+aiosqlite:///{tmp_path}/state.sqlite"
    async with serving(engine, storage=storage) as (fake, _, _):
        await ask_around(fake)
        fake.permissions = str((1 << 50) - 1)
        expected = [line.format(today=utc_now().date()) for line in lines]
        assert (await status(fake, locale=locale))[-3:] == expected
    async with serving(engine, storage=storage) as (fake, _, _):
        fake.actor = BOB
        shown = await status(fake, locale=locale)
        assert shown[-3:] == expected
        assert len(shown) == 5


async def test_status_in_direct_message_shows_owner_questions_of_all_places(engine):
    async with serving(engine) as (fake, _, _):
        await ask_around(fake)
        fake.actor = MEMBER
        shown = await status(fake, place="dm")
        assert shown[-1] == "-# text channels 5 · direct messages 1 · threads 1"
        assert [line for line in shown if line.startswith("### ")] == ["### Questions in the last 7 days · 7"]


async def test_status_of_another_server_shows_nothing_of_this_one(engine):
    async with serving(engine) as (fake, _, _):
        await fake.join()
        await used(fake, "ask", question="where?")
        fake.actor = BOB
        shown = await status(fake, place="elsewhere")
        assert shown[-1] == "### Questions in the last 7 days · 0"
        assert not re.search("where", str(shown))
