"""A short soak with the fake engine: each question accounted for, one session, nothing left behind."""

import asyncio

import structlog

from bot.app.client import make_bot
from tests.bot.fakes import FakeEngine, settings
from tests.discord.state import WAIT_SECONDS
from tests.discord.world import world
from tests.reliability.digests import Digests, in_a_hurry
from tests.reliability.matrix import left_over
from tests.reliability.soak import HARMLESS, Soak


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
            assert await bot.runtime.in_progress.ended(WAIT_SECONDS)
    assert (result.questions, result.lost, result.duplicated) == (160, 0, 0)
    assert result.answered + result.failed == 160
    assert 1 <= result.failed <= sum(fault.struck for fault in soak.refusals)
    assert (digests.owed, digests.lost, digests.duplicated) == (soak.struck["digest due"], 0, 0)
    assert digests.owed >= 2
    assert (sum(soak.struck.values()) - digests.owed, soak.struck["new index"]) == (22, 3)
    assert all(engine.asked for engine in engines[:4])
    assert await left_over(before) == 0
