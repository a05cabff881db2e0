"""Thousands of questions while faults, disconnections and new generations of the index come in a seeded order."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tests.discord.faults import Fault, dropped, garbled, rate_limited, refused, slow_mode
from tests.discord.refusals import refused_with
from tests.discord.server import FakeDiscord
from tests.reliability.accounts import Account, Questions, account, given_up, target
from tests.reliability.arrivals import ARRIVALS, open_forum
from tests.reliability.digests import Digests
from tests.reliability.faults import CHANGE, EDIT, MESSAGE, RESPONSE

ASKERS = tuple(str(1_300_000_000_000_001_000 + number) for number in range(20))
WAYS = (RESPONSE, EDIT, MESSAGE, CHANGE)
REST: tuple[Callable[[], Fault], ...] = (
    *(lambda at=at: rate_limited(*at) for at in WAYS),
    *(lambda at=at, status=status: refused(*at, status=status) for at in WAYS[1:] for status in (500, 503)),
    *(lambda at=at, when=when: dropped(*at, when=when) for at in WAYS for when in ("before", "after")),
    *(lambda at=at: garbled(*at) for at in WAYS),
    lambda: slow_mode(*MESSAGE),
    lambda: refused_with(160002, *MESSAGE),
)
REFUSING: tuple[Callable[[], Fault], ...] = (
    *(lambda code=code: refused_with(code, *MESSAGE) for code in (50001, 50013, 50083, 160005, 200000)),
    lambda: refused_with(200000, *EDIT),
)
# What a bot that tries again cannot but do.
HARMLESS = {"acknowledged twice", "acknowledged late"}


@dataclass
class Soak:
    """`total` questions of the list in turn, `at_once` under way; a fault after each `fault_every`, a new index after each
    `swap_every`; `measure` is called after each hundred, and the next question waits until `may_ask`. The report
    has to answer each of the list, since the bot is silent otherwise where it is posted."""

    fake: FakeDiscord
    records: Callable[[], list[dict[str, Any]]]
    swap: Callable[[], Awaitable[None]]
    questions: tuple[str, ...]
    total: int
    measure: Callable[[int], None] = lambda _: None
    seed: int = 1
    at_once: int = 16
    fault_every: int = 20
    swap_every: int = 250
    digests: Digests | None = None
    may_ask: Callable[[], bool] = lambda: True
    struck: dict[str, int] = field(default_factory=dict)
    refusals: list[Fault] = field(default_factory=list)

    async def run(self) -> Account:
        asked, chance = Questions(self.fake), random.Random(self.seed)
        await open_forum(self.fake)
        for number in range(self.total):
            await self.room(asked)
            if number and not number % self.fault_every:
                await self.strike(chance)
            if number and not number % self.swap_every:
                await self.swap()
                self.count("new index")
            if not number % 100:
                self.measure(number)
            await self.fake.wait(self.may_ask)
            await self.ask(asked, number, chance)
        await self.settle(asked)
        return account(asked, self.records())

    async def ask(self, asked: Questions, number: int, chance: random.Random) -> None:
        # A number makes each question one of its own.
        question, asker = f"{self.questions[number % len(self.questions)]} ({number})", chance.choice(ASKERS)
        if chance.random() < 0.5:
            self.fake.actor = asker
            await asked.command(question)
            return
        arrival = chance.choice(ARRIVALS)
        if arrival == "post":
            # A low number, since the report does not answer some questions with a higher one.
            number, place = divmod(len(self.fake.state.threads), len(self.questions))
            question = f"{self.questions[place]} ({number})"
        await asked.say(question, arrival, asker)

    async def room(self, asked: Questions) -> None:
        """Wait until fewer than `at_once` of the latest questions are without an answer."""
        commands, messages = (
            asked.commands[-2 * self.at_once :],
            {each["id"] for each in asked.messages[-2 * self.at_once :]},
        )

        def waiting() -> int:
            latest = islice(reversed(self.fake.messages.values()), 8 * self.at_once)
            return sum(not each.answered for each in commands) + len(messages - {target(each) for each in latest})

        try:
            await self.fake.wait(lambda: waiting() < self.at_once, timeout=3)
        except TimeoutError:
            return  # some of them are given up, as the log will tell

    async def settle(self, asked: Questions) -> None:
        def over() -> bool:
            return asked.unsettled() <= len(given_up(self.records()))

        await self.fake.wait(over)
        if self.digests:
            await self.digests.settle()
        # Whatever comes twice, comes soon.
        await asyncio.sleep(1)

    async def strike(self, chance: random.Random) -> None:
        gateway = self.fake.gateway
        await self.fake.wait(lambda: gateway.online)
        kinds: dict[str, Callable[[], Awaitable[Any]]] = {
            "connection closed": lambda: gateway.close(chance.choice((4000, 4009, 1001, 1000))),
            "op 7": gateway.ask_reconnect,
            "op 9, resumable": lambda: gateway.invalidate(resumable=True),
            "TCP connection aborted": self.abort,
            "Discord down": self.outage,
            "frame that is no JSON": gateway.garble,
        }
        if self.digests and chance.random() < 0.2 and await self.digests.owe():
            self.count("digest due")
        if chance.random() < 0.1:
            self.refusals.append(chance.choice(REFUSING)())
            self.fake.faults.append(self.refusals[-1])
            self.count("refused by Discord")
            return
        if chance.random() < 0.6:
            fault = chance.choice(REST)()
            self.fake.faults.append(fault)
            name = "answer that is no JSON" if fault.garble else f"connection cut {fault.drop}" if fault.drop else ""
            self.count(name or f"status {fault.status}")
            return
        name = chance.choice(list(kinds))
        self.count(name)
        await kinds[name]()

    def count(self, name: str) -> None:
        self.struck[name] = self.struck.get(name, 0) + 1

    async def abort(self) -> None:
        self.fake.gateway.abort()

    async def outage(self) -> None:
        async with self.fake.gateway.outage():
            await asyncio.sleep(0.3)
