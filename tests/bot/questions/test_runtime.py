"""Answers that are kept for a while, so that a card that is shown differently need not be answered again."""

from dataclasses import replace

import pytest

from bot.questions import runtime as runtime_module
from bot.questions.access import Requester
from bot.questions.runtime import Runtime
from bot.storage.guild_rules import Rules
from bot.storage.store import Storage
from index.models import Scope
from tests.bot.fakes import MEMORY, REPORT, FakeEngine, settings


@pytest.fixture
async def runtime():
    storage = await Storage.open(MEMORY)
    engine = FakeEngine(reports=(REPORT, replace(REPORT, report="tower")))
    made = Runtime.start(settings(concurrency=1), engine, storage)
    yield made
    made.workers.close()
    await storage.close()


async def test_runtime_ask_again_returns_the_recent_answer_and_a_new_question_does_not(runtime):
    first = await runtime.ask("where?")
    assert await runtime.ask("where?", again=True) is first
    assert await runtime.ask("where?") is not first
    assert runtime.engine.asked == ["where?", "where?"]


async def test_runtime_ask_again_finds_a_follow_up_by_its_complete_question(runtime):
    followed = await runtime.ask("and when?", before="where?")
    assert await runtime.ask("where? and when?", again=True) is followed


async def test_runtime_ask_again_keeps_scopes_servers_and_generations_apart(runtime):
    await runtime.storage.save(1, Rules(reports=frozenset({"tower"})), 0)
    inside, outside = Requester(5, 1, (2,)), Requester(5, 3, (4,))
    answers = [
        await runtime.ask("where?", visitor=inside),
        await runtime.ask("where?", visitor=outside, again=True),
        await runtime.ask("where?", Scope(day="2024-05-01"), visitor=outside, again=True),
    ]
    runtime.live.become(replace(runtime.engine, generation="20300101T000000-00000000"))
    answers.append(await runtime.ask("where?", visitor=inside, again=True))
    assert [each.scope for each in answers] == [
        Scope(reports=("tower",)),
        None,
        Scope(day="2024-05-01"),
        Scope(reports=("tower",)),
    ]
    assert len({id(each) for each in answers}) == 4


async def test_runtime_ask_again_forgets_the_oldest_answers(runtime):
    assert (runtime.recent.maxsize, runtime.recent.ttl) == (runtime_module.RECENT_ANSWERS, runtime_module.RECENT_SECONDS)
    first = await runtime.ask("0?")
    for number in range(1, runtime_module.RECENT_ANSWERS + 1):
        await runtime.ask(f"{number}?")
    assert len(runtime.recent) == runtime_module.RECENT_ANSWERS
    assert await runtime.ask("0?", again=True) is not first
