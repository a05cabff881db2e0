"""Decide whether a message is meant for the bot, and extract its question. Pure functions without Discord types."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message by a person.

    :param quoted: The text of the message by another person that it replies to; empty for none.
    :param before: The question of the answer by the bot that it follows; empty for none.
    :param follows: Whether it is in a thread that was opened from an answer.
    :param unasked: Whether the bot may answer in this channel without a mention.
    """

    content: str
    direct: bool
    mentions_us: bool
    replies_to_us: bool
    quoted: str
    before: str = ""
    follows: bool = False
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question to answer.

    :param before: An earlier question or message that it may refer to; empty for none.
    :param unasked: Whether the message does not address the bot.
    """

    text: str
    before: str = ""
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """A catalogue key of a sentence to send instead of an answer."""

    key: str


def without_mention(content: str, bot_id: int) -> str:
    return re.sub(rf"<@!?{bot_id}>", " ", content).strip()


def classify_message(message: IncomingMessage, bot_id: int) -> Question | Hint | None:
    """Choose between a question, a hint and, for a message that is not meant for the bot, None."""
    if not (message.direct or message.mentions_us or message.replies_to_us or message.follows):
        asking = message.unasked and message.content.rstrip().endswith(("?", "？"))
        return Question(message.content, unasked=True) if asking else None
    if text := without_mention(message.content, bot_id):
        return Question(text, message.before or without_mention(message.quoted, bot_id))
    if message.mentions_us and (quoted := without_mention(message.quoted, bot_id)):
        return Question(quoted)
    if message.follows and not message.mentions_us:
        return None  # a picture, or text that the bot cannot read: its first message in the thread says so
    # Without the message content intent, Discord sends empty content for a guild message that does not mention the bot.
    unread = message.replies_to_us and not (message.direct or message.mentions_us)
    return Hint("ask.unreadable" if unread else "ask.how_to")
