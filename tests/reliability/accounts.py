"""What became of every question: answered, failed clearly, lost, or answered twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.cards.answer_card import question_on_card
from tests.bot.fakes import texts
from tests.discord.interactions import Interaction
from tests.discord.payloads import APPLICATION, MEMBER, Payload
from tests.discord.server import FakeDiscord
from tests.reliability.arrivals import Arrival, say

Card = list[str]  # its texts


@dataclass
class Questions:
    """The questions that members put to the bot, and what these ask, in the same order."""

    fake: FakeDiscord
    commands: list[Interaction] = field(default_factory=list)
    messages: list[Payload] = field(default_factory=list)
    of_commands: list[str] = field(default_factory=list)
    of_messages: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.commands) + len(self.messages)

    async def command(self, question: str) -> None:
        self.of_commands.append(question)
        self.commands.append(await self.fake.slash("ask", question=question))

    async def say(self, question: str, arrival: Arrival, author: str = MEMBER) -> None:
        self.of_messages.append(question)
        self.messages.append(await say(self.fake, question, arrival, author))

    def cards(self) -> list[tuple[str, list[Card]]]:
        """Each question, and the cards that members see for it."""
        replies, kept = self.replies(), self.fake.messages
        shown = [
            [each for each in (asked.original, *asked.followups) if each and asked.answered and each["id"] in kept]
            for asked in self.commands
        ]
        said = [
            [
                each
                for each in (*replies.get(message["id"], []), *replies.get(question, []))
                if each["channel_id"] == message["channel_id"]
            ]
            for message, question in zip(self.messages, self.of_messages, strict=True)
        ]
        asked = [*self.of_commands, *self.of_messages]
        found = [[texts(card["components"]) for card in cards] for cards in (*shown, *said)]
        return list(zip(asked, found, strict=True))

    def replies(self) -> dict[str, list[Payload]]:
        """What the bot said, by the message that it replies to; by the question that it answers in the channel."""
        found: dict[str, list[Payload]] = {}
        for each in self.fake.messages.values():
            if each["author"]["id"] == APPLICATION and "interaction_metadata" not in each:
                found.setdefault(target(each) or question_of(texts(each["components"])), []).append(each)
        return found

    def unsettled(self) -> int:
        """How many show no card yet, or that of an earlier version of the message alone."""
        return sum(is_silent(question, cards) for question, cards in self.cards())


@dataclass(frozen=True)
class Account:
    questions: int
    answered: int
    failed: int
    lost: int
    duplicated: int

    @property
    def in_order(self) -> bool:
        return not self.lost and not self.duplicated


def account(questions: Questions, records: Iterable[dict[str, Any]]) -> Account:
    """Settle accounts. A question without a card failed clearly if the log says under its reference why it got none."""
    excused = len(given_up(records))
    cards = questions.cards()
    answered = sum(any(question_of(card) == question for card in each) for question, each in cards)
    silent = sum(is_silent(question, each) for question, each in cards)
    told = len(cards) - answered - silent
    told_in_log = min(silent, excused)
    duplicated = sum(len(each) > 1 for _, each in cards)
    return Account(len(questions), answered, told + told_in_log, silent - told_in_log, duplicated)


def question_of(card: Card) -> str:
    """Return the question that a card answers; empty for a notice."""
    try:
        return question_on_card(card)
    except ValueError:
        return ""


def is_silent(question: str, cards: Iterable[Card]) -> bool:
    """Check whether neither an answer nor a notice is among the cards; the answer to another question is none."""
    return all(question_of(card) not in ("", question) for card in cards)


def given_up(records: Iterable[dict[str, Any]]) -> set[str]:
    """The references of what failed for good."""
    events: dict[str, set[str]] = {}
    for record in records:
        events.setdefault(record.get("reference", ""), set()).add(record["event"])
    return {reference for reference, of in events.items() if {"received", "failed"} <= of and "delivered" not in of}


def target(message: Payload) -> str | None:
    reference = message.get("message_reference")
    return str(reference["message_id"]) if reference else None
