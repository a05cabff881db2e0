"""Decide whether a message is meant for the bot, and extract its question. Pure functions without Discord types."""

import re
from dataclasses import dataclass

from index.text.message_questions import asks_something, split_sentences
from index.text.small_talk import has_words, small_talk_kind

NO_REPLY = ("greeting", "chatter")  # small talk that is left alone unless it addresses the bot


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message by a person.

    :param mentions_us: Whether it mentions the bot or the bot's own role.
    :param quoted: The text that it forwards or attaches, or of the message by another person that it replies to; empty for
        none.
    :param before: The question of the answer by the bot that it follows; empty for none.
    :param follows: Whether it is in a thread that was opened for an answer.
    :param unasked: Whether the bot may answer questions in this channel without a mention.
    :param dedicated: Whether every message in this channel is a question.
    :param starts_post: Whether it starts a post that the bot may answer unasked. Its content begins with the title.
    :param to_others: Whether it mentions or replies to somebody else.
    :param hidden: Whether Discord keeps its text from the bot, which lacks the message content intent.
    """

    content: str
    direct: bool
    mentions_us: bool
    replies_to_us: bool
    quoted: str
    before: str = ""
    follows: bool = False
    unasked: bool = False
    dedicated: bool = False
    starts_post: bool = False
    to_others: bool = False
    hidden: bool = False

    @property
    def addresses_us(self) -> bool:
        return self.direct or self.mentions_us or self.replies_to_us


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


@dataclass(frozen=True, slots=True)
class Thanks:
    """Thanks to react to."""


def asks_anywhere(text: str) -> bool:
    """Check whether any sentence of a text asks something, as in a post, where the question may stand in the title alone."""
    return any(map(asks_something, split_sentences(text)))


def names_bot(content: str, bot_id: int) -> bool:
    """Check whether a text mentions the bot itself, as a reply does not."""
    return without_mention(content, bot_id) != content.strip()


def without_mention(content: str, bot_id: int) -> str:
    return re.sub(rf"<@!?{bot_id}>", " ", content).strip()


def classify_message(message: IncomingMessage, bot_id: int) -> Question | Hint | Thanks | None:
    """Choose between a question, a hint, thanks and, for a message that is not meant for the bot, None."""
    text, quoted = without_mention(message.content, bot_id), without_mention(message.quoted, bot_id)
    kind = small_talk_kind(text)
    if not message.addresses_us:
        if message.to_others or kind in NO_REPLY:
            return None
        if message.starts_post:
            return Question(text, unasked=True) if asks_anywhere(text) else None
        if not (message.follows or message.dedicated):
            return Question(message.content, unasked=True) if message.unasked and asks_something(text) else None
    if kind == "thanks":
        return Thanks()
    if has_words(text) or (text and message.addresses_us and not quoted):
        return Question(text, message.before or quoted)
    if quoted:
        return Question(quoted)
    if not message.addresses_us or (message.follows and not message.mentions_us):
        return None  # a picture, or text that the bot cannot read: its first message in the thread says so
    return Hint("ask.unreadable" if message.hidden else "ask.how_to")
