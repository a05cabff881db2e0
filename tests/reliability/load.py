"""Many questions at once: how soon they are acknowledged and answered, and whether one member can hold up the others."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bot.fakes import texts
from tests.discord.interactions import Interaction
from tests.discord.server import FakeDiscord

GREEDY = "1300000000000002000"
BUSY = "So many people are asking right now"


@dataclass(frozen=True)
class Burst:
    """`greedy` are the questions of one member, `others` one question each of as many members."""

    greedy: list[Interaction]
    others: list[Interaction]

    @property
    def all(self) -> list[Interaction]:
        return [*self.greedy, *self.others]

    @property
    def sent_away(self) -> list[Interaction]:
        return [each for each in self.all if each.original and texts(each.original["components"])[0].startswith(BUSY)]


async def burst(fake: FakeDiscord, questions: Sequence[str], greedy: int, others: int) -> Burst:
    """Ask all at once, the greedy member first, and wait until every question has its card."""
    made = Burst([], [])
    for number in range(greedy + others):
        mine = number < greedy
        fake.actor = GREEDY if mine else str(int(GREEDY) + number)
        asked = await fake.slash("ask", question=f"{questions[number % len(questions)]} ({number})")
        (made.greedy if mine else made.others).append(asked)
    await fake.wait(lambda: all(each.answered for each in made.all))
    await asyncio.sleep(0)
    return made


def at(share: float, seconds: Sequence[float | None]) -> float:
    """The time within which this share of them was served, in seconds."""
    ordered = sorted(each for each in seconds if each is not None)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
