"""What became of every question: answered, failed clearly, lost, or answered twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.bot.fakes import texts
from tests.discord.interactions import Interaction
from tests.discord.payloads import APPLICATION, Payload
from tests.discord.server import FakeDiscord

ECHO = "-# Question: "


@dataclass
class Questions:
    """The questions that members put to the bot."""

    fake: FakeDiscord
    commands: list[Interaction] = field(default_factory=list)
    messages: list[Payload] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.commands) + len(self.messages)

    def cards(self) -> list[list[list[str]]]:
        """The cards that members see, as their texts, for each question."""
        shown = [[each for each in (asked.original, *asked.followups) if each and asked.answered] for asked in self.commands]
        replies = self.replies()
        said = [
            [*replies.get(message["id"], []), *replies.get(ECHO + message["content"].partition(" ")[2], [])]
            for message in self.messages
        ]
        return [[texts(card["components"]) for card in cards] for cards in (*shown, *said)]

    def replies(self) -> dict[str, list[Payload]]:
        """What the bot said, by the message that it replies to; by its first line where it says that in the channel."""
        found: dict[str, list[Payload]] = {}
        for each in self.fake.messages.values():
            if each["author"]["id"] == APPLICATION and "interaction_metadata" not in each:
                found.setdefault(target(each) or texts(each["components"])[0], []).append(each)
        return found

    def unsettled(self) -> int:
        """How many show no card yet."""
        return sum(not cards for cards in self.cards())


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
    answered = sum(any(is_answer(card) for card in each) for each in cards)
    told = sum(bool(each) and not any(is_answer(card) for card in each) for each in cards)
    silent = sum(not each for each in cards)
    told_in_log = min(silent, excused)
    duplicated = sum(len(each) > 1 for each in cards)
    return Account(len(questions), answered, told + told_in_log, silent - told_in_log, duplicated)


def is_answer(card: list[str]) -> bool:
    """An answer begins with the question, in small print; an excuse begins with a sentence."""
    return card[0].startswith("-# ")


def given_up(records: Iterable[dict[str, Any]]) -> set[str]:
    """The references of what failed for good."""
    events: dict[str, set[str]] = {}
    for record in records:
        events.setdefault(record.get("reference", ""), set()).add(record["event"])
    return {reference for reference, of in events.items() if {"received", "failed"} <= of and "delivered" not in of}


def target(message: Payload) -> str | None:
    reference = message.get("message_reference")
    return str(reference["message_id"]) if reference else None
