"""Many questions at once: members in turn, the line bounded, nobody without a card."""

import asyncio

from tests.bot.fakes import serving
from tests.reliability.load import burst


async def test_ask_command_queued_questions_are_served_in_member_turns(engine):
    async with serving(engine, concurrency=1) as (fake, bot, _):
        first = await fake.slash("ask", question="slow?")
        await fake.wait(lambda: engine.asked)
        asking = asyncio.create_task(burst(fake, ["where?", "when?"], greedy=20, others=5))
        await fake.wait(lambda: len(bot.runtime.workers) == 26)
        engine.go.set()
        made = await asking
        await fake.wait(lambda: first.answered)
    assert made.sent_away == []
    order = [int(question.partition("(")[2].rstrip(")")) for question in engine.asked[1:]]
    assert sorted(order) == list(range(25))
    # The six who wait take turns: the five with one question each are among the first six.
    assert sorted(order[:6])[1:] == list(range(20, 25))


async def test_ask_command_queue_full_refuses_longest_queue(engine):
    async with serving(engine, concurrency=1, waiting=10) as (fake, bot, _):
        await fake.slash("ask", question="slow?")
        await fake.wait(lambda: engine.asked)
        asking = asyncio.create_task(burst(fake, ["where?", "when?"], greedy=14, others=2))
        await fake.wait(lambda: sum(each.answered for each in fake.interactions.known.values()) == 6)
        assert len(bot.runtime.workers) == 11
        engine.go.set()
        made = await asking
    assert len(made.sent_away) == 6
    assert not {each.id for each in made.sent_away} & {each.id for each in made.others}
    assert len(engine.asked) == 11
