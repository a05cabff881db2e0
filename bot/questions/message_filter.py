"""Which messages are meant for the bot, and what they ask. Pure: plain values in, plain values out."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message by a person. `quoted` is the text of the message by somebody else that it replies to.

    `before` is the question of the bot's answer that it follows; `follows`, whether it stands in a thread of such an answer;
    `unasked`, whether the bot may answer here without being asked.
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
    """What is asked, an earlier question or message that it may lean on, and whether nobody asked the bot."""

    text: str
    before: str = ""
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence of the catalogue instead of an answer."""

    key: str


def without_mention(content: str, bot_id: int) -> str:
    return re.sub(rf"<@!?{bot_id}>", " ", content).strip()


def classify_message(heard: IncomingMessage, bot_id: int) -> Question | Hint | None:
    """What to answer; None for what is not meant for the bot."""
    if not (heard.direct or heard.mentions_us or heard.replies_to_us or heard.follows):
        asking = heard.unasked and heard.content.rstrip().endswith(("?", "？"))
        return Question(heard.content, unasked=True) if asking else None
    if text := without_mention(heard.content, bot_id):
        return Question(text, heard.before or without_mention(heard.quoted, bot_id))
    if heard.mentions_us and (quoted := without_mention(heard.quoted, bot_id)):
        return Question(quoted)
    if heard.follows and not heard.mentions_us:
        return None  # a picture, or a message that is kept from the bot: its first words in the thread said so
    # Without the message content intent Discord blanks a guild message that does not mention the bot.
    unread = heard.replies_to_us and not (heard.direct or heard.mentions_us)
    return Hint("ask.unreadable" if unread else "ask.how_to")
