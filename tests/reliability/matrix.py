"""Puts questions to the bot while a fault of the matrix strikes, and settles accounts."""

import asyncio
from typing import NamedTuple
from zlib import crc32

import structlog

from bot.app.client import ReportBot, make_bot
from tests.bot.fakes import FakeEngine, settings
from tests.discord.faults import Fault
from tests.discord.server import FakeDiscord
from tests.discord.state import WAIT_SECONDS
from tests.discord.world import world
from tests.reliability.accounts import Account, Questions, account, given_up
from tests.reliability.arrivals import ARRIVALS, open_forum
from tests.reliability.faults import Case

PATIENCE = WAIT_SECONDS


class Outcome(NamedTuple):
    injected: int
    account: Account
    identifies: int
    broken: tuple[str, ...]
    leaked: int


async def suffer(case: Case, each: int = 4, strikes: int = 1, *, real_time: bool = False) -> Outcome:
    """Put `each` questions by command and as many by message to the bot, while the fault strikes `strikes` times.

    In `real_time` Discord refuses what a member asked more than three seconds ago; otherwise only where a fault delays it.
    """
    engine = FakeEngine()
    before = len(asyncio.all_tasks())
    broken: tuple[str, ...] = ()

    def make(connector):
        return make_bot(settings(message_content=True), engine=engine, connector=connector, **case.bot)

    with structlog.testing.capture_logs(processors=(structlog.contextvars.merge_contextvars,)) as records:
        async with world(make, real_time=real_time, **case.world) as (fake, bot, task):
            await open_forum(fake)
            questions, faults = Questions(fake), []
            start = crc32(case.name.encode())  # so that each fault meets other ways to arrive
            for round_ in range(strikes):
                await ask(fake, questions, each // 2, f"{round_}a", start)
                if case.rest:
                    await calm(fake, bot, questions, records)
                faults += strike_rest(fake, case)
                strike = [case.strike(fake)] if case.strike else []
                await asyncio.gather(*strike, ask(fake, questions, each // 4, f"{round_}b", start))
                await ask(fake, questions, each - each // 2 - each // 4, f"{round_}c", start)
                await calm(fake, bot, questions, records)
            assert not task.done()
            result = account(questions, records)
            injected = strikes if case.strike else sum(fault.struck for fault in faults)
            broken = tuple(sorted({violation.rule for violation in fake.drain()} - case.broken))
            identifies = len(fake.gateway.identifies)
    return Outcome(injected, result, identifies, broken, await left_over(before))


async def left_over(before: int) -> int:
    """Tasks beyond those that there were, once the loopback Discord has ended its own.

    For a quarter of an hour discord.py waits for clicks on the private notice that `open_forum` gets.
    """
    before += 1
    for _ in range(200):
        if len(asyncio.all_tasks()) <= before:
            return 0
        await asyncio.sleep(0.02)
    return len(asyncio.all_tasks()) - before


def strike_rest(fake: FakeDiscord, case: Case) -> list[Fault]:
    faults = [make() for make in case.rest]
    fake.faults.extend(faults)
    return faults


async def ask(fake: FakeDiscord, questions: Questions, count: int, mark: str, start: int) -> None:
    """Ask by command and by message, whose ways to arrive are taken in turn from that of number `start`."""
    for number in range(count):
        await fake.wait(lambda: fake.gateway.sessions)
        await questions.command(f"where {mark}{number}?")
        await questions.say(f"when {mark}{number}?", ARRIVALS[(start + len(questions.messages)) % len(ARRIVALS)])


async def calm(fake: FakeDiscord, bot: ReportBot, questions: Questions, records) -> None:
    """Wait until every question was answered or given up."""

    def settled() -> bool:
        return questions.unsettled() <= len(given_up(records))

    await fake.wait(settled, timeout=PATIENCE)
    while not (await bot.runtime.in_progress.ended(PATIENCE) and settled()):
        await fake.wait(settled, timeout=PATIENCE)
