"""Many questions at once: how soon they are acknowledged and answered, and whether one member can hold up the others."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bot.fakes import texts
from tests.discord.interactions import Interaction
from tests.discord.server import FakeDiscord
from tests.reliability.accounts import Questions

GREEDY = "1300000000000002000"
BUSY = "The queue is full"
MESSAGE = 4  # the type of a first response that is a message
# How long it takes until no acknowledgement can come any more, and until the slowest answer is given.
LATE_SECONDS, LONG_SECONDS = 4.0, 300.0


@dataclass(frozen=True)
class Crowd:
    """What became of questions that many members asked at once, by command and, as `messages`, by mention."""

    commands: list[Interaction]
    questions: Questions

    @property
    def acknowledged(self) -> list[Interaction]:
        return [each for each in self.commands if each.ack is not None]

    @property
    def refused(self) -> list[Interaction]:
        """Those that were told by the first response that there is no room."""
        return [each for each in self.acknowledged if each.ack == MESSAGE and is_busy(each)]

    @property
    def sent_away(self) -> list[Interaction]:
        """Those that were acknowledged and gave way to others later."""
        return [each for each in self.acknowledged if each.ack != MESSAGE and is_busy(each)]

    @property
    def answered(self) -> list[Interaction]:
        return [each for each in self.acknowledged if each.answered and not is_busy(each)]


async def crowd(
    fake: FakeDiscord, questions: Sequence[str], number: int, members: int, messages: int = 0, lasting: float = LONG_SECONDS
) -> Crowd:
    """Have `members` ask at once, in turn, and wait until all who were acknowledged, and all messages, have a card."""
    made = Questions(fake)
    for each in range(number + messages):
        member, question = str(int(GREEDY) + each % members), f"{questions[each % len(questions)]} ({each})"
        if each < number:
            fake.actor = member
            await made.command(question)
        else:
            await made.say(question, "mention", member)
    began = fake.state.now()

    def over() -> bool:
        late = fake.state.now() - began > LATE_SECONDS
        if not (late or all(each.ack is not None for each in made.commands)):
            return False
        return all(each.answered for each in made.commands if each.ack is not None) and len(made.replies()) >= messages

    await fake.wait(over, timeout=lasting)
    return Crowd(made.commands, made)


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
        return [each for each in self.all if is_busy(each)]


def is_busy(asked: Interaction) -> bool:
    return bool(asked.original and asked.original["components"]) and texts(asked.original["components"])[0].startswith(BUSY)


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
