"""Which messages are meant for the bot, and what they ask. Pure: plain values in, plain values out."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """A message by a person. `quoted` is the text of the message by somebody else that it replies to."""

    content: str
    direct: bool
    mentions_us: bool
    replies_to_us: bool
    quoted: str


@dataclass(frozen=True, slots=True)
class Question:
    text: str


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence of the catalogue instead of an answer."""

    key: str


def without_mention(content: str, bot_id: int) -> str:
    return re.sub(rf"<@!?{bot_id}>", " ", content).strip()


def decide(heard: Heard, bot_id: int) -> Question | Hint | None:
    """What to answer; None for what is not meant for the bot."""
    if not (heard.direct or heard.mentions_us or heard.replies_to_us):
        return None
    if text := without_mention(heard.content, bot_id):
        return Question(text)
    if heard.mentions_us and (quoted := without_mention(heard.quoted, bot_id)):
        return Question(quoted)
    # Without the message content intent Discord blanks a guild message that does not mention the bot.
    unread = heard.replies_to_us and not (heard.direct or heard.mentions_us)
    return Hint("ask.unreadable" if unread else "ask.how_to")
