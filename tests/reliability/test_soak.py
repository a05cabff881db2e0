"""A short soak with the fake engine: each question accounted for, one session, nothing left behind."""

import asyncio

import structlog

from bot.app.client import make_bot
from bot.config import BotOptions, BotSettings
from bot.storage.guild_rules import Rules
from bot.writing import breaker, live_edits
from index.config import WriterOptions
from index.engine import Engine
from tests.bot.chat_server import ChatServer
from tests.bot.fakes import MEMORY, FakeEngine, settings
from tests.discord.payloads import GUILD
from tests.discord.state import WAIT_SECONDS
from tests.discord.world import world
from tests.index.encoders import LetterEncoder
from tests.index.tiny import OIL, build, settings_for, write_corpus
from tests.reliability.digests import Digests, in_a_hurry
from tests.reliability.matrix import left_over
from tests.reliability.soak import HARMLESS, Soak
from tests.reliability.unreliable_model import UnreliableModel, written_lines


async def test_soak_run_with_faults_accounts_for_every_question() -> None:
    before = len(asyncio.all_tasks())
    engines = [FakeEngine(generation=f"2030010{number}T000000-00000000") for number in range(9)]
    with in_a_hurry(), structlog.testing.capture_logs(processors=(structlog.contextvars.merge_contextvars,)) as records:
        async with world(lambda c: make_bot(settings(message_content=True), engine=engines[0], connector=c)) as (
            fake,
            bot,
            task,
        ):

            async def swap() -> None:
                at = engines.index(bot.runtime.engine)
                bot.runtime.live.become(engines[at + 1])

            digests = Digests(fake, bot.runtime.storage)
            await digests.begin()
            soak = Soak(fake, lambda: records, swap, ("where?", "when?"), 160, fault_every=8, swap_every=40, digests=digests)
            result = await soak.run()
            assert not task.done()
            assert {violation.rule for violation in fake.drain()} <= HARMLESS
            assert len(fake.gateway.identifies) == 1
            assert len(fake.state.threads) == 14
            assert await bot.runtime.in_progress.ended(WAIT_SECONDS)
    assert (result.questions, result.lost, result.duplicated) == (160, 0, 0)
    assert result.answered + result.failed == 160
    assert 1 <= result.failed <= sum(fault.struck for fault in soak.refusals)
    assert (digests.owed, digests.lost, digests.duplicated) == (soak.struck["digest due"], 0, 0)
    assert digests.owed >= 1
    assert (sum(soak.struck.values()) - digests.owed, soak.struck["new index"]) == (22, 3)
    assert all(engine.asked for engine in engines[:4])
    assert await left_over(before) == 0


async def test_soak_model_fails_at_random_loses_no_question_and_shows_no_unproven_line(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(live_edits, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(breaker, "PAUSE_SECONDS", 0.05)
    tiny = settings_for(tmp_path)
    write_corpus(tiny.corpus.path)
    build(tiny)
    engine = Engine.load(tiny, LetterEncoder())
    model, chat = UnreliableModel(), ChatServer()
    chat.script = model
    before = len(asyncio.all_tasks())
    with structlog.testing.capture_logs(processors=(structlog.contextvars.merge_contextvars,)) as records:
        async with chat.serving():
            writer = WriterOptions(endpoint=chat.endpoint, model="m", first_line_seconds=0.5, timeout_seconds=1.5)
            config = BotSettings(bot=BotOptions(storage=MEMORY, web="", message_content=True), writer=writer)
            async with world(lambda c: make_bot(config, engine=engine, connector=c)) as (fake, bot, task):
                await bot.runtime.storage.save(int(GUILD), Rules(writer=True), 0)

                async def swap() -> None: ...

                def unhurried() -> bool:
                    return len(bot.runtime.heads.writer._under_way) < 3

                questions = (OIL, "What did the board spend on the breakwater?", "Who asked for an electric lamp?")
                soak = Soak(fake, lambda: records, swap, questions, 300, at_once=3, fault_every=25, may_ask=unhurried)
                result = await soak.run()
                heads, metrics = bot.runtime.heads, bot.runtime.metrics
                await fake.wait(lambda: not heads._tasks and not heads.writer._under_way)
                assert not task.done()
                assert {violation.rule for violation in fake.drain()} <= HARMLESS
                lines = written_lines(fake.requests)
                assert chat.most_at_once == 1
                assert len(fake.state.threads) == 23
    assert (result.questions, result.lost, result.duplicated) == (300, 0, 0)
    assert result.answered + result.failed == 300
    assert result.failed <= sum(fault.struck for fault in soak.refusals)
    assert [line for line in lines if line not in model.true] == []
    assert metrics.written["written"] >= 10
    assert len(lines) >= 40
    assert {"refused", "unreachable"} <= metrics.written.keys()
    assert await left_over(before) == 0
